"""Whether the accounts are heard: silence is never shown as calm."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from compliance import breakers, clock
from errors import AuthExpired, RateLimited
from i18n import N_, _
from models.account import Account, CoverageRecord
from models.coverage import AccountHour
from models.enums import AccountStatus, BreakerStatus, Network
from moderation import spending
from moderation.deadlines import day_bounds, paris_day
from moderation.queries.counts import last_polls
from moderation.queries.rows import CoverageRow
from moderation.terms.in_force import Driving, standings
from moderation.terms.sheet import Standing
from settings import get_settings

BY_HAND = (Network.PHONE, Network.EMAIL, Network.FILE)
MISSED_POLLS = 5
MISSED_PAUSES = 3
"""Of an account whose readings are spaced out by its bill."""
TOKEN_NOTICE = timedelta(days=7)

WHY = {
    "AuthExpired": N_("le réseau n'accepte plus le jeton"),
    "RateLimited": N_("le réseau demande d'attendre"),
    "Unavailable": N_("le réseau ne répond pas"),
    "Rejected": N_("le réseau refuse la demande"),
    "NotGranted": N_("le jeton n'a pas la permission qu'il faut"),
    "InvalidInput": N_("le jeton enregistré ne peut pas être lu"),
}
ADVICE = {
    "NotGranted": N_("Un administrateur doit reconnecter le compte en accordant cette permission."),
    "AuthExpired": N_("Un administrateur doit reconnecter le compte (commande : covigie account connect)."),
    "InvalidInput": N_("Un administrateur doit reconnecter le compte (commande : covigie account connect)."),
    "RateLimited": N_("Rien à faire : le relevé reprend de lui-même. Regardez la page du réseau en attendant."),
    "Unavailable": N_("Le relevé est retenté de lui-même. Si cela dure, regardez la page du réseau."),
}
UNREAD = {
    Standing.UNSIGNED: N_("Ce réseau n'est pas relevé : sa feuille de conditions n'est pas signée."),
    Standing.OUTDATED: N_("Ce réseau n'est plus relevé : ses conditions ont changé, et la nouvelle feuille attend."),
}
TO_SIGN = N_(
    "Le juridique et le délégué à la protection des données la signent dans Conditions des réseaux. Regardez la page "
    "du réseau en attendant."
)
OTHER_WHY = N_("le relevé a échoué ({error})")
OTHER_ADVICE = N_("Prévenez un administrateur ; le journal du moteur dit pourquoi.")


def coverage(session: Session) -> list[CoverageRow]:
    """Return one line an account: what was brought in, when, and what to do when nothing was."""
    last, succeeded = last_polls(session), last_polls(session, succeeded=True)
    counted = last_polls(session, counted=True)
    today, stopped, signed = _received_today(session), _stopped(session), standings(session)
    heard = select(Account).where(col(Account.network).not_in(BY_HAND)).order_by(col(Account.display_name))
    accounts = session.exec(heard).all()
    return [
        _row(
            account,
            (last.get(account.id), succeeded.get(account.id), counted.get(account.id)),
            today.get(account.id, 0),
            None if account.id in stopped else _silent_after(session, account),
            signed.get(account.network),
        )
        for account in accounts
    ]


def _stopped(session: Session) -> set[str]:
    """Return the accounts that are not called until they are connected again."""
    held = breakers.all_by_account(session)
    return {account_id for account_id, row in held.items() if row.status is BreakerStatus.STOPPED}


def _silent_after(session: Session, account: Account) -> timedelta:
    """Return after how long without a reading nothing can be known of an account."""
    rounds = timedelta(seconds=get_settings().poll_seconds) * MISSED_POLLS
    return max(rounds, spending.pause(session, account) * MISSED_PAUSES)


def _received_today(session: Session) -> dict[str, int]:
    """Return what came in today by account, as the hours added it up: a million rows are not counted for a screen."""
    first, after = day_bounds(paris_day(clock.now()))
    brought = select(AccountHour.account_id, func.sum(AccountHour.new))
    brought = brought.where(AccountHour.starts_at >= first, AccountHour.starts_at < after)
    return dict(session.exec(brought.group_by(col(AccountHour.account_id))).all())


def _row(
    account: Account,
    polls: tuple[CoverageRecord | None, CoverageRecord | None, CoverageRecord | None],
    today: int,
    silent_after: timedelta | None,
    terms: Driving | None,
) -> CoverageRow:
    last, good, counted = polls
    since = good.polled_at if good else None
    unread = terms is None or not terms.polled
    silent = unread or _is_silent(account, last, silent_after)
    expired = account.status is AccountStatus.AUTH_EXPIRED or silent_after is None
    if unread and account.status is not AccountStatus.PAUSED:
        sentence, advice = _unsigned(terms, since)
    else:
        sentence, advice = _words(account, last, since, today, silent=silent, expired=expired)
        advice = " ".join(part for part in (advice, _renewal(terms)) if part)
    return CoverageRow(
        account_id=account.id,
        name=account.display_name,
        network=account.network,
        status=account.status,
        last_poll_at=last.polled_at if last else None,
        last_success_at=since,
        received_today=None if silent else today,
        stored_count=counted.stored_count if counted else None,
        network_count=counted.network_count if counted else None,
        token_expires_at=account.token_expires_at,
        healthy=not silent and not (last and last.cap_hit),
        sentence=sentence,
        advice=advice,
    )


def _is_silent(account: Account, last: CoverageRecord | None, silent_after: timedelta | None) -> bool:
    """Say whether nothing can be known: never polled, the last poll failed, none came for several periods.

    Without `silent_after` the account is not called at all.
    """
    if last is None or not last.succeeded or account.status is AccountStatus.AUTH_EXPIRED or silent_after is None:
        return True
    return clock.now() - last.polled_at > silent_after


def _words(
    account: Account, last: CoverageRecord | None, since: datetime | None, today: int, *, silent: bool, expired: bool
) -> tuple[str, str]:
    if account.status is AccountStatus.PAUSED:
        return _("Ce compte n'est pas connecté : rien n'y est relevé."), _("Regardez vous-même la page du réseau.")
    if last is None:
        return _("Jamais relevé."), _("Vérifiez que le moteur tourne.")
    if silent:
        return _silence(account, last, since, expired=expired)
    parts = [_("{count} reçus aujourd'hui, dernier relevé {at}").format(count=today, at=_at(last.polled_at))]
    if last.cap_hit:
        parts.append(_("le réseau ne laisse pas tout voir : il peut manquer des commentaires"))
    ends = account.token_expires_at
    soon = ends is not None and ends - clock.now() < TOKEN_NOTICE
    if ends and soon:
        parts.append(_("jeton expire le {at}").format(at=_at(ends)))
    return " · ".join(parts) + ".", _(ADVICE["AuthExpired"]) if soon else ""


def _renewal(terms: Driving | None) -> str:
    """Say until when a former version of the terms still holds; empty when nothing is to be signed."""
    if terms is None or terms.until is None:
        return ""
    return _("Signez la nouvelle feuille de conditions avant le {day:%d/%m/%Y}.").format(day=terms.until)


def _unsigned(terms: Driving | None, since: datetime | None) -> tuple[str, str]:
    """Say that a network is not polled because nobody signed its terms, and since when nothing is known."""
    why = _(UNREAD[terms.standing if terms else Standing.UNSIGNED])
    return (_("{why} Dernier relevé : {at}.").format(why=why, at=_at(since)) if since else why), _(TO_SIGN)


def _silence(account: Account, last: CoverageRecord, since: datetime | None, *, expired: bool) -> tuple[str, str]:
    error = AuthExpired.__name__ if expired else _error(account, last)
    why = _("aucun relevé depuis") if error is None else _(WHY.get(error, OTHER_WHY)).format(error=error)
    sentence = _("Aucune donnée depuis le {at}").format(at=_at(since)) if since else _("Aucune donnée, jamais")
    advice = _("Vérifiez que le moteur tourne.") if error is None else _(ADVICE.get(error, OTHER_ADVICE))
    return f"{sentence} : {why}.", advice


def _error(account: Account, last: CoverageRecord) -> str | None:
    """Return the class of what keeps an account from being read; None: nothing that we know of."""
    waits = account.next_allowed_at is not None and account.next_allowed_at > clock.now()
    if last.succeeded:
        return RateLimited.__name__ if waits else None
    return last.error or ""


def _at(moment: datetime) -> str:
    return f"{clock.paris(moment):%d/%m %H:%M}"


def poll_ages(session: Session) -> dict[str, int | None]:
    """Return the seconds since each account's last successful poll (None: never), for the health check."""
    good, now = last_polls(session, succeeded=True), clock.now()
    accounts = session.exec(select(Account).where(col(Account.network).not_in(BY_HAND))).all()
    return {
        f"{account.network.value}:{account.handle}": int((now - good[account.id].polled_at).total_seconds())
        if account.id in good
        else None
        for account in accounts
    }
