"""A network that does not answer is called less and less, for reading and for sending alike; nothing loses its turn."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from compliance import audit, breakers, clock, outbox
from compliance.breaker_rules import FAILURES, LONGEST_PAUSE
from compliance.outbox import Handler
from errors import AuthExpired, NotPermitted, RateLimited, RuleViolated, StaleVersion, Unavailable
from models.compliance import AuditEvent
from models.coverage import AccountBreaker, AccountHour
from models.engine_room import OutboxEffect
from models.enums import BreakerStatus, EffectKind, EffectStatus, Role
from models.session import reading, transaction
from tests.comment_factories import company_account
from tests.factories import person

NOON = datetime(2026, 11, 18, 11, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DOWN = Unavailable("down")


@pytest.fixture
def account(db) -> str:
    return company_account().id


def row(account_id: str) -> AccountBreaker | None:
    with reading() as session:
        return breakers.find(session, account_id)


def fail(account_id: str, at: datetime = NOON, times: int = FAILURES, error: Exception = DOWN) -> None:
    with clock.at(at):
        for _ in range(times):
            breakers.tell(account_id, error)


def waits(account_id: str, minutes: float) -> str:
    with clock.at(NOON + minutes * MINUTE):
        return breakers.waits(account_id)


def test_a_network_that_answers_leaves_no_row(account):
    breakers.tell(account)
    assert breakers.waits(account) == ""
    assert row(account) is None


def test_after_five_failures_in_a_row_one_call_a_minute_later_tries(account):
    fail(account, times=FAILURES - 1)
    breakers.tell(account)
    fail(account, times=FAILURES - 1)
    assert waits(account, 0) == "", "four in a row, twice"
    fail(account, times=1)
    assert row(account).status is BreakerStatus.OPEN
    assert waits(account, 0.9) == "Unavailable"
    assert waits(account, 1) == "", "this call is the one that tries"
    assert waits(account, 1) == "Unavailable", "no other does"
    with clock.at(NOON + MINUTE):
        breakers.tell(account)
    assert row(account).status is BreakerStatus.CLOSED


def test_the_pauses_grow_to_a_quarter_of_an_hour_and_the_chain_holds(account):
    fail(account)
    at, pauses = NOON, []
    for _ in range(7):
        at = row(account).next_trial_at
        with clock.at(at):
            assert breakers.waits(account) == ""
            breakers.tell(account, DOWN)
            pauses.append((row(account).next_trial_at - at) / MINUTE)
    assert pauses == [2, 4, 8, 15, 15, 15, 15]
    assert LONGEST_PAUSE == 15 * MINUTE
    with reading() as session:
        assert audit.verify_chain(session).problem is None


def test_a_limit_or_an_error_of_ours_is_no_outage(account):
    fail(account, error=RateLimited("429"), times=9)
    fail(account, error=ValueError("ours"), times=9)
    assert row(account) is None


def test_a_refused_token_stops_at_once_until_the_account_is_connected_again(account):
    fail(account, error=AuthExpired("401"), times=1)
    assert row(account).status is BreakerStatus.STOPPED
    assert waits(account, 60 * 24 * 30) == "AuthExpired"
    breakers.tell(account)
    assert row(account).status is BreakerStatus.STOPPED, "a late answer of an earlier call"
    company_account()
    assert row(account).status is BreakerStatus.CLOSED


def retry(actor, account_id, version):
    with transaction() as session:
        breakers.retry_now(session, actor, account_id=account_id, row_version=version)


@pytest.mark.parametrize("error", [DOWN, AuthExpired("401")], ids=["outage", "token"])
def test_whoever_may_lets_one_call_try_at_once(account, error):
    manager = person(Role.COMMUNITY_MANAGER)
    fail(account, error=error)
    with pytest.raises(StaleVersion), clock.at(NOON):
        retry(manager, account, 99)
    with pytest.raises(NotPermitted), clock.at(NOON):
        retry(person(Role.MEDICAL), account, row(account).row_version)
    with clock.at(NOON):
        retry(manager, account, row(account).row_version)
        assert breakers.waits(account) == ""
        with pytest.raises(RuleViolated):
            retry(manager, account, row(account).row_version)
        assert breakers.waits(account) != "", "one call only"
        breakers.tell(account, error)
    assert row(account).status is (BreakerStatus.STOPPED if isinstance(error, AuthExpired) else BreakerStatus.OPEN)
    with reading() as session:
        told = session.exec(select(AuditEvent).where(AuditEvent.action == "breaker:retry")).one()
    assert told.actor_id == manager.id


class Network:
    """A network that is sent to; `trouble` is raised by the next calls."""

    def __init__(self):
        self.sent, self.told, self.trouble = [], [], []

    def call(self, plan, _reconcile):
        if self.trouble:
            raise self.trouble.pop(0)
        self.sent.append(plan)
        return {}

    def run(self, at):
        handler = Handler(
            lambda _s, effect: effect.subject_id,
            self.call,
            lambda _s, _e, _result: None,
            lambda _s, _e, _reason: None,
            lambda _s, _e, reason: self.told.append(reason),
            lambda _plan: "writes",
        )
        with clock.at(at):
            return outbox.run_one("w", {EffectKind.REPLY: handler})


def queued(account_id, subject="s1", at=NOON) -> None:
    with clock.at(at), transaction() as session:
        outbox.enqueue(
            session, kind=EffectKind.REPLY, subject_id=subject, key=subject, payload={}, not_before=at,
            account_id=account_id,
        )  # fmt: skip


def effect() -> OutboxEffect:
    with reading() as session:
        return session.exec(select(OutboxEffect)).one()


def test_what_is_to_leave_waits_untouched_says_why_once_and_leaves_with_the_trial(account):
    network = Network()
    queued(account)
    fail(account)
    before = effect()
    assert network.run(NOON)
    assert not network.run(NOON)
    held = effect()
    assert (held.attempts, held.not_before, held.status) == (0, before.not_before, EffectStatus.PENDING)
    assert (held.first_called_at, held.lease_until) == (None, None)
    assert network.told == [breakers.WAITS] == [held.last_error]
    with transaction() as session:
        assert session.exec(select(OutboxEffect)).one().first_called_at is None, "it can still be called back"
    assert network.run(NOON + MINUTE)
    assert (network.sent, effect().status) == (["s1"], EffectStatus.DONE)
    assert row(account).status is BreakerStatus.CLOSED


def test_a_trial_that_fails_keeps_the_others_from_trying(account):
    network = Network()
    queued(account, "s1")
    queued(account, "s2")
    fail(account)
    network.trouble = [Unavailable("still down")]
    assert network.run(NOON + MINUTE)
    assert network.run(NOON + MINUTE), "the other is told why it waits"
    while network.run(NOON + 2 * MINUTE):
        pass
    assert network.sent == []
    while network.run(NOON + 3 * MINUTE):
        pass
    assert sorted(network.sent) == ["s1", "s2"]


def test_a_refused_token_is_said_as_such_and_other_accounts_go_on(account):
    network = Network()
    other = company_account("Autre", "2000").id
    queued(account, "s1")
    queued(other, "s2")
    fail(account, error=AuthExpired("401"), times=1)
    while network.run(NOON):
        pass
    assert (network.sent, network.told) == (["s2"], [breakers.STOPPED])


def test_what_was_written_is_counted_in_its_hour(account):
    network = Network()
    queued(account)
    assert network.run(NOON)
    with reading() as session:
        hour = session.exec(select(AccountHour)).one()
    assert (hour.starts_at, hour.writes, hour.units) == (NOON, 1, 0)


def test_a_turn_that_prepares_nothing_is_given_back(account):
    queued(account)
    fail(account)
    nothing = Handler(
        lambda _s, _e: None, lambda _p, _r: {}, lambda _s, _e, _result: None, lambda _s, _e, _reason: None
    )
    with clock.at(NOON + MINUTE):
        assert outbox.run_one("w", {EffectKind.REPLY: nothing})
        assert breakers.waits(account) == "", "the next call tries at once"
