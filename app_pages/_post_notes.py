"""Remarks beside a version: leave one, close one."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._page import line, perform, section
from app_pages._words import tag
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import PostStatus
from workflow import notes
from workflow.rows import NoteRow, PostView

BLOCKABLE = frozenset({PostStatus.DRAFT, PostStatus.IN_REVIEW, PostStatus.CHANGES_REQUESTED, PostStatus.REJECTED})


def draw_notes(actor: Actor, view: PostView) -> None:
    """Draw the remarks, open ones first, and the field to leave another."""
    waiting = sum(note.resolved_at is None and note.blocking for note in view.notes)
    section(_("Remarques"), _("bloquantes ouvertes : {n}").format(n=waiting) if waiting else "")
    for note in sorted(view.notes, key=lambda each: each.resolved_at is not None):
        _draw(note)
    if allows(actor, Permission.POST_NOTE):
        _draw_field(actor, view)


def _draw(note: NoteRow) -> None:
    closed = note.resolved_at is not None
    if closed:
        kind, tone = tag(_("Résolue par {name}").format(name=note.resolved_by), "ok", "✔"), "ok"
    elif note.blocking:
        kind, tone = tag(_("Bloquante"), "bad", "■"), "bad"
    else:
        kind, tone = tag(_("Remarque"), "info", "✎"), "info"
    said = Markup('<div class="cv-quote">{}</div>').format(note.text)
    line(kind, note.author, _("sur la v{n} ·").format(n=note.version_n), ago(note.created_at), said, tone=tone)
    if note.may_resolve and not closed:
        st.button(_("Résoudre"), key=f"resolve_{note.note_id}", on_click=resolve, args=(note.note_id, note.row_version))


def _draw_field(actor: Actor, view: PostView) -> None:
    may_block = allows(actor, Permission.POST_REVIEW) and view.post.status in BLOCKABLE
    st.text_area(
        _("Laisser une remarque"), key="note_text", height=80, label_visibility="collapsed",
        placeholder=_("Laisser une remarque : l'auteur et le comité la lisent"),
    )  # fmt: skip
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        if may_block:
            st.checkbox(_("Bloquante : arrête l'approbation"), key="note_blocking")
        st.button(_("Ajouter la remarque"), key="note_add", on_click=add, args=(view.post.post_id,))


def add(post_id: str) -> None:
    """Leave the remark that was typed; a refused one stays in its field."""
    perform(
        notes.add_note, post_id=post_id, text=st.session_state.get("note_text", ""),
        blocking=bool(st.session_state.get("note_blocking")), done=N_("Remarque ajoutée."), then=_clear,
    )  # fmt: skip


def _clear(_note: object) -> None:
    st.session_state["note_text"] = ""
    if "note_blocking" in st.session_state:
        st.session_state["note_blocking"] = False


def resolve(note_id: str, row_version: int) -> None:
    """Close a remark."""
    perform(notes.resolve_note, note_id=note_id, row_version=row_version, done=N_("Remarque résolue."))
