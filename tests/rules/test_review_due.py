"""When a step is due: business hours of France, the clock of an emergency."""

from datetime import UTC, datetime

import pytest

from workflow.due import step_due


@pytest.mark.parametrize(
    ("entered", "hours", "due"),
    [
        ("2026-11-23T08:00", 4, "2026-11-23T12:00"),  # Monday 9:00 in Paris
        ("2026-11-23T15:00", 4, "2026-11-24T10:00"),  # two hours on Monday, two on Tuesday
        ("2026-11-20T16:00", 9, "2026-11-23T16:00"),  # Friday 17:00, over the week-end
        ("2026-11-21T10:00", 1, "2026-11-23T09:00"),  # Saturday
        ("2026-12-24T16:00", 2, "2026-12-28T09:00"),  # Christmas is a Friday, then the week-end
        ("2026-10-23T15:00", 2, "2026-10-26T09:00"),  # the hour changes on Sunday: 10:00 is 09:00 UTC
        ("2026-07-06T23:00", 9, "2026-07-07T16:00"),  # entered by night
    ],
)
def test_business_hours(entered, hours, due):
    at = datetime.fromisoformat(entered).replace(tzinfo=UTC)
    assert step_due(at, hours, by_the_clock=False) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_an_emergency_runs_by_the_clock():
    at = datetime(2026, 12, 25, 3, tzinfo=UTC)
    assert step_due(at, 1, by_the_clock=True) == datetime(2026, 12, 25, 4, tzinfo=UTC)
