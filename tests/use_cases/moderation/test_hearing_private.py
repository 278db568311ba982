"""A notification of a private message makes us read the threads at once; no word of it is believed."""

import json
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from sqlmodel import select

from compliance import clock
from connectors.sandbox import COMPANY
from connectors.sandbox.message_hooks import shape
from connectors.sandbox.messages import Message
from connectors.sandbox.meta.networks import BLIND_TOKEN, INSTAGRAM_TOKEN, PAGE_TOKEN
from connectors.sandbox.meta.oauth import INSTAGRAM
from models.account import CoverageRecord
from models.comment import Comment, CommentRevision, RawEvent
from models.engine_room import WebhookDelivery
from models.enums import BlindSpot, CommentKind, Network, PvFacet
from models.private import DoorReading, ThreadMessage
from models.session import reading, transaction
from moderation import analysing, hearing, intake, private_reading, webhooks
from settings import get_settings
from tests.comment_factories import ADVERSE, count, products
from tests.connection_factories import connected_as
from tests.connectors.private_contract import PrivateWorld
from tests.terms_factories import sign_terms

LISTING = "/facebook/v25.0/me/conversations"


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    for memory in (hearing._allowances, hearing._resting):
        memory.clear()
    monkeypatch.setattr(hearing, "BETWEEN_LOOKS", 0.0)


@pytest.fixture
def world(sandbox, db, monkeypatch):
    for network in ("facebook", "instagram"):
        monkeypatch.setenv(f"COVIGIE_{network.upper()}_BASE_URL", f"{sandbox.url}/{network}")
    get_settings.cache_clear()
    with httpx.Client(base_url=sandbox.url, trust_env=False) as http:
        http.post("/_sandbox/reset").raise_for_status()
        yield PrivateWorld(
            "facebook", sandbox.url, COMPANY, PAGE_TOKEN, BLIND_TOKEN, http, LISTING, "/facebook/v25.0/me/messages",
            "m_{}".format, "messages",
        )  # fmt: skip


def connect(network=Network.FACEBOOK, who=COMPANY, token=PAGE_TOKEN, *, signed=True):
    if signed:
        sign_terms(network)
    return connected_as(who, network, token)


@pytest.fixture
def account(world):
    return connect()


def tell(body, network=Network.FACEBOOK):
    with transaction() as session:
        webhooks.write_down(session, network, json.dumps(body).encode())


def tell_of(account, n=1, text="rien de grave"):
    """Tell of a message as Meta does; what it says of it is not what the network holds."""
    told = Message(account.network.value, n, "4242", "4242", text, clock.now().isoformat(), None)
    tell(shape(account.external_id, told), account.network)


def comments() -> list[Comment]:
    with reading() as session:
        return list(session.exec(select(Comment).order_by(Comment.id)))


def said() -> list[str]:
    with reading() as session:
        return [one.text or "" for one in session.exec(select(CommentRevision).order_by(CommentRevision.id))]


def heard() -> list[bool]:
    with reading() as session:
        return [row.heard_at is not None for row in session.exec(select(WebhookDelivery).order_by(WebhookDelivery.id))]


def noting(made: list[str], name: str, act: Callable[..., object]) -> Callable[..., object]:
    """Do as `act` does, and write its name down."""

    def do(*args: object) -> object:
        made.append(name)
        return act(*args)

    return do


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """What was read for notifications, by its name."""
    made: list[str] = []
    for module, name in ((private_reading, "read_messages"), (intake, "poll_account"), (intake, "look_at")):
        monkeypatch.setattr(module, name, noting(made, name, getattr(module, name)))
    return made


def test_the_threads_are_read_at_once_and_its_words_are_not_taken(world, account, asked):
    products()
    written = world.write(ADVERSE)
    tell_of(account)
    assert (hearing.hear(), hearing.hear()) == (1, 0)
    analysing.analyse_pending(10)
    (one,) = comments()
    assert (one.external_id, one.kind, one.pv) == (written, CommentKind.PRIVATE_MESSAGE, PvFacet.POSSIBLE)
    assert said() == [ADVERSE]
    assert asked == ["read_messages"], "its comments are not read for it"
    assert count(CoverageRecord) == 0, "a round of the comments is not claimed"


def test_a_forged_one_brings_nothing_in(world, account):
    tell_of(account, text=ADVERSE)
    assert hearing.hear() == 1
    assert count(Comment) == count(RawEvent) == 0


def test_the_poll_and_any_number_of_notifications_bring_it_in_once(world, account):
    world.write(ADVERSE)
    world.write("Bonjour, depuis quand ?", ours=True)
    for n in range(3):
        tell_of(account, n)
        hearing.hear()
        private_reading.read_doors(account.id)
    assert (count(Comment), count(RawEvent), count(ThreadMessage)) == (1, 1, 1)


def test_two_readings_at_once_bring_it_in_once(world, account, monkeypatch):
    """The poll reads in another thread: both may fetch the same page before either stores it."""
    world.write(ADVERSE)
    world.write("Bonjour, depuis quand ?", ours=True)
    stored = private_reading.store_page

    def store_twice(session, account_id, door, page):
        monkeypatch.setattr(private_reading, "store_page", stored)
        private_reading.read_doors(account_id)
        return stored(session, account_id, door, page)

    monkeypatch.setattr(private_reading, "store_page", store_twice)
    tell_of(account)
    assert hearing.hear() == 1
    assert (count(Comment), count(RawEvent), count(ThreadMessage)) == (1, 1, 1)


def test_an_instagram_account_is_read_for_its_own_notifications_alone(world, account, asked):
    profile = connect(Network.INSTAGRAM, INSTAGRAM, INSTAGRAM_TOKEN)
    world.control("messages", network="instagram", text=ADVERSE, handle="galet_aube")
    world.write("Bonjour")
    tell_of(profile)
    assert hearing.hear() == 1
    assert [one.account_id for one in comments()] == [profile.id]
    assert asked == ["read_messages"]


def test_one_that_tells_of_comments_too_is_heard_once_both_were_asked_for(world, account, asked):
    world.write(ADVERSE)
    world.break_next(LISTING, "status", "GET", value=503)
    changes = [{"field": "feed", "value": {"item": "like"}}]
    entry = {"id": account.external_id, "messaging": [{"message": {"mid": "m_1"}}], "changes": changes}
    tell({"object": "page", "entry": [entry]})
    assert (hearing.hear(), heard(), asked) == (0, [False], ["poll_account", "read_messages"])


def test_a_door_that_fails_is_asked_again_a_moment_later_and_lets_comments_in_meanwhile(world, account, monkeypatch):
    world.write(ADVERSE)
    post = world.control("posts", text="Bonjour")["id"]
    named = world.control("comments", text="J'ai mal au ventre", reply_to=post)["id"]
    world.break_next(LISTING, "status", "GET", value=503)
    tell_of(account)
    assert (hearing.hear(), hearing.hear()) == (0, 0)
    value = {"item": "comment", "comment_id": named}
    tell({"object": "page", "entry": [{"id": account.external_id, "changes": [{"field": "feed", "value": value}]}]})
    assert hearing.hear() == 1
    assert [one.external_id for one in comments()] == [named]
    monkeypatch.setattr(hearing.time, "monotonic", lambda: hearing.time.time() + hearing.MINUTE)
    assert hearing.hear() == 1
    assert sorted(said()) == sorted([ADVERSE, "J'ai mal au ventre"])


def test_after_an_hour_of_failures_it_is_left_to_the_poll(world, account):
    world.break_next(LISTING, "status", "GET", value=503, times=9)
    tell_of(account)
    with clock.at(clock.now() + hearing.PATIENCE + timedelta(seconds=1)):
        assert hearing.hear() == 1
    assert not hearing.is_told()


def test_until_when_a_network_wants_no_call_none_is_made(world, account, asked):
    world.control("limits", route="conversations", size=0, seconds=600)
    private_reading.read_doors(account.id)
    world.control("limits", route="conversations", size=100, seconds=600)
    with reading() as session:
        until = session.get(DoorReading, (account.id, BlindSpot.PRIVATE_MESSAGES)).next_allowed_at
    world.write(ADVERSE)
    tell_of(account)
    assert (hearing.hear(), count(Comment)) == (0, 0)
    hearing._resting.clear()
    with clock.at(until + timedelta(seconds=1)):
        assert (hearing.hear(), count(Comment)) == (1, 1)


def test_without_signed_terms_nothing_is_read(world):
    account = connect(signed=False)
    world.write(ADVERSE)
    tell_of(account)
    assert (hearing.hear(), count(Comment)) == (0, 0)


def test_a_wave_is_read_for_together_and_uses_no_more_calls_than_are_allowed(world, account, asked, monkeypatch):
    most, _ = hearing.ALLOWED["messages"]
    monkeypatch.setattr(private_reading, "read_messages", noting(asked, "read", intake.PollReport))
    for n in range(5):
        tell_of(account, n)
    assert (hearing.hear(), len(asked)) == (5, 1)
    for n in range(5, most + 9):
        tell_of(account, n)
        hearing.hear()
    assert len(asked) == most
    assert heard().count(False) == len(range(5, most + 9)) - (most - 1)
    monkeypatch.setattr(hearing.time, "monotonic", lambda: hearing.time.time() + hearing.MINUTE)
    hearing.hear()
    assert (len(asked), all(heard())) == (most + 1, True)


def test_an_account_without_that_door_has_nothing_to_read(world, monkeypatch):
    account = connect()
    monkeypatch.setattr(private_reading, "doors_of", lambda _capabilities: ())
    assert private_reading.read_messages(account.id) == intake.PollReport(account.id)
