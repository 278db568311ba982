"""One product of the register with what speaks of it, what may happen to it, and the form that changes it."""

from collections.abc import Sequence
from datetime import date

import streamlit as st
from markupsafe import Markup

from app_pages._library_visas import resting
from app_pages._page import line, perform, section
from app_pages._words import badge, tag, text
from compliance.permissions import Actor
from i18n import N_, _
from models.enums import ProductAction, ProductKind
from models.session import reading
from workflow import product_changes
from workflow.product_changes import ProductCard, ProductContent

LEAVING = frozenset({ProductAction.SUSPEND, ProductAction.STOP, ProductAction.WITHDRAW})
UNKNOWN, YES, NO = "", "yes", "no"
TOLD = {UNKNOWN: None, YES: True, NO: False}


def draw_product(card: ProductCard) -> None:
    """Draw a product as a sentence, the posts that speak of it, and what may be entered."""
    with st.container(border=True, key=f"product_{card.product_id}"):
        line(badge(card.status), Markup("<strong>{}</strong>").format(card.name), f"· {text(card.kind)}", *facts(card))
        line(resting(card.posts))
        with st.container(horizontal=True):
            for action in card.actions:
                _draw_action(card, action)


def facts(card: ProductCard) -> list[str | Markup]:
    """Return what the law asks of a product: its authorisation, and what bars it from advertising."""
    content, told = card.content, []
    if card.substance:
        told.append(f"· {card.substance}")
    if content.amm_until:
        told.append(_("· AMM jusqu'au {day}").format(day=f"{content.amm_until:%d/%m/%Y}"))
    marks = (
        (content.prescription_only, _("sur ordonnance")),
        (content.reimbursed, _("remboursé")),
        (content.restricted, _("publicité restreinte")),
        (bool(content.device_high_risk), _("dispositif à haut risque")),
    )
    return [*told, *(tag(word, "warn", "▲") for holds, word in marks if holds)]


def _draw_action(card: ProductCard, action: ProductAction) -> None:
    with st.popover(text(action), key=f"ask_product_{action}_{card.product_id}"):
        if action in LEAVING:
            st.html(resting(card.posts))
            if card.posts:
                st.warning(
                    _("Ce qui est programmé est suspendu aussitôt ; un retrait est demandé pour ce qui est en ligne.")
                )
        st.text_input(_("Raison, décision ou référence"), key=f"product_why_{action}_{card.product_id}")
        st.button(
            _("Inscrire"), key=f"product_{action}_{card.product_id}", type="primary", on_click=enter,
            args=(card.product_id, card.row_version, action),
        )  # fmt: skip


def enter(product_id: str, row_version: int, action: ProductAction) -> None:
    """Enter what happened to the product."""
    reason = st.session_state.get(f"product_why_{action}_{product_id}", "")
    perform(
        product_changes.change_status, product_id=product_id, row_version=row_version, action=action, reason=reason,
        done=N_("C'est inscrit au registre des produits."),
    )  # fmt: skip


def draw_editing(actor: Actor, cards: Sequence[ProductCard]) -> None:
    """Draw the choice of a product, its facts, and what a change of them would take with it, before it is made."""
    section(_("Modifier un produit"))
    held = {card.product_id: card for card in cards}
    chosen = st.selectbox(_("Produit"), list(held), format_func=lambda key: held[key].name, key="product_chosen")
    if chosen is None:
        return
    card = held[chosen]
    place = f"{card.product_id}_{card.row_version}"
    content = _draw_form(card, place)
    if content == card.content:
        st.caption(_("Changez un champ : ce qui tomberait se voit ici avant d'enregistrer."))
        return
    with reading() as session:
        concerned = product_changes.concerned_by(session, actor, product_id=chosen, content=content)
    st.html(resting(concerned, _("Aucune publication ne tomberait avec ce changement.")))
    st.text_input(_("Pourquoi ce changement"), key=f"product_edit_why_{place}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(
            _("Enregistrer le changement"), key="product_edit", type="primary", on_click=save,
            args=(card.product_id, card.row_version, content),
        )  # fmt: skip


def _draw_form(card: ProductCard, place: str) -> ProductContent:
    was, device = card.content, card.kind is ProductKind.DEVICE
    left, right = st.columns(2)
    with left:
        prescription = st.checkbox(_("Sur ordonnance"), value=was.prescription_only, key=f"rx_{place}")
        reimbursed = st.checkbox(_("Une présentation est remboursée"), value=was.reimbursed, key=f"reimb_{place}")
        restricted = st.checkbox(_("Publicité restreinte ou interdite"), value=was.restricted, key=f"barred_{place}")
        restriction = _text(_("Quelle restriction"), was.restriction, f"restriction_{place}")
        derogation = _text(_("Dérogation (vaccin, sevrage tabagique)"), was.derogation, f"derogation_{place}")
        indication = _text(_("Indication de l'AMM"), was.indication, f"indication_{place}")
        age = st.number_input(_("Âge minimal (ans)"), 0, 120, was.age_min, key=f"age_{place}")
    with right:
        number = _text(_("Numéro d'AMM"), was.amm_number, f"amm_{place}")
        first = _day(_("AMM depuis le"), was.amm_from, f"amm_from_{place}")
        last = _day(_("AMM jusqu'au"), was.amm_until, f"amm_until_{place}")
        since = _day(_("Commercialisé depuis le"), was.marketed_since, f"since_{place}")
        generic = _text(_("Générique de"), was.generic_of, f"generic_{place}")
        if device:
            kind = _text(_("Classe du dispositif"), was.device_class, f"class_{place}")
            high = _ternary(_("À haut risque (L. 5213-4)"), was.device_high_risk, f"high_{place}")
            low = _ternary(_("Sur la liste à faible risque (L. 5213-3)"), was.device_low_risk_list, f"low_{place}")
        else:
            kind, high, low = was.device_class, was.device_high_risk, was.device_low_risk_list
    return ProductContent(
        prescription, reimbursed, restricted, restriction, derogation, since, indication, age, generic, number,
        first, last, kind, high, low,
    )  # fmt: skip


def _text(label: str, value: str | None, key: str) -> str | None:
    return st.text_input(label, value=value or "", key=key).strip() or None


def _day(label: str, value: date | None, key: str) -> date | None:
    given: date | None = st.date_input(label, value=value, format="DD/MM/YYYY", key=key)
    return given


def _ternary(label: str, value: bool | None, key: str) -> bool | None:
    words = {UNKNOWN: _("non renseigné"), YES: _("oui"), NO: _("non")}
    was = next(name for name, told in TOLD.items() if told is value)
    return TOLD[st.selectbox(label, list(words), list(words).index(was), format_func=words.__getitem__, key=key)]


def save(product_id: str, row_version: int, content: ProductContent) -> None:
    """Keep the change that was on the screen, with the reason that was typed."""
    reason = st.session_state.get(f"product_edit_why_{product_id}_{row_version}", "")
    perform(
        product_changes.edit_product, product_id=product_id, row_version=row_version, content=content, reason=reason,
        done=N_("Le registre des produits est à jour."),
    )  # fmt: skip
