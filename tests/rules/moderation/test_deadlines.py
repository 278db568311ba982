"""Clocks: pharmacovigilance by the calendar, answers in French business hours, whatever the season."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from compliance.time_zone import PARIS
from models.enums import Seriousness, Vigilance
from moderation import deadlines
from moderation.deadlines import Band

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))
HOURS = st.floats(0.25, 60)
SPLIT = ((time(9), time(12, 30)), (time(13, 30), time(17)))


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-18 09:00", 8, "2026-11-18 17:00"),
        ("2026-11-18 16:00", 8, "2026-11-19 15:00"),
        ("2026-11-20 17:30", 8, "2026-11-23 16:30"),
        ("2026-11-21 12:00", 8, "2026-11-23 17:00"),
        ("2026-11-10 17:00", 8, "2026-11-12 16:00"),
        ("2026-12-24 17:00", 8, "2026-12-28 16:00"),
        ("2026-12-31 17:00", 8, "2027-01-04 16:00"),
        ("2026-05-13 17:00", 8, "2026-05-15 16:00"),
        ("2026-03-27 17:00", 8, "2026-03-30 16:00"),
        ("2026-10-23 17:00", 8, "2026-10-26 16:00"),
        ("2026-11-18 03:00", 1, "2026-11-18 10:00"),
    ],
    ids=[
        "within a day",
        "over night",
        "over a week-end",
        "written on a Saturday",
        "over 11 November",
        "over Christmas and a week-end",
        "over New Year",
        "over Ascension Day",
        "over the night of 23 hours",
        "over the night of 25 hours",
        "before opening",
    ],
)
def test_an_answer_is_due_in_business_hours(start, hours, due):
    assert deadlines.reply_due(paris(start), hours) == paris(due)


@given(MOMENTS, HOURS)
@example(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), 8.0)
@example(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 8.0)
def test_an_answer_is_due_on_a_business_day_within_hours(start, hours):
    due = deadlines.reply_due(start, hours).astimezone(PARIS)
    assert deadlines.is_business_day(due.date())
    assert time(9) <= due.time() <= time(18)


@given(MOMENTS, HOURS)
def test_the_business_time_until_the_due_moment_is_what_was_allowed(start, hours):
    due = deadlines.reply_due(start, hours)
    assert abs(deadlines.business_time(start, due) - timedelta(hours=hours)) < timedelta(milliseconds=1)


@given(MOMENTS, HOURS)
def test_split_shifts_do_not_count_the_pause(start, hours):
    due = deadlines.reply_due(start, hours, SPLIT)
    assert abs(deadlines.business_time(start, due, SPLIT) - timedelta(hours=hours)) < timedelta(milliseconds=1)
    assert not time(12, 30) < due.astimezone(PARIS).time() < time(13, 30)


@given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=20)), HOURS)
def test_who_writes_later_is_never_due_earlier(start, later, hours):
    assert deadlines.reply_due(start, hours) <= deadlines.reply_due(start + later, hours)


@given(MOMENTS, st.integers(1, 72))
def test_forwarding_is_due_by_the_calendar_and_nothing_pauses_it(awareness, hours):
    assert deadlines.forward_due(awareness, hours) - awareness == timedelta(hours=hours)


@given(st.dates(date(2024, 1, 1), date(2032, 12, 31)))
@example(date(2026, 3, 29))
@example(date(2026, 10, 25))
def test_a_day_in_paris_has_its_own_length_and_no_moment_twice(day):
    first, after = deadlines.day_bounds(day)
    assert deadlines.paris_day(first) == day
    assert deadlines.paris_day(after - timedelta(microseconds=1)) == day
    assert deadlines.paris_day(after) == day + timedelta(days=1)
    assert after == deadlines.day_bounds(day + timedelta(days=1))[0]


@pytest.mark.parametrize(
    ("vigilance", "seriousness", "days"),
    [
        (Vigilance.PHARMACO, [Seriousness.HOSPITAL], 15),
        (Vigilance.PHARMACO, [], 90),
        (Vigilance.MATERIO, [Seriousness.HOSPITAL], 15),
        (Vigilance.MATERIO, [Seriousness.DEATH], 10),
        (Vigilance.MATERIO, [], None),
        (Vigilance.COSMETO, [Seriousness.HOSPITAL], 0),
        (Vigilance.COSMETO, [], None),
        (Vigilance.NUTRI, [Seriousness.HOSPITAL], None),
    ],
)
def test_the_authority_is_due_by_vigilance_and_seriousness(vigilance, seriousness, days):
    zero = date(2026, 11, 21)
    due = deadlines.authority_due(zero, vigilance, serious=bool(seriousness), seriousness=seriousness)
    assert due == (None if days is None else zero + timedelta(days=days))


@pytest.mark.parametrize(
    ("left", "band"),
    [(timedelta(hours=7), Band.ON_TIME), (timedelta(hours=5), Band.SOON), (timedelta(), Band.LATE)],
)
def test_a_clock_is_amber_under_a_quarter_of_its_time(left, band):
    due = datetime(2026, 11, 19, 10, tzinfo=UTC)
    assert deadlines.band(due - timedelta(hours=24), due, due - left) is band
