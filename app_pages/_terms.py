"""One network's terms on the screen: how it stands, its sheet to read, its signatures, its days."""

import streamlit as st
from markupsafe import Markup

from app_pages import _signature
from app_pages._clocks import ago, exact
from app_pages._page import line, perform, plain, section
from app_pages._text import escaped
from app_pages._words import badge, text
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import Network
from moderation.queries.terms import NetworkRow, SheetRow
from moderation.terms import signing
from moderation.terms.sheet import NetworkTerms, Standing
from moderation.terms.sheets import ERASED, EXCEPTIONS

TONES = {Standing.SIGNED: "ok", Standing.FORMER: "warn"}
PREPARED = N_("Feuille préparée : il lui faut deux signatures, celles de deux personnes.")
SIGNED = N_("Signature enregistrée. La feuille vaut dès que les deux y sont.")
WITHDRAWN = N_("Feuille retirée ; ce qui est en vigueur le reste.")
REVOKED = N_("Feuille révoquée : ce réseau n'est plus relevé.")
DAYS = N_("gardé {kept} jours, et {gone} jours après une suppression par l'auteur")
ONE_AFTER = N_("gardé {kept} jours, et 1 jour après une suppression par l'auteur")


def draw_network(row: NetworkRow, actor: Actor) -> None:
    """Draw one network: its state first, then what can be read and done."""
    section(text(row.network))
    with st.container(key=f"terms_{row.network}", border=True):
        _draw_standing(row)
        if row.in_force:
            _draw_sheet(row.in_force)
        if row.pending:
            _draw_sheet(row.pending)
        with st.expander(_("Lire les conditions")):
            _draw_terms(row.terms)
        if allows(actor, Permission.TERMS_SIGN):
            _draw_acts(row)
        if row.former:
            with st.expander(_("Feuilles passées ({n})").format(n=len(row.former))):
                for one in row.former:
                    _draw_sheet(one)


def _draw_standing(row: NetworkRow) -> None:
    told: list[str | Markup] = [badge(row.standing), _("conditions, version {n}").format(n=row.terms.version)]
    if row.until:
        told.append(_("signez la nouvelle version avant le {day:%d/%m/%Y}").format(day=row.until))
    line(*told, tone=TONES.get(row.standing, "bad"))


def _draw_sheet(row: SheetRow) -> None:
    one = row.sheet
    said = days(one.days_kept, one.days_after_deletion)
    why = Markup("« {} »").format(escaped(one.reason)) if one.reason else ""
    line(badge(one.status), _("feuille {n} :").format(n=one.n), said, why, ago(one.proposed_at))
    for given in row.given:
        line(
            badge(given.role),
            _("signée par {name}, le {when}").format(name=given.name, when=exact(given.at)),
            tone="ok",
        )
    if one.ended_reason:
        line(Markup("<i>{}</i>").format(escaped(one.ended_reason)), ago(one.ended_at), tone="warn")


def days(kept: int, after_deletion: int) -> str:
    """Return in words how long is kept."""
    return _(ONE_AFTER if after_deletion == 1 else DAYS).format(kept=kept, gone=after_deletion)


def _draw_terms(terms: NetworkTerms) -> None:
    about = _("{document}, lues le {day:%d/%m/%Y}").format(document=_(terms.document), day=terms.read_on)
    st.html(Markup('<p class="cv-about">{}</p>').format(about))
    for clause in terms.clauses:
        ours = Markup('<br><span class="cv-soft">{} {}</span>').format(_("Nous :"), _(clause.ours))
        topic = Markup("<strong>{}</strong>").format(text(clause.topic))
        line(topic, badge(clause.confidence), _(clause.asks), ours)


def draw_common() -> None:
    """Draw what outlives the days that were signed, and what is erased: it is part of each sheet."""
    section(_("Ce qui est gardé malgré l'échéance"))
    for why, said in EXCEPTIONS.items():
        line(badge(why), _(said))
    line(_(ERASED))


def _draw_acts(row: NetworkRow) -> None:
    if row.pending:
        _draw_signing(row.pending)
    else:
        _draw_form(row.network, row.terms)
    if row.in_force:
        _draw_end(row.in_force, _("Révoquer"), _("Révoquer : arrêter le relevé"), signing.revoke_sheet)


def _draw_signing(row: SheetRow) -> None:
    one = row.sheet
    seen = {"sheet_id": one.id, "seen_sha256": one.content_sha256}
    if row.refusal:
        line(Markup('<span class="cv-soft">{}</span>').format(row.refusal))
    with st.container(horizontal=True, horizontal_alignment="right"):
        _draw_end(row, _("Retirer"), _("Retirer cette feuille"), signing.withdraw_sheet)
        st.button(
            _("Signer la feuille"), key=f"terms_sign_{one.network}", type="primary", disabled=bool(row.refusal),
            on_click=_signature.ask,
            args=(signing.open_signing, seen, signing.sign_sheet, seen | {"row_version": one.row_version}, SIGNED),
        )  # fmt: skip


def _draw_end(row: SheetRow, name: str, full: str, use_case: object) -> None:
    one = row.sheet
    ends = "withdraw" if use_case is signing.withdraw_sheet else "revoke"
    with st.popover(name, key=f"terms_{ends}_{one.network}"):
        st.text_input(_("Raison"), key=f"terms_why_{ends}_{one.network}")
        args = (one.network, ends, one.id, one.row_version)
        st.button(full, key=f"terms_{ends}_send_{one.network}", on_click=end, args=args)


def end(network: Network, ends: str, sheet_id: str, row_version: int) -> None:
    """Withdraw or revoke a sheet with the reason that was typed; a callback."""
    withdraws = ends == "withdraw"
    perform(
        signing.withdraw_sheet if withdraws else signing.revoke_sheet,
        sheet_id=sheet_id, row_version=row_version, reason=st.session_state.get(f"terms_why_{ends}_{network}", ""),
        done=WITHDRAWN if withdraws else REVOKED,
    )  # fmt: skip


def _draw_form(network: Network, terms: NetworkTerms) -> None:
    with st.expander(_("Préparer la feuille à signer")):
        st.caption(plain(_("Lisez d'abord les conditions : c'est elles, avec ces durées, que vous signez.")))
        with st.container(horizontal=True):
            st.number_input(
                _("Jours gardés (au plus {most})").format(most=terms.kept.most), min_value=1, value=terms.kept.proposed,
                key=f"terms_kept_{network}",
            )  # fmt: skip
            st.number_input(
                _("Jours après une suppression (au plus {most})").format(most=terms.after_deletion.most), min_value=1,
                value=terms.after_deletion.proposed, key=f"terms_gone_{network}",
            )  # fmt: skip
        st.text_input(_("Pourquoi d'autres durées, si vous les changez"), key=f"terms_reason_{network}")
        st.button(
            _("Préparer la feuille"), key=f"terms_propose_{network}", type="primary", on_click=propose, args=(network,)
        )


def propose(network: Network) -> None:
    """Prepare a sheet with the days that were typed; a callback."""
    held = st.session_state
    perform(
        signing.propose_sheet, network=network, days_kept=int(held[f"terms_kept_{network}"]),
        days_after_deletion=int(held[f"terms_gone_{network}"]), reason=held.get(f"terms_reason_{network}", ""),
        done=PREPARED,
    )  # fmt: skip
