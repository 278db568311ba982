"""The day's certificate: the sum of each account, what keeps it from holding, both signatures."""

from datetime import date

import streamlit as st
from markupsafe import Markup

from app_pages._handoff_statement import draw_statement
from app_pages._page import line, parameter, section
from compliance import clock
from compliance.permissions import Actor
from i18n import _
from models.enums import StatementKind
from models.session import reading
from moderation import statements
from moderation.day_certificate import NUMBERS, reserves
from moderation.statement_document import identity


def day() -> date:
    """Return the day in the address, today where there is none that can be read."""
    today = clock.paris(clock.now()).date()
    try:
        return min(date.fromisoformat(parameter("le")), today)
    except ValueError:
        return today


def choose() -> None:
    """Put the chosen day into the address; a callback."""
    if wanted := st.session_state.get("handoff_day"):
        st.query_params["le"] = wanted.isoformat()


def draw_day(actor: Actor) -> None:
    """Draw a day's sums, its reserves, its signatures."""
    chosen = day()
    today = clock.paris(clock.now()).date()
    st.date_input(_("Jour"), chosen, key="handoff_day", format="DD/MM/YYYY", max_value=today, on_change=choose)
    with reading() as session:
        view = statements.statement_view(
            session, actor, kind=StatementKind.DAY_CERTIFICATE, first_day=chosen, last_day=chosen
        )
    section(_("Comptes du jour"), f"{chosen:%d/%m/%Y}")
    line(Markup("<strong>{}</strong>").format(identity(view.content["total"])), tone="bad" if view.missing else "ok")
    for one in view.content["accounts"]:
        holds = one["received"] == sum(one[name] for name in NUMBERS[1:]) and not one["unscreened"]
        if one["received"]:
            name = Markup("<strong>{}</strong>").format(one["account"])
            line(name, identity(one), tone="ok" if holds else "bad")
    for sentence in reserves(view.content):
        line(Markup('<span class="cv-soft">{}</span>').format(sentence))
    draw_statement(view)
