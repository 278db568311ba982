"""The form that starts an emergency stop: what, why, and what it would hold back, seen before it is done."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._counts import counted
from app_pages._page import line, perform
from app_pages._words import tag, text
from compliance.permissions import Actor
from errors import InvalidInput
from i18n import N_, _
from models.enums import Network, ProductOwner, StopScope
from models.session import reading
from workflow import editing, queries, stops

SHOWN = 10
POSTED = (Network.X, Network.FACEBOOK, Network.INSTAGRAM, Network.LINKEDIN, Network.TIKTOK, Network.YOUTUBE)


def draw_form(actor: Actor) -> None:
    """Draw the choice of what stops, what that would hold back, the reason and the button."""
    scope = st.segmented_control(
        _("Ce qui s'arrête"), list(StopScope), default=StopScope.ALL, format_func=text, key="stop_scope"
    )
    target = choose_target(actor, scope or StopScope.ALL)
    draw_affected(actor, scope or StopScope.ALL, target)
    st.text_input(_("Pourquoi"), key="stop_reason", placeholder=_("Rappel de lot, alerte de l'ANSM, erreur…"))
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(_("Arrêter maintenant"), key="stop_now", type="primary", on_click=start)


def choose_target(actor: Actor, scope: StopScope) -> str:
    """Draw the list of what can be stopped in a scope; return the choice."""
    if scope is StopScope.ALL:
        return ""
    options = choices(actor, scope)
    chosen = st.selectbox(
        text(scope),
        list(options),
        format_func=options.__getitem__,
        key="stop_target",
        index=None,
        placeholder=_("À choisir"),
    )
    return chosen or ""


def choices(actor: Actor, scope: StopScope) -> dict[str, str]:
    """Return the targets of a scope with their names."""
    if scope is StopScope.NETWORK:
        return {network.value: text(network) for network in POSTED}
    with reading() as session:
        if scope is StopScope.PRODUCT:
            products = editing.editor_view(session, actor).products
            return {row.product_id: row.name for row in products if row.owner is ProductOwner.OWN}
        campaigns = sorted({row.campaign for row in queries.list_posts(session, actor) if row.campaign})
    return {campaign: campaign for campaign in campaigns}


def draw_affected(actor: Actor, scope: StopScope, target: str) -> None:
    """Say what the stop would hold back and what is live, before anything is done."""
    try:
        with reading() as session:
            rows = stops.affected(session, actor, scope=scope, target=target)
    except InvalidInput:
        return
    waiting = sum(not row.live for row in rows)
    live = len(rows) - waiting
    said = counted(waiting, N_("{n} publication programmée serait retenue"), N_("{n} publications seraient retenues"))
    told = counted(live, N_("{n} est en ligne"), N_("{n} sont en ligne"))
    line(Markup("<strong>{}</strong>").format(said), f"· {told}", tone="warn" if rows else "")
    for row in [row for row in rows if not row.live][:SHOWN]:
        line(tag(text(row.network)), f"« {row.title} »", ago(row.due_at))


def start() -> None:
    """Start the stop that the form describes."""
    state = st.session_state
    perform(
        stops.start_stop,
        done=N_("Arrêt en cours : plus rien de ce qui est choisi ne part."),
        then=lambda _stop: state.update(stop_reason=""),
        scope=state.get("stop_scope") or StopScope.ALL,
        target=state.get("stop_target") or "",
        reason=state.get("stop_reason") or "",
    )
