"""The committee's times: business hours, waiting apart from working, right first time, what sends back."""

from datetime import UTC, datetime, timedelta

import pytest

from models.enums import Role
from workflow.cycle_times import PassageFacts, StepFacts, right_by_author, right_by_rule, times_by_role

# A Monday, a Friday and the Monday after it, in Paris's winter (UTC+1).
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)
NEXT_MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


def step(entered=MONDAY, begun=None, decided=MONDAY, due=None, role=Role.LEGAL) -> StepFacts:
    return StepFacts(role, entered, begun, decided, due)


@pytest.mark.parametrize(
    ("entered", "begun", "decided", "waiting", "working"),
    [
        pytest.param(0, 2, 3, 2, 1, id="opened after two hours, decided after one more"),
        pytest.param(0, None, 3, 3, 0, id="decided without a known opening: all of it waiting"),
        pytest.param(0, 0, 0, 0, 0, id="at once"),
    ],
)
def test_waiting_ends_where_working_begins(entered, begun, decided, waiting, working):
    hour = timedelta(hours=1)
    opened = None if begun is None else MONDAY + begun * hour
    (row,) = times_by_role([step(MONDAY + entered * hour, opened, MONDAY + decided * hour)])
    assert (row.waiting, row.working) == (waiting * hour, working * hour)


def test_a_week_end_slows_nobody():
    (row,) = times_by_role([step(FRIDAY, NEXT_MONDAY, NEXT_MONDAY)])
    assert row.waiting == timedelta(hours=1 + 1)  # Friday from 17:00, Monday from 9:00, in Paris


def test_medians_lateness_and_nine_in_ten_are_those_of_the_role():
    hours = [1, 1, 1, 1, 1, 1, 1, 1, 1, 6]
    steps = [step(decided=MONDAY + timedelta(hours=n), due=MONDAY + timedelta(hours=4)) for n in hours]
    legal, medical = times_by_role([step(role=Role.MEDICAL), *steps])
    assert (legal.role, medical.role) == (Role.LEGAL, Role.MEDICAL)
    assert (legal.steps, legal.waiting, legal.late) == (10, timedelta(hours=1), 0.1)
    assert timedelta(hours=1) < legal.nine_in_ten < timedelta(hours=6)
    assert medical.nine_in_ten == timedelta()


def test_only_first_rounds_say_whether_a_text_was_right_first_time():
    rounds = [
        PassageFacts("Camille", first=True, returned=True),
        PassageFacts("Camille", first=False, returned=False),
        PassageFacts("Camille", first=True, returned=False),
        PassageFacts("Alix", first=False, returned=True),
    ]
    alix, camille = right_by_author(rounds)
    assert (camille.share, camille.returned) == (0.5, 1)
    assert (alix.share, alix.returned) == (None, 1)


def test_the_rule_that_makes_most_be_mended_stands_first():
    rounds = [
        PassageFacts("Camille", True, True, frozenset({"CLM-01", "PRO-12"}), frozenset({"CLM-01"})),
        PassageFacts("Camille", False, False, frozenset({"PRO-12"})),
    ]
    claim, before_after = right_by_rule(rounds)
    assert (claim.name, claim.mended, claim.returned, claim.share) == ("CLM-01", 1, 1, 0.0)
    assert (before_after.name, before_after.mended, before_after.returned) == ("PRO-12", 0, 1)
