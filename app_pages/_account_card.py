"""One account: how it fares, line by line, with what to do; connecting it, looking again, being told by the network."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._page import line, perform, say, visit
from app_pages._words import badge, text
from compliance import account_health, connecting, notifying
from compliance.account_rows import AccountRow
from compliance.diagnosis import Line
from compliance.permissions import Actor
from i18n import _
from models.enums import Mark, SubscriptionStatus

PAGES = "consent_pages"


def draw_account(row: AccountRow) -> None:
    """Draw an account."""
    with st.container(border=True, key=f"account_{row.id}"):
        line(
            badge(row.network),
            Markup("<strong>{}</strong> @{}").format(row.name, row.handle),
            badge(row.status),
            Markup('<span class="cv-soft">{} {}</span>').format(_("vérifié"), ago(row.checked_at))
            if row.checked_at
            else "",
            tone="" if row.healthy else "bad",
        )
        # One element for all: seven accounts have some fifty lines.
        line(Markup("<br>").join(in_words(each) for each in row.lines))
        draw_reasons(row)
        draw_buttons(row)
        draw_addresses(row)


def in_words(each: Line) -> Markup:
    """Return a line of the diagnosis: its mark, its sentence, what to do."""
    todo = Markup(" <strong>{}</strong>").format(_(each.todo)) if each.todo else ""
    return Markup("{} {}{}").format(badge(each.mark, short=True), _(each.said).format(**each.fields), todo)


def draw_reasons(row: AccountRow) -> None:
    """Draw what the network itself said, for whoever helps, and what the installation lacks."""
    for said in filter(None, (row.reason, row.failed)):
        line(Markup('<div class="cv-quote">{}</div>').format(_("Le réseau dit : {said}").format(said=said)))
    lacking = _("À régler avant de connecter ce compte : {names}. Voir docs/connecting-accounts.md.")
    if row.unset:
        line(badge(Mark.BAD, short=True), lacking.format(names=", ".join(row.unset)))
    elif row.untold and row.webhook_uri:
        without = _("Les notifications demandent aussi : {names}. Voir docs/connecting-accounts.md.")
        line(badge(Mark.PLAIN, short=True), without.format(names=", ".join(row.untold)))


def draw_buttons(row: AccountRow) -> None:
    """Draw what can be done; the link to the network's page once it was asked for."""
    page = visit().get(PAGES, {}).get(row.id)
    with st.container(horizontal=True, vertical_alignment="center"):
        if page:
            st.link_button(_("Continuer chez {network}").format(network=text(row.network)), page, type="primary")
        st.button(
            _("Reconnecter") if row.connected else _("Connecter"),
            key=f"connect_{row.id}", disabled=bool(row.unset), on_click=connect, args=(row.id,),
        )  # fmt: skip
        if row.connected:
            st.button(_("Vérifier maintenant"), key=f"check_{row.id}", on_click=check, args=(row.id,))
        if row.connected and row.webhook_uri and not row.told:
            st.button(
                _("Recevoir les notifications"), key=f"notify_{row.id}", disabled=bool(row.untold or row.unset),
                on_click=notify, args=(row.id,),
            )  # fmt: skip
    if page:
        st.caption(_("Le lien vaut dix minutes et une seule fois. Vous reviendrez ici, dans un nouvel onglet."))


def draw_addresses(row: AccountRow) -> None:
    """Draw the addresses to give when the application is registered at the network."""
    with st.expander(_("Adresses à donner au réseau")):
        st.caption(_("Adresse de retour"))
        st.code(row.redirect_uri, language=None)
        if row.webhook_uri:
            st.caption(_("Adresse des notifications"))
            st.code(row.webhook_uri, language=None)


def connect(account_id: str) -> None:
    """Ask for the way to the network's page; a callback."""
    _forget_return()
    perform(connecting.begin, account_id=account_id, then=lambda page: _remember(account_id, page))


def _forget_return() -> None:
    """Say no longer what came of an earlier way to a network and back."""
    st.query_params.pop("retour", None)


def _remember(account_id: str, page: str) -> None:
    visit().setdefault(PAGES, {})[account_id] = page


def check(account_id: str) -> None:
    """Look how the account fares; a callback."""
    _forget_return()
    perform(account_health.may_check, account_id=account_id, then=lambda actor: _checked(actor, account_id))


def _checked(actor: Actor, account_id: str) -> None:
    """Ask the network, now that no transaction is open."""
    account_health.check_account(actor, account_id=account_id)
    say("info", _("Vérification faite."))


def notify(account_id: str) -> None:
    """Ask the network to tell us by itself; a callback."""
    _forget_return()
    perform(notifying.ask, account_id=account_id, then=_told)


def _told(wish_id: str) -> None:
    """Make the call now that the wish is kept, and say what came of it."""
    done = notifying.carry_out(wish_id).status is SubscriptionStatus.DONE
    refused = _("Le réseau n'a pas accepté de nous notifier : sa réponse est notée ci-dessous. Les relevés continuent.")
    say("success" if done else "error", _("Le réseau nous notifiera.") if done else refused)
