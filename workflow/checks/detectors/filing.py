"""The filing windows of advertising visas, and the earliest day that they leave."""

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from workflow.checks.detectors.detector import Detector, Hit
from workflow.checks.folding import fold
from workflow.checks.format import Data
from workflow.checks.post import Visa
from workflow.checks.reading import Reading

# R. 5122-5 and R. 5122-13 CSP: silence for two months from the day after the window is acceptance.
MONTHS = 2

_TO_FILE = re.compile(r"refus|reject|draft|brouillon|to (?:be )?(?:file|submit)|a deposer|none|missing|absent|no[nt] ")
_DECIDED = re.compile(
    r"grant|valid|active?\b|actif|approv|accept|tacit|in force|en vigueur|ok\b|accord|obtenu|suspen|withdraw|retir"
    r"|expir|perim|revo|abrog|ended|termin"
)


class Window(Data):
    """One filing window; both days are in it. `confidence` tells one whose source was not read whole."""

    visa: Literal["GP", "PM"]
    first: date
    last: date
    confidence: Literal["H", "M", "L"] = "H"


class TooEarly(Detector):
    """Find that a post is planned before the earliest day on which silence would grant it a visa of this kind.

    Without a visa, the next window counts, or the last one known where none is left; for one that is filed, the last
    window that had opened. A visa that was ever granted is no matter of windows, nor is a day past all that are known.
    """

    kind: Literal["filing"]
    visa: Literal["GP", "PM"]
    windows: Annotated[tuple[Window, ...], Field(min_length=1)]

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return one hit on the date, with the earliest day."""
        if reading.post.planned_at is None:
            return
        window = self._window(reading.post.visa, reading.day)
        if window and reading.day < earliest(window.last):
            day = f"{earliest(window.last):%d/%m/%Y}"
            french = f"la période de dépôt se termine le {window.last:%d/%m/%Y}, l'accord tacite vient le {day}"
            english = f"the filing window ends on {window.last:%d/%m/%Y}, tacit acceptance comes on {day}"
            yield Hit("planned_at", words={"reason_fr": french, "reason_en": english})

    def _window(self, visa: Visa | None, day: date) -> Window | None:
        """Return the window that counts for this visa on this day."""
        known = sorted((each for each in self.windows if each.visa == self.visa), key=lambda each: each.first)
        state = _state(visa)
        if state == "none":
            return next((each for each in known if each.last >= day), known[-1] if known else None)
        opened = [each for each in known if each.first <= day]
        return opened[-1] if state == "filed" and opened else None


def earliest(last: date) -> date:
    """Return the first day on which silence is acceptance, for a window that ends on `last`."""
    return months_after(last + timedelta(days=1), MONTHS)


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last of that month when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _state(visa: Visa | None) -> Literal["none", "filed", "other"]:
    """Say whether a visa is still to file, is filed, or has been decided on."""
    if visa is None:
        return "none"
    status = fold(visa.status or "").text.replace("_", " ").replace("-", " ").strip()
    if _TO_FILE.match(status) or not (status or visa.granted or visa.number):
        return "none"
    return "other" if visa.granted or not status or _DECIDED.match(status) else "filed"
