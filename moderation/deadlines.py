"""Clocks. Those of pharmacovigilance run by the calendar and never pause; the one of an answer keeps business hours.

Business hours are those of metropolitan France: Monday to Friday without the public holidays of art. L. 3133-1 of the
labour code (the `holidays` package), by the wall clock of Paris, so that a day of 23 or 25 hours changes nothing.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from models.enums import Vigilance
from moderation.vigilance import authority_rule

PARIS = ZoneInfo("Europe/Paris")
Shifts = Sequence[tuple[time, time]]
OFFICE: Shifts = ((time(9), time(18)),)
SOON = 0.25
"""The share of a clock's time under which it is amber."""


class Band(StrEnum):
    """How a clock stands."""

    LATE = "late"
    SOON = "soon"
    ON_TIME = "on_time"


@cache
def public_holidays(year: int) -> frozenset[date]:
    """Return the public holidays of metropolitan France in a year."""
    return frozenset(holidays.country_holidays("FR", years=year))


def is_business_day(day: date) -> bool:
    """Say whether a day is worked."""
    return day.weekday() < 5 and day not in public_holidays(day.year)  # noqa: PLR2004 - Saturday is 5


def paris_day(moment: datetime) -> date:
    """Return the day that a moment falls on in Paris."""
    return moment.astimezone(PARIS).date()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return the first moment of a day in Paris and of the next one, in UTC."""
    bounds = (datetime.combine(each, time(), PARIS).astimezone(UTC) for each in (day, day + timedelta(days=1)))
    first, after = bounds
    return first, after


def forward_due(awareness_at: datetime, hours: int) -> datetime:
    """Return when a case must be with pharmacovigilance: hours by the calendar, week-ends and holidays included."""
    return awareness_at + timedelta(hours=hours)


def authority_due(
    day_zero: date, vigilance: Vigilance, *, serious: bool, seriousness: Collection[str] = ()
) -> date | None:
    """Return the last day to tell the authority, counted from day zero; None when no law sets one."""
    rule = authority_rule(vigilance, serious=serious, seriousness=seriousness)
    return day_zero + timedelta(days=rule.days) if rule else None


def reply_due(start: datetime, hours: float, shifts: Shifts = OFFICE) -> datetime:
    """Return the moment at which `hours` business hours have passed since `start`, in UTC."""
    left = timedelta(hours=hours)
    for opens, closes in _open_spans(start, shifts):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    raise AssertionError("open spans never end")


def business_time(start: datetime, end: datetime, shifts: Shifts = OFFICE) -> timedelta:
    """Return the business time between two moments; zero when the end is not after the start."""
    passed = timedelta()
    for opens, closes in _open_spans(start, shifts):
        if opens >= end:
            break
        passed += min(closes, end) - opens
    return passed


def _open_spans(start: datetime, shifts: Shifts) -> Iterator[tuple[datetime, datetime]]:
    """Yield the open spans after a moment, in UTC: elapsed time is counted there, wall-clock time never is."""
    day = paris_day(start)
    while True:
        for first, last in shifts if is_business_day(day) else ():
            opens = datetime.combine(day, first, PARIS).astimezone(UTC)
            closes = datetime.combine(day, last, PARIS).astimezone(UTC)
            if closes > start:
                yield max(opens, start.astimezone(UTC)), closes
        day += timedelta(days=1)


def band(started: datetime, due: datetime, now: datetime) -> Band:
    """Say how a clock stands: late, under a quarter of its time, or on time."""
    if now >= due:
        return Band.LATE
    return Band.SOON if due - now < (due - started) * SOON else Band.ON_TIME
