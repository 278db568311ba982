"""Éditeur: write a post, see what the rules say of it, hand it to the committee. Every change is saved at once."""

import streamlit as st

from app_pages._keys import help_button, key_button
from app_pages._page import current_actor, heading
from app_pages._post_draft import Draft, edited_post, key_of, open_draft, submit
from app_pages._post_findings import draw_findings
from app_pages._post_form import Form, draw_description, draw_variant
from app_pages._post_media import draw_files
from app_pages._post_preview import use_style
from app_pages._post_state import draw_circuit, draw_conflict, draw_lock, draw_returned, draw_saved
from app_pages._words import text
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import PostAction
from models.session import reading
from workflow import findings, views
from workflow.findings import FindingRow
from workflow.media import MediaRow
from workflow.rows import EditorView


def findings_of(actor: Actor, draft: Draft, view: EditorView) -> tuple[FindingRow, ...]:
    """Return what the rules say of the text on the screen: as stored, or, while it is not saved, tried on it."""
    if draft.post_id and not draft.unsaved:
        return view.findings
    with reading() as session:
        return findings.check_content(session, actor, content=draft.content) if draft.content.title else ()


def draw_variants(form: Form, draft: Draft, found: tuple[FindingRow, ...], files: dict[str, MediaRow]) -> None:
    """Draw one variant an account, under tabs when there are several."""
    variants = [variant for variant in draft.content.variants if variant.account_id in draft.accounts]
    if not variants:
        st.info(_("Choisissez au moins un compte : son texte et son aperçu s'ouvrent ici."))
        return
    accounts = [draft.accounts[variant.account_id] for variant in variants]
    names = [f"{text(account.network)} · @{account.handle}" for account in accounts]
    places = st.tabs(names, key=key_of("tabs")) if len(variants) > 1 else [st.container()]
    for place, account, variant in zip(places, accounts, variants, strict=True):
        with place:
            draw_variant(form, account, variant, found, files)


def draw_foot(draft: Draft, view: EditorView, *, disabled: bool) -> None:
    """Draw what is saved, the circuit, and the way to the committee."""
    draw_circuit(view.circuit, declared=draft.content.qualification is not None)
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        draw_saved(draft, view)
        stopped = disabled or draft.unsaved or PostAction.SUBMIT not in view.actions
        key_button(
            _("Soumettre"), "Ctrl+Enter", key="submit", primary=True, disabled=stopped,
            on_click=submit, args=(draft.post_id,),
        )  # fmt: skip


actor = current_actor()
use_style()
with reading() as session:
    view = views.editor_view(session, actor, post_id=edited_post() or None)
draft, replaced = open_draft(view)
with st.container(horizontal=True):
    heading(draft.content.title or _("Nouvelle publication"))
    help_button({"Ctrl+Entrée": N_("soumettre au comité")})
draw_returned(view)
draw_conflict(draft, view, replaced=replaced)
locked = draw_lock(draft, view)
form = Form(draft.post_id, disabled=locked or not allows(actor, Permission.POST_WRITE))
found = findings_of(actor, draft, view)
draw_description(form, draft, view.products)
draw_variants(form, draft, found, draw_files(actor, draft, disabled=form.disabled))
handles = {key: account.handle for key, account in draft.accounts.items()}
draw_findings(found, handles, may_dispose=allows(actor, Permission.FINDING_DISPOSE) and not draft.unsaved)
draw_foot(draft, view, disabled=form.disabled)
