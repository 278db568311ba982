"""What a product's name calls for on each network: the table, the choice, the second person's approval."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._page import line, perform, section
from app_pages._text import escaped
from app_pages._words import badge, tag, text
from compliance.permissions import Actor, Permission, allows
from connectors.registry import CHANNELS
from i18n import N_, _
from models.enums import NamedKind, NameMeasure, Network
from models.session import reading
from models.visibility import NamePolicy
from moderation import naming


def draw_policies(actor: Actor) -> None:
    """Draw what is in force, kind by kind, with its legal source; the form for whoever may choose."""
    section(_("Quand un commentaire nomme un produit"))
    with reading() as session:
        held = naming.policies(session)
    for network in [network for network in Network if network.value in CHANNELS]:
        for named in NamedKind:
            draw_kind(network, named, [p for p in held if (p.network, p.named) == (network, named)], actor)
    if allows(actor, Permission.NAME_POLICY_SET):
        draw_form()


def draw_kind(network: Network, named: NamedKind, held: list[NamePolicy], actor: Actor) -> None:
    """Draw what one network does about one kind of product, what waits for approval, and the legal source."""
    in_force = next((p for p in held if p.measure is not NameMeasure.HIDE or p.approved_by), None)
    measure = in_force.measure if in_force else naming.DEFAULT
    legal = naming.LEGAL[named]
    about = _("{source} Confiance {confidence}.").format(source=_(legal.source), confidence=_(legal.confidence))
    line(
        badge(network),
        text(named),
        badge(measure),
        escaped(in_force.reason if in_force else _("réglage d'origine")),
        Markup('<span class="cv-soft">{}</span>').format(about),
    )
    for waiting in held[:1]:
        if waiting.measure is NameMeasure.HIDE and waiting.approved_by is None:
            draw_waiting(waiting, actor)


def draw_waiting(policy: NamePolicy, actor: Actor) -> None:
    """Draw a choice that is not in force before another person approves it."""
    line(
        tag(_("Attend une seconde personne"), "warn", "◔"),
        badge(policy.measure),
        escaped(policy.reason),
        ago(policy.set_at),
        tone="warn",
    )
    if allows(actor, Permission.NAME_POLICY_APPROVE) and policy.set_by != actor.id:
        arguments = (policy.id, policy.row_version)
        st.button(_("Approuver"), key=f"approve_policy_{policy.id}", on_click=approve, args=arguments)


def approve(policy_id: str, row_version: int) -> None:
    """Approve hiding at once; a callback."""
    done = N_("Approuvé : ce qui arrive à partir de maintenant sera masqué aussitôt, preuve gelée d'abord.")
    perform(naming.approve_policy, policy_id=policy_id, row_version=row_version, done=done)


def draw_form() -> None:
    """Draw the form that changes one choice."""
    with st.popover(_("Changer…"), key="policy_form"):
        networks = [network for network in Network if network.value in CHANNELS]
        st.selectbox(_("Réseau"), networks, format_func=text, key="policy_network")
        st.selectbox(_("Quand il nomme"), list(NamedKind), format_func=text, key="policy_named")
        st.selectbox(_("Alors"), list(NameMeasure), format_func=text, key="policy_measure")
        st.text_input(_("Pourquoi"), key="policy_reason")
        st.button(_("Enregistrer"), key="policy_save", type="primary", on_click=save)


def save() -> None:
    """Write down the choice of the form; a callback."""
    state = st.session_state
    perform(
        naming.set_policy,
        done=N_("Réglage enregistré."),
        network=state["policy_network"],
        named=state["policy_named"],
        measure=state["policy_measure"],
        reason=state["policy_reason"],
    )
