"""When an advertising visa must be filed, when silence grants it, how long it runs (R. 5122-5, R. 5122-13 CSP).

The ANSM opens filing periods. Two months after the day that follows the end of a period, silence grants the visa; it
runs for two years at most.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import yaml

from models.enums import VisaKind

SOURCE = Path(__file__).with_name("visa_windows.yaml")
MONTHS_TO_TACIT = 2
YEARS_OF_VALIDITY = 2
MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Window:
    """One filing period, both days inclusive."""

    kind: VisaKind
    first: date
    last: date

    @property
    def tacit_on(self) -> date:
        """The day on which silence grants what was filed: two months after the day that follows the period."""
        return later(self.last + timedelta(days=1), months=MONTHS_TO_TACIT)


@dataclass(frozen=True)
class Windows:
    """The periods known, where they come from, how sure that is, and what is missing."""

    source: str
    confidence: str
    incomplete: str
    windows: tuple[Window, ...]


@cache
def known_windows() -> Windows:
    """Return the filing periods of the file."""
    data = yaml.safe_load(SOURCE.read_text("utf-8"))
    periods = (Window(VisaKind(row["kind"]), row["first"], row["last"]) for row in data["windows"])
    windows = tuple(sorted(periods, key=lambda window: window.first))
    return Windows(data["source"], data["confidence"], data["incomplete"], windows)


def later(day: date, *, months: int) -> date:
    """Return the same day some months later, or the last day of that month where it has no such day."""
    count = day.month - 1 + months
    year, month = day.year + count // MONTHS_A_YEAR, count % MONTHS_A_YEAR + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def last_day(granted: date) -> date:
    """Return the last day on which a visa granted on a day runs: the eve of its second anniversary."""
    return later(granted, months=MONTHS_A_YEAR * YEARS_OF_VALIDITY) - timedelta(days=1)


def window_for(kind: VisaKind, target: date, today: date) -> Window | None:
    """Return the latest period, not yet over, whose filing gives a visa by a target day; None when it is too late."""
    fits = (w for w in known_windows().windows if w.kind is kind and w.last >= today and w.tacit_on <= target)
    return max(fits, key=lambda window: window.last, default=None)


def next_window(kind: VisaKind, today: date) -> Window | None:
    """Return the next period in which one may file, the running one included."""
    ahead = (w for w in known_windows().windows if w.kind is kind and w.last >= today)
    return min(ahead, key=lambda window: window.first, default=None)
