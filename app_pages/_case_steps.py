"""What happens to a case beside its facts: acknowledged, dismissed, reopened, its documents downloaded."""

from datetime import datetime
from io import BytesIO

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._page import line, perform, say, section, typed_moment
from app_pages._words import text
from compliance import clock
from i18n import N_, _
from models.case import CaseDocument
from models.enums import CaseAction, NoneReason
from moderation import cases
from moderation.queries.rows import CaseView

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = {"cioms": DOCX, "json": "application/json", "e2b": "application/xml"}
READY = "_ready_document"


def draw_acknowledgement(view: CaseView) -> None:
    """Draw the form of the acknowledgement: who, when, under which number."""
    section(_("Enregistrer l'accusé de réception"), _("reçu de la pharmacovigilance"))
    now = clock.paris(clock.now())
    case_id = view.line.id
    with st.form(f"ack_{case_id}", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        with left:
            st.text_input(_("Accusé par"), key="ack_by")
            st.text_input(_("Numéro donné par la PV"), key="ack_number")
        with right:
            st.date_input(_("Reçu le"), now.date(), key="ack_day", format="DD/MM/YYYY")
            st.time_input(_("à (heure de Paris)"), now.time().replace(second=0, microsecond=0), key="ack_time", step=60)
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.form_submit_button(
                _("Enregistrer l'accusé de réception"),
                key="acknowledge",
                type="primary",
                on_click=acknowledge,
                args=(case_id,),
            )


def acknowledge(case_id: str) -> None:
    """Record the acknowledgement; a callback."""
    day, hour = st.session_state.get("ack_day"), st.session_state.get("ack_time")
    if day is None or hour is None:
        say("error", _("Indiquez le jour et l'heure de l'accusé de réception."))
        return
    at = typed_moment(datetime.combine(day, hour))
    if at is None:
        return
    perform(
        cases.acknowledge,
        case_id=case_id,
        pv_reference=st.session_state.get("ack_number", ""),
        acknowledged_by=st.session_state.get("ack_by", ""),
        at=at,
        done=N_("Accusé de réception enregistré."),
    )


def draw_closing(view: CaseView, actions: list[CaseAction]) -> None:
    """Draw the ways out of the ordinary: dismiss with a coded reason, take up again with a reason."""
    case = view.line
    with st.container(horizontal=True, key="closing"):
        if CaseAction.DISMISS in actions:
            with st.popover(_("Écarter ce cas…")):
                st.selectbox(
                    _("Parce que…"),
                    list(NoneReason),
                    None,
                    key="dismiss_why",
                    format_func=text,
                    placeholder=_("Choisir une raison"),
                )
                label = _("Écarter le cas {number}").format(number=case.number)
                st.button(label, key="dismiss", on_click=dismiss, args=(case.id, case.row_version))
        if CaseAction.REOPEN in actions:
            with st.popover(_("Rouvrir ce cas…")):
                st.text_input(_("Pour quelle raison ?"), key="reopen_why")
                label = _("Rouvrir le cas {number}").format(number=case.number)
                st.button(label, key="reopen", on_click=reopen, args=(case.id, case.row_version))


def dismiss(case_id: str, row_version: int) -> None:
    """Dismiss a case for the coded reason that was chosen; a callback."""
    reason = st.session_state.get("dismiss_why")
    if reason is None:
        say("error", _("Choisissez la raison pour laquelle ce n'est pas un cas. Rien n'a été enregistré."))
        return
    perform(
        cases.dismiss, case_id=case_id, row_version=row_version, reason=reason, done=N_("Cas écarté, avec sa raison.")
    )


def reopen(case_id: str, row_version: int) -> None:
    """Take a case up again; a callback."""
    why = st.session_state.get("reopen_why", "")
    perform(
        cases.reopen,
        case_id=case_id,
        row_version=row_version,
        reason=why,
        done=N_("Cas rouvert. Ses délais n'ont jamais cessé de courir."),
    )


def draw_documents(view: CaseView) -> None:
    """Draw the documents; preparing one is written down in the audit trail, then it can be downloaded."""
    section(_("Documents"), _("chaque téléchargement est tracé"))
    for document in view.documents:
        with st.container(horizontal=True, vertical_alignment="center", key=f"document_{document.id}"):
            digest = Markup('<span class="cv-soft" title="{}">{}</span>').format(
                document.content_sha256, document.content_sha256[:8]
            )
            line(document.filename, ago(document.made_at), digest)
            st.button(_("Préparer"), key=f"fetch_{document.id}", on_click=fetch, args=(document.id,))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(_("Préparer le DOCX de l'état actuel"), key="export", on_click=export, args=(view.line.id,))
        ready: CaseDocument | None = st.session_state.get(READY)
        if ready and ready.case_id == view.line.id:
            st.download_button(
                _("Télécharger {name}").format(name=ready.filename), BytesIO(ready.content), ready.filename,
                TYPES.get(ready.kind),
                key="download", type="primary" if not view.line.missing else "secondary", on_click="ignore",
            )  # fmt: skip


def fetch(document_id: str) -> None:
    """Prepare a document that was made before; a callback."""
    _prepare(perform(cases.fetch_document, document_id=document_id))


def export(case_id: str) -> None:
    """Prepare a document of the case as it stands; a callback."""
    _prepare(perform(cases.export_document, case_id=case_id))


def _prepare(document: CaseDocument | None) -> None:
    if document:
        st.session_state[READY] = document
