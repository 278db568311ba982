"""On the coverage page: one line an account, and under it what stands between us and its network."""

import streamlit as st
from babel.numbers import format_currency, format_decimal
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._counts import counted
from app_pages._page import line, perform
from app_pages._words import badge, tag
from compliance import breakers, clock
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _, current_language
from models.enums import BreakerStatus, Network
from moderation.listening import Silence, Silent
from moderation.pacing import Budget
from moderation.queries.account_health import AccountHealth
from moderation.queries.coverage import TOKEN_NOTICE
from moderation.queries.rows import CoverageRow
from moderation.spending import Bill

CAPS = {
    Network.X: N_("X ne liste que les 800 dernières mentions, et ne cherche que sept jours en arrière"),
    Network.TIKTOK: N_("TikTok limite les pages, et ne liste pas les réponses à un commentaire masqué"),
    Network.LINKEDIN: N_("LinkedIn limite le nombre de publications relevées, ou en refuse une"),
}
OTHER_CAP = N_("le réseau n'a pas tout listé")
TONES = {Budget.FINE: "", Budget.NEAR: "warn", Budget.REACHED: "bad"}


def draw_account(row: CoverageRow, health: AccountHealth | None, actor: Actor) -> None:
    """Draw an account: what is known of it in one sentence, how much of the network's we hold, what to do."""
    held: str | Markup = ""
    if row.network_count is not None and row.stored_count is not None:
        told = _("{stored} conservés sur {network} chez le réseau")
        whole = row.stored_count >= row.network_count
        held = tag(told.format(stored=row.stored_count, network=row.network_count), "ok" if whole else "warn", "Σ")
    name = Markup("<strong>{}</strong>").format(row.name)
    heard = Markup('<span class="cv-soft">{} {}</span>').format(_("entendu"), ago(row.last_success_at))
    advice = Markup("<br><strong>{}</strong>").format(row.advice) if row.advice else ""
    line(
        badge(row.network),
        name,
        badge(row.status),
        row.sentence,
        held,
        heard if row.last_success_at else "",
        advice,
        tone="ok" if row.healthy else "bad",
    )
    if health:
        _draw_health(row, health, actor)


def _draw_health(row: CoverageRow, health: AccountHealth, actor: Actor) -> None:
    if health.breaker is not BreakerStatus.CLOSED:
        _draw_breaker(row, health, may_retry=allows(actor, Permission.BREAKER_RETRY))
    if health.silence and health.silence.kind is Silent.QUIET:
        line(_quiet(health.silence), tone="warn")
    if health.capped_at:
        why = _(CAPS.get(row.network, OTHER_CAP))
        line(tag(_("plafond du réseau atteint"), "warn", "▲"), ago(health.capped_at), why + ".", tone="warn")
    if health.token_ends_at:
        line(*_token(health), tone="")
    if health.bill:
        line(*_billed(health.bill), tone=TONES[health.bill.budget])


def _draw_breaker(row: CoverageRow, health: AccountHealth, *, may_retry: bool) -> None:
    told = [badge(health.breaker), _breaker_sentence(health)]
    if health.waiting:
        told.append(counted(health.waiting, N_("{n} envoi attend."), N_("{n} envois attendent.")))
    tone = "bad" if health.breaker is BreakerStatus.STOPPED else "warn"
    if not may_retry or health.breaker is BreakerStatus.TRYING:
        line(*told, tone=tone)
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"breaker_{row.account_id}"):
        line(*told, tone=tone)
        args = (row.account_id, health.breaker_version)
        st.button(_("Réessayer maintenant"), key=f"retry_{row.account_id}", on_click=retry, args=args)


def _breaker_sentence(health: AccountHealth) -> str:
    if health.breaker is BreakerStatus.STOPPED:
        return _("Jeton refusé : plus aucun appel ne part tant que le compte n'est pas reconnecté.")
    if health.breaker is BreakerStatus.TRYING or health.next_trial_at is None:
        return _("Un seul appel essaie de joindre le réseau.")
    at = f"{clock.paris(health.next_trial_at):%H:%M:%S}"
    failed = counted(health.failures, N_("{n} échec de suite"), N_("{n} échecs de suite"))
    return _("{failed} ; prochain essai à {at}.").format(failed=failed, at=at)


def retry(account_id: str, row_version: int) -> None:
    """Let one call try at once; a callback."""
    done = N_("Un essai part avec le prochain relevé, dans la minute. Son résultat se lira ici.")
    perform(breakers.retry_now, account_id=account_id, row_version=row_version, done=done)


def _quiet(silence: Silence) -> str:
    since = f"{clock.paris(silence.since):%d/%m %H:%M}" if silence.since else ""
    return _(
        "Relevé sans erreur, mais rien n'arrive depuis le {since} ; ces heures apportent d'habitude au moins {n} "
        "commentaires. Regardez la page du réseau."
    ).format(since=since, n=silence.usual)


def _token(health: AccountHealth) -> list[str | Markup]:
    days = health.token_days or 0
    soon = days < TOKEN_NOTICE.days
    told = counted(days, N_("jeton valable encore {n} jour"), N_("jeton valable encore {n} jours"))
    return [tag(told if days else _("jeton à renouveler aujourd'hui"), "warn" if soon else "idle", "⚿")]


def _billed(bill: Bill) -> list[str | Markup]:
    words = _("{spent} sur {limit} unités en 24 h, pour tous les comptes de ce réseau")
    if not bill.units:
        words = _("environ {spent} sur {limit} ce mois-ci")
    told = words.format(spent=_amount(bill.spent, bill), limit=_amount(bill.limit, bill))
    parts: list[str | Markup] = [tag(told, TONES[bill.budget] or "idle", "$" if not bill.units else "Σ")]
    if bill.budget is Budget.NEAR:
        parts.append(_("plus de 80 % de la limite."))
    if bill.budget is Budget.REACHED:
        slowed = _("Limite atteinte : ce compte n'est plus relevé qu'une fois par heure, et rien d'autre n'est arrêté.")
        spent = _("Limite atteinte : le réseau peut refuser les appels jusqu'à la remise à zéro de son compteur.")
        parts.append(spent if bill.units else slowed)
    return parts


def _amount(number: float, bill: Bill) -> str:
    language = current_language().value
    if bill.units:
        return str(format_decimal(number, locale=language))
    return str(format_currency(number, "USD", locale=language))
