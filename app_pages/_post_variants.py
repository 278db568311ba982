"""One tab an account: its own words where it has any, its settings, what its network will show and cannot do.

The form loops over accounts; none is special. What a network can and cannot do is read from one table.
"""

from collections.abc import Mapping, Sequence

import streamlit as st
from markupsafe import Markup

from app_pages._page import line
from app_pages._post_draft import Draft, give_back
from app_pages._post_fields import key_of
from app_pages._post_files import shown_files
from app_pages._post_findings import is_open, spans_of, summary
from app_pages._post_form import HINTS, TEXT_HEIGHT, Form, account_name
from app_pages._post_marks import note_boxes, note_spans
from app_pages._post_media import draw_attached
from app_pages._post_preview import Shown, as_published, count_words, draw_card
from app_pages._words import badge, tag, text
from connectors.base import Support
from errors import AppError
from i18n import N_, _
from models.enums import AccountStatus, Network
from workflow.common_text import own_fields
from workflow.content import VariantContent
from workflow.findings import FindingRow
from workflow.media import MediaRow
from workflow.networks import Sentence, cannot, length_of, offer_of, problems, title_of
from workflow.note_rows import NoteRow
from workflow.outgoing import NO_ADDRESS, capabilities_of
from workflow.rows import AccountRow

REPLIES = {
    "": N_("Tout le monde peut répondre"),
    "following": N_("Seuls les comptes suivis peuvent répondre"),
    "mentionedUsers": N_("Seuls les comptes cités peuvent répondre"),
}
OWN = {"text": N_("texte"), "link": N_("lien"), "hashtags": N_("hashtags")}


def handles_of(draft: Draft) -> dict[str, str]:
    """Return how each account is named beside a finding."""
    return {key: f"{text(account.network)} @{account.handle}" for key, account in draft.accounts.items()}


def draw_variants(
    form: Form,
    draft: Draft,
    found: Sequence[FindingRow],
    files: Mapping[str, MediaRow],
    notes: Sequence[NoteRow] = (),
) -> None:
    """Draw every network's count at a glance, then one tab an account; open remarks are marked in each text."""
    variants = [variant for variant in draft.content.variants if variant.account_id in draft.accounts]
    if not variants:
        st.info(_("Choisissez au moins un compte : son texte et son aperçu s'ouvrent ici."))
        return
    accounts = [draft.accounts[variant.account_id] for variant in variants]
    if len(variants) > 1:
        line(*[_glance(variant, found) for variant in variants])
    names = [account_name(account) for account in accounts]
    places = st.tabs(names, key=key_of("tabs")) if len(variants) > 1 else [st.container()]
    for place, account, variant in zip(places, accounts, variants, strict=True):
        with place:
            _draw_variant(form, account, variant, found, files, notes, shared=len(draft.accounts) > 1)


def _glance(variant: VariantContent, found: Sequence[FindingRow]) -> Markup:
    """Return "X 214/280", with what stops it."""
    wrong = len(problems(variant)) + sum(f.account_id == variant.account_id and is_open(f) for f in found)
    told = tag(str(wrong), "warn", "▲") if wrong else tag("", "ok", "✔")
    template = Markup('<span class="cv-glance">{} {} {}</span>')
    return template.format(badge(variant.network), count_words(length_of(variant)), told)


def _draw_variant(
    form: Form,
    account: AccountRow,
    variant: VariantContent,
    found: Sequence[FindingRow],
    files: Mapping[str, MediaRow],
    notes: Sequence[NoteRow],
    *,
    shared: bool,
) -> None:
    fields, preview = st.columns([1, 1], gap="large")
    with fields:
        if shared:
            _draw_follows(form, account, variant)
        _draw_words(form, account, variant)
        draw_attached(variant, account, files, form.key, disabled=form.disabled)
        _draw_settings(form, account)
    with preview:
        draw_card(_card(account, variant, found, files, notes))
        _draw_notes(account, variant)
        own = [finding for finding in found if finding.account_id == account.account_id]
        line(Markup('<span class="cv-soft">{}</span>').format(_("Constats : {said}").format(said=summary(own))))


def _draw_follows(form: Form, account: AccountRow, variant: VariantContent) -> None:
    """Say whether this network says the common text, and offer the way back where it does not."""
    own = own_fields(variant)
    if not own:
        line(tag(_("Suit le texte commun"), "info", "↳"))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        line(tag(_("Propre à ce réseau"), "special", "✎"), ", ".join(_(OWN[name]) for name in own))
        st.button(
            _("Revenir au texte commun"), key=f"give_back_{account.account_id}", disabled=form.disabled,
            on_click=give_back, args=(form.key, account.account_id),
        )  # fmt: skip


def _draw_words(form: Form, account: AccountRow, variant: VariantContent) -> None:
    of, offer = account.account_id, offer_of(account.network)
    if offer.title is not None:
        label = _("Titre pour {network}").format(network=text(account.network))
        st.text_input(f"{label} ({len(title_of(variant))}/{offer.title})", **form.options("heading", of))
    st.text_area(
        _("Texte pour {network}").format(network=text(account.network)), height=TEXT_HEIGHT,
        placeholder=_(HINTS["text"]), **form.options("text", of),
    )  # fmt: skip
    link, hashtags = st.columns(2)
    link.text_input(_("Lien"), placeholder="https://…", **form.options("link", of))
    hashtags.text_input(_("Hashtags"), placeholder=_(HINTS["hashtags"]), **form.options("hashtags", of))
    if offer.first_comment is not None or variant.first_comment:
        st.text_input(
            _("Première réponse sous la publication"), placeholder=_("facultatif"), **form.options("first", of)
        )


def _draw_settings(form: Form, account: AccountRow) -> None:
    of, offer = account.account_id, offer_of(account.network)
    if _has_replies(account.network):
        known = st.session_state.get(key_of("replies", of)) or ""
        choices = [*REPLIES] if known in REPLIES else [*REPLIES, known]
        st.selectbox(
            _("Réponses"), choices, format_func=lambda each: _(REPLIES[each]) if each in REPLIES else each,
            **form.options("replies", of),
        )  # fmt: skip
    elif offer.comments is not Support.NO:
        st.toggle(_("Commentaires ouverts"), **form.options("comments", of))
    if offer.share is not Support.NO:
        st.toggle(_("Partage ouvert"), **form.options("share", of))
    st.toggle(_("Signaler un partenariat rémunéré"), **form.options("paid", of))
    st.toggle(_("Mise en avant payante prévue"), **form.options("boost", of))


def _has_replies(network: Network) -> bool:
    try:
        return "reply_settings" in capabilities_of(network).settings
    except AppError:
        return False


def _card(
    account: AccountRow,
    variant: VariantContent,
    found: Sequence[FindingRow],
    files: Mapping[str, MediaRow],
    notes: Sequence[NoteRow],
) -> Shown:
    of = account.account_id
    shown = Shown(
        account.network,
        account.display_name,
        account.handle,
        variant.text,
        first_comment=variant.first_comment,
        media=shown_files(variant.media, files, note_boxes(notes, of)),
        spans=(*spans_of(found, of), *note_spans(notes, of, "text", variant.text)),
        title=title_of(variant),
        link=variant.link,
        comment_spans=(
            *spans_of(found, of, "first_comment"),
            *note_spans(notes, of, "first_comment", variant.first_comment),
        ),
        title_spans=(*spans_of(found, of, "title"), *note_spans(notes, of, "title", title_of(variant))),
    )
    return as_published(shown, variant.hashtags, variant.link)


def _draw_notes(account: AccountRow, variant: VariantContent) -> None:
    """Say what stops this variant, what its network cannot do, whose account it is, whether we can publish there."""
    for problem in problems(variant):
        line(tag(_("À corriger"), "bad", "■"), said(problem), tone="bad")
    if account.spokesperson:
        told = _("Compte personnel de {person} : son consentement à ce texte est demandé à la soumission.")
        line(tag(_("Porte-parole"), "info", "☺"), told.format(person=account.spokesperson))
    if not account.publishes:
        told = _(
            "Covigie ne publie pas encore sur {network} : cette variante s'écrit et se relit, mais la publication ne "
            "pourra pas être programmée tant qu'elle en fait partie."
        )
        line(tag(_("Sans publication"), "warn", "▲"), told.format(network=text(account.network)), tone="warn")
    elif account.unreachable:
        told = _(NO_ADDRESS).format(network=text(account.network))
        line(tag(_("Sans publication"), "warn", "▲"), told, tone="warn")
    elif account.status is not AccountStatus.ACTIVE:
        st.warning(_("Ce compte est à reconnecter : rien ne pourra y être publié d'ici là."))
    items = Markup("").join(Markup("<li>{}</li>").format(said(each)) for each in cannot(account.network))
    if items:
        st.html(Markup('<ul class="cv-cannot">{}</ul>').format(items))


def said(sentence: Sentence) -> str:
    """Return a sentence in the person's language."""
    return _(sentence.msgid).format(**sentence.fields)
