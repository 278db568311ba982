"""Dates as far as they are known: a year, a month or a day. Kept as "2026", "2026-03" or "2026-03-14"."""

import calendar
import re
from datetime import date

from errors import InvalidInput
from i18n import N_

EARLIEST = 1900
KEPT = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
TYPED = re.compile(r"(?:(?:(\d{1,2})[/.])?(\d{1,2})[/.])?(\d{4})", re.ASCII)


def read_date(text: str | None, today: date) -> str | None:
    """Return a date as it is kept, from "2026-03-14" or "14/03/2026", from a month or a year; None for nothing.

    Refused, with what to do: what is no date, a day that does not exist, a date after `today`.
    """
    typed = (text or "").strip()
    if not typed:
        return None
    parts = _parts(typed)
    if parts is None:
        raise InvalidInput(
            N_("« {date} » n'est pas une date : écrivez 14/03/2026, 03/2026 ou 2026, selon ce qui est connu."),
            date=typed,
        )
    kept = f"{parts[0]:04}" + "".join(f"-{part:02}" for part in parts[1:])
    if first_day(kept) > today:
        raise InvalidInput(N_("« {date} » est dans l'avenir : corrigez cette date, ou laissez-la vide."), date=typed)
    return kept


def _parts(typed: str) -> list[int] | None:
    """Return year, month and day as far as they are given, or None when the calendar does not have them."""
    kept, french = KEPT.fullmatch(typed), TYPED.fullmatch(typed)
    groups = kept.groups() if kept else (french[3], french[2], french[1]) if french else ()
    parts = [int(part) for part in groups if part]
    if not parts or parts[0] < EARLIEST:
        return None
    padded = [*parts, 1, 1][:3]
    try:
        date(padded[0], padded[1], padded[2])
    except ValueError:
        return None
    return parts


def first_day(kept: str) -> date:
    """Return the first day that a kept date may mean."""
    year, month, day = [*(int(part) for part in kept.split("-")), 1, 1][:3]
    return date(year, month, day)


def last_day(kept: str) -> date:
    """Return the last day that a kept date may mean."""
    year, month, day = [*(int(part) for part in kept.split("-")), 0, 0][:3]
    month = month or 12
    return date(year, month, day or calendar.monthrange(year, month)[1])


def check_order(start: str | None, end: str | None) -> None:
    """Refuse an end that is surely before its start; what is known only in part is given the benefit of the doubt."""
    if start and end and last_day(end) < first_day(start):
        raise InvalidInput(
            N_("La fin ({end}) est avant le début ({start}) : corrigez l'une des deux dates."),
            start=spoken(start),
            end=spoken(end),
        )


def spoken(kept: str | None) -> str:
    """Return a kept date as people write it in France: "14/03/2026", "03/2026" or "2026"."""
    return "/".join(reversed(kept.split("-"))) if kept else ""
