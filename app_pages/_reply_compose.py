"""The ways to answer: a library text, a courtesy that a rule reads at once, or words of one's own for an approver."""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from markupsafe import Markup

from app_pages._keys import key_button
from app_pages._page import line, perform, show_comment
from app_pages._private import draw_copy, draw_message_length, draw_thread, is_private
from app_pages._reply_draft import keep, kept_kind, kept_topic, open_draft, wants_private
from app_pages._reply_library import SENT, draw_fields, draw_library, draw_text, given_values, title_of
from app_pages._words import badge, tag, text
from compliance.permissions import Actor
from connectors.registry import CHANNELS, capabilities_of, reply_length
from i18n import N_, _
from models.enums import ReplyKind, ReplyTopic
from models.session import reading
from moderation import approvals, replies
from moderation.answer_rules import APPROVERS, composed, private_refusal, usual_topic
from moderation.queries.comments import intent_by_id
from moderation.queries.rows import CommentView, QueueRow

ASKED = N_("Approbation demandée. La personne reste comptée ici ; la réponse part dès qu'elle est signée.")


def draw_ways(view: CommentView, actor: Actor, following: str) -> None:
    """Draw the choice of a way to answer, then that way, with what this person had typed."""
    row = view.row
    kept = open_draft(actor, row.comment_id)
    if is_private(row) and not draw_thread(row):
        draw_copy(view)
        return
    way = st.segmented_control(
        _("Répondre par"), list(ReplyKind), default=kept_kind(kept), format_func=text, key=f"way_{row.comment_id}",
        label_visibility="collapsed", on_change=keep, args=(row.comment_id,),
    )  # fmt: skip
    if not is_private(row):
        draw_place(row)
    if way is ReplyKind.COURTESY:
        draw_courtesy(row, actor, kept, following)
    elif way is ReplyKind.FREE:
        draw_free(view, kept, following)
    else:
        draw_library(view, kept, following)


def draw_place(row: QueueRow) -> None:
    """Draw the choice between public and private; where the network has no private answer, why."""
    refusal = private_refusal(capabilities_of(row.network.value))
    st.toggle(_("Réponse privée"), key=f"private_{row.comment_id}", disabled=bool(refusal), help=_(refusal) or None)
    if refusal:
        line(Markup('<span class="cv-soft">{}</span>').format(_(refusal)))


def draw_courtesy(row: QueueRow, actor: Actor, kept: Mapping[str, Any], following: str) -> None:
    """Draw the field of a courtesy, and at once what the rule finds in it."""
    typed = st.text_area(
        _("Quelques mots sans produit, nombre, lien ni santé"), kept.get("text", ""), key=f"courtesy_{row.comment_id}",
        height=100, on_change=keep, args=(row.comment_id,),
    )  # fmt: skip
    if typed.strip():
        draw_length(row, typed)
        with reading() as session:
            found = replies.courtesy_flaws(session, actor, text=typed)
        for each in found:
            line(tag(_("À retirer"), "warn", "▲"), replies.flaw_words(each), tone="warn")
        if not found:
            line(tag(_("Peut partir"), "ok", "✔"), _("La règle n'y trouve rien à faire approuver."), tone="ok")
    with st.container(horizontal=True, horizontal_alignment="right"):
        key_button(
            _("Répondre (Ctrl+Entrée)"), "Ctrl+Enter", key="send_courtesy", primary=True, on_click=send_courtesy,
            args=(row.comment_id, row.row_version, following),
        )  # fmt: skip


def send_courtesy(comment_id: str, row_version: int, following: str) -> None:
    """Answer with the courtesy that was typed; refused, it stays in the field. A callback."""
    keep(comment_id)
    perform(
        replies.answer_courtesy,
        comment_id=comment_id,
        row_version=row_version,
        text=st.session_state.get(f"courtesy_{comment_id}", ""),
        private=wants_private(comment_id),
        done=SENT,
        then=lambda _reply: show_comment(following),
    )


def draw_free(view: CommentView, kept: Mapping[str, Any], following: str) -> None:
    """Draw the fields of an answer of one's own, the locked text between them, the topic that says who approves."""
    row = view.row
    before = _area(row, "before", _("Votre réponse"), kept)
    block, names = _draw_block(view, kept)
    after = _area(row, "after", _("Suite, après le texte approuvé"), kept) if block else ""
    draw_length(row, composed(before, block, after))
    topics, intent = list(ReplyTopic), _intent(view)
    topic = st.selectbox(
        _("Sujet"), topics, topics.index(kept_topic(kept, usual_topic(intent))), key=f"topic_{row.comment_id}",
        format_func=text, on_change=keep, args=(row.comment_id,),
    )  # fmt: skip
    told = _("Approuvé par : {role}. Une question ou des mots de santé vont toujours aux affaires médicales.")
    line(badge(topic), told.format(role=text(APPROVERS[topic])))
    with st.container(horizontal=True, horizontal_alignment="right"):
        key_button(
            _("Demander l'approbation (Ctrl+Entrée)"), "Ctrl+Enter", key="submit_answer", primary=True,
            on_click=submit, args=(row.comment_id, row.row_version, names, following),
        )  # fmt: skip


def _area(row: QueueRow, name: str, label: str, kept: Mapping[str, Any]) -> str:
    key = f"{name}_{row.comment_id}"
    return st.text_area(label, str(kept.get(name, "")), key=key, height=100, on_change=keep, args=(row.comment_id,))


def _draw_block(view: CommentView, kept: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Draw the library text that may stand in the answer, locked; return it and the names of its placeholders."""
    by_id = {choice.id: choice for choice in view.suggestions}
    offered = ["", *by_id]
    first = offered.index(kept["text_id"]) if kept.get("text_id") in by_id else 0
    chosen = st.selectbox(
        _("Texte approuvé à inclure, verrouillé"), offered, first, key=f"block_{view.row.comment_id}",
        format_func=lambda key: title_of(by_id[key]) if key else _("aucun"),
        on_change=keep, args=(view.row.comment_id,),
    )  # fmt: skip
    if not chosen:
        return "", ()
    draw_text(by_id[chosen])
    return by_id[chosen].text, draw_fields(view.row.comment_id, by_id[chosen], kept)


def _intent(view: CommentView) -> str:
    with reading() as session:
        return intent_by_id(session, view.row.comment_id)


def submit(comment_id: str, row_version: int, names: tuple[str, ...], following: str) -> None:
    """Ask for the approval of what was typed; refused, it stays in the fields. A callback."""
    keep(comment_id)
    state = st.session_state
    perform(
        approvals.submit_answer,
        comment_id=comment_id,
        row_version=row_version,
        before=state.get(f"before_{comment_id}", ""),
        after=state.get(f"after_{comment_id}", ""),
        approved_text_id=state.get(f"block_{comment_id}") or None,
        given=given_values(comment_id, names),
        topic=state.get(f"topic_{comment_id}"),
        private=wants_private(comment_id),
        done=ASKED,
        then=lambda _reply: show_comment(following),
    )


def draw_length(row: QueueRow, typed: str) -> None:
    """Draw how long an answer is in the network's own count, and how long it may be."""
    if row.network.value not in CHANNELS:
        return
    if is_private(row):
        draw_message_length(row, typed)
        return
    count, limit = reply_length(row.network.value, typed)
    said = _("{count} / {limit} caractères").format(count=count, limit=limit)
    line(tag(said, "bad", "✖") if count > limit else Markup('<span class="cv-soft">{}</span>').format(said))
