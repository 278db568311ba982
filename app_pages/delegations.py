"""Délégations: who signs in my name, and in whose name I sign; from one day to another, never passed on."""

from datetime import timedelta

import streamlit as st

from app_pages._delegation_row import draw_delegation
from app_pages._page import current_actor, empty, heading, perform, section
from app_pages._words import text
from compliance import clock
from i18n import N_, _
from models.session import reading
from workflow import delegations
from workflow.delegations import DelegationView


def draw_form(view: DelegationView) -> None:
    """Draw what a delegation needs: to whom, which role, from which day to which, for what."""
    today = clock.paris(clock.now()).date()
    names, products = dict(view.people), dict(view.products)
    with st.container(border=True, key="delegate_form"):
        left, right = st.columns(2)
        left.selectbox(_("À qui"), list(names), key="delegate", format_func=lambda each: names.get(each, ""))
        right.selectbox(_("Dans quel rôle"), view.roles, key="delegated_role", format_func=text)
        left.date_input(_("Premier jour"), value=today, format="DD/MM/YYYY", key="first_day")
        right.date_input(_("Dernier jour"), value=today + timedelta(days=7), format="DD/MM/YYYY", key="last_day")
        left.selectbox(
            _("Pour quel produit"), ["", *products], key="delegated_product",
            format_func=lambda each: products.get(each) or _("tous"),
        )  # fmt: skip
        right.selectbox(
            _("Pour quelle campagne"), ["", *view.campaigns], key="delegated_campaign",
            format_func=lambda each: each or _("toutes"),
        )  # fmt: skip
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(_("Déléguer mes signatures"), key="delegate_now", type="primary", on_click=delegate)


def delegate() -> None:
    """Give the delegation on the screen; refused, what was chosen stays."""
    chosen = st.session_state
    perform(
        delegations.delegate_role,
        delegate_id=chosen.get("delegate") or "",
        role=chosen["delegated_role"],
        first_day=chosen["first_day"],
        last_day=chosen["last_day"],
        product_id=chosen["delegated_product"] or None,
        campaign=chosen["delegated_campaign"],
        done=N_(
            "La délégation est donnée. Elle figure dans chaque signature, et vous pouvez la retirer à tout moment."
        ),
    )


actor = current_actor()
with reading() as session:
    shown = delegations.delegation_view(session, actor)
heading(
    _("Délégations"),
    _("Une personne du comité signe en votre nom pendant vos absences. Elle ne peut pas déléguer à son tour."),
)
if shown.roles and shown.people:
    draw_form(shown)
section(_("Délégations données et reçues"), str(len(shown.rows)))
for row in shown.rows:
    draw_delegation(row)
if not shown.rows:
    empty(_("Aucune délégation. Celles que vous donnez, et celles que vous recevez, s'affichent ici."))
