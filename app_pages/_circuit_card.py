"""A circuit as sentences: its version, whom it asks, turn by turn, which posts it is for, and what may be done."""

from collections.abc import Iterable, Mapping
from itertools import groupby

import streamlit as st
from markupsafe import Markup

from app_pages._circuit_form import open_card
from app_pages._clocks import ago
from app_pages._counts import counted
from app_pages._page import line, perform
from app_pages._words import tag, text
from i18n import N_, _
from models.enums import Quorum, SignatureMeaning
from workflow import circuits
from workflow.circuit_views import CircuitCard
from workflow.circuits import Conditions, StepSpec


def draw_card(card: CircuitCard, products: Mapping[str, str]) -> None:
    """Draw a circuit, and the ways to change and to close it."""
    with st.container(border=True, key=f"circuit_{card.key}"):
        line(*_head(card))
        line(Markup('<span class="cv-soft">{}</span>').format(" → ".join(turns(card.steps))))
        line(_("Pour :"), " · ".join(conditions(card.conditions, products)))
        line(Markup('<span class="cv-soft">{}</span>').format(_good_for(card.approval_days)))
        with st.container(horizontal=True, horizontal_alignment="right"):
            if card.active:
                draw_retire(card)
            label = _("Modifier") if card.active else _("Rouvrir")
            st.button(label, key=f"edit_{card.key}", on_click=open_card, args=(card,))


def _good_for(days: int) -> str:
    return counted(days, N_("Approbation valable {n} jour"), N_("Approbation valable {n} jours"))


def _head(card: CircuitCard) -> Iterable[str | Markup]:
    yield Markup("<strong>{}</strong> v{}").format(_(card.name), card.n)
    yield tag(_("ouvert"), "ok", "✔") if card.active else tag(_("fermé"), "idle", "–")
    if card.created_by:
        yield _("par {name}").format(name=card.created_by)
    yield ago(card.created_at)
    if card.running:
        yield counted(card.running, N_("· {n} relecture en cours"), N_("· {n} relectures en cours"))
    if card.running_older:
        yield counted(
            card.running_older, N_("· {n} sur une version précédente"), N_("· {n} sur des versions précédentes")
        )


def turns(steps: Iterable[StepSpec]) -> Iterable[str]:
    """Return whom a circuit asks, turn by turn; the steps of one turn are open together."""
    for _stage, together in groupby(sorted(steps, key=lambda step: step.stage), key=lambda step: step.stage):
        yield _(" et ").join(step_words(step) for step in together)


def step_words(step: StepSpec) -> str:
    """Return a step as words: the role, what more than one signature it takes, its time."""
    told = text(step.role)
    if step.meaning is SignatureMeaning.QUALIFICATION:
        told = _("qualification du pharmacien responsable")
    if step.quorum is Quorum.K_OF_N:
        told += _(" ({n} signatures)").format(n=step.needed)
    elif step.quorum is Quorum.ALL:
        told += _(" (tous)")
    unit = _("{n} h") if step.by_the_clock else _("{n} h ouvrées")
    return f"{told}, {unit.format(n=step.due_hours)}"


def conditions(found: Conditions, products: Mapping[str, str]) -> Iterable[str]:
    """Return which posts a circuit is for, condition by condition."""
    yield ", ".join(text(each) for each in found.qualifications) or _("aucune publication")
    if found.with_products is not None:
        yield _("avec un produit") if found.with_products else _("sans produit")
    if found.products:
        yield ", ".join(products.get(each, each) for each in found.products)
    if found.networks:
        yield ", ".join(text(each) for each in found.networks)
    if found.campaign:
        yield _("campagne {name}").format(name=found.campaign)
    if found.paid_partner is not None:
        yield _("partenariat rémunéré") if found.paid_partner else _("sans partenariat rémunéré")


def draw_retire(card: CircuitCard) -> None:
    """Draw the way to close a circuit for new rounds, with a reason."""
    with st.popover(_("Fermer…")):
        st.write(_("Plus aucune publication ne prendra ce circuit. Les relectures en cours continuent."))
        st.text_input(_("Raison"), key=f"why_{card.key}")
        st.button(_("Fermer le circuit"), key=f"retire_{card.key}", on_click=retire, args=(card.key,))


def retire(key: str) -> None:
    """Close the circuit for new rounds."""
    reason = st.session_state.get(f"why_{key}", "")
    perform(circuits.retire_circuit, key=key, reason=reason, done=N_("Le circuit est fermé."))
