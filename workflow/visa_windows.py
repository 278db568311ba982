"""When an advertising visa must be filed, when silence grants it, how long it runs (R. 5122-5, R. 5122-13 CSP).

The ANSM opens filing periods; those known are in the rule pack (CAL-01), with their source. Two months after the day
that follows the end of a period, silence grants the visa; it runs for two years at most.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from models.enums import VisaKind
from workflow.checks import default_pack
from workflow.checks.detectors.filing import TooEarly, earliest, months_after

RULE = "CAL-01"
YEARS_OF_VALIDITY = 2
MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Window:
    """One filing period, both days inclusive; not `certain` when its source was not read whole."""

    kind: VisaKind
    first: date
    last: date
    certain: bool = True

    @property
    def tacit_on(self) -> date:
        """The day on which silence grants what was filed: two months after the day that follows the period."""
        return earliest(self.last)


@cache
def known_windows() -> tuple[Window, ...]:
    """Return the filing periods of the pack, by their first day."""
    rule = next(each for each in default_pack().rules if each.id == RULE)
    found = {window for each in rule.detect if isinstance(each, TooEarly) for window in each.windows}
    windows = (Window(VisaKind(each.visa), each.first, each.last, each.confidence == "H") for each in found)
    return tuple(sorted(windows, key=lambda window: (window.first, window.kind)))


def source() -> str:
    """Return where the periods come from."""
    rule = next(each for each in default_pack().rules if each.id == RULE)
    return rule.references[-1]


def last_day(granted: date) -> date:
    """Return the last day on which a visa granted on a day runs: the eve of its second anniversary."""
    return months_after(granted, MONTHS_A_YEAR * YEARS_OF_VALIDITY) - timedelta(days=1)


def window_for(kind: VisaKind, target: date, today: date) -> Window | None:
    """Return the latest period, not yet over, whose filing gives a visa by a target day; None when it is too late."""
    fits = (w for w in known_windows() if w.kind is kind and w.last >= today and w.tacit_on <= target)
    return max(fits, key=lambda window: window.last, default=None)


def next_window(kind: VisaKind, today: date) -> Window | None:
    """Return the next period in which one may file, the running one included."""
    ahead = (w for w in known_windows() if w.kind is kind and w.last >= today)
    return min(ahead, key=lambda window: window.first, default=None)
