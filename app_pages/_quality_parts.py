"""The month's figures on the screen: the sentence, the curve, the sample behind it, readers and networks."""

from collections.abc import Sequence
from datetime import date

import altair as alt
import streamlit as st
from markupsafe import Markup

from app_pages._dashboard_charts import draw_chart
from app_pages._page import empty, line, parameter, section
from app_pages._words import text
from compliance import clock
from i18n import N_, _
from moderation.deadlines import months_after, paris_day
from moderation.quality_report import STRATA, agreed, percent, sentence
from moderation.queries.quality import QualityView
from moderation.recall import Recall

MONTHS = 12
CASE = N_("un cas")


def chosen_month() -> date:
    """Draw the choice of the month, kept in the address (`?mois=2026-11`); return its first day."""
    this_month = paris_day(clock.now()).replace(day=1)
    months = [months_after(this_month, -back) for back in range(MONTHS)]
    asked = next((month for month in months if f"{month:%Y-%m}" == parameter("mois")), months[0])
    chosen: date = st.selectbox(
        _("Mois"), months, index=months.index(asked), format_func=lambda month: f"{month:%m/%Y}", key="month", width=160
    )
    if chosen != asked:
        st.query_params["mois"] = f"{chosen:%Y-%m}"
    return chosen


def draw_recall(view: QualityView, curve: list[tuple[date, Recall]]) -> None:
    """Draw recall in a sentence, month by month, and the sample behind it."""
    line(Markup("<strong>{}</strong>").format(sentence(view.recall)), tone="info")
    if len(curve) > 1:
        draw_chart(recall_chart, tuple(curve))
    rows = [
        {
            _("Strate"): _(STRATA[one.name]),
            _("Classés"): one.population,
            _("Relus"): one.read,
            _("Cas trouvés"): one.found,
            _("En attente"): one.pending,
        }
        for one in view.strata
    ]
    st.dataframe(rows, hide_index=True)
    told = _("{caught} cas signalés par la détection, {found} retrouvés à la relecture, {most} manqués au plus (95 %).")
    st.caption(told.format(caught=view.recall.caught, found=view.recall.found, most=view.recall.most_missed))


def recall_chart(curve: Sequence[tuple[date, Recall]]) -> alt.LayerChart:
    """Return recall with its interval, month by month."""
    values = [
        {"month": f"{month:%Y-%m}", "low": found.low, "point": found.point, "high": found.high}
        for month, found in curve
        if found.point is not None
    ]
    share = alt.Axis(format="%")
    base = alt.Chart({"values": values}).encode(x=alt.X("month:O", title=None))
    bounds = base.mark_rule(color="#b8c4cc", strokeWidth=6).encode(
        y=alt.Y("low:Q", title=_("rappel"), axis=share, scale=alt.Scale(domain=[0, 1])), y2="high:Q"
    )
    points = base.mark_point(filled=True, size=80, color="#1f6f8b").encode(
        y="point:Q", tooltip=["month:O", "low:Q", "point:Q", "high:Q"]
    )
    layered: alt.LayerChart = (bounds + points).properties(height=220)
    return layered


def draw_reading(view: QualityView) -> None:
    """Draw how readers agree, by reason, by person, and what each network's flags do."""
    section(_("Lecture"))
    line(agreed(view.agreement))
    if view.witnesses_laid:
        told = _("Témoins suspects : {seen} repérés sur {laid} lus.")
        line(told.format(seen=view.witnesses_laid - view.witnesses_missed, laid=view.witnesses_laid))
    if view.reasons:
        st.dataframe(
            [
                {
                    _("Première décision"): text(one.reason) if one.reason else _(CASE),
                    _("Relues"): one.read,
                    _("Même décision"): percent(one.same / one.read, 0),
                }
                for one in view.reasons
            ],
            hide_index=True,
        )
    _draw_drift(view)


def _draw_drift(view: QualityView) -> None:
    people = [
        {
            _("Personne"): one.name,
            _("Décisions"): one.decisions,
            _("Dont cas"): one.cases,
            _("Dérive"): _sign(one.drifts),
        }
        for one in view.readers
    ]
    networks = [
        {_("Réseau"): text(one.network), _("Reçus"): one.received, _("Signalés"): one.flagged,
         _("Dérive"): _sign(one.drifts)}
        for one in view.networks
    ]  # fmt: skip
    left, right = st.columns(2)
    with left:
        st.dataframe(people, hide_index=True) if people else empty(_("Personne n'a décidé ce mois-ci."))
    with right:
        st.dataframe(networks, hide_index=True) if networks else empty(_("Rien n'a été reçu ce mois-ci."))


def _sign(drifts: bool) -> str:
    return _("▲ a changé") if drifts else _("stable")
