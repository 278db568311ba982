"""When an account's network is called: always while it answers, less and less while it does not, never with no token.

After some failures in a row one single call tries, later and later each time, a quarter of an hour apart at most. A
token that the network refuses stops every call at once, until somebody connects the account again or asks for one try,
or the hourly look at the account finds it taken again: to call on with it looks like an attack, and gets the account
locked. Pure: the moment is always given, times are aware.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from errors import AuthExpired, DeliveryUnknown, NotShownYet, RateLimited, Rejected, Unavailable
from models.enums import BreakerAction, BreakerStatus

FAILURES = 5
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=15)
TURN = timedelta(minutes=5)
"""How long one call may try before another one may: the process that tried may have died."""


class Outcome(StrEnum):
    """What a call says of the network: it speaks, it does not, it no longer takes our token."""

    ANSWERED = "answered"
    FAILED = "failed"
    REFUSED = "refused"


@dataclass(frozen=True)
class Breaker:
    """What is known of an account's network; see `models.coverage.AccountBreaker`."""

    status: BreakerStatus = BreakerStatus.CLOSED
    failures: int = 0
    next_trial_at: datetime | None = None


def outcome_of(error: Exception | None) -> Outcome | None:
    """Return what a call says of the network; None for an error of our own, which says nothing of it."""
    if error is None or isinstance(error, RateLimited | Rejected | NotShownYet):
        return Outcome.ANSWERED
    if isinstance(error, AuthExpired):
        return Outcome.REFUSED
    return Outcome.FAILED if isinstance(error, Unavailable | DeliveryUnknown) else None


def pause(failures: int) -> timedelta:
    """Return how long nothing is called after so many failures in a row."""
    doublings = min(max(failures - FAILURES, 0), 10)
    length: timedelta = min(FIRST_PAUSE * 2**doublings, LONGEST_PAUSE)
    return length


def admits(breaker: Breaker, now: datetime) -> bool:
    """Say whether a call may be made now; unless the breaker is closed it is the single one that tries."""
    if breaker.status is BreakerStatus.CLOSED:
        return True
    due = breaker.next_trial_at is not None and breaker.next_trial_at <= now
    return breaker.status is not BreakerStatus.STOPPED and due


def trying(breaker: Breaker, now: datetime) -> Breaker:
    """Return the breaker while a single call tries."""
    return replace(breaker, status=BreakerStatus.TRYING, next_trial_at=now + TURN)


def after(breaker: Breaker, outcome: Outcome, now: datetime) -> tuple[BreakerAction | None, Breaker]:
    """Return what a call's outcome does, and the breaker that it leaves; no action: its status stays.

    What was called before it opened or stopped, and comes back late, changes nothing but for an answer, which closes
    an open one; nothing but a new token or a person opens the way again after a refusal.
    """
    status, opens = breaker.status, BreakerAction.OPEN
    if outcome is Outcome.REFUSED:
        action = None if status is BreakerStatus.STOPPED else BreakerAction.STOP
        return action, Breaker(BreakerStatus.STOPPED, breaker.failures)
    if status is BreakerStatus.STOPPED or (outcome is Outcome.FAILED and status is BreakerStatus.OPEN):
        return None, breaker
    if outcome is Outcome.ANSWERED:
        return (None if status is BreakerStatus.CLOSED else BreakerAction.CLOSE), Breaker()
    failures = breaker.failures + 1
    if status is BreakerStatus.CLOSED and failures < FAILURES:
        return None, replace(breaker, failures=failures)
    return opens, Breaker(BreakerStatus.OPEN, failures, now + pause(failures))
