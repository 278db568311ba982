"""What a network tells by itself makes us ask it, and nothing else: no word of a notification is believed."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from compliance import clock
from connectors.sandbox.hooks import ADD, REMOVE, SHAPES
from models.account import CoverageRecord
from models.comment import Comment, CommentRevision
from models.engine_room import WebhookDelivery
from models.enums import Network, VisibilityFacet
from models.session import reading, transaction
from moderation import hearing, webhooks
from tests.comment_factories import sandbox_account


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    hearing._allowances.clear()
    hearing._resting.clear()
    monkeypatch.setattr(hearing, "BETWEEN_LOOKS", 0.0)


def tell(body):
    with transaction() as session:
        webhooks.write_down(session, Network.X, body.encode() if isinstance(body, str) else json.dumps(body).encode())


def tell_of(account, comment_id, what=ADD):
    tell(SHAPES["x"](account.external_id, (comment_id, "1"), what))


def comments():
    with reading() as session:
        return list(session.exec(select(Comment).order_by(Comment.id)))


def test_what_the_network_tells_is_fetched_at_once_and_its_words_are_not_taken(world):
    account = sandbox_account()
    told = world.comment("@LabosHelior j'ai des vertiges depuis hier")
    tell(f'{{"for_user_id":"{account.external_id}","text":"inventé"}}')
    assert hearing.hear() == 1
    assert hearing.hear() == 0, "once"
    assert [one.external_id for one in comments()] == [told]
    with reading() as session:
        assert session.exec(select(WebhookDelivery)).one().heard_at is not None


def test_a_comment_that_is_named_is_asked_for_by_its_id_and_no_round_is_claimed(world):
    account = sandbox_account()
    told, other = world.comment("@LabosHelior j'ai des vertiges"), world.comment("@LabosHelior merci")
    tell({"for_user_id": account.external_id, "post_create_events": [{"id": told, "text": "rien de grave"}]})
    assert hearing.hear() == 1
    assert [one.external_id for one in comments()] == [told], f"{other} is left to the poll"
    with reading() as session:
        assert session.exec(select(CommentRevision.text)).one() == "@LabosHelior j'ai des vertiges"
        assert not session.exec(select(CoverageRecord)).all(), "one comment says nothing of the others"


def test_a_deletion_that_is_told_is_looked_at_and_what_was_said_stays(world):
    account = sandbox_account()
    told = world.comment("@LabosHelior j'ai des vertiges")
    tell_of(account, told)
    hearing.hear()
    tell_of(account, told, REMOVE)
    hearing.hear()
    assert comments()[0].visibility is not VisibilityFacet.DELETED_BY_AUTHOR, "a forged word deletes nothing"
    world.delete(told)
    tell({"for_user_id": account.external_id, "post_delete_events": [{"id": told, "again": True}]})
    hearing.hear()
    assert comments()[0].visibility is VisibilityFacet.DELETED_BY_AUTHOR
    with reading() as session:
        assert session.exec(select(CommentRevision.text)).one() == "@LabosHelior j'ai des vertiges"


def test_a_burst_is_asked_for_a_hundred_at_a_time(world, monkeypatch):
    account = sandbox_account()
    ids = world.comments([f"@LabosHelior vertige {n}" for n in range(230)])
    asked = []
    look_at = hearing.intake.look_at
    monkeypatch.setattr(hearing.intake, "look_at", lambda one, named: asked.append(len(named)) or look_at(one, named))
    with transaction() as session:
        for one in ids:
            body = json.dumps(SHAPES["x"](account.external_id, (one, "1"), ADD)).encode()
            webhooks.write_down(session, Network.X, body)
    assert hearing.hear() == len(ids)
    assert asked == [100, 100, 30]
    assert {one.external_id for one in comments()} == ids


def test_a_notification_that_names_another_account_reads_no_account_of_ours_twice(world, monkeypatch):
    account = sandbox_account()
    asked = []
    monkeypatch.setattr(hearing.intake, "poll_account", lambda one: asked.append(one) or hearing.intake.PollReport(one))
    for n in range(5):
        tell({"n": n})
    assert hearing.hear() == len(range(5))
    assert asked == [account.id]


@pytest.mark.parametrize("named", [True, False])
def test_a_network_that_fails_is_asked_again_a_moment_later(world, monkeypatch, named):
    account = sandbox_account()
    told = world.comment("@LabosHelior j'ai des vertiges")
    world.break_next("look_up" if named else "fetch_comments", "status", value=503, times=1)
    tell({"for_user_id": account.external_id} | ({"post_create_events": [{"id": told}]} if named else {}))
    assert hearing.hear() == 0
    assert hearing.hear() == 0, "no tight circle of calls"
    with reading() as session:
        assert session.exec(select(CoverageRecord)).one().succeeded is False
    monkeypatch.setattr(hearing.time, "monotonic", lambda: hearing.time.time() + hearing.MINUTE)
    assert hearing.hear() == 1
    assert [one.external_id for one in comments()] == [told]


def test_after_an_hour_of_failures_it_is_left_to_the_poll(world):
    account = sandbox_account()
    world.break_next("fetch_comments", "status", value=503, times=9)
    tell({"for_user_id": account.external_id})
    with clock.at(clock.now() + hearing.PATIENCE + timedelta(seconds=1)):
        assert hearing.hear() == 1
    assert not hearing.is_told()


def test_a_wave_does_not_use_up_the_networks_limit_and_is_heard_a_moment_later(world, monkeypatch):
    sandbox_account()
    asked = []
    monkeypatch.setattr(hearing.intake, "poll_account", lambda one: asked.append(one) or hearing.intake.PollReport(one))
    most, _ = hearing.ALLOWED["read"]
    for n in range(most + 5):
        tell({"n": n})
        hearing.hear()
    assert len(asked) == most
    monkeypatch.setattr(hearing.time, "monotonic", lambda: hearing.time.time() + hearing.MINUTE)
    assert hearing.hear() == len(range(5))
    assert len(asked) == most + 1


def test_what_is_named_gathers_for_a_moment_unless_it_fills_a_question(world, monkeypatch):
    account = sandbox_account()
    now = [1000.0]
    monkeypatch.setattr(hearing.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(hearing, "BETWEEN_LOOKS", 1.0)
    asked = []
    look_at = hearing.intake.look_at
    monkeypatch.setattr(hearing.intake, "look_at", lambda one, named: asked.append(len(named)) or look_at(one, named))
    for number in range(3):
        tell_of(account, world.comment(f"@LabosHelior vertige {number}"))
        now[0] += 0.4
        hearing.hear()
    assert asked == [1]
    now[0] += 0.4
    assert (hearing.hear(), asked) == (2, [1, 2])
    for number in range(hearing.intake.LOOKED_UP_AT_ONCE):
        tell_of(account, world.comment(f"@LabosHelior vague {number}"))
    assert (hearing.hear(), asked) == (100, [1, 2, 100])


@given(st.lists(st.floats(0.0, 30.0), min_size=1, max_size=200))
def test_no_rhythm_of_calls_passes_what_a_network_allows(pauses):
    most, a_second = hearing.ALLOWED["look"]
    allowance, now, taken = hearing.Allowance(most, a_second, left=most, at=0.0), 0.0, 0
    for pause in pauses:
        now += pause
        taken += allowance.take(now)
    assert taken <= most + now * a_second + 1e-6
    assert most + 900 * a_second <= 900, "X: 900 in a quarter of an hour"
