"""Answering with a library text: the best first with the reasons, its placeholders, all the rest of it locked."""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from markupsafe import Markup

from app_pages._keys import key_button
from app_pages._page import empty, line, parameter, perform, show_comment
from app_pages._reply_draft import keep, wants_private
from app_pages._text import Mark, Span, draw
from app_pages._words import badge, tag
from i18n import N_, _
from moderation import replies
from moderation.placeholders import FIELD
from moderation.queries.rows import CommentView, TextChoice
from moderation.suggesting import Reason

SENT = N_("Réponse en cours d'envoi. La personne reste comptée ici jusqu'à ce que le réseau confirme.")


def send(comment_id: str, row_version: int, text_id: str, names: tuple[str, ...], following: str) -> None:
    """Answer with an approved text, its placeholders as they were filled in; a callback."""
    perform(
        replies.answer,
        comment_id=comment_id,
        row_version=row_version,
        approved_text_id=text_id,
        given=given_values(comment_id, names),
        private=wants_private(comment_id),
        done=SENT,
        then=lambda _reply: show_comment(following),
    )


def given_values(comment_id: str, names: tuple[str, ...]) -> dict[str, str]:
    """Return what stands in the fields of the placeholders."""
    return {name: (st.session_state.get(f"given_{comment_id}_{name}") or "").strip() for name in names}


def draw_library(view: CommentView, kept: Mapping[str, Any], following: str) -> None:
    """Draw the choice of a library text, the text, its placeholders, and the button."""
    row = view.row
    if row.emergency and not any(Reason.EMERGENCY in choice.reasons for choice in view.suggestions):
        told = _("Aucun texte d'urgence n'est approuvé. Donnez les numéros ci-dessus à la personne par un autre moyen.")
        line(tag(_("URGENCE"), "bad", "!"), told, tone="bad")
    if not view.suggestions:
        empty(
            _(
                "Aucun texte approuvé ne peut être envoyé aujourd'hui. Demandez-en un au comité, ou classez sans "
                "réponse avec une raison."
            )
        )
        return
    chosen = draw_choice(view, kept, f"text_{row.comment_id}")
    if chosen is None:
        line(_("Aucun texte n'est fait pour ce commentaire : choisissez-en un dans la liste."), tone="warn")
        return
    draw_text(chosen)
    names = draw_fields(row.comment_id, chosen, kept)
    with st.container(horizontal=True, horizontal_alignment="right"):
        key_button(
            _("Répondre (Ctrl+Entrée)"), "Ctrl+Enter", key="send", primary=True, on_click=send,
            args=(row.comment_id, row.row_version, chosen.id, names, following),
        )  # fmt: skip


def draw_choice(view: CommentView, kept: Mapping[str, Any], key: str) -> TextChoice | None:
    """Draw the list of library texts, the best first; return the one that stands there."""
    by_id = {choice.id: choice for choice in view.suggestions}
    best = next((choice.id for choice in view.suggestions if choice.fits), None)
    asked = next((one for one in (parameter("texte"), kept.get("text_id")) if one in by_id), None)
    first = asked or best
    chosen = st.selectbox(
        _("Texte approuvé"), list(by_id), list(by_id).index(first) if first else None, key=key,
        format_func=lambda each: title_of(by_id[each]), placeholder=_("Choisir un texte approuvé"),
        on_change=keep, args=(view.row.comment_id,),
    )  # fmt: skip
    return by_id.get(chosen or "")


def draw_text(chosen: TextChoice) -> None:
    """Draw a library text as it leaves, its placeholders marked; why it stands here, and until when it is approved."""
    spans = [Span(found.start(), found.end(), Mark.NOTE, _("à remplir")) for found in FIELD.finditer(chosen.text)]
    draw(chosen.text, spans)
    parts: list[Markup] = [badge(reason) for reason in chosen.reasons]
    if chosen.valid_until:
        until = _("approuvé jusqu'au {day}").format(day=f"{chosen.valid_until:%d/%m/%Y}")
        parts.append(Markup('<span class="cv-soft">{}</span>').format(until))
    line(*parts)


def draw_fields(comment_id: str, chosen: TextChoice, kept: Mapping[str, Any]) -> tuple[str, ...]:
    """Draw a field for each placeholder: a list where values are fixed; return their names."""
    given = kept.get("given") or {}
    for name, values in chosen.fields:
        key = f"given_{comment_id}_{name}"
        if values:
            at = values.index(given[name]) if given.get(name) in values else None
            st.selectbox(name, values, at, key=key, on_change=keep, args=(comment_id,))
        else:
            st.text_input(name, given.get(name, ""), key=key, on_change=keep, args=(comment_id,))
    return tuple(name for name, _values in chosen.fields)


def title_of(choice: TextChoice) -> str:
    """Return an approved text's title, its language, and whether it is made for this kind of comment."""
    fitting = _("{title} ({language}) · convient").format(title=choice.title, language=choice.language.upper())
    return fitting if choice.fits else f"{choice.title} ({choice.language.upper()})"
