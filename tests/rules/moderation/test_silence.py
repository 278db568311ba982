"""Silence is told from calm by the interval of the readings and by the rhythm of the last four weeks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.silence import FEWEST, HOUR, LEAST, WEEK, quiet_hours, unread_too_long, usual

NOW = datetime(2026, 11, 18, 11, 20, tzinfo=UTC)
PRESENT = NOW.replace(minute=0)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("interval", "since", "too_long"),
    [(1, 14, False), (1, 15, False), (1, 16, True), (10, 29, False), (10, 31, True), (60, 179, False), (60, 181, True)],
)
def test_three_intervals_and_a_quarter_of_an_hour_at_least(interval, since, too_long):
    assert unread_too_long(NOW - since * MINUTE, interval * MINUTE, NOW) is too_long


def weeks(*numbers, hour=1):
    """Comments in the hour that ended `hour` hours before the present one, one week ago, two, three, four."""
    return {PRESENT - hour * HOUR - week * WEEK: n for week, n in enumerate(numbers, 1)}


BEFORE = {PRESENT - 2 * HOUR: 3}
"""Something came two hours ago, so that one quiet hour is looked at."""

RHYTHMS = [
    (weeks(9, 7, 12, 8), 7, "every week brought some"),
    (weeks(9, 7, 12, 4), 0, "too few in one of them"),
    (weeks(9, 7, 12), 0, "a new account has no rhythm yet"),
    (weeks(9, 7, 12, 8) | {PRESENT: 1}, 0, "one has just come"),
    (weeks(9, 7, 12, 8, hour=3), 0, "another hour is not this one"),
]


@pytest.mark.parametrize(("hours", "least", "_why"), RHYTHMS, ids=[why for *_, why in RHYTHMS])
def test_an_hour_without_comments_is_missed_only_where_each_week_had_some(hours, least, _why):
    assert usual(BEFORE | hours, NOW) == least


def test_a_quiet_night_is_added_up_with_the_morning():
    hours = {PRESENT - 6 * HOUR: 1}
    for before in range(1, 6):
        hours |= weeks(*([before % 2] * 4), hour=before)
    assert usual(hours, NOW) == 0, "three in five hours"
    hours |= weeks(3, 3, 3, 3, hour=2)
    assert usual(hours, NOW) == 6


@settings(deadline=None)
@given(st.dictionaries(st.integers(0, 24 * 30).map(lambda n: PRESENT - n * HOUR), st.integers(1, 50), max_size=60))
def test_the_alarm_is_about_hours_that_brought_nothing_and_always_do(hours):
    quiet, least = quiet_hours(hours, NOW), usual(hours, NOW)
    assert not any(hours.get(hour) for hour in quiet)
    assert least == 0 or (quiet and least >= FEWEST)
    if least:
        assert all(sum(hours.get(hour - week * WEEK, 0) for hour in quiet) >= least for week in (1, 2, 3, 4))


def test_the_shortest_time_is_a_quarter_of_an_hour():
    assert timedelta(minutes=15) == LEAST
