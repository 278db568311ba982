"""Health days fall where their organisers say, every year."""

from datetime import date

import pytest

from workflow.health_days import HealthDay, health_days, occasions


@pytest.mark.parametrize(
    ("when", "year", "days"),
    [
        ("02-04", 2026, [date(2026, 2, 4)]),
        ("02 last day", 2028, [date(2028, 2, 29)]),
        ("03 second thursday", 2026, [date(2026, 3, 12)]),
        ("05 first tuesday", 2026, [date(2026, 5, 5)]),
        ("11 third wednesday", 2026, [date(2026, 11, 18)]),
    ],
)
def test_a_day_is_found_by_its_rule(when, year, days):
    assert list(HealthDay(when, "", "", "").days(year)) == days


def test_a_month_and_a_week_last():
    october, week = HealthDay("10", "", "", ""), HealthDay("04 last week", "", "", "")
    assert (len(october.days(2026)), october.lasts) == (31, True)
    assert [week.days(2026)[0], week.days(2026)[-1], week.lasts] == [date(2026, 4, 27), date(2026, 5, 3), True]


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_every_occasion_of_the_file_falls_on_some_day_and_has_both_names(year):
    fallen = {occasion for those in occasions(year).values() for occasion in those}
    assert fallen == set(health_days())
    assert all(occasion.fr and occasion.en and occasion.source for occasion in fallen)
