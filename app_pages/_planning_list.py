"""The posts of the calendar as sentences, each with the way to it and the way to move it."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st
from babel.dates import format_date
from markupsafe import Markup

from app_pages._expiry import expiry_tag
from app_pages._page import empty, go, line, perform, section, typed_moment
from app_pages._text import titled
from app_pages._words import badge, tag, text
from compliance import clock
from i18n import N_, _, current_language
from models.enums import PostStatus
from workflow import planning
from workflow.planning import Day, Entry, Lapse


def draw_list(days: Sequence[Day]) -> None:
    """Draw the days that hold something, in order."""
    busy = [day for day in days if day.entries or day.lapses]
    section(_("Jour par jour"), "")
    if not busy:
        empty(_("Rien n'est prévu sur cette période. Une publication y paraît dès que sa date est choisie."))
    for day in busy:
        named = format_date(day.day, "EEEE d MMMM", locale=current_language().value)
        line(Markup("<strong>{}</strong>").format(named))
        for entry in day.entries:
            draw_entry(entry)
        for lapse in day.lapses:
            draw_lapse(lapse)


def draw_lapse(lapse: Lapse) -> None:
    """Draw the end of an approval."""
    ends = _("L'approbation de « {title} » prend fin").format(title=lapse.title)
    line(f"{clock.paris(lapse.at):%H:%M}", tag(_("fin d'approbation"), "warn", "⌛"), ends)


def draw_entry(entry: Entry) -> None:
    """Draw a post of the day."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"entry_{_name(entry)}"):
        line(
            f"{clock.paris(entry.at):%H:%M}",
            badge(entry.repetition or entry.status),
            tag(_("répétition"), "info", "↻") if entry.repetition else expiry_tag(entry.expiry),
            titled(entry.title),
            "· " + (" · ".join(map(text, entry.networks)) or _("aucun compte")),
        )
        st.button(_("Ouvrir"), key=f"open_{_name(entry)}", on_click=go, args=("review.py",),
                  kwargs={"post": entry.post_id})  # fmt: skip
        if entry.movable:
            draw_move(entry)


def _name(entry: Entry) -> str:
    """Return what tells an entry from the other ones of its post."""
    return f"{entry.post_id}_{entry.at:%Y%m%d%H%M}" if entry.repetition else entry.post_id


def draw_move(entry: Entry) -> None:
    """Draw the form that moves a post to another moment."""
    with st.popover(_("Déplacer"), key=f"move_{entry.post_id}"):
        if entry.status is PostStatus.SCHEDULED:
            st.write(_("Les règles sont relues à la nouvelle date ; les signatures restent valables."))
        here = clock.paris(entry.at).replace(tzinfo=None)
        st.datetime_input(
            _("Nouvelle date (heure de Paris)"), value=here, format="DD/MM/YYYY", key=f"to_{entry.post_id}"
        )
        st.button(
            _("Déplacer à cette date"), key=f"moved_{entry.post_id}", type="primary", on_click=move,
            args=(entry.post_id, entry.row_version),
        )  # fmt: skip


def move(post_id: str, row_version: int) -> None:
    """Move the post to the moment on the screen."""
    typed: datetime | None = st.session_state.get(f"to_{post_id}")
    at = typed_moment(typed)
    if at is not None:
        perform(planning.move, done=N_("Date déplacée."), post_id=post_id, row_version=row_version, at=at)
