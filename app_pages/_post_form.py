"""The editor's fields about the whole post: what it is, for whom, on which accounts, and what all networks say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app_pages._post_draft import Draft, keep
from app_pages._post_fields import key_of
from app_pages._words import text
from i18n import N_, _
from models.enums import Audience, Qualification
from models.session import reading
from moderation import queries
from workflow.rows import AccountRow, ProductRow

TEXT_HEIGHT = 190
HINTS = {
    "text": N_("Écrivez ici. Chaque modification est gardée quand vous quittez le champ."),
    "hashtags": N_("#prévention #sommeil"),
}


@dataclass(frozen=True)
class Form:
    """What every field needs: whose draft it is, and whether it may be changed now."""

    key: str
    disabled: bool

    def options(self, name: str, account_id: str = "") -> dict[str, Any]:
        """Return what a field is drawn with: its key, and keeping what it holds on change."""
        key = key_of(name, account_id)
        return {"key": key, "on_change": keep, "args": (self.key,), "disabled": self.disabled}


def account_name(account: AccountRow) -> str:
    """Return an account as it is named everywhere: network, handle, and whose own it is when it is a person's."""
    name = f"{text(account.network)} · @{account.handle}"
    return (
        _("{account} (compte de {person})").format(account=name, person=account.spokesperson)
        if (account.spokesperson)
        else name
    )


def draw_description(form: Form, draft: Draft, products: Sequence[ProductRow]) -> None:
    """Draw what the post is: title, qualification, products, date; what is rarer is folded away."""
    title, campaign = st.columns([3, 2])
    title.text_input(_("Titre (interne, non publié)"), placeholder=_("Course solidaire"), **form.options("title"))
    campaign.text_input(_("Campagne"), placeholder=_("facultatif"), **form.options("campaign"))
    qualification, planned = st.columns([3, 2])
    qualification.selectbox(
        _("Qualification"),
        [None, *Qualification],
        format_func=_qualification,
        placeholder=_("À choisir"),
        **form.options("qualification"),
    )
    planned.datetime_input(
        _("Date prévue (heure de Paris)"), value=None, format="DD/MM/YYYY", **form.options("planned")
    )
    names = {product.product_id: product.name for product in products}
    st.multiselect(
        _("Produits dont parle la publication"), list(names), format_func=lambda each: names.get(each, each),
        placeholder=_("aucun") if names else _("aucun produit au registre"), **form.options("products"),
    )  # fmt: skip
    _draw_accounts(form, draft.accounts)
    with st.expander(_("Public, visa, référence interne"), expanded=bool(draft.content.visa)):
        _draw_references(form)
    with st.expander(_("Plan de modération"), expanded=bool(draft.content.moderation_plan)):
        _draw_plan(form, draft)


def _qualification(qualification: Qualification | None) -> str:
    return text(qualification) if qualification else _("À choisir")


def _draw_accounts(form: Form, accounts: Mapping[str, AccountRow]) -> None:
    names = {key: account_name(account) for key, account in accounts.items()}
    st.multiselect(
        _("Comptes qui publient"), list(names), format_func=lambda each: names.get(each, each),
        placeholder=_("choisissez au moins un compte") if names else _("aucun compte connecté"),
        **form.options("accounts"),
    )  # fmt: skip


def _draw_references(form: Form) -> None:
    audience, visa, reference = st.columns(3)
    audience.selectbox(_("Public visé"), list(Audience), format_func=text, **form.options("audience"))
    visa.text_input(_("Numéro de visa"), placeholder=_("publicités seulement"), **form.options("visa"))
    reference.text_input(_("Référence interne"), **form.options("ref"))


def _draw_plan(form: Form, draft: Draft) -> None:
    """Draw how the comments will be looked after, and which approved answers are foreseen: signed with the post."""
    asked = _("Qui lit les commentaires, quand, et ce qui part en pharmacovigilance : signé avec la publication.")
    st.text_area(_("Plan de modération"), placeholder=asked, label_visibility="collapsed", **form.options("plan"))
    with reading() as session:
        titles = queries.text_titles(session)
    keys = list(dict.fromkeys([*titles, *draft.content.plan_texts]))
    st.multiselect(
        _("Réponses approuvées prévues"), keys, format_func=lambda key: titles.get(key, key),
        placeholder=_("aucune"), **form.options("plan_texts"),
    )  # fmt: skip


def draw_common(form: Form, draft: Draft) -> None:
    """Draw the words that all networks share; with one account only, its own text is all there is."""
    if len(draft.accounts) < 2:  # noqa: PLR2004 - nothing is shared by one
        return
    st.text_area(
        _("Texte commun"), height=TEXT_HEIGHT, placeholder=_(HINTS["text"]), **form.options("common_text"),
        help=_("Chaque réseau le reprend, jusqu'à ce que vous changiez son texte sous son onglet."),
    )  # fmt: skip
    link, hashtags = st.columns(2)
    link.text_input(_("Lien commun"), placeholder="https://…", **form.options("common_link"))
    hashtags.text_input(_("Hashtags communs"), placeholder=_(HINTS["hashtags"]), **form.options("common_hashtags"))
