"""The editor's fields: what a post is, then one variant an account. The form loops over accounts; none is special."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app_pages._post_draft import Draft, keep, key_of
from app_pages._post_files import shown_files
from app_pages._post_findings import spans_of
from app_pages._post_media import draw_attached
from app_pages._post_preview import Shown, as_published, draw_card
from app_pages._words import text
from connectors.base import Capabilities, Support
from errors import AppError
from i18n import N_, _
from models.enums import AccountStatus, Audience, Qualification
from workflow.content import VariantContent
from workflow.findings import FindingRow
from workflow.media import MediaRow
from workflow.outgoing import capabilities_of
from workflow.rows import AccountRow, ProductRow

TEXT_HEIGHT = 190
REPLIES = {
    "": N_("Tout le monde peut répondre"),
    "following": N_("Seuls les comptes suivis peuvent répondre"),
    "mentionedUsers": N_("Seuls les comptes cités peuvent répondre"),
}
HINTS = {
    "text": N_("Écrivez ici. Chaque modification est enregistrée quand vous quittez le champ."),
    "hashtags": N_("#prévention #sommeil"),
}


@dataclass(frozen=True)
class Form:
    """What every field needs: whose draft it is, and whether it may be changed now."""

    post_id: str
    disabled: bool

    def options(self, name: str, account_id: str = "") -> dict[str, Any]:
        """Return what a field is drawn with: its key, and saving on change."""
        key = key_of(name, account_id)
        return {"key": key, "on_change": keep, "args": (self.post_id,), "disabled": self.disabled}


def draw_description(form: Form, draft: Draft, products: Sequence[ProductRow]) -> None:
    """Draw what the post is: title, qualification, products, date; what is rarer is folded away."""
    title, campaign = st.columns([3, 2])
    title.text_input(_("Titre (interne, non publié)"), placeholder=_("Course solidaire"), **form.options("title"))
    campaign.text_input(_("Campagne"), placeholder=_("facultatif"), **form.options("campaign"))
    qualification, planned = st.columns([3, 2])
    qualification.selectbox(
        _("Qualification"), [None, *Qualification], format_func=_qualification, **form.options("qualification")
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


def _qualification(qualification: Qualification | None) -> str:
    return text(qualification) if qualification else _("À choisir")


def _draw_accounts(form: Form, accounts: Mapping[str, AccountRow]) -> None:
    names = {key: f"{text(account.network)} · @{account.handle}" for key, account in accounts.items()}
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


def draw_variant(
    form: Form,
    account: AccountRow,
    variant: VariantContent,
    findings: Sequence[FindingRow],
    files: Mapping[str, MediaRow],
) -> None:
    """Draw one account's variant: its fields on the left, what the network will show on the right."""
    of = account.account_id
    fields, preview = st.columns([1, 1], gap="large")
    with fields:
        st.text_area(
            _("Texte pour {network}").format(network=text(account.network)), height=TEXT_HEIGHT,
            placeholder=_(HINTS["text"]), **form.options("text", of),
        )  # fmt: skip
        link, hashtags = st.columns(2)
        link.text_input(_("Lien"), placeholder="https://…", **form.options("link", of))
        hashtags.text_input(_("Hashtags"), placeholder=_(HINTS["hashtags"]), **form.options("hashtags", of))
        st.text_input(
            _("Première réponse sous la publication"), placeholder=_("facultatif"), **form.options("first", of)
        )
        draw_attached(variant, account, files, form.post_id, disabled=form.disabled)
        _draw_settings(form, account, variant)
    with preview:
        draw_card(_card(account, variant, findings, files))
        if account.status is not AccountStatus.ACTIVE:
            st.warning(_("Ce compte est à reconnecter : rien ne pourra y être publié d'ici là."))


def _card(
    account: AccountRow, variant: VariantContent, findings: Sequence[FindingRow], files: Mapping[str, MediaRow]
) -> Shown:
    shown = Shown(
        account.network,
        account.display_name,
        account.handle,
        variant.text,
        first_comment=variant.first_comment,
        media=shown_files(variant.media, files),
        spans=spans_of(findings, account.account_id),
    )
    return as_published(shown, variant.hashtags, variant.link)


def _draw_settings(form: Form, account: AccountRow, variant: VariantContent) -> None:
    of, can = account.account_id, _capabilities(account)
    if can is None:
        st.warning(_("La publication sur ce réseau n'est pas encore ouverte : retirez ce compte."))
        return
    if "reply_settings" in can.settings:
        known = variant.settings.reply_settings or ""
        choices = [*REPLIES] if known in REPLIES else [*REPLIES, known]
        st.selectbox(
            _("Réponses"), choices, format_func=lambda each: _(REPLIES[each]) if each in REPLIES else each,
            **form.options("replies", of),
        )  # fmt: skip
    elif can.can_disable_comments is Support.YES:
        st.toggle(_("Commentaires ouverts"), **form.options("comments", of))
    if can.can_disable_share is Support.YES:
        st.toggle(_("Partage ouvert"), **form.options("share", of))
    if "paid_partnership" in can.settings:
        st.toggle(_("Signaler un partenariat rémunéré"), **form.options("paid", of))


def _capabilities(account: AccountRow) -> Capabilities | None:
    try:
        return capabilities_of(account.network)
    except AppError:
        return None
