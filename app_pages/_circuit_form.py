"""The editor of a circuit: its conditions, its steps, which posts it would take, and saving as a version.

What is typed lives in the fields of the page; which steps stand is remembered for the visit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from app_pages._counts import counted
from app_pages._page import empty, line, perform, section, visit
from app_pages._words import badge, tag, text
from compliance.permissions import Actor
from errors import AppError
from i18n import N_, _
from models.base import new_id
from models.enums import Network, Qualification, Quorum, Role, SignatureMeaning
from models.session import reading
from workflow import circuit_views
from workflow.circuit_views import CircuitCard, CircuitsView
from workflow.circuits import MEANING_OF_ROLE, Conditions, StepSpec, check_steps
from workflow.expiry import DEFAULT_DAYS, MOST_DAYS

DRAFT = "circuit"
POSTED = [network for network in Network if network not in {Network.PHONE, Network.EMAIL, Network.FILE}]
EITHER = {None: N_("peu importe"), True: N_("oui"), False: N_("non")}
EMPTY = Conditions(())
FIRST = StepSpec(1, Role.COMMUNICATIONS, 8)


@dataclass
class Draft:
    """A circuit that is being edited: which one, on which version it rests, and its steps by an id of their own."""

    key: str
    n: int
    steps: list[str] = field(default_factory=list)


def open_new() -> None:
    """Open the editor on an empty circuit."""
    _open(Draft("", 0), "", EMPTY, (FIRST,), DEFAULT_DAYS)


def open_card(card: CircuitCard) -> None:
    """Open the editor on the newest version of a circuit."""
    _open(Draft(card.key, card.n), card.name, card.conditions, card.steps, card.approval_days)


def _open(draft: Draft, name: str, conditions: Conditions, steps: tuple[StepSpec, ...], days: int) -> None:
    state = st.session_state
    state["circuit_days"] = days
    state["circuit_name"] = name
    state["circuit_qualifications"] = list(conditions.qualifications)
    state["circuit_with_products"] = conditions.with_products
    state["circuit_products"] = list(conditions.products)
    state["circuit_networks"] = list(conditions.networks)
    state["circuit_campaign"] = conditions.campaign
    state["circuit_paid"] = conditions.paid_partner
    for step in steps:
        _add(draft, step)
    visit()[DRAFT] = draft


def _add(draft: Draft, step: StepSpec) -> None:
    uid = new_id()
    draft.steps.append(uid)
    values = {
        "stage": step.stage,
        "role": step.role,
        "quorum": step.quorum,
        "needed": step.needed or 2,
        "hours": step.due_hours,
        "clock": step.by_the_clock,
        "qualifies": step.meaning is SignatureMeaning.QUALIFICATION,
    }
    for name, value in values.items():
        st.session_state[f"{name}_{uid}"] = value


def add_step() -> None:
    """Add a step after the last one."""
    draft: Draft = visit()[DRAFT]
    last = max((st.session_state[f"stage_{uid}"] for uid in draft.steps), default=0)
    _add(draft, StepSpec(last + 1, Role.COMMUNICATIONS, 8))


def remove_step(uid: str) -> None:
    """Take a step out of the draft."""
    visit()[DRAFT].steps.remove(uid)


def close() -> None:
    """Close the editor; nothing is saved."""
    visit().pop(DRAFT, None)


def draw_form(actor: Actor, view: CircuitsView) -> None:
    """Draw the editor: conditions, steps, preview, and saving."""
    draft: Draft = visit()[DRAFT]
    with st.container(border=True, key="circuit_form"):
        section(_("Nouveau circuit") if not draft.n else _("Version {n}").format(n=draft.n + 1))
        st.text_input(_("Nom du circuit"), key="circuit_name")
        draw_conditions(view)
        section(_("Étapes"), _("même numéro : en parallèle"))
        for uid in list(draft.steps):
            draw_step(uid)
        st.button(_("Ajouter une étape"), key="add_step", on_click=add_step)
        draw_preview(actor, draft, view.holders)
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(_("Fermer sans enregistrer"), key="close_circuit", on_click=close)
            st.button(_("Enregistrer"), key="save_circuit", type="primary", on_click=save)


def draw_conditions(view: CircuitsView) -> None:
    """Draw which posts the circuit is for."""
    products = dict(view.products)
    campaigns = sorted({"", *view.campaigns, st.session_state.get("circuit_campaign", "")})
    left, right = st.columns(2)
    left.multiselect(_("Qualifications"), list(Qualification), key="circuit_qualifications", format_func=text)
    right.selectbox(_("Cite un produit"), [*EITHER], key="circuit_with_products", format_func=_either)
    left.multiselect(_("Produits (un au moins)"), [*products], key="circuit_products", format_func=_named(products))
    right.multiselect(_("Réseaux (un au moins)"), POSTED, key="circuit_networks", format_func=text)
    left.selectbox(_("Campagne"), campaigns, key="circuit_campaign", format_func=lambda each: each or _("toutes"))
    left.number_input(_("Approbation valable (jours)"), min_value=1, max_value=MOST_DAYS, key="circuit_days")
    right.selectbox(_("Partenariat rémunéré"), [*EITHER], key="circuit_paid", format_func=_either)


def _either(value: bool | None) -> str:
    return _(EITHER[value])


def _named(names: Mapping[str, str]) -> Callable[[str], str]:
    return lambda key: names.get(key, key)


def draw_step(uid: str) -> None:
    """Draw one step: its turn, role, quorum, time."""
    state = st.session_state
    with st.container(border=True, key=f"circuit_step_{uid}"):
        turn, role, quorum, hours = st.columns([1, 3, 3, 2])
        turn.number_input(_("Ordre"), min_value=0, max_value=20, key=f"stage_{uid}")
        role.selectbox(_("Rôle"), [*MEANING_OF_ROLE], key=f"role_{uid}", format_func=text)
        quorum.selectbox(_("Signatures"), list(Quorum), key=f"quorum_{uid}", format_func=text)
        hours.number_input(_("Délai (heures)"), min_value=1, max_value=400, key=f"hours_{uid}")
        with st.container(horizontal=True, vertical_alignment="center"):
            if state[f"quorum_{uid}"] is Quorum.K_OF_N:
                state.setdefault(f"needed_{uid}", 2)
                st.number_input(_("Combien de personnes"), min_value=1, max_value=20, key=f"needed_{uid}", width=180)
            if state[f"role_{uid}"] is Role.RESPONSIBLE_PHARMACIST:
                state.setdefault(f"qualifies_{uid}", False)
                st.toggle(_("Signe la qualification promotionnelle"), key=f"qualifies_{uid}")
            st.toggle(_("Délai jour et nuit"), key=f"clock_{uid}")
            st.button(_("Retirer l'étape"), key=f"remove_{uid}", on_click=remove_step, args=(uid,))


def typed(draft: Draft) -> dict[str, Any]:
    """Return the circuit on the screen, as the use cases take it."""
    state = st.session_state
    return {
        "key": draft.key,
        "name": state["circuit_name"],
        "steps": tuple(_step(uid) for uid in draft.steps),
        "conditions": Conditions(
            qualifications=tuple(state["circuit_qualifications"]),
            with_products=state["circuit_with_products"],
            products=tuple(state["circuit_products"]),
            networks=tuple(state["circuit_networks"]),
            campaign=state["circuit_campaign"] or "",
            paid_partner=state["circuit_paid"],
        ),
    }


def _step(uid: str) -> StepSpec:
    state = st.session_state
    role, quorum = state[f"role_{uid}"], state[f"quorum_{uid}"]
    qualifies = role is Role.RESPONSIBLE_PHARMACIST and state.get(f"qualifies_{uid}", False)
    return StepSpec(
        stage=int(state[f"stage_{uid}"]),
        role=role,
        due_hours=int(state[f"hours_{uid}"]),
        quorum=quorum,
        meaning=SignatureMeaning.QUALIFICATION if qualifies else MEANING_OF_ROLE[role],
        by_the_clock=bool(state[f"clock_{uid}"]),
        needed=int(state.get(f"needed_{uid}", 2)) if quorum is Quorum.K_OF_N else None,
    )


def draw_preview(actor: Actor, draft: Draft, holders: Mapping[Role, int]) -> None:
    """Draw which posts on their way would take the circuit; or why it cannot be saved so."""
    section(_("Si vous l'enregistrez"))
    fields = typed(draft)
    try:
        check_steps(fields["steps"], fields["conditions"])
    except AppError as error:
        line(tag(_("À corriger"), "warn", "▲"), str(error), tone="warn")
        return
    for role in circuit_views.short_of_people(fields["steps"], holders):
        few = _("Trop peu de personnes tiennent ce rôle : l'étape ne se fermerait pas.")
        line(tag(text(role), "warn", "▲"), few, tone="warn")
    with reading() as session:
        rows = circuit_views.preview(session, actor, **fields)
    if not rows:
        empty(_("Aucune publication en cours d'écriture ou de relecture ne le prendrait à sa prochaine soumission."))
        return
    line(counted(len(rows), N_("{n} publication le prendrait :"), N_("{n} publications le prendraient :")))
    for row in rows[:20]:
        now = _("aujourd'hui : {circuit}").format(circuit=_(row.now) if row.now else _("aucun circuit"))
        name = f"« {row.title} »" if row.title else f"…{row.post_id[-6:]}"
        line(badge(row.status), name, text(row.qualification), now)


def save() -> None:
    """Save the circuit on the screen as its next version; refused, everything typed stays."""
    draft: Draft = visit()[DRAFT]
    perform(
        circuit_views.save_circuit,
        **typed(draft),
        seen_n=draft.n,
        approval_days=int(st.session_state["circuit_days"]),
        then=lambda _circuit: close(),
        done=N_("Le circuit est enregistré. Les prochaines soumissions le suivent ; les relectures en cours, non."),
    )
