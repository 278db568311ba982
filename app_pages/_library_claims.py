"""One claim with its sources, what says it, and what may be done with it; the form of a new one."""

from collections.abc import Mapping

import streamlit as st
from markupsafe import Markup

from app_pages import _signature
from app_pages._clocks import exact
from app_pages._counts import counted
from app_pages._library_visas import SOON, resting
from app_pages._page import line, perform, section
from app_pages._words import badge, tag, text
from i18n import N_, _
from models.enums import Audience, ClaimAction, ClaimStatus, Network, ReferenceStatus
from workflow import claims
from workflow.claim_rows import ClaimRow, QuoteRow
from workflow.claims import ClaimContent
from workflow.references import ReferenceRow

NETWORKS = [each for each in Network if each not in {Network.PHONE, Network.EMAIL, Network.FILE}]
SIGNED = N_("Allégation approuvée : les textes qui la disent lui sont liés.")


def draw_claim(row: ClaimRow, references: Mapping[str, ReferenceRow]) -> None:
    """Draw a claim: its words, where and until when it may be said, its sources, what rests on it, what may be done."""
    soon = row.days_left is not None and row.days_left <= SOON
    with st.container(border=True, key=f"claim_{row.claim_id}"):
        line(
            badge(row.status), Markup("<strong>« {} »</strong>").format(row.text), f"· {scope(row)}", *end_of(row),
            tone="warn" if soon else "",
        )  # fmt: skip
        for each in row.wordings:
            line(Markup('<span class="cv-soft">{}</span>').format(_("ou : « {text} »").format(text=each)))
        for quote in row.quotes:
            draw_quote(quote)
        line(Markup('<span class="cv-soft">{}</span>').format(told_by(row)))
        if row.status is not ClaimStatus.DRAFT:
            line(resting(row.posts))
        _draw_actions(row, references)


def scope(row: ClaimRow) -> str:
    """Return of what, where and to whom a claim may be said."""
    about = row.product or _("sans produit")
    networks = ", ".join(map(text, row.networks)) or _("tous les réseaux")
    audiences = ", ".join(map(text, row.audiences)) or _("tous les publics")
    return f"{about} · {networks} · {audiences}"


def end_of(row: ClaimRow) -> list[str | Markup]:
    """Return until when a claim may be said, and how long that still is."""
    until = _("· jusqu'au {day} inclus").format(day=f"{row.valid_until:%d/%m/%Y}")
    if row.days_left is None or row.days_left > SOON:
        return [until]
    return [until, tag(counted(row.days_left, N_("encore {n} jour"), N_("encore {n} jours")), "warn", "◐")]


def told_by(row: ClaimRow) -> str:
    """Return who wrote a claim, who approved it, and why it ended."""
    told = [_("écrite par {name}").format(name=row.author)]
    if row.signer and row.signed_at:
        told.append(_("approuvée par {name} le {when}").format(name=row.signer, when=exact(row.signed_at)))
    if row.reason:
        told.append(_("terminée : {reason}").format(reason=row.reason))
    return " · ".join(told)


def draw_quote(quote: QuoteRow) -> None:
    """Draw what a claim rests on: the words, the document, the page."""
    fallen = badge(quote.status) if quote.status is not ReferenceStatus.CURRENT else ""
    where = _("page {page} sur {pages}").format(page=quote.page, pages=quote.pages)
    template = Markup('<div class="cv-quote">« {} »</div><span class="cv-soft">{} — {}, {}</span>')
    line(fallen, template.format(quote.quote, quote.title, quote.citation, where))


def _draw_actions(row: ClaimRow, references: Mapping[str, ReferenceRow]) -> None:
    if not row.actions:
        return
    with st.container(horizontal=True, key=f"claim_actions_{row.claim_id}"):
        if ClaimAction.EDIT in row.actions:
            _draw_quoting(row, references)
        if ClaimAction.WITHDRAW in row.actions:
            _draw_withdrawal(row)
        if ClaimAction.APPROVE in row.actions:
            seen = {"claim_id": row.claim_id, "seen_sha256": row.content_sha256}
            signing = seen | {"row_version": row.row_version}
            st.button(
                _("Approuver et signer"), key=f"claim_sign_{row.claim_id}", type="primary", disabled=bool(row.refusal),
                help=row.refusal or None, on_click=_signature.ask,
                args=(claims.open_approval, seen, claims.approve_claim, signing, SIGNED),
            )  # fmt: skip
    if row.refusal and ClaimAction.APPROVE in row.actions:
        line(Markup('<span class="cv-soft">{}</span>').format(row.refusal))


def _draw_quoting(row: ClaimRow, references: Mapping[str, ReferenceRow]) -> None:
    current = [key for key, each in references.items() if each.status is ReferenceStatus.CURRENT]
    with st.popover(_("Citer une référence"), key=f"ask_quote_{row.claim_id}", disabled=not current):
        st.selectbox(
            _("Référence"), current, format_func=lambda key: references[key].title, key=f"quote_of_{row.claim_id}"
        )
        st.text_area(
            _("Citation, mot pour mot"), key=f"quote_{row.claim_id}", height=120,
            help=_("Elle est recherchée dans le document ; sa page est retrouvée."),
        )  # fmt: skip
        st.button(
            _("Ajouter la citation"), key=f"quote_add_{row.claim_id}", type="primary", on_click=quote,
            args=(row.claim_id, row.row_version),
        )  # fmt: skip
        for each in row.quotes:
            st.button(
                _("Ôter « {text} »").format(text=each.quote[:40]), key=f"quote_drop_{each.quote_id}", on_click=perform,
                args=(claims.drop_quote,), kwargs={"quote_id": each.quote_id, "row_version": row.row_version},
            )  # fmt: skip


def _draw_withdrawal(row: ClaimRow) -> None:
    with st.popover(_("Retirer"), key=f"ask_claim_withdraw_{row.claim_id}"):
        st.html(resting(row.posts))
        if row.posts:
            st.warning(
                _("Ce qui est programmé est suspendu aussitôt ; un retrait est demandé pour ce qui est en ligne.")
            )
        st.text_input(_("Raison"), key=f"claim_why_{row.claim_id}")
        st.button(
            _("Retirer l'allégation"), key=f"claim_withdraw_{row.claim_id}", type="primary", on_click=withdraw,
            args=(row.claim_id, row.row_version),
        )  # fmt: skip


def quote(claim_id: str, row_version: int) -> None:
    """Rest the claim on the words that were typed; refused, they stay in the field."""
    state = st.session_state
    perform(
        claims.quote_reference, claim_id=claim_id, row_version=row_version,
        reference_id=state.get(f"quote_of_{claim_id}"), quote=state.get(f"quote_{claim_id}", ""),
        done=N_("Citation retrouvée dans le document."), then=lambda _quote: state.update({f"quote_{claim_id}": ""}),
    )  # fmt: skip


def withdraw(claim_id: str, row_version: int) -> None:
    """Withdraw the claim with the reason that was typed."""
    reason = st.session_state.get(f"claim_why_{claim_id}", "")
    perform(
        claims.withdraw_claim, claim_id=claim_id, row_version=row_version, reason=reason,
        done=N_("Allégation retirée ; les textes qui la disaient sont signalés."),
    )  # fmt: skip


def draw_writing(products: Mapping[str, str]) -> None:
    """Draw the form of a new claim."""
    section(_("Écrire une allégation"))
    st.text_area(_("L'allégation, telle qu'elle sera publiée"), key="claim_text", height=80)
    st.text_area(_("Autres formulations, une par ligne"), key="claim_wordings", height=80)
    left, right = st.columns(2)
    left.selectbox(
        _("Produit"), ["", *products], format_func=lambda key: products.get(key) or _("aucun"), key="claim_product"
    )
    right.date_input(_("Valable jusqu'au"), value=None, format="DD/MM/YYYY", key="claim_until")
    left.multiselect(_("Réseaux"), NETWORKS, format_func=text, key="claim_networks", placeholder=_("tous les réseaux"))
    right.multiselect(
        _("Publics"), list(Audience), format_func=text, key="claim_audiences", placeholder=_("tous les publics")
    )
    st.caption(_("Un passage qui reprend l'une de ces formulations est lié de lui-même, où qu'il soit écrit."))
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(_("Enregistrer l'allégation"), key="claim_keep", on_click=keep)


def keep() -> None:
    """Keep the claim on the screen as a draft; refused, it stays in the fields."""
    state = st.session_state
    content = ClaimContent(
        text=state.get("claim_text", ""),
        valid_until=state.get("claim_until"),
        wordings=tuple(state.get("claim_wordings", "").splitlines()),
        product_id=state.get("claim_product") or None,
        networks=tuple(state.get("claim_networks", ())),
        audiences=tuple(state.get("claim_audiences", ())),
    )
    perform(
        claims.write_claim, content=content, done=N_("Allégation enregistrée : citez maintenant ses références."),
        then=lambda _claim: state.update(claim_text="", claim_wordings=""),
    )  # fmt: skip
