"""The documents that claims cite: each with what rests on it, the form of a new one."""

import streamlit as st
from markupsafe import Markup

from app_pages._page import line, perform, section
from app_pages._words import badge
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import ReferenceStatus
from workflow import references
from workflow.references import ReferenceFile, ReferenceRow

UPLOADS, SHOWN = "_reference_uploads", "_reference_shown"


def draw_reference(actor: Actor, row: ReferenceRow) -> None:
    """Draw a reference as a sentence, the claims that fall with it, and what may be done."""
    with st.container(border=True, key=f"reference_{row.reference_id}"):
        until = _("· jusqu'au {day} inclus").format(day=f"{row.valid_until:%d/%m/%Y}") if row.valid_until else ""
        about = f"{row.citation} · {row.filename} · {_('{n} pages').format(n=row.pages)}"
        line(badge(row.status), Markup("<strong>{}</strong>").format(row.title), until, row.reason)
        line(Markup('<span class="cv-soft">{}</span>').format(about))
        said = ", ".join(f"« {each} »" for each in row.claims)
        line(_("Allégations qui tombent avec elle : {claims}").format(claims=said) if said else _("Aucune allégation."))
        with st.container(horizontal=True):
            draw_file(row.reference_id, "library")
            if allows(actor, Permission.CLAIM_KEEP) and row.status is ReferenceStatus.CURRENT:
                _draw_withdrawal(row)


def draw_file(reference_id: str, place: str) -> None:
    """Draw the way to the document itself: it is read only once somebody asks for it."""
    held: dict[str, ReferenceFile] = st.session_state.setdefault(SHOWN, {})
    key = f"{place}_{reference_id}"
    if reference_id in held:
        file = held[reference_id]
        st.download_button(_("Télécharger"), file.data, file.filename, file.mime, key=f"file_{key}")
    else:
        st.button(_("Ouvrir le document"), key=f"show_{key}", on_click=show, args=(reference_id,))


def show(reference_id: str) -> None:
    """Bring a document to the screen, and only that one."""
    then = {}
    perform(references.read_reference, reference_id=reference_id, then=lambda file: then.update({reference_id: file}))
    st.session_state[SHOWN] = then


def _draw_withdrawal(row: ReferenceRow) -> None:
    with st.popover(_("Retirer"), key=f"ask_reference_{row.reference_id}"):
        if row.claims:
            st.warning(_("Chaque allégation qui la cite tombe avec elle, et tout texte qui la dit."))
        st.text_input(_("Raison"), key=f"reference_why_{row.reference_id}", placeholder=_("article rétracté"))
        st.button(
            _("Retirer la référence"), key=f"reference_withdraw_{row.reference_id}", type="primary", on_click=withdraw,
            args=(row.reference_id, row.row_version),
        )  # fmt: skip


def withdraw(reference_id: str, row_version: int) -> None:
    """Withdraw the reference with the reason that was typed."""
    reason = st.session_state.get(f"reference_why_{reference_id}", "")
    perform(
        references.withdraw_reference, reference_id=reference_id, row_version=row_version, reason=reason,
        done=N_("Référence retirée, avec les allégations qui la citaient."),
    )  # fmt: skip


def draw_bringing() -> None:
    """Draw the form of a new reference."""
    section(_("Déposer une référence"), _("PDF ou DOCX, 20 Mo au plus"))
    st.file_uploader(_("Document"), type=["pdf", "docx"], key=_uploader())
    st.text_input(_("Titre"), key="reference_title")
    st.text_input(
        _("Comment elle se cite"), key="reference_citation", placeholder="Dupont A. Rev Exemple. 2024;3:12-9."
    )
    st.date_input(_("Valable jusqu'au (facultatif)"), value=None, format="DD/MM/YYYY", key="reference_until")
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(_("Déposer"), key="reference_add", on_click=bring)


def _uploader() -> str:
    """Return the key of the uploader: a new one after each document, so that it is empty again."""
    return f"reference_file_{st.session_state.setdefault(UPLOADS, 0)}"


def bring() -> None:
    """Bring the document on the screen; refused, everything stays."""
    state = st.session_state
    given = state.get(_uploader())
    perform(
        references.add_reference, title=state.get("reference_title", ""), citation=state.get("reference_citation", ""),
        filename=given.name if given else "", data=given.getvalue() if given else b"",
        valid_until=state.get("reference_until"), done=N_("Référence déposée : elle peut être citée."),
        then=lambda _reference: state.update(
            {UPLOADS: state[UPLOADS] + 1, "reference_title": "", "reference_citation": ""}
        ),
    )  # fmt: skip
