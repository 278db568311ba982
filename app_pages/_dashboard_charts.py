"""The dashboards' charts: volumes, times, cases, signals; numbers only."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

import altair as alt
import streamlit as st

from app_pages._words import text
from i18n import Language, _, current_language
from moderation.dashboard_sheets import SIGNAL_WORDS, TIMES
from moderation.figures import Time, Times
from moderation.queries.dashboards import Signal, Volume

BLUE, GREY, AMBER = "#1f6f8b", "#b8c4cc", "#b26a00"
MOST_BARS = 12
MOST_DAYS = 92


def draw_chart(make: Callable[..., alt.TopLevelMixin], *facts: Hashable) -> None:
    """Draw a chart of some facts. Making it takes longer than drawing it: one of the same facts is made once."""
    st.vega_lite_chart(_specification(make, facts, current_language()), width="stretch")


@lru_cache(128)
def _specification(
    make: Callable[..., alt.TopLevelMixin], facts: tuple[Hashable, ...], _language: Language
) -> dict[str, Any]:
    return make(*facts).to_dict()


def volume_chart(volumes: Sequence[Volume]) -> alt.Chart:
    """Return what was received by day, one colour a network; by week where the days are too many to tell apart."""
    weekly = len({one.day for one in volumes}) > MOST_DAYS
    received: Counter[tuple[str, str]] = Counter()
    for one in volumes:
        day = one.day - timedelta(days=one.day.weekday()) if weekly else one.day
        received[day.isoformat(), text(one.network)] += one.received
    values = [{"day": day, "network": network, "received": n} for (day, network), n in received.items()]
    by = alt.X("yearmonthdate(day):T", title=None, axis=alt.Axis(format="%d/%m"))
    bars: alt.Chart = (
        alt.Chart({"values": values})
        .mark_bar()
        .encode(
            x=by,
            y=alt.Y("sum(received):Q", title=_("reçus")),
            color=alt.Color("network:N", title=None, legend=alt.Legend(orient="top")),
            tooltip=["network:N", alt.Tooltip("sum(received):Q", title=_("reçus"))],
        )
        .properties(height=220)
    )
    return bars


def time_chart(times: Sequence[tuple[Time, Times]]) -> alt.LayerChart:
    """Return the median of each time and, as a thin line, where nine in ten stand."""
    values = [
        {
            "time": _(TIMES[what]),
            "median": one.median.total_seconds() / 3600,
            "nine": one.nine_in_ten.total_seconds() / 3600,
        }
        for what, one in times
        if one.median is not None and one.nine_in_ten is not None
    ]
    y = alt.Y("time:N", title=None, sort=None, axis=alt.Axis(labelLimit=240))
    base = alt.Chart({"values": values}).encode(y=y)
    line = base.mark_rule(color=GREY, strokeWidth=4).encode(x=alt.X("median:Q", title=_("heures")), x2="nine:Q")
    points = base.mark_point(filled=True, size=90, color=BLUE).encode(
        x="median:Q", tooltip=["time:N", "median:Q", "nine:Q"]
    )
    layered: alt.LayerChart = (line + points).properties(height=alt.Step(30))
    return layered


def count_chart(counted: Sequence[tuple[str, int]], word: Callable[[str], str]) -> alt.Chart:
    """Return the cases under each name, the most frequent first."""
    values = [{"name": word(name), "cases": n} for name, n in counted[:MOST_BARS]]
    bars: alt.Chart = (
        alt.Chart({"values": values})
        .mark_bar(color=BLUE)
        .encode(
            x=alt.X("cases:Q", title=_("cas"), axis=alt.Axis(tickMinStep=1, format="d")),
            y=alt.Y("name:N", title=None, sort=None, axis=alt.Axis(labelLimit=240)),
            tooltip=["name:N", "cases:Q"],
        )
        .properties(height=alt.Step(24))
    )
    return bars


def signal_chart(signals: Sequence[Signal]) -> alt.FacetChart:
    """Return each signal's share week by week with its exact interval; a rise stands out by colour and by shape."""
    values = [
        {
            "signal": _(SIGNAL_WORDS[one.name]),
            "week": one.monday.isoformat(),
            "share": one.count / one.total,
            "low": one.low,
            "high": one.high,
            "kind": _("hausse") if one.rises else _("stable"),
        }
        for one in signals
        if one.total
    ]
    kinds = [_("stable"), _("hausse")]
    share = alt.Axis(format="%", tickCount=4)
    base = alt.Chart().encode(x=alt.X("yearmonthdate(week):O", title=None, axis=alt.Axis(format="%d/%m", labelAngle=0)))
    bounds = base.mark_rule(color=GREY, strokeWidth=5).encode(y=alt.Y("low:Q", title=None, axis=share), y2="high:Q")
    points = base.mark_point(filled=True, size=70).encode(
        y="share:Q",
        color=alt.Color("kind:N", title=None, scale=alt.Scale(domain=kinds, range=[BLUE, AMBER])),
        shape=alt.Shape("kind:N", title=None, scale=alt.Scale(domain=kinds, range=["circle", "triangle-up"])),
        tooltip=["signal:N", "week:T", "share:Q", "low:Q", "high:Q"],
    )
    layered = alt.layer(bounds, points, data=alt.InlineData(values=values)).properties(width=300, height=110)
    facets: alt.FacetChart = layered.facet(facet=alt.Facet("signal:N", title=None), columns=2).resolve_scale(
        y="independent"
    )
    return facets
