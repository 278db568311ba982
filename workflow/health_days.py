"""Health awareness days, weeks and months: data beside this module, read into dates."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import yaml

SOURCE = Path(__file__).with_name("health_days.yaml")
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
_WEEKDAYS = [name.lower() for name in calendar.day_name]


@dataclass(frozen=True)
class HealthDay:
    """One occasion: when it falls (see the file), its names, and who sets it."""

    when: str
    fr: str
    en: str
    source: str

    def days(self, year: int) -> tuple[date, ...]:
        """Return the days of a year on which it falls, in order; raises ValueError for a `when` that says nothing."""
        month, dash, day = self.when.partition("-")
        if dash:
            return (date(year, int(month), int(day)),)
        number, _space, rule = self.when.partition(" ")
        return _by_rule(year, int(number), rule)

    @property
    def lasts(self) -> bool:
        """Say whether it is a week or a month, and no single day."""
        return len(self.days(2024)) > 1


def _by_rule(year: int, month: int, rule: str) -> tuple[date, ...]:
    days = [date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1)]
    if not rule:
        return tuple(days)
    ordinal, _space, name = rule.partition(" ")
    if name == "day":
        return (days[_ORDINALS[ordinal]],)
    if name == "week":
        monday = [day for day in days if day.weekday() == calendar.MONDAY][_ORDINALS[ordinal]]
        return tuple(monday + timedelta(days=n) for n in range(7))
    weekday = _WEEKDAYS.index(name)
    return ([day for day in days if day.weekday() == weekday][_ORDINALS[ordinal]],)


@cache
def health_days() -> tuple[HealthDay, ...]:
    """Return every occasion of the file."""
    return tuple(HealthDay(**row) for row in yaml.safe_load(SOURCE.read_text("utf-8")))


@cache
def occasions(year: int) -> dict[date, tuple[HealthDay, ...]]:
    """Map each day of a year to what falls on it."""
    found: dict[date, list[HealthDay]] = {}
    for occasion in health_days():
        for day in occasion.days(year):
            found.setdefault(day, []).append(occasion)
    return {day: tuple(those) for day, those in found.items()}
