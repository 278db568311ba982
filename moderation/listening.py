"""Which accounts are silent: not read for too long, or read and bringing nothing though these hours always do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from models.account import Account
from models.coverage import AccountHour
from models.enums import AccountStatus
from moderation import spending
from moderation.queries.counts import last_polls
from moderation.queries.coverage import BY_HAND
from moderation.silence import LONGEST, WEEK, WEEKS, quiet_hours, unread_too_long, usual


class Silent(StrEnum):
    """How an account is silent."""

    UNREAD = "unread"
    QUIET = "quiet"


@dataclass(frozen=True)
class Silence:
    """A silent account: how, since when, and how many comments these hours bring at least, where it is QUIET."""

    kind: Silent
    since: datetime | None
    usual: int = 0


def listened_to(session: Session) -> Sequence[Account]:
    """Return the accounts that should be read, by name; one that was never connected is none."""
    heard = col(Account.network).not_in(BY_HAND)
    wanted = select(Account).where(heard, Account.status != AccountStatus.PAUSED)
    return session.exec(wanted.order_by(col(Account.display_name), col(Account.id))).all()


def silences(session: Session, now: datetime) -> dict[str, Silence]:
    """Return the silent accounts by id."""
    read = {account_id: record.polled_at for account_id, record in last_polls(session, succeeded=True).items()}
    found = {}
    for account in listened_to(session):
        since, interval = read.get(account.id), spending.interval(session, account)
        if unread_too_long(since or account.created_at, interval, now):
            found[account.id] = Silence(Silent.UNREAD, since)
        elif quiet := _quiet(session, account.id, now):
            found[account.id] = quiet
    return found


def _quiet(session: Session, account_id: str, now: datetime) -> Silence | None:
    since = now - WEEKS * WEEK - timedelta(hours=LONGEST + 1)
    brought = select(AccountHour.starts_at, AccountHour.new).where(AccountHour.account_id == account_id)
    hours = dict(session.exec(brought.where(AccountHour.starts_at >= since, AccountHour.new > 0)).all())
    least = usual(hours, now)
    return Silence(Silent.QUIET, quiet_hours(hours, now)[-1], least) if least else None
