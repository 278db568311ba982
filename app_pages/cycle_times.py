"""Délais: how long texts wait and are worked on, whose are right first time, which rule sends most back."""

from datetime import timedelta

import streamlit as st

from app_pages._clocks import duration
from app_pages._counts import counted
from app_pages._cycle_chart import chart, draw_right, percent
from app_pages._page import current_actor, empty, heading
from app_pages._words import text
from compliance import clock
from i18n import N_, _
from models.session import reading
from workflow.cycle_times import RoleTimes
from workflow.measuring import CycleView, cycle_view

PERIODS = {30: N_("30 jours"), 90: N_("3 mois"), 365: N_("12 mois")}


def draw_roles(rows: tuple[RoleTimes, ...]) -> None:
    """Draw the times of each role: a chart of the medians, then the figures."""
    if any(row.waiting or row.working for row in rows):
        st.altair_chart(chart(rows), width="stretch")
    st.dataframe(
        [
            {
                _("Étape"): text(row.role),
                _("Décisions"): row.steps,
                _("Attente (médiane)"): duration(row.waiting) if row.waiting else _("aucune"),
                _("Relecture (médiane)"): duration(row.working) if row.working else "—",
                _("9 sur 10 en moins de"): duration(row.nine_in_ten),
                _("En retard"): percent(row.late),
            }
            for row in rows
        ],
        hide_index=True,
    )


def draw(view: CycleView) -> None:
    """Draw the page's three tables."""
    if view.roles:
        draw_roles(view.roles)
    if view.authors:
        draw_right(_("Bon du premier coup, par auteur"), "", _("Auteur"), view.authors)
    if view.rules:
        about = _("la règle qui fait le plus corriger en tête")
        draw_right(_("Bon du premier coup, par règle"), about, _("Règle"), view.rules)


actor = current_actor()
heading(_("Délais"), _("Heures ouvrées, de l'ouverture d'une étape à la décision : attente, puis relecture."))
days = st.segmented_control(
    _("Période"), list(PERIODS), default=90, format_func=lambda n: _(PERIODS[n]), key="periode", bind="query-params"
)
with reading() as session:
    view = cycle_view(session, actor, since=clock.now() - timedelta(days=days or 90))
st.caption(counted(view.rounds, N_("{n} tour clos sur la période"), N_("{n} tours clos sur la période")))
draw(view)
if not view.roles:
    empty(_("Aucune étape n'a été décidée sur la période. Les délais se lisent ici dès la première signature."))
