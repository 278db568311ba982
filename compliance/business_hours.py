"""Business hours of metropolitan France, by the wall clock of Paris, so that a day of 23 or 25 hours changes nothing.

Monday to Friday without the public holidays of art. L. 3133-1 of the labour code (the `holidays` package). Pure: the
moment is always given. No clock of pharmacovigilance is counted here: those run by the calendar.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise

import holidays

from compliance.time_zone import PARIS
from errors import InvalidInput
from i18n import N_

Shifts = Sequence[tuple[time, time]]
OFFICE: Shifts = ((time(9), time(18)),)
SATURDAY = 5


@cache
def public_holidays(year: int) -> frozenset[date]:
    """Return the public holidays of metropolitan France in a year."""
    return frozenset(holidays.country_holidays("FR", years=year))


def is_business_day(day: date) -> bool:
    """Say whether a day is worked."""
    return day.weekday() < SATURDAY and day not in public_holidays(day.year)


def due_after(start: datetime, hours: float, shifts: Shifts = OFFICE) -> datetime:
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


def parse_shifts(typed: Sequence[tuple[time, time]]) -> Shifts:
    """Return business hours in their order; raises InvalidInput when one ends before it begins, or two overlap."""
    ordered = sorted(typed)
    if not ordered:
        raise InvalidInput(N_("Indiquez au moins une plage d'heures ouvrées."))
    if any(last <= first for first, last in ordered):
        raise InvalidInput(N_("Chaque plage finit après son début, le même jour."))
    if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
        raise InvalidInput(N_("Deux plages d'heures ouvrées se chevauchent. Corrigez-les."))
    return tuple(ordered)


def _open_spans(start: datetime, shifts: Shifts) -> Iterator[tuple[datetime, datetime]]:
    """Yield the open spans after a moment, in UTC: elapsed time is counted there, wall-clock time never is."""
    day = start.astimezone(PARIS).date()
    while True:
        for first, last in shifts if is_business_day(day) else ():
            opens = datetime.combine(day, first, PARIS).astimezone(UTC)
            closes = datetime.combine(day, last, PARIS).astimezone(UTC)
            if closes > start:
                yield max(opens, start.astimezone(UTC)), closes
        day += timedelta(days=1)
