"""Leaving a comment to others: one key for the reason that was given last, another for the list of reasons."""

import streamlit as st
from markupsafe import Markup

from app_pages._keys import key_button
from app_pages._page import line, perform, say, show_comment
from app_pages._words import tag, text
from i18n import _
from models.enums import SkipReason
from moderation import skipping
from moderation.queries.routes import SkipLine

USUAL = "_skip_reason"
CHOOSING = "_skip_choosing"


def skip(comment_id: str, seen: int, following: str, reason: SkipReason) -> None:
    """Leave the comment to others, and show the following one; a callback."""
    st.session_state[USUAL] = reason
    st.session_state.pop(CHOOSING, None)
    perform(
        skipping.skip,
        comment_id=comment_id,
        revision_n=seen,
        reason=reason,
        then=lambda _nothing: _move_on(following, reason),
    )


def _move_on(following: str, reason: SkipReason) -> None:
    told = _("Passé : {reason}. Il reste dans la file des autres, et vous revient si son texte change.")
    say("info", told.format(reason=text(reason)))
    show_comment(following)


def choose(comment_id: str) -> None:
    """Show the reasons, or hide them; a callback."""
    chosen = st.session_state.pop(CHOOSING, None)
    if chosen != comment_id:
        st.session_state[CHOOSING] = comment_id


def is_choosing(comment_id: str) -> bool:
    """Say whether the reasons are shown: then the number keys are theirs."""
    return st.session_state.get(CHOOSING) == comment_id


def draw_skip(comment_id: str, seen: int, following: str) -> None:
    """Draw the way to leave a comment to others."""
    usual = st.session_state.get(USUAL, SkipReason.NEEDS_COLLEAGUE)
    with st.container(horizontal=True, key="skip_row"):
        label = _("Passer : {reason}").format(reason=text(usual))
        key_button(label, "Right", key="skip", on_click=skip, args=(comment_id, seen, following, usual))
        key_button(_("Autre raison…"), "Shift+Right", key="skip_other", on_click=choose, args=(comment_id,))
    if is_choosing(comment_id):
        with st.container(horizontal=True, key="skip_reasons"):
            for n, reason in enumerate(SkipReason, start=1):
                key_button(
                    text(reason), str(n), key=f"skip_{reason}", on_click=skip,
                    args=(comment_id, seen, following, reason),
                )  # fmt: skip


def draw_skips(skips: tuple[SkipLine, ...]) -> None:
    """Draw who left this version to the others, and why."""
    if skips:
        who = Markup(" · ").join(tag(f"{one.who} : {text(one.reason)}", "idle", "↷") for one in skips)
        line(Markup("<strong>{}</strong>").format(_("Passé par :")), who)
