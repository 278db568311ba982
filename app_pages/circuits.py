"""Administration, circuits: who signs which posts, in which order. Saving writes a version; rounds keep theirs."""

import streamlit as st

from app_pages._circuit_card import draw_card
from app_pages._circuit_form import DRAFT, draw_form, open_new
from app_pages._page import current_actor, heading, line, section, visit
from app_pages._words import tag, text
from i18n import _
from models.session import reading
from workflow.circuit_views import CircuitsView, circuits_view


def draw_uncovered(view: CircuitsView) -> None:
    """Say which kinds of post no circuit is for: nobody can submit them."""
    if not view.uncovered:
        return
    kinds = [
        _("{kind}, avec un produit").format(kind=text(each))
        if named
        else _("{kind}, sans produit").format(kind=text(each))
        for each, named in view.uncovered
    ]
    line(
        tag(_("Sans circuit"), "warn", "▲"),
        _("Ces publications ne peuvent pas être soumises :"),
        " · ".join(kinds),
        tone="warn",
    )


actor = current_actor()
with reading() as session:
    shown = circuits_view(session, actor)
heading(
    _("Circuits"),
    _("Qui signe quoi, dans quel ordre. Enregistrer crée une version : les relectures en cours gardent la leur."),
)
if visit().get(DRAFT):
    draw_form(actor, shown)
else:
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(_("Nouveau circuit"), key="new_circuit", type="primary", on_click=open_new)
draw_uncovered(shown)
section(_("Circuits ouverts"), str(sum(card.active for card in shown.circuits)))
for card in shown.circuits:
    if card.active:
        draw_card(card, dict(shown.products))
closed = [card for card in shown.circuits if not card.active]
if closed:
    section(_("Circuits fermés"), str(len(closed)))
for card in closed:
    draw_card(card, dict(shown.products))
