"""Calling the next meeting of the committee."""

from datetime import timedelta

import streamlit as st

from app_pages._page import perform, section, typed_moment
from compliance import clock
from i18n import N_, _
from workflow import meetings


def draw_call() -> None:
    """Draw the form that calls a meeting."""
    section(_("Convoquer une réunion"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        soon = clock.paris(clock.now() + timedelta(days=7)).replace(hour=14, minute=0, second=0, microsecond=0)
        st.datetime_input(
            _("Date (heure de Paris)"),
            value=soon.replace(tzinfo=None),
            format="DD/MM/YYYY",
            key="meeting_at",
            width=260,
        )
        st.text_input(_("Lieu ou lien"), key="meeting_place")
        st.button(_("Convoquer"), key="call_meeting", on_click=call)


def call() -> None:
    """Call the meeting on the screen."""
    state = st.session_state
    at = typed_moment(state["meeting_at"])
    if at is not None:
        perform(meetings.call_meeting, done=N_("Réunion convoquée."), held_at=at, place=state["meeting_place"])
