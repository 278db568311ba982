"""Whether the accounts are heard: silence is never shown as calm."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from compliance import clock
from i18n import N_, _
from models.account import Account, CoverageRecord
from models.comment import Comment
from models.enums import AccountStatus, Network
from moderation.deadlines import day_bounds, paris_day
from moderation.queries.counts import last_polls
from moderation.queries.rows import CoverageRow
from settings import get_settings

BY_HAND = (Network.PHONE, Network.EMAIL, Network.FILE)
MISSED_POLLS = 5
TOKEN_NOTICE = timedelta(days=7)

WHY = {
    "AuthExpired": N_("le réseau n'accepte plus le jeton"),
    "RateLimited": N_("le réseau demande d'attendre"),
    "Unavailable": N_("le réseau ne répond pas"),
    "Rejected": N_("le réseau refuse la demande"),
    "InvalidInput": N_("le jeton enregistré ne peut pas être lu"),
}
ADVICE = {
    "AuthExpired": N_("Un administrateur doit reconnecter le compte (commande : covigie account connect)."),
    "InvalidInput": N_("Un administrateur doit reconnecter le compte (commande : covigie account connect)."),
    "RateLimited": N_("Rien à faire : le relevé reprend de lui-même. Regardez la page du réseau en attendant."),
    "Unavailable": N_("Le relevé est retenté à chaque minute. S'il dure, regardez la page du réseau."),
}
OTHER_WHY = N_("le relevé a échoué ({error})")
OTHER_ADVICE = N_("Prévenez un administrateur ; le journal du moteur dit pourquoi.")


def coverage(session: Session) -> list[CoverageRow]:
    """Return one line an account: what was brought in, when, and what to do when nothing was."""
    last, succeeded = last_polls(session), last_polls(session, succeeded=True)
    counted = last_polls(session, counted=True)
    today = _received_today(session)
    heard = select(Account).where(col(Account.network).not_in(BY_HAND)).order_by(col(Account.display_name))
    accounts = session.exec(heard).all()
    return [
        _row(
            account, last.get(account.id), succeeded.get(account.id), counted.get(account.id), today.get(account.id, 0)
        )
        for account in accounts
    ]


def _received_today(session: Session) -> dict[str, int]:
    first, after = day_bounds(paris_day(clock.now()))
    counted = select(Comment.account_id, func.count()).where(Comment.received_at >= first, Comment.received_at < after)
    return dict(session.exec(counted.group_by(col(Comment.account_id))).all())


def _row(
    account: Account,
    last: CoverageRecord | None,
    good: CoverageRecord | None,
    counted: CoverageRecord | None,
    today: int,
) -> CoverageRow:
    since = good.polled_at if good else None
    silent = _is_silent(account, last)
    sentence, advice = _words(account, last, since, today, silent=silent)
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


def _is_silent(account: Account, last: CoverageRecord | None) -> bool:
    """Say whether nothing can be known: never polled, the last poll failed, or none came for several periods."""
    if last is None or not last.succeeded or account.status is AccountStatus.AUTH_EXPIRED:
        return True
    return clock.now() - last.polled_at > timedelta(seconds=get_settings().poll_seconds * MISSED_POLLS)


def _words(
    account: Account, last: CoverageRecord | None, since: datetime | None, today: int, *, silent: bool
) -> tuple[str, str]:
    if account.status is AccountStatus.PAUSED:
        return _("Ce compte n'est pas connecté : rien n'y est relevé."), _("Regardez vous-même la page du réseau.")
    if last is None:
        return _("Jamais relevé."), _("Vérifiez que le moteur tourne.")
    if silent:
        return _silence(account, last, since)
    parts = [_("{count} reçus aujourd'hui, dernier relevé {at}").format(count=today, at=_at(last.polled_at))]
    if last.cap_hit:
        parts.append(_("le réseau ne laisse pas tout voir : il peut manquer des commentaires"))
    ends = account.token_expires_at
    soon = ends is not None and ends - clock.now() < TOKEN_NOTICE
    if ends and soon:
        parts.append(_("jeton expire le {at}").format(at=_at(ends)))
    return " · ".join(parts) + ".", _(ADVICE["AuthExpired"]) if soon else ""


def _silence(account: Account, last: CoverageRecord, since: datetime | None) -> tuple[str, str]:
    expired = account.status is AccountStatus.AUTH_EXPIRED
    error = "AuthExpired" if expired else last.error or ""
    why = _("aucun relevé depuis") if last.succeeded else _(WHY.get(error, OTHER_WHY)).format(error=error)
    sentence = _("Aucune donnée depuis le {at}").format(at=_at(since)) if since else _("Aucune donnée, jamais")
    advice = _("Vérifiez que le moteur tourne.") if last.succeeded else _(ADVICE.get(error, OTHER_ADVICE))
    return f"{sentence} : {why}.", advice


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
