"""A network that does not answer is called less and less, one call at a time; a refused token is not tried again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance import transitions
from compliance.breaker_rules import (
    FAILURES,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    TURN,
    Breaker,
    Outcome,
    admits,
    after,
    outcome_of,
    pause,
    trying,
)
from compliance.breaker_states import BREAKER_TRANSITIONS
from compliance.permissions import Permission
from errors import (
    AuthExpired,
    DeliveryUnknown,
    InvalidInput,
    NotShownYet,
    RateLimited,
    Rejected,
    TransitionNotAllowed,
    Unavailable,
)
from models.enums import BreakerAction as B
from models.enums import BreakerStatus as S

NOON = datetime(2026, 11, 18, 11, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

TABLE = {
    S.CLOSED: {B.OPEN: S.OPEN, B.STOP: S.STOPPED},
    S.OPEN: {
        B.TRY: S.TRYING, B.CLOSE: S.CLOSED, B.STOP: S.STOPPED, B.RETRY: S.OPEN, B.RECONNECT: S.CLOSED,
    },
    S.TRYING: {
        B.TRY: S.TRYING, B.OPEN: S.OPEN, B.CLOSE: S.CLOSED, B.STOP: S.STOPPED, B.RECONNECT: S.CLOSED,
    },
    S.STOPPED: {B.RETRY: S.OPEN, B.RECONNECT: S.CLOSED},
}  # fmt: skip


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("action", B)
def test_the_table_of_the_breaker_is_total(status, action):
    if action in TABLE[status]:
        transition = transitions.find(BREAKER_TRANSITIONS, status, action)
        assert transition.to is TABLE[status][action]
        human = action is B.RETRY
        assert transition.permission is (Permission.BREAKER_RETRY if human else Permission.ENGINE)
    else:
        with pytest.raises(TransitionNotAllowed):
            transitions.find(BREAKER_TRANSITIONS, status, action)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, Outcome.ANSWERED),
        (Unavailable(), Outcome.FAILED),
        (DeliveryUnknown(), Outcome.FAILED),
        (NotShownYet(), Outcome.ANSWERED),
        (RateLimited(), Outcome.ANSWERED),
        (Rejected(), Outcome.ANSWERED),
        (AuthExpired(), Outcome.REFUSED),
        (InvalidInput(), None),
        (ValueError(), None),
    ],
)
def test_what_an_error_says_of_the_network(error, outcome):
    assert outcome_of(error) is outcome


def test_the_pauses_double_up_to_a_quarter_of_an_hour():
    assert [pause(FAILURES + n) / MINUTE for n in range(6)] == [1, 2, 4, 8, 15, 15]


def test_a_refused_token_stops_at_once_and_only_a_person_or_a_new_token_goes_on():
    action, breaker = after(Breaker(), Outcome.REFUSED, NOON)
    assert (action, breaker.status) == (B.STOP, S.STOPPED)
    for outcome in Outcome:
        assert after(breaker, outcome, NOON)[1].status is S.STOPPED
    assert not admits(breaker, NOON + timedelta(days=400))


CALLS = st.lists(st.tuples(st.sampled_from(Outcome), st.integers(0, 40)), max_size=60)


@settings(deadline=None)
@given(CALLS)
def test_whatever_the_network_does(calls):
    """Every step is in the table; nothing is called twice within its pause; an answer opens the way again."""
    breaker, now, in_a_row = Breaker(), NOON, 0
    for outcome, minutes in calls:
        now += timedelta(minutes=minutes)
        if not admits(breaker, now):
            assert breaker.status is S.STOPPED or now < breaker.next_trial_at
            continue
        if breaker.status is not S.CLOSED:
            breaker = trying(breaker, now)
            assert not admits(breaker, now + TURN - MINUTE)
            assert admits(breaker, now + TURN)
        before = breaker.status
        action, breaker = after(breaker, outcome, now)
        if action:
            assert transitions.find(BREAKER_TRANSITIONS, before, action).to is breaker.status
        else:
            assert breaker.status is before
        in_a_row = in_a_row + 1 if outcome is Outcome.FAILED else 0
        expected = {Outcome.ANSWERED: S.CLOSED, Outcome.REFUSED: S.STOPPED}
        if outcome in expected:
            assert breaker.status is expected[outcome]
        else:
            assert breaker.status is (S.OPEN if in_a_row >= FAILURES else S.CLOSED)
        if breaker.status is S.OPEN:
            assert FIRST_PAUSE <= breaker.next_trial_at - now <= LONGEST_PAUSE
