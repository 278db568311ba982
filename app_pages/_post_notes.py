"""Remarks beside a version: leave one, on a passage or a picture too; answer; say that it is done; close it.

Fields of a remark are keyed by the remark, so that what was typed for one is never sent for another.
"""

from collections.abc import Iterator

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._page import line, perform, section
from app_pages._post_place import draw_place, placed
from app_pages._words import tag, text
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import PostStatus
from workflow import notes
from workflow.anchoring import Quote
from workflow.note_rows import NoteAnswerRow, NoteRow
from workflow.rows import PostView

BLOCKABLE = frozenset({PostStatus.DRAFT, PostStatus.IN_REVIEW, PostStatus.CHANGES_REQUESTED, PostStatus.REJECTED})


def draw_notes(actor: Actor, view: PostView) -> None:
    """Draw the remarks, open ones first, and the field to leave another."""
    waiting = sum(note.is_open and note.blocking for note in view.notes)
    section(_("Remarques"), _("bloquantes ouvertes : {n}").format(n=waiting) if waiting else "")
    for note in sorted(view.notes, key=lambda each: not each.is_open):
        draw_note(note)
    if allows(actor, Permission.POST_NOTE):
        _draw_field(actor, view)


def draw_note(note: NoteRow) -> None:
    """Draw one remark: what it is, where it stands, its thread, and what I may do with it."""
    tone = "ok" if not note.is_open else "bad" if note.blocking else "info"
    said = Markup('<div class="cv-quote">{}</div>').format(note.text)
    who = _("{guest}, invité par {name}").format(guest=note.guest, name=note.author) if note.guest else note.author
    about = _("sur la v{n} ·").format(n=note.version_n)
    thread = Markup("").join(map(_answer, note.answers))
    line(*_state(note), who, about, ago(note.created_at), *_place(note), said, thread, tone=tone)
    if note.is_open:
        with st.container(horizontal=True, key=f"note_{note.note_id}"):
            _draw_actions(note)


def _state(note: NoteRow) -> Iterator[Markup]:
    if not note.is_open:
        yield tag(_("Résolue par {name}").format(name=note.resolved_by), "ok", "✔")
        return
    yield tag(_("Bloquante"), "bad", "■") if note.blocking else tag(_("Remarque"), "info", "✎")
    if note.said_done:
        yield tag(_("Fait, à vérifier"), "ok", "☑")


def _place(note: NoteRow) -> Iterator[Markup]:
    if note.anchor is None:
        return
    where = f" · {text(note.network)}" if note.network else ""
    if isinstance(note.anchor, Quote):
        yield Markup('<div><mark class="cv-m-note">« {} »</mark>{}</div>').format(note.anchor.exact, where)
    else:
        yield Markup('<div class="cv-soft">{}{}</div>').format(_("sur une zone d'une image"), where)
    if note.lost:
        gone = _("Passage modifié") if isinstance(note.anchor, Quote) else _("Image modifiée")
        yield tag(gone, "warn", "▲")


def _answer(answer: NoteAnswerRow) -> Markup:
    done = tag(_("Fait"), "ok", "☑") if answer.done else Markup()
    template = Markup('<div class="cv-quote">{} <span class="cv-soft">{} · {}</span> {}</div>')
    return template.format(done, answer.person, ago(answer.created_at), answer.text)


def _draw_actions(note: NoteRow) -> None:
    key = note.note_id
    if note.may_resolve:
        st.button(_("Résoudre"), key=f"resolve_{key}", on_click=resolve, args=(key, note.row_version))
    if note.may_say_done and not note.said_done:
        st.button(_("Fait"), key=f"done_{key}", on_click=say_done, args=(key,))
    if note.may_answer:
        with st.popover(_("Répondre"), key=f"answer_to_{key}"):
            st.text_area(_("Votre réponse"), key=f"answer_{key}", height=90)
            st.button(_("Envoyer la réponse"), key=f"send_answer_{key}", on_click=answer, args=(key,))


def _draw_field(actor: Actor, view: PostView) -> None:
    may_block = allows(actor, Permission.POST_REVIEW) and view.post.status in BLOCKABLE
    st.text_area(
        _("Laisser une remarque"), key="note_text", height=80, label_visibility="collapsed",
        placeholder=_("Laisser une remarque : l'auteur et le comité la lisent"),
    )  # fmt: skip
    draw_place(view.variants)
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        if may_block:
            st.checkbox(_("Bloquante : arrête l'approbation"), key="note_blocking")
        st.button(_("Ajouter la remarque"), key="note_add", on_click=add, args=(view.post.post_id,))


def add(post_id: str) -> None:
    """Leave the remark that was typed, where it was placed; a refused one stays in its fields."""
    perform(
        notes.add_note, post_id=post_id, text=st.session_state.get("note_text", ""), anchor=placed(),
        blocking=bool(st.session_state.get("note_blocking")), done=N_("Remarque ajoutée."), then=_clear,
    )  # fmt: skip


def _clear(_note: object) -> None:
    st.session_state["note_text"] = ""
    if "note_blocking" in st.session_state:
        st.session_state["note_blocking"] = False
    for key in ("note_place", "note_passage"):
        st.session_state.pop(key, None)


def resolve(note_id: str, row_version: int) -> None:
    """Close a remark."""
    perform(notes.resolve_note, note_id=note_id, row_version=row_version, done=N_("Remarque résolue."))


def answer(note_id: str) -> None:
    """Send the answer that was typed; a refused one stays in its field."""
    perform(
        notes.answer_note, note_id=note_id, text=st.session_state.get(f"answer_{note_id}", ""),
        done=N_("Réponse ajoutée."), then=lambda _row: _empty(f"answer_{note_id}"),
    )  # fmt: skip


def _empty(key: str) -> None:
    st.session_state[key] = ""


def say_done(note_id: str) -> None:
    """Say, as the author, that a remark was dealt with."""
    perform(notes.say_done, note_id=note_id, done=N_("Noté : la personne qui a laissé la remarque vérifiera."))
