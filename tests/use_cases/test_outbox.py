"""An effect outside happens exactly once, whatever breaks: the row first, then the call, then what came of it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from compliance import clock, outbox
from compliance.outbox import Handler
from errors import AuthExpired, DeliveryUnknown, RateLimited, Rejected, RuleViolated, Unavailable
from models.engine_room import OutboxEffect
from models.enums import EffectKind, EffectStatus
from models.session import reading, transaction

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
KIND = EffectKind.MAIL


class World:
    """A mail server that really has what was sent, and a handler for it."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.answers: list[object] = []
        self.refused: list[str] = []
        self.concluded: list[dict] = []

    def call(self, plan: str, reconcile: bool) -> dict:
        if reconcile and plan in self.sent:
            return {"found": True}
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, DeliveryUnknown):
            self.sent.append(plan)
        if isinstance(answer, BaseException):
            raise answer
        self.sent.append(plan)
        return {"found": False}

    def handlers(self, prepare=lambda _s, effect: effect.subject_id) -> dict:
        return {
            KIND: Handler(
                prepare,
                self.call,
                lambda _s, _e, result: self.concluded.append(result),
                lambda _s, _e, reason: self.refused.append(reason),
            )
        }


@pytest.fixture
def world() -> World:
    return World()


def enqueue(subject: str = "s1", key: str = "k1", at: datetime = NOON) -> str:
    with transaction() as session:
        return outbox.enqueue(session, kind=KIND, subject_id=subject, key=key, payload={}, not_before=at).id


def effect() -> OutboxEffect:
    with reading() as session:
        return session.exec(select(OutboxEffect)).one()


def run(world: World, at: datetime = NOON, **options) -> bool:
    with clock.at(at):
        return outbox.run_one("w1", world.handlers(**options))


def test_an_effect_is_called_once_and_concluded(db, world):
    enqueue()
    assert run(world)
    assert not run(world)
    assert (world.sent, world.concluded, effect().status) == (["s1"], [{"found": False}], EffectStatus.DONE)


def test_the_same_key_twice_is_one_effect(db, world):
    assert enqueue() == enqueue()
    while run(world):
        pass
    assert world.sent == ["s1"]


def test_nothing_is_called_before_its_time(db, world):
    enqueue(at=NOON + timedelta(seconds=1))
    assert not run(world)
    assert run(world, NOON + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("error", "status", "wait"),
    [
        (Unavailable(), EffectStatus.PENDING, timedelta(seconds=20)),
        (DeliveryUnknown(), EffectStatus.UNKNOWN, timedelta(seconds=20)),
        (AuthExpired(), EffectStatus.PENDING, timedelta(minutes=5)),
        (RateLimited(retry_at=NOON + timedelta(minutes=7)), EffectStatus.PENDING, timedelta(minutes=7)),
    ],
)
def test_a_failure_is_tried_again_later_and_once_only(db, world, error, status, wait):
    enqueue()
    world.answers = [error]
    assert run(world)
    assert (effect().status, effect().not_before) == (status, NOON + wait)
    assert not run(world, NOON + wait - timedelta(seconds=1))
    assert run(world, NOON + wait)
    assert (world.sent, effect().status) == (["s1"], EffectStatus.DONE)


def test_after_an_unknown_outcome_the_network_is_read_before_anything_is_tried(db, world):
    enqueue()
    world.answers = [DeliveryUnknown()]
    run(world)
    run(world, NOON + timedelta(minutes=1))
    assert (world.sent, world.concluded) == (["s1"], [{"found": True}])


def test_a_refusal_of_the_network_ends_the_effect_with_its_reason(db, world):
    enqueue()
    world.answers = [Rejected("too long")]
    run(world)
    assert (world.refused, effect().status, effect().last_error) == (["too long"], EffectStatus.FAILED, "too long")


def test_a_rule_that_no_longer_holds_stops_the_call(db, world):
    def prepare(_session, _effect):
        raise RuleViolated("La version a changé.")

    enqueue()
    run(world, prepare=prepare)
    assert (world.sent, world.refused, effect().status) == ([], ["La version a changé."], EffectStatus.FAILED)


def test_a_worker_that_dies_after_the_call_doubles_nothing(db, world):
    class Killed(BaseException):
        pass

    def die(plan, reconcile):
        world.sent.append(plan)
        raise Killed

    enqueue()
    dying = Handler(lambda _s, e: e.subject_id, die, lambda *_: None, lambda *_: None)
    with pytest.raises(Killed), clock.at(NOON):
        outbox.run_one("w0", {KIND: dying})
    assert not run(world), "the lease of the dead worker still runs"
    assert run(world, NOON + outbox.lease() + timedelta(seconds=1))
    assert (world.sent, world.concluded) == (["s1"], [{"found": True}])


def test_an_answer_that_comes_after_the_lease_was_taken_over_is_not_written_twice(db, world):
    enqueue()
    slow = world.handlers()[KIND]

    def call(plan, reconcile):
        result = world.call(plan, reconcile)
        with clock.at(NOON + outbox.lease() + timedelta(seconds=1)):
            assert outbox.run_one("w2", world.handlers())
        return result

    with clock.at(NOON):
        outbox.run_one("w1", {KIND: Handler(slow.prepare, call, slow.conclude, slow.refuse)})
    assert (world.sent, world.concluded) == (["s1"], [{"found": True}])


def test_a_cancelled_effect_is_never_called(db, world):
    enqueue()
    with transaction() as session:
        assert outbox.cancel(session, subject_id="s1") == 0
    assert not run(world)
    assert effect().status is EffectStatus.CANCELLED


def test_what_was_called_already_cannot_be_cancelled(db, world):
    enqueue()
    world.answers = [DeliveryUnknown()]
    run(world)
    with transaction() as session:
        assert outbox.cancel(session, subject_id="s1") == 1


def test_a_handler_that_fails_unforeseen_is_an_unknown_outcome_and_stops_no_other_effect(db, world):
    enqueue("s1", "k1")
    enqueue("s2", "k2")
    world.answers = [ZeroDivisionError("bug")]
    assert run(world)
    assert run(world)
    assert not run(world)
    assert world.sent == ["s2"]
    assert run(world, NOON + timedelta(minutes=1))
    assert world.sent == ["s2", "s1"]


def test_a_preparation_that_fails_unforeseen_waits_and_stops_no_other_effect(db, world):
    def prepare(_session, effect):
        if effect.subject_id == "s1":
            raise KeyError("bug")
        return effect.subject_id

    enqueue("s1", "k1")
    enqueue("s2", "k2")
    while run(world, prepare=prepare):
        pass
    assert world.sent == ["s2"]
    assert run(world, NOON + timedelta(minutes=1))
    assert world.sent == ["s2", "s1"]
