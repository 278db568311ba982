"""Looking how an account fares: the cheapest call of its network, on demand and once a day; what is found is kept.

The screen reads what is kept and asks no network.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from compliance import accounts, applications, audit, breakers, clock, notifying
from compliance.audit import AuditAction
from compliance.connecting import is_account
from compliance.people import check_admin
from compliance.permissions import SYSTEM, Actor
from connectors.base import Token
from connectors.consent import missing
from connectors.http_facts import clock_of
from errors import AppError, AuthExpired, ConnectorError, RateLimited, Rejected
from models.account import Account
from models.connection import AccountHealth
from models.enums import AccountStatus, Reach, Telling
from models.session import get, reading, transaction
from settings import get_settings

EVERY, EXPIRED_EVERY = timedelta(days=1), timedelta(hours=1)
"""Networks refuse a good token by mistake too: one that was refused is shown again each hour, by one cheap call."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of asking a network whose token we hold."""

    reach: Reach
    reason: str = ""
    limited_until: datetime | None = None


def may_check(session: Session, actor: Actor, *, account_id: str) -> Actor:
    """Refuse who may not look, before any network is asked; return who looks."""
    check_admin(actor)
    get(session, Account, account_id)
    return actor


def check_account(actor: Actor, *, account_id: str) -> AccountHealth:
    """Ask a network how an account fares, outside any transaction, and keep what it says."""
    check_admin(actor)
    with reading() as session:
        account = get(session, Account, account_id)
        last = notifying.last_wish(session, account_id)
    token = _token(account)
    found = _reached(account) if token else Found(Reach.NOT_CONNECTED)
    ours, theirs = clock.now(), _their_clock(account)
    health = AccountHealth(
        account_id=account.id,
        checked_at=ours,
        reach=found.reach,
        reason=found.reason[:300],
        renewable=bool(token and token.refresh),
        missing_scopes=list(missing(account.network.value, token)) if token else [],
        scopes_told=bool(token and token.scopes),
        clock_seconds=round((theirs - ours).total_seconds()) if theirs else None,
        limited_until=found.limited_until,
        telling=_telling(account, found, last.status if last else None),
    )
    with transaction() as session:
        return _keep(session, actor, health)


def _token(account: Account) -> Token | None:
    try:
        return accounts.token_of(account)
    except (ConnectorError, AppError):
        return None


def _reached(account: Account) -> Found:
    """Ask whose the token is."""
    try:
        who = accounts.open_channel(account).whoami()
    except AuthExpired as error:
        return Found(Reach.AUTH_EXPIRED, error.reason)
    except RateLimited as error:
        return Found(Reach.LIMITED, error.reason, error.retry_at)
    except Rejected as error:
        return Found(Reach.REFUSED, error.reason)
    except ConnectorError as error:
        return Found(Reach.UNREACHABLE, error.reason)
    return Found(Reach.OK if is_account(account, who) else Reach.WRONG_ACCOUNT, "")


def _their_clock(account: Account) -> datetime | None:
    try:
        return clock_of(applications.base_url_of(account), get_settings().network_timeout)
    except Rejected:
        return None


def _telling(account: Account, found: Found, last: notifying.S | None) -> Telling:
    """Say whether the network tells us; what cannot be asked now is not known."""
    try:
        return notifying.telling(account, last) if found.reach is Reach.OK else _untold(account)
    except (ConnectorError, AppError):
        return Telling.UNKNOWN


def _untold(account: Account) -> Telling:
    return Telling.UNKNOWN if applications.webhook_uri(account.network) else Telling.NEVER


def _keep(session: Session, actor: Actor, health: AccountHealth) -> AccountHealth:
    """Keep what was found; an account whose token the network refuses says so everywhere."""
    kept = session.merge(health)
    account = get(session, Account, health.account_id, lock=True)
    if health.reach is Reach.AUTH_EXPIRED and account.status is AccountStatus.ACTIVE:
        account.status = AccountStatus.AUTH_EXPIRED
        audit.record(session, SYSTEM, AuditAction.ACCOUNT_AUTH_EXPIRED, "account", account.id)
    if health.reach is Reach.OK and account.status is AccountStatus.AUTH_EXPIRED:
        breakers.reconnected(session, account.id)
    new = {"reach": health.reach.value, "telling": health.telling.value}
    audit.record(session, actor, AuditAction.ACCOUNT_CHECK, "account", account.id, new=new)
    session.flush()
    return kept


def check_due() -> int:
    """Look at every connected account that nobody looked at for a day, then finish what was cut short; a job."""
    now = clock.now()
    with reading() as session:
        looked = _looked_at(now - EVERY)
        again = (col(Account.status) == AccountStatus.AUTH_EXPIRED) & col(Account.id).not_in(
            _looked_at(now - EXPIRED_EVERY)
        )
        due = session.exec(
            select(Account.id).where(
                col(Account.token_encrypted).is_not(None),
                Account.status != AccountStatus.PAUSED,
                col(Account.id).not_in(looked) | again,
            )
        ).all()
    for account_id in due:
        check_account(SYSTEM, account_id=account_id)
    notifying.finish()
    return len(due)


def _looked_at(since: datetime) -> SelectOfScalar[str]:
    return select(AccountHealth.account_id).where(col(AccountHealth.checked_at) > since)
