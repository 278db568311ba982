"""What a single value may be: its form, its code, its length, its date."""

import re
from datetime import UTC, date, datetime
from functools import cache

from babel import Locale

from compliance.time_zone import PARIS
from moderation.e2b.elements import Element, Kind
from moderation.e2b.findings import Finding, Problem

_DATE = re.compile(r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.\d{1,6})?)?)?)?)?)?([+-]\d{4})?")
_LEAST = {Kind.YEAR: 1, Kind.DAY: 3, Kind.SECOND: 6}
_FORMS = {
    Kind.REPORT_ID: re.compile(r"[A-Z]{2}-[^-\s][^-]*-\S.*"),
    Kind.LANGUAGE: re.compile("[a-z]{3}"),
    Kind.AGE: re.compile(r"\d{1,3}(\.\d)?"),
    Kind.VERSION: re.compile(r"\d{1,2}\.\d"),
    Kind.LLT: re.compile(r"\d{8}"),
}
_NO_COUNTRY = frozenset(["AC", "CP", "CQ", "DG", "EA", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"])


ALPHA_2 = 2


@cache
def countries() -> frozenset[str]:
    """Return the country codes of ISO 3166-1 alpha-2, with "EU", which the guideline takes as one."""
    named = map(str, Locale.parse("en").territories)
    return frozenset(code for code in named if len(code) == ALPHA_2) - _NO_COUNTRY


def judge(element: Element, value: str, at: datetime) -> Finding | None:
    """Return what is wrong with a value that is there, if anything. `at`: the present moment."""
    if element.longest and len(value) > element.longest:
        return Finding(element.number, Problem.LONG, element.name, n=len(value), most=element.longest)
    if element.kind in _LEAST:
        return _dated(element, value, at)
    fine = value in element.codes if element.kind is Kind.CODE else _formed(element.kind, value)
    return None if fine else Finding(element.number, Problem.CODE, element.name, value=value)


def _formed(kind: Kind, value: str) -> bool:
    if kind is Kind.COUNTRY:
        return value in countries()
    return kind not in _FORMS or _FORMS[kind].fullmatch(value) is not None


def _dated(element: Element, value: str, at: datetime) -> Finding | None:
    if earliest(value, _LEAST[element.kind]) is None:
        return Finding(element.number, Problem.DATE, element.name, value=value)
    return Finding(element.number, Problem.FUTURE, element.name, value=value) if _after(value, at) else None


def earliest(value: str, least: int = 1) -> datetime | None:
    """Return the first moment of a date of E2B, in Paris unless it names its zone; None for one that is none.

    `least`: how many of year, month, day, hour, minute and second must be there.
    """
    found = _DATE.fullmatch(value)
    parts = [int(part) for part in found.groups()[:6] if part] if found else []
    if found is None or len(parts) < least:
        return None
    zone = found.group(7)
    try:
        year, month, day, *time = parts + [1, 1, 1][len(parts) :]
        hour, minute, second = time + [0, 0, 0][len(time) :]
        moment = datetime(year, month, day, hour, minute, second, tzinfo=PARIS)
        return moment if zone is None else datetime.strptime(f"{moment:%Y%m%d%H%M%S}{zone}", "%Y%m%d%H%M%S%z")
    except ValueError:
        return None


def _after(value: str, at: datetime) -> bool:
    """Say whether a date lies after the present: one known to the day, by the calendar of Paris."""
    moment = earliest(value)
    if moment is None:
        return False
    if len(value) <= len("20261118"):
        return moment.date() > today(at)
    return moment.astimezone(UTC) > at


def today(at: datetime) -> date:
    """Return the day in Paris."""
    return at.astimezone(PARIS).date()


def precedes(end: str, start: str) -> bool:
    """Say whether an end lies before a start, as far as both are known."""
    last, first = earliest(end), earliest(start)
    if last is None or first is None:
        return False
    shared = min(len(end), len(start), len("20261118"))
    if shared == len("20261118") and min(len(end), len(start)) > shared:
        return last < first
    return end[:shared] < start[:shared]
