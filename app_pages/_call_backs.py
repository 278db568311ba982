"""Promised contacts: promising one beside an answer, those that stand, and how each ends."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import deadline
from app_pages._page import line, perform, typed_moment
from app_pages._text import escaped
from app_pages._words import tag, text, word
from compliance import clock
from i18n import N_, _
from models.enums import ContactWay
from moderation import call_backs
from moderation.queries.rows import PromiseLine


def draw_promising(comment_id: str) -> None:
    """Draw the form of a promise to get in touch again."""
    with st.popover(_("Promettre de recontacter…")):
        st.selectbox(_("Comment"), list(ContactWay), key=f"promise_way_{comment_id}", format_func=text)
        st.text_input(_("Pour quoi (sans numéro ni adresse)"), key=f"promise_about_{comment_id}")
        tomorrow = clock.paris(clock.now() + timedelta(days=1)).replace(tzinfo=None, second=0, microsecond=0)
        st.datetime_input(_("Avant le"), tomorrow, format="DD/MM/YYYY", key=f"promise_due_{comment_id}")
        st.button(_("Promettre"), key="promise", on_click=promise, args=(comment_id,))


def promise(comment_id: str) -> None:
    """Write the promise down as it was typed; refused, it stays in the fields. A callback."""
    state = st.session_state
    due_at = typed_moment(state.get(f"promise_due_{comment_id}"))
    perform(
        call_backs.promise_contact,
        comment_id=comment_id,
        way=state.get(f"promise_way_{comment_id}", ContactWay.PHONE),
        about=state.get(f"promise_about_{comment_id}", ""),
        due_at=due_at,
        done=N_("Contact promis : cette personne reste dans la liste jusqu'à ce qu'il soit noté."),
    )


def draw_promises(promises: Sequence[PromiseLine]) -> None:
    """Draw the promises that stand for a comment, each with its two ends."""
    for one in promises:
        draw_promise_line(one)
        with st.container(horizontal=True):
            _draw_end(one, "kept", _("Contact pris…"), _("Quand, avec qui, ce qui en est sorti"), keep)
            _draw_end(one, "given_up", _("Y renoncer, parce que…"), _("Raison"), give_up)


def draw_promise_line(one: PromiseLine) -> None:
    """Draw a promise as a sentence: what, for what, by when, who promised; late ones in red."""
    said = Markup("<strong>{}</strong> : {}").format(text(one.way), escaped(one.about))
    promised = Markup('<span class="cv-soft">{}</span>').format(_("promis par {name}").format(name=one.who))
    sign = tag(_("Contact promis"), "bad" if one.late else "warn", word(one.way).icon)
    line(sign, deadline(one.due_at, opened_at=one.promised_at), said, promised, tone="bad" if one.late else "warn")


def _draw_end(one: PromiseLine, key: str, label: str, asked: str, end: Callable[[str, int], None]) -> None:
    with st.popover(label, key=f"ask_{key}_{one.id}"):
        st.text_area(asked, key=f"{key}_{one.id}", height=80)
        st.button(_("Enregistrer"), key=f"end_{key}_{one.id}", on_click=end, args=(one.id, one.row_version))


def keep(call_back_id: str, row_version: int) -> None:
    """Note that the contact was made; a callback."""
    outcome = st.session_state.get(f"kept_{call_back_id}", "")
    done = N_("Contact noté.")
    perform(call_backs.note_contact, call_back_id=call_back_id, row_version=row_version, outcome=outcome, done=done)


def give_up(call_back_id: str, row_version: int) -> None:
    """Give a promise up, with the reason; a callback."""
    reason = st.session_state.get(f"given_up_{call_back_id}", "")
    done = N_("Promesse levée, avec sa raison.")
    perform(call_backs.waive_contact, call_back_id=call_back_id, row_version=row_version, reason=reason, done=done)
