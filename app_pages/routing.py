"""Aiguillage: which rules send comments to which queue; proposed here, signed by pharmacovigilance."""

import streamlit as st

from app_pages import _signature
from app_pages._clocks import ago
from app_pages._page import current_actor, heading, line, perform, plain, section
from app_pages._routing_form import draw_form, draw_rules
from i18n import N_, _
from models.session import reading
from moderation import routing_rules
from moderation.queues import removed_ids
from moderation.routing_rules import RuleSetView

SIGNED = N_("Ces règles sont en vigueur pour les commentaires analysés à partir de maintenant.")


def ask(waiting: RuleSetView) -> None:
    """Open the signing dialog of a proposed set; a callback."""
    fields = {"set_id": waiting.id, "row_version": waiting.row_version}
    _signature.ask(routing_rules.open_rules, fields, routing_rules.sign_rules, fields, SIGNED)


def drop(waiting: RuleSetView) -> None:
    """Put a proposed set aside; a callback."""
    done = N_("Proposition écartée ; elle reste dans la piste d'audit.")
    perform(routing_rules.drop_rules, set_id=waiting.id, row_version=waiting.row_version, done=done)


def draw_waiting(waiting: RuleSetView) -> None:
    """Draw a proposal: who, why, what it takes out or changes, the rules, and who may do what with it."""
    line(_("Version {n}, par {name}").format(n=waiting.n, name=waiting.proposed_by), ago(waiting.proposed_at),
         waiting.reason, tone="warn")  # fmt: skip
    if gone := removed_ids(view.rules, waiting.rules):
        line(_("Retirées ou changées : {names}").format(names=", ".join(gone)), tone="warn")
    draw_rules(waiting.rules)
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(_("Écarter"), key=f"drop_{waiting.id}", on_click=drop, args=(waiting,))
        if view.may_sign:
            st.button(_("Signer ces règles"), key=f"sign_{waiting.id}", type="primary", on_click=ask, args=(waiting,))


actor = current_actor()
with reading() as session:
    view = routing_rules.routing_view(session, actor)
heading(_("Aiguillage"), _("règles en vigueur : version {n}").format(n=view.n))
st.caption(
    plain(
        _(
            "Une règle ajoute un commentaire à une file, elle n'en retire d'aucune. Ce que la pharmacovigilance doit "
            "voir reste dans sa file, quelles que soient les règles."
        )
    )
)
draw_rules(view.rules)
if view.waiting:
    section(_("À signer par la pharmacovigilance"), str(len(view.waiting)))
for one in view.waiting:
    draw_waiting(one)
draw_form(view.rules)
