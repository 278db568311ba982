"""Calling the next meeting of the committee."""

from datetime import datetime, timedelta

import streamlit as st

from app_pages._page import perform, section, typed_moment
from compliance import clock
from compliance.business_hours import is_business_day
from i18n import N_, _
from workflow import meetings


def draw_call() -> None:
    """Draw the form that calls a meeting."""
    section(_("Convoquer une réunion"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        soon = next_week()
        st.datetime_input(
            _("Date (heure de Paris)"),
            value=soon.replace(tzinfo=None),
            format="DD/MM/YYYY",
            key="meeting_at",
            width=260,
        )
        st.text_input(_("Lieu ou lien"), key="meeting_place")
        st.button(_("Convoquer"), key="call_meeting", on_click=call)


def next_week() -> datetime:
    """Return two in the afternoon, in Paris, on the first business day from a week on."""
    soon = clock.paris(clock.now() + timedelta(days=7)).replace(hour=14, minute=0, second=0, microsecond=0)
    while not is_business_day(soon.date()):
        soon += timedelta(days=1)
    return soon


def call() -> None:
    """Call the meeting on the screen."""
    state = st.session_state
    at = typed_moment(state["meeting_at"])
    if at is not None:
        perform(meetings.call_meeting, done=N_("Réunion convoquée."), held_at=at, place=state["meeting_place"])
