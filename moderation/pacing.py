"""How often an account may be read where the network bills: units of a daily budget that all accounts share, or money.

Of a daily budget two fifths go to reading; the rest is left for answers, for hiding and for looking again. Money is
counted by the month: at its limit an account is still read, once an hour, for a missed comment costs more. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum

from connectors.base import Capabilities

READING = 0.4
DAY = timedelta(days=1)
SLOWED = timedelta(hours=1)
"""Between two readings of an account whose month has reached its limit."""
LOOKED_AGAIN = DAY
"""Between two looks at what is stored, for the same account: each look is billed anew every day."""
NEAR = 0.8

Numbers = Mapping[str, int]


class Budget(StrEnum):
    """Where a budget stands."""

    FINE = "fine"
    NEAR = "near"
    REACHED = "reached"


def between_polls(capabilities: Capabilities | None, accounts: int, budget: Budget = Budget.FINE) -> timedelta:
    """Return the least time between two readings of one of so many accounts; none where nothing is billed."""
    if capabilities is None:
        return timedelta(0)
    least = SLOWED if capabilities.prices and budget is Budget.REACHED else timedelta(0)
    if not capabilities.daily_units:
        return least
    cost = capabilities.cost.get("fetch_comments", 1) * max(accounts, 1)
    return max(least, DAY * cost / (capabilities.daily_units * READING))


def budget_of(spent: float, limit: float) -> Budget:
    """Return where a budget stands, both in the same unit."""
    if spent >= limit:
        return Budget.REACHED
    return Budget.NEAR if spent >= limit * NEAR else Budget.FINE


def month_cost(days: Iterable[Sequence[Numbers]], prices: Mapping[str, int]) -> int:
    """Return what days cost, in thousandths of a dollar; a day is the numbers of its hours (`models.coverage`)."""
    return sum(day_cost(hours, prices) for hours in days)


def day_cost(hours: Sequence[Numbers], prices: Mapping[str, int]) -> int:
    """Return what a UTC day cost, a little too much rather than too little.

    What polls brought is billed once; what was looked up by id is billed once a day too, so that of the day's looks
    the largest counts, and what it shares with the polls twice.
    """

    def added(name: str) -> int:
        return sum(hour.get(name, 0) for hour in hours)

    def most(name: str) -> int:
        return max((hour.get(name, 0) for hour in hours), default=0)

    read = added("payloads") + most("looked_up")
    written = added("writes") * prices.get("write", 0) + added("link_writes") * prices.get("link", 0)
    return read * prices.get("read", 0) + most("own_posts") * prices.get("own_read", 0) + written
