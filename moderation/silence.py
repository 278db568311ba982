"""When an account is too quiet: nothing could be read of it, or it is read and brings nothing though it always does.

Pure: the moment is always given; times are aware UTC.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

LEAST = timedelta(minutes=15)
INTERVALS = 3
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
WEEKS = 4
FEWEST = 5
"""A stretch is missed only where each of the last weeks had so many comments in it: quiet hours alarm nobody."""
LONGEST = 24
"""Hours that are looked back at."""


def unread_too_long(since: datetime, interval: timedelta, now: datetime) -> bool:
    """Say whether nothing was read for too long; `since` is the last reading, or when the account was connected."""
    return now - since > max(interval * INTERVALS, LEAST)


def usual(hours: Mapping[datetime, int], now: datetime) -> int:
    """Return how many comments the quiet hours up to now brought at least in each of the last four weeks.

    `hours`: new comments by whole hour; one that is missing brought none. 0: the account is not quiet, or it is no
    wonder. A single week without them is enough for that, so that a holiday or a new account alarms nobody.
    """
    span = quiet_hours(hours, now)
    weeks = [sum(hours.get(hour - week * WEEK, 0) for hour in span) for week in range(1, WEEKS + 1)]
    least = min(weeks)
    return least if least >= FEWEST else 0


def quiet_hours(hours: Mapping[datetime, int], now: datetime) -> list[datetime]:
    """Return the whole hours before the present one that brought nothing, newest first; none once it brought one."""
    present = now.replace(minute=0, second=0, microsecond=0)
    if hours.get(present):
        return []
    found: list[datetime] = []
    while len(found) < LONGEST and not hours.get(present - HOUR * (len(found) + 1)):
        found.append(present - HOUR * (len(found) + 1))
    return found
