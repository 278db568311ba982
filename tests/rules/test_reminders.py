"""What the passing of time asks for: words, never a decision (I18); and the calendar file of deadlines."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.calendar_file import CalendarEvent, calendar_file
from workflow.reminders import Reminder, StepTime, digest_day, reminders_due

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)  # nine o'clock in Paris
OFFICE = StepTime(MONDAY, 16, by_the_clock=False)
URGENT = StepTime(MONDAY, 1, by_the_clock=True)
H, D, E = Reminder.HALFWAY, Reminder.DUE, Reminder.ESCALATION


@pytest.mark.parametrize(
    ("step", "after", "asked"),
    [
        (OFFICE, timedelta(hours=7, minutes=59), set()),
        (OFFICE, timedelta(hours=8), {H}),
        (OFFICE, timedelta(hours=24), {H}),
        (OFFICE, timedelta(days=1, hours=7), {D}),
        (OFFICE, timedelta(days=2, hours=1), {D}),
        (OFFICE, timedelta(days=2, hours=2), {D, E}),
        (URGENT, timedelta(minutes=29), set()),
        (URGENT, timedelta(minutes=30), {H}),
        (URGENT, timedelta(minutes=60), {D}),
        (URGENT, timedelta(minutes=75), {D, E}),
    ],
)
def test_half_time_deadline_then_the_administrators(step, after, asked):
    assert reminders_due(step, MONDAY + after) == asked


@given(st.integers(0, 60 * 24 * 40), st.integers(0, 60 * 24 * 40), st.sampled_from([OFFICE, URGENT]))
def test_what_was_told_to_the_administrators_stays_due(one, other, step):
    """No moment asks for less than an earlier one, and none asks for anything but words."""
    early, late = sorted((one, other))
    before = reminders_due(step, MONDAY + timedelta(minutes=early))
    after = reminders_due(step, MONDAY + timedelta(minutes=late))
    assert (E in before) <= (E in after)
    assert (D in before) <= (D in after)
    assert after <= set(Reminder)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 2, 6, 59, tzinfo=UTC), None),
        (datetime(2026, 3, 2, 7, 0, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 7, 1, 6, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 3, 7, 9, 0, tzinfo=UTC), None),
        (datetime(2026, 7, 14, 9, 0, tzinfo=UTC), None),
    ],
    ids=["before eight", "eight in winter", "eight in summer", "Saturday", "a public holiday"],
)
def test_the_digest_is_for_business_days_from_eight_in_paris(moment, day):
    assert digest_day(moment) == day


def test_a_calendar_file_escapes_and_folds_and_cuts_nothing():
    title = "Signer : « Été, soleil ; prudence \\ » " + "é" * 80
    made = calendar_file([CalendarEvent("step", MONDAY, title, "https://covigie.example/relecture?post=1")], MONDAY)
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    text = made.decode().replace("\r\n ", "")
    assert "SUMMARY:Signer : « Été\\, soleil \\; prudence \\\\ » " + "é" * 80 in text
    assert "DTSTART:20260302T080000Z" in text
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")


def test_a_title_never_writes_lines_of_its_own():
    made = calendar_file([CalendarEvent("s", MONDAY, "a\r\nBEGIN:VALARM\rx", "https://x.example")], MONDAY)
    assert b"\r\nBEGIN:VALARM" not in made
