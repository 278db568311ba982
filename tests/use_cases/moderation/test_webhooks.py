"""What a network tells by itself moves a poll, and nothing else: no word of it is believed."""

import pytest
from sqlmodel import select

from models.account import CoverageRecord
from models.comment import Comment
from models.engine_room import WebhookDelivery
from models.enums import Network
from models.session import reading, transaction
from moderation import webhooks
from tests.comment_factories import sandbox_account


@pytest.fixture(autouse=True)
def quiet():
    webhooks._read.clear()


def test_what_the_network_tells_is_fetched_at_once_and_its_words_are_not_taken(world):
    account = sandbox_account()
    told = world.comment("@LabosHelior j'ai des vertiges depuis hier")
    with transaction() as session:
        webhooks.write_down(session, Network.X, f'{{"for_user_id":"{account.external_id}","text":"inventé"}}'.encode())
    assert webhooks.hear() == 1
    assert webhooks.hear() == 0, "once"
    with reading() as session:
        assert [one.external_id for one in session.exec(select(Comment))] == [told]
        assert session.exec(select(WebhookDelivery)).one().heard_at is not None


def test_a_notification_that_names_another_account_reads_no_account_of_ours_twice(world, monkeypatch):
    sandbox_account()
    asked = []
    monkeypatch.setattr(webhooks.intake, "poll_account", asked.append)
    with transaction() as session:
        for n in range(5):
            webhooks.write_down(session, Network.X, f'{{"n":{n}}}'.encode())
    assert webhooks.hear() == len(range(5))
    assert len(asked) == 1


def test_a_network_that_fails_leaves_it_to_the_poll(world):
    sandbox_account()
    world.break_next("fetch_comments", "status", value=503, times=9)
    with transaction() as session:
        webhooks.write_down(session, Network.X, b"{}")
    assert webhooks.hear() == 1
    assert webhooks.hear() == 0, "no tight circle of calls"
    with reading() as session:
        assert session.exec(select(CoverageRecord)).one().succeeded is False


def test_a_wave_does_not_use_up_the_networks_limit_and_is_heard_a_moment_later(world, monkeypatch):
    sandbox_account()
    asked = []
    monkeypatch.setattr(webhooks.intake, "poll_account", asked.append)
    for n in range(15):
        with transaction() as session:
            webhooks.write_down(session, Network.X, f'{{"n":{n}}}'.encode())
        webhooks.hear()
    assert len(asked) == webhooks.MOST_A_MINUTE
    monkeypatch.setattr(webhooks.time, "monotonic", lambda: webhooks.time.time() + webhooks.MINUTE)
    assert webhooks.hear() == 15 - webhooks.MOST_A_MINUTE
    assert len(asked) == webhooks.MOST_A_MINUTE + 1
