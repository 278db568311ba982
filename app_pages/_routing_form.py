"""Changing the rules of routing on the screen: a draft of the whole set, tried, then proposed to vigilance."""

import streamlit as st

from app_pages._page import line, perform, section, visit
from app_pages._words import tag, text
from i18n import N_, _
from models.enums import Intent, ProductFacet, RoutedQueue, Situation
from moderation import routing_rules
from moderation.explanation import SITUATIONS
from moderation.queues import RoutingRule

DRAFT, TRIED = "routing_draft", "routing_tried"
FIELDS = ("id", "queue", "why", "intents", "situations", "products", "words")
EVENT = N_("effet indésirable")


def say_situation(value: str) -> str:
    """Return a situation in words."""
    return _(SITUATIONS.get(value, EVENT))


def say_rule(rule: RoutingRule) -> str:
    """Return the conditions of a rule in one sentence."""
    parts = (
        (_("intention : {any}"), [text(Intent(value)) for value in rule.intents]),
        (_("situation : {any}"), [say_situation(value) for value in rule.situations]),
        (_("produit : {any}"), [text(ProductFacet(value)) for value in rule.products]),
        (_("mots : {any}"), list(rule.words)),
    )
    return _(" et ").join(said.format(any=_(" ou ").join(values)) for said, values in parts if values)


def draw_rules(rules: tuple[RoutingRule, ...]) -> None:
    """Draw rules, one a row: where to, because of what, when."""
    st.dataframe(
        [
            {_("Règle"): rule.id, _("File"): text(rule.queue), _("Parce que"): _(rule.why), _("Quand"): say_rule(rule)}
            for rule in rules
        ],
        hide_index=True,
    )


def draw_form(in_force: tuple[RoutingRule, ...]) -> None:
    """Draw the draft of the next set: a rule to add, replace or take out, a trial, and the proposal."""
    draft: tuple[RoutingRule, ...] = visit().get(DRAFT, in_force)
    with st.expander(_("Changer les règles"), expanded=DRAFT in visit()):
        if draft != in_force:
            draw_rules(draft)
        names = [rule.id for rule in draft]
        st.selectbox(
            _("Règle à reprendre"), names, index=None, key="rule_pick", placeholder=_("Nouvelle règle"),
            on_change=fill, args=(draft,),
        )  # fmt: skip
        _draw_fields()
        with st.container(horizontal=True):
            st.button(_("Mettre cette règle dans le projet"), key="rule_put", on_click=put, args=(draft,))
            st.button(_("Retirer la règle reprise"), key="rule_drop", on_click=drop, args=(draft,))
            st.button(_("Essayer sur les derniers commentaires"), key="rule_try", on_click=try_out, args=(draft,))
        _draw_tried()
        st.text_input(_("Pourquoi les règles changent"), key="rules_reason")
        st.button(_("Proposer ces règles"), key="rules_propose", type="primary", on_click=propose, args=(draft,))


def _draw_fields() -> None:
    st.text_input(_("Nom de la règle"), key="rule_id")
    st.selectbox(_("File"), list(RoutedQueue), key="rule_queue", format_func=text)
    st.text_input(_("Parce que… (phrase montrée sur le commentaire)"), key="rule_why")
    st.multiselect(_("Intention"), [one.value for one in Intent], key="rule_intents",
                   format_func=lambda value: text(Intent(value)))  # fmt: skip
    st.multiselect(_("Situation"), [one.value for one in Situation], key="rule_situations", format_func=say_situation)
    st.multiselect(_("Produit"), [one.value for one in ProductFacet], key="rule_products",
                   format_func=lambda value: text(ProductFacet(value)))  # fmt: skip
    st.text_input(_("Mots ou expressions, séparés par des virgules"), key="rule_words")


def fill(draft: tuple[RoutingRule, ...]) -> None:
    """Put a rule into the fields; a callback."""
    rule = next((rule for rule in draft if rule.id == st.session_state["rule_pick"]), None)
    if rule:
        for name in ("id", "queue", "why"):
            st.session_state[f"rule_{name}"] = getattr(rule, name)
        for name in ("intents", "situations", "products"):
            st.session_state[f"rule_{name}"] = list(getattr(rule, name))
        st.session_state["rule_words"] = ", ".join(rule.words)


def put(draft: tuple[RoutingRule, ...]) -> None:
    """Add the rule of the fields to the draft, or put it in place of the one of its name; a callback."""
    state = {name: st.session_state[f"rule_{name}"] for name in FIELDS}
    words = tuple(word.strip() for word in state["words"].split(",") if word.strip())
    lists = {name: tuple(state[name]) for name in ("intents", "situations", "products")}
    rule = RoutingRule(state["id"].strip(), state["queue"], state["why"].strip(), words=words, **lists)
    known = {one.id: one for one in draft} | {rule.id: rule}
    visit()[DRAFT] = tuple(known.values())


def drop(draft: tuple[RoutingRule, ...]) -> None:
    """Take the picked rule out of the draft; a callback."""
    visit()[DRAFT] = tuple(rule for rule in draft if rule.id != st.session_state["rule_pick"])


def try_out(draft: tuple[RoutingRule, ...]) -> None:
    """Count what the draft would send where; a callback."""
    visit()[TRIED] = perform(routing_rules.tried, rules=draft)


def _draw_tried() -> None:
    if counted := visit().get(TRIED):
        section(_("Essai sur les {n} derniers commentaires").format(n=routing_rules.TRIED))
        for queue, number in counted.items():
            line(tag(str(number), "info"), text(queue))


def propose(draft: tuple[RoutingRule, ...]) -> None:
    """Propose the draft; it stays on the screen when it is refused. A callback."""
    perform(
        routing_rules.propose,
        rules=draft,
        reason=st.session_state["rules_reason"],
        done=N_("Proposé : la pharmacovigilance doit maintenant signer. Rien ne change d'ici là."),
        then=lambda _row: visit().pop(DRAFT, None),
    )
