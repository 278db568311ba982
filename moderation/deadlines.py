"""Clocks. Those of pharmacovigilance run by the calendar and never pause; the one of an answer keeps business hours.

Business hours: `compliance.business_hours`.
"""

import calendar
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from compliance.business_hours import OFFICE, Shifts, business_time, due_after, is_business_day, public_holidays
from compliance.time_zone import PARIS
from models.enums import Vigilance
from moderation.vigilance import authority_rule

__all__ = [
    "OFFICE",
    "Band",
    "authority_due",
    "band",
    "business_time",
    "day_bounds",
    "forward_due",
    "is_business_day",
    "months_after",
    "paris_day",
    "public_holidays",
    "reply_due",
]

SOON = 0.25
"""The share of a clock's time under which it is amber."""


class Band(StrEnum):
    """How a clock stands."""

    LATE = "late"
    SOON = "soon"
    ON_TIME = "on_time"


def paris_day(moment: datetime) -> date:
    """Return the day that a moment falls on in Paris."""
    return moment.astimezone(PARIS).date()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return the first moment of a day in Paris and of the next one, in UTC."""
    bounds = (datetime.combine(each, time(), PARIS).astimezone(UTC) for each in (day, day + timedelta(days=1)))
    first, after = bounds
    return first, after


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last of its month where that month is shorter."""
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return day.replace(year=day.year + year, month=month + 1, day=min(day.day, last))


def forward_due(awareness_at: datetime, hours: int) -> datetime:
    """Return when a case must be with pharmacovigilance: hours by the calendar, week-ends and holidays included."""
    return awareness_at + timedelta(hours=hours)


def authority_due(
    day_zero: date,
    vigilance: Vigilance,
    *,
    serious: bool,
    seriousness: Collection[str] = (),
    public_threat: bool = False,
) -> date | None:
    """Return the last day to tell the authority, counted from day zero; None when no law sets one."""
    rule = authority_rule(vigilance, serious=serious, seriousness=seriousness, public_threat=public_threat)
    return day_zero + timedelta(days=rule.days) if rule else None


def reply_due(start: datetime, hours: float, shifts: Shifts = OFFICE) -> datetime:
    """Return the moment at which a person must have an answer: `hours` business hours after `start`, in UTC."""
    return due_after(start, hours, shifts)


def band(started: datetime, due: datetime, now: datetime) -> Band:
    """Say how a clock stands: late, under a quarter of its time, or on time."""
    if now >= due:
        return Band.LATE
    return Band.SOON if due - now < (due - started) * SOON else Band.ON_TIME
