"""What stands between us and each account's network: its breaker, its limits, its token, its bill, its silence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from compliance import breakers, clock
from compliance.outbox import WAITING
from models.account import Account
from models.coverage import AccountBreaker, AccountHour
from models.engine_room import OutboxEffect
from models.enums import BreakerStatus
from moderation import listening, spending
from moderation.listening import Silence
from moderation.spending import Bill

CAPS_SHOWN = timedelta(days=7)


@dataclass(frozen=True)
class AccountHealth:
    """An account beside its coverage. `breaker` CLOSED: it is called as always.

    `next_trial_at`: when a single call tries; while one tries, until when. `waiting`: effects that are due and wait
    behind the breaker. `capped_at`: the last hour of this week in which the network cut a reading short. `token_days`:
    whole days until the token ends, 0 on its last day; None where it does not end.
    """

    account_id: str
    breaker: BreakerStatus
    failures: int
    next_trial_at: datetime | None
    breaker_version: int
    waiting: int
    capped_at: datetime | None
    token_ends_at: datetime | None
    token_days: int | None
    bill: Bill | None
    silence: Silence | None


def account_health(session: Session) -> dict[str, AccountHealth]:
    """Return the health of every account that should be read, by id; nothing here counts comments."""
    now = clock.now()
    held, silent = breakers.all_by_account(session), listening.silences(session, now)
    capped, waiting = _capped(session, now), _waiting(session, now)
    return {
        account.id: _health(session, account, held.get(account.id), silent, capped, waiting)
        for account in listening.listened_to(session)
    }


def _capped(session: Session, now: datetime) -> dict[str, datetime]:
    last = select(AccountHour.account_id, func.max(AccountHour.starts_at))
    recent = last.where(AccountHour.caps > 0, AccountHour.starts_at > now - CAPS_SHOWN)
    return dict(session.exec(recent.group_by(col(AccountHour.account_id))).all())


def _waiting(session: Session, now: datetime) -> dict[str, int]:
    stopped = select(AccountBreaker.account_id).where(AccountBreaker.status != BreakerStatus.CLOSED)
    due = select(OutboxEffect.account_id, func.count()).where(
        col(OutboxEffect.status).in_(WAITING),
        col(OutboxEffect.account_id).in_(stopped),
        OutboxEffect.not_before <= now,
    )
    return {str(key): count for key, count in session.exec(due.group_by(col(OutboxEffect.account_id)))}


def _health(
    session: Session,
    account: Account,
    breaker: AccountBreaker | None,
    silent: Mapping[str, Silence],
    capped: Mapping[str, datetime],
    waiting: Mapping[str, int],
) -> AccountHealth:
    ends = account.token_expires_at
    return AccountHealth(
        account_id=account.id,
        breaker=breaker.status if breaker else BreakerStatus.CLOSED,
        failures=breaker.failures if breaker else 0,
        next_trial_at=breaker.next_trial_at if breaker else None,
        breaker_version=breaker.row_version if breaker else 0,
        waiting=waiting.get(account.id, 0),
        capped_at=capped.get(account.id),
        token_ends_at=ends,
        token_days=max((ends - clock.now()).days, 0) if ends else None,
        bill=spending.bill(session, account),
        silence=silent.get(account.id),
    )
