"""Éditeur: write once for every network, see what each shows and what the rules say, hand it to the committee."""

import streamlit as st

from app_pages._keys import help_button, key_button
from app_pages._page import current_actor, heading
from app_pages._post_conflict import draw_conflict, draw_writers, overtaken
from app_pages._post_draft import Draft, edited, open_draft, save, submit
from app_pages._post_findings import draw_findings
from app_pages._post_form import Form, draw_common, draw_description
from app_pages._post_media import draw_files
from app_pages._post_preview import use_style
from app_pages._post_state import draw_circuit, draw_lock, draw_reasons_hint, draw_returned, draw_saved
from app_pages._post_variants import draw_variants, handles_of
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import PostAction
from models.session import reading
from workflow import editing, findings
from workflow.findings import FindingRow
from workflow.rows import EditorView

KEYS = {"Ctrl+S": N_("enregistrer une version"), "Ctrl+Entrée": N_("soumettre au comité")}


def findings_of(actor: Actor, draft: Draft, view: EditorView) -> tuple[FindingRow, ...]:
    """Return what the rules say of the text on the screen: as stored with its version, or tried on what is written."""
    if draft.post_id and draft.row_version is None and not draft.unsaved:
        return view.findings
    with reading() as session:
        return findings.check_content(session, actor, content=draft.content, post_id=draft.post_id or None)


def draw_foot(draft: Draft, view: EditorView, *, disabled: bool) -> None:
    """Draw what is kept, the circuit, the way to a version and to the committee."""
    draw_circuit(view.circuit, declared=draft.content.qualification is not None)
    stopped = disabled or draft.unsaved or overtaken(draft, view)
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        draw_saved(draft, view)
        nothing = stopped or draft.row_version is None
        key_button(
            _("Enregistrer une version"), "Ctrl+S", key="save", disabled=nothing, on_click=save, args=(draft.key,)
        )
        key_button(
            _("Soumettre"), "Ctrl+Enter", key="submit", primary=True, on_click=submit,
            disabled=stopped or PostAction.SUBMIT not in view.actions, args=(draft.key, view.row_version),
        )  # fmt: skip


actor = current_actor()
use_style()
post_id, draft_id = edited()
with reading() as session:
    view = editing.editor_view(session, actor, post_id=post_id or None, draft_id=draft_id or None)
draft, replaced = open_draft(view)
with st.container(horizontal=True):
    heading(draft.content.title or _("Nouvelle publication"))
    help_button(KEYS)
draw_returned(view)
draw_writers(view)
draw_conflict(actor, draft, view, replaced=replaced)
locked = draw_lock(draft, view)
form = Form(draft.key, disabled=locked or not allows(actor, Permission.POST_WRITE))
found = findings_of(actor, draft, view)
draw_description(form, draft, view.products)
draw_common(form, draft)
draw_variants(form, draft, found, draw_files(actor, draft, disabled=form.disabled), view.notes)
draw_findings(found, handles_of(draft), may_dispose=allows(actor, Permission.FINDING_DISPOSE) and not draft.unsaved)
draw_reasons_hint(found)
draw_foot(draft, view, disabled=form.disabled)
