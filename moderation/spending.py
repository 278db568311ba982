"""What a network billed so far, as we estimate it, beside the limit: money by the month, units by the last day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from compliance import clock
from connectors.base import Capabilities
from connectors.registry import capabilities_of
from models.account import Account
from models.coverage import AccountHour
from models.enums import AccountStatus
from moderation.pacing import Budget, between_polls, budget_of, month_cost
from settings import get_settings

THOUSANDTHS = 1_000
BILLED = ("payloads", "looked_up", "own_posts", "writes", "link_writes")


@dataclass(frozen=True)
class Bill:
    """What was spent of what may be: US dollars of this month (UTC), or with `units` the network's of the last 24 h."""

    spent: float
    limit: float
    units: bool
    budget: Budget


def bill(session: Session, account: Account) -> Bill | None:
    """Return an account's bill; None where its network bills nothing."""
    capabilities = capabilities_of(account.network.value)
    if capabilities and capabilities.prices:
        spent, limit = month_spent(session, account, capabilities) / THOUSANDTHS, get_settings().monthly_dollars
        return Bill(spent, limit, units=False, budget=budget_of(spent, limit))
    if capabilities and capabilities.daily_units:
        units, most = _units_of_a_day(session, account), capabilities.daily_units
        return Bill(units, most, units=True, budget=budget_of(units, most))
    return None


def month_spent(session: Session, account: Account, capabilities: Capabilities) -> int:
    """Return what this month cost so far, in thousandths of a dollar."""
    begins = clock.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    columns: list[Any] = [AccountHour.starts_at, *(getattr(AccountHour, name) for name in BILLED)]
    wanted = select_columns(*columns).where(col(AccountHour.account_id) == account.id)
    rows = session.execute(wanted.where(col(AccountHour.starts_at) >= begins).order_by(col(AccountHour.starts_at)))
    days = groupby(rows, key=lambda row: row[0].date())
    return month_cost(
        ([dict(zip(BILLED, hour[1:], strict=True)) for hour in hours] for _day, hours in days), capabilities.prices
    )


def _units_of_a_day(session: Session, account: Account) -> int:
    """Return the units of the last 24 hours of all accounts of a network: they share one budget."""
    since = clock.now() - timedelta(days=1)
    summed = select(func.sum(AccountHour.units)).join(Account, col(Account.id) == AccountHour.account_id)
    return session.exec(summed.where(Account.network == account.network, AccountHour.starts_at > since)).one() or 0


def pause(session: Session, account: Account) -> timedelta:
    """Return the least time between two readings of an account; none where its network bills nothing."""
    capabilities = capabilities_of(account.network.value)
    same = select(func.count()).select_from(Account).where(Account.network == account.network)
    read = session.exec(same.where(Account.status != AccountStatus.PAUSED)).one()
    return between_polls(capabilities, read, budget(session, account, capabilities))


def budget(session: Session, account: Account, capabilities: Capabilities | None) -> Budget:
    """Return where an account's month stands; fine where its network does not bill in money."""
    if capabilities is None or not capabilities.prices:
        return Budget.FINE
    spent = month_spent(session, account, capabilities) / THOUSANDTHS
    return budget_of(spent, get_settings().monthly_dollars)


def interval(session: Session, account: Account) -> timedelta:
    """Return how often an account is read: the round's, or what its bill allows."""
    return max(timedelta(seconds=get_settings().poll_seconds), pause(session, account))


def reached_since(session: Session, account: Account, looked_at: datetime | None, least: timedelta) -> bool:
    """Say whether an account's month is at its limit and it was looked at again not long ago."""
    if looked_at is None or clock.now() - looked_at >= least:
        return False
    return budget(session, account, capabilities_of(account.network.value)) is Budget.REACHED
