"""When a review step is due: business hours of metropolitan France, or hours by the clock for an emergency."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

PARIS = ZoneInfo("Europe/Paris")
OPENS, CLOSES = time(9), time(18)
SATURDAY = 5


@cache
def public_holidays(year: int) -> frozenset[date]:
    """Return the public holidays of metropolitan France in a year (art. L. 3133-1 of the labour code)."""
    return frozenset(holidays.country_holidays("FR", years=year))


def step_due(entered_at: datetime, hours: int, *, by_the_clock: bool) -> datetime:
    """Return when a step entered at a moment is due, in UTC."""
    if by_the_clock:
        return entered_at + timedelta(hours=hours)
    left, day = timedelta(hours=hours), entered_at.astimezone(PARIS).date()
    while True:
        opens = max(datetime.combine(day, OPENS, PARIS).astimezone(UTC), entered_at.astimezone(UTC))
        open_for = datetime.combine(day, CLOSES, PARIS).astimezone(UTC) - opens
        if _worked(day) and open_for > timedelta():
            if open_for >= left:
                return opens + left
            left -= open_for
        day += timedelta(days=1)


def _worked(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in public_holidays(day.year)
