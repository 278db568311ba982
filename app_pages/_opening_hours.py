"""The business hours, on the page of administration: up to three shifts a day; answers are due in them."""

from datetime import time

import streamlit as st

from app_pages._page import line, perform, section
from compliance import opening_hours
from i18n import N_, _
from models.session import reading

MOST = 3


def draw_opening_hours() -> None:
    """Draw the hours that hold, and their change."""
    with reading() as session:
        shifts = opening_hours.current(session)
    section(_("Heures ouvrées"), _("du lundi au vendredi, sauf jours fériés"))
    line(" · ".join(_("de {first} à {last}").format(first=f"{a:%H:%M}", last=f"{b:%H:%M}") for a, b in shifts))
    with st.expander(_("Changer les heures ouvrées")):
        st.caption(
            _(
                "Les réponses sont dues dans ces heures, les urgences appellent alors les présents. Les délais de "
                "pharmacovigilance n'en dépendent pas. Une réponse déjà attendue garde son échéance."
            )
        )
        left, right = st.columns(2)
        for n in range(MOST):
            known: tuple[time | None, time | None] = shifts[n] if n < len(shifts) else (None, None)
            left.time_input(_("Plage {n}, de").format(n=n + 1), value=known[0], key=f"opens_{n}")
            right.time_input(_("à"), value=known[1], key=f"closes_{n}")
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(_("Fixer les heures"), key="hours_set", type="primary", on_click=save)


def save() -> None:
    """Set the hours of the form; a shift without its two hours is left out."""
    held = st.session_state
    typed = [(held.get(f"opens_{n}"), held.get(f"closes_{n}")) for n in range(MOST)]
    shifts = [(first, last) for first, last in typed if first is not None and last is not None]
    done = N_("Heures ouvrées fixées : elles valent pour ce qui arrive à partir de maintenant.")
    perform(opening_hours.set_hours, shifts=shifts, done=done)
