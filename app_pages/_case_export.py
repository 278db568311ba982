"""The case as an E2B(R3) file: what is still missing, in sentences, and the button that hands the file out."""

from io import BytesIO

import streamlit as st

from app_pages._counts import counted
from app_pages._page import line, perform, plain, section
from app_pages._words import tag
from compliance.permissions import Actor
from errors import AppError
from i18n import N_, _
from models.case import CaseDocument
from models.session import reading
from moderation.e2b.conformance import only_uncoded
from moderation.e2b.exporting import E2bFile, export_e2b, preview_e2b
from moderation.e2b.findings import sentence
from moderation.queries.rows import CaseView

XML = "application/xml"
READY = "_ready_e2b"
SHOWN = 6


def draw_export(view: CaseView, actor: Actor) -> None:
    """Draw whether the case can leave as E2B(R3), why not, and the button; outside medicines the right form."""
    section(_("Export E2B(R3)"), _("fichier XML pour la base de pharmacovigilance"))
    try:
        with reading() as session:
            file = preview_e2b(session, actor, case_id=view.line.id)
    except AppError as error:
        st.info(plain(str(error)))
        return
    _draw_findings(file)
    with st.container(horizontal=True, vertical_alignment="center", key="e2b"):
        label = _("Préparer le brouillon E2B(R3)") if file.draft else _("Préparer le fichier E2B(R3)")
        st.button(label, key="export_e2b", on_click=export, args=(view.line.id,))
        ready: CaseDocument | None = st.session_state.get(READY)
        if ready and ready.case_id == view.line.id:
            name = _("Télécharger {name}").format(name=ready.filename)
            st.download_button(name, BytesIO(ready.content), ready.filename, XML, key="download_e2b", on_click="ignore")


def _draw_findings(file: E2bFile) -> None:
    if not file.draft:
        line(tag(_("Complet"), "ok", "✔"), _("Tous les éléments obligatoires sont là, codés en MedDRA."))
        return
    told = counted(len(file.findings), N_("{n} élément à compléter"), N_("{n} éléments à compléter"))
    about = (
        _("Il ne manque que le codage MedDRA : le fichier est un brouillon, à ne pas transmettre à une autorité.")
        if only_uncoded(list(file.findings))
        else _("Le fichier est un brouillon, à ne pas transmettre à une autorité.")
    )
    line(tag(told, "warn", "▲"), about, tone="warn")
    for finding in file.findings[:SHOWN]:
        line(sentence(finding))
    if more := file.findings[SHOWN:]:
        with st.expander(counted(len(more), N_("encore {n}"), N_("encore {n}"))):
            for finding in more:
                line(sentence(finding))


def export(case_id: str) -> None:
    """Prepare the file of the case as it stands; a callback."""
    document = perform(export_e2b, case_id=case_id)
    if document:
        st.session_state[READY] = document
