"""The arithmetic of advertising visas: filing period, tacit grant, two years."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import VisaKind
from workflow.checks.detectors.filing import months_after
from workflow.visa_windows import Window, known_windows, last_day, next_window, source, window_for

GP, PM = VisaKind.GP, VisaKind.PM


@pytest.mark.parametrize(
    ("last", "tacit"),
    [
        (date(2026, 2, 27), date(2026, 4, 28)),
        (date(2026, 12, 30), date(2027, 2, 28)),  # 31 December + 2 months: February has no 31st
        (date(2026, 3, 20), date(2026, 5, 21)),
    ],
)
def test_silence_grants_two_months_after_the_day_that_follows_the_period(last, tacit):
    assert Window(GP, last - timedelta(days=9), last).tacit_on == tacit


@pytest.mark.parametrize(
    ("granted", "last"), [(date(2026, 4, 28), date(2028, 4, 27)), (date(2028, 2, 29), date(2030, 2, 27))]
)
def test_a_visa_runs_two_years_less_a_day(granted, last):
    assert last_day(granted) == last


@pytest.mark.parametrize(
    ("kind", "target", "today", "last"),
    [
        (GP, date(2026, 4, 28), date(2026, 1, 5), date(2026, 2, 27)),
        (GP, date(2026, 4, 27), date(2026, 1, 5), None),
        (GP, date(2026, 7, 1), date(2026, 1, 5), date(2026, 3, 20)),
        (GP, date(2026, 7, 1), date(2026, 3, 21), None),
        (PM, date(2026, 12, 31), date(2026, 1, 5), date(2026, 10, 16)),
    ],
)
def test_the_planner_names_the_last_period_that_is_in_time(kind, target, today, last):
    window = window_for(kind, target, today)
    assert (window.last if window else None) == last


def test_the_next_period_may_be_the_running_one():
    assert next_window(GP, date(2026, 2, 20)).first == date(2026, 2, 17)
    assert next_window(GP, date(2026, 2, 28)).first == date(2026, 3, 11)


def test_the_periods_are_those_of_the_rule_with_their_source():
    assert "ANSM" in source()
    assert {window.kind for window in known_windows()} == {GP, PM}
    assert all(window.first <= window.last for window in known_windows())


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 60))
def test_months_later_is_that_month(day, months):
    there = months_after(day, months)
    assert (there.year * 12 + there.month) - (day.year * 12 + day.month) == months
    assert there.day <= day.day
