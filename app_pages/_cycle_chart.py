"""The bars of the committee's times, and the tables of what was right first time."""

from collections.abc import Iterable
from datetime import timedelta

import altair as alt
import streamlit as st

from app_pages._page import section
from app_pages._words import text
from i18n import _
from workflow.cycle_times import RightFirst, RoleTimes

WAITING, WORKING = "#b8c4cc", "#1f6f8b"


def chart(rows: Iterable[RoleTimes]) -> alt.Chart:
    """Return one bar a role, in business hours: the part that waited, and the part that was worked on."""
    waiting, working = _("attente"), _("relecture")
    kinds = [(row, kind, length) for row in rows for kind, length in ((waiting, row.waiting), (working, row.working))]
    hours = alt.X("hours:Q", title=_("heures ouvrées (médiane)"))
    scale = alt.Scale(domain=[waiting, working], range=[WAITING, WORKING])
    colour = alt.Color("kind:N", title=None, scale=scale, legend=alt.Legend(orient="top"))
    values = [{"role": text(row.role), "kind": kind, "hours": _hours(length)} for row, kind, length in kinds]
    bars: alt.Chart = (
        alt.Chart({"values": values})
        .mark_bar()
        .encode(
            x=hours,
            y=alt.Y("role:N", title=None, sort=None, axis=alt.Axis(labelLimit=220)),
            color=colour,
            tooltip=["role:N", "kind:N", "hours:Q"],
        )
        .properties(height=alt.Step(28))
    )
    return bars


def _hours(length: timedelta) -> float:
    return round(length.total_seconds() / 3600, 2)


def percent(share: float | None) -> str:
    """Return a share in words, a dash where there is none."""
    return "—" if share is None else _("{n} %").format(n=round(100 * share))


def draw_right(title: str, about: str, name: str, rows: tuple[RightFirst, ...]) -> None:
    """Draw how often texts were approved in their first round."""
    section(title, about)
    st.dataframe(
        [
            {
                name: row.name,
                _("Premiers passages"): row.first_rounds,
                _("Bons du premier coup"): percent(row.share),
                _("Renvois"): row.returned,
                _("Corrigés après renvoi"): row.mended,
            }
            for row in rows
        ],
        hide_index=True,
    )
