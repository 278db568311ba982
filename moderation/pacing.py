"""How often an account may be read where the network bills each call from a daily budget that all accounts share.

Two fifths of the budget go to reading; the rest is left for answers, for hiding and for looking again.
"""

from datetime import timedelta

from connectors.base import Capabilities

READING = 0.4
DAY = timedelta(days=1)


def between_polls(capabilities: Capabilities | None, accounts: int) -> timedelta:
    """Return the least time between two readings of one of so many accounts; none where nothing is billed."""
    if capabilities is None or not capabilities.daily_units:
        return timedelta(0)
    cost = capabilities.cost.get("fetch_comments", 1) * max(accounts, 1)
    return DAY * cost / (capabilities.daily_units * READING)
