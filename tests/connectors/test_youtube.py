"""YouTube keeps the channels' contract, and what YouTube alone does."""

from datetime import datetime, timedelta

import httpx
import pytest

from connectors.base import ReplyNotAllowed
from connectors.sandbox.youtube import budget, ids
from connectors.sandbox.youtube.network import READ_ONLY
from connectors.youtube import poll, wire
from connectors.youtube.costs import next_reset
from errors import AuthExpired, RateLimited, Rejected, Unavailable
from tests.connectors import contract
from tests.connectors.contract import ChannelContract, poll_all
from tests.connectors.world import World, just_now
from tests.connectors.youtube_world import TEXT, YoutubeWorld, answer_with, post_of, world_of


@pytest.fixture
def world(sandbox, http) -> YoutubeWorld:
    return world_of(sandbox, http)


class TestYoutube(ChannelContract):
    """Without the overlap: the cursor alone must lose nothing. YouTube takes no < in a description."""

    @pytest.fixture(autouse=True)
    def of_youtube(self, monkeypatch):
        monkeypatch.setattr(contract, "TEXT", TEXT)
        monkeypatch.setattr(poll, "OVERLAP", timedelta(0))

    def test_rate_limited_poll_goes_on_where_it_stopped(self, world: World):
        """YouTube does not say when a limit ends: here it ends at once, instead of after the two minutes we wait."""
        written = world.comments([f"mention {n}" for n in range(230)])
        world.limit("commentThreads.list", 1, 900)
        first = world.channel().fetch_comments(None)
        assert (first.complete, len(first.comments)) == (False, 100)
        assert first.next_allowed_at is not None
        assert first.next_allowed_at > just_now()
        meanwhile = world.comment("arrivée entre deux pages")
        world.limit("commentThreads.list", 1000, 900)
        found, cursor = poll_all(world.channel(), first.cursor)
        assert set(found) == written - {c.external_id for c in first.comments}
        assert meanwhile in poll_all(world.channel(), cursor)[0]


# --- hiding, rejecting, answering ----------------------------------------------------------------------------------


def moderation(world: YoutubeWorld, comment: str) -> str:
    return next(i for i in world.items() if i["id"] == comment)["settings"].get("moderation", "published")


def test_hiding_holds_for_review_and_rejecting_is_final(world: YoutubeWorld):
    channel, comment = world.channel(), world.comment("Pub", reply_to=world.post("Bonjour"))
    channel.hide(comment)
    assert moderation(world, comment) == "heldForReview"
    channel.delete_comment(comment)
    assert moderation(world, comment) == "rejected"
    assert channel.look_up([comment]).missing == {comment}
    with pytest.raises(Rejected, match="cannot be published again"):
        channel.unhide(comment)


def test_an_answer_to_an_answer_hangs_under_the_top_of_its_thread(world: YoutubeWorld):
    channel, top = world.channel(), world.comment("Où ?", reply_to=world.post("Bonjour"))
    below = world.comment("Ici ?", reply_to=top)
    world.edit(top, "Où donc ?")
    receipt = channel.reply(below, "En pharmacie.", key="r1")
    assert receipt.remote_id.startswith(f"{top}.")
    assert channel.read_back(receipt.remote_id).text == "En pharmacie."
    assert channel.find_own("En pharmacie.", just_now(), in_reply_to=below).remote_id == receipt.remote_id


def test_an_answer_has_the_address_of_its_film(world: YoutubeWorld):
    post = world.post("Bonjour")
    receipt = world.channel().reply(world.comment("Où ?", reply_to=post), "En pharmacie.", key="r1")
    assert receipt.url == f"https://www.youtube.com/watch?v={post}&lc={receipt.remote_id}"


def test_what_has_left_never_seems_to_have_failed_for_want_of_a_time(world: YoutubeWorld, monkeypatch):
    answer_with(monkeypatch, httpx.Response(200, json={"id": "Ugx.1"}))
    receipt = world.channel().reply("Ugx", "En pharmacie.", key="r1")
    assert (receipt.remote_id, abs(receipt.at - just_now()) < timedelta(minutes=1)) == ("Ugx.1", True)


def test_what_is_held_back_cannot_be_answered(world: YoutubeWorld):
    channel, comment = world.channel(), world.comment("Pub", reply_to=world.post("Bonjour"))
    channel.hide(comment)
    with pytest.raises(ReplyNotAllowed, match="private"):
        channel.reply(comment, "Bonjour", key="r1")
    with pytest.raises(Rejected, match="characters"):
        channel.reply(comment, "é" * 10_001, key="r1")


def test_the_count_is_of_all_comments_but_those_held_back(world: YoutubeWorld):
    post = world.post("Bonjour")
    top, spam = world.comment("Où ?", reply_to=post), world.comment("Gagnez !", reply_to=post)
    world.comment("Ici", reply_to=top)
    world.moderate(spam, "likelySpam")
    assert world.channel().count(post) == 2
    assert world.channel().count("AAAAAAAAAAA") is None


# --- what it costs -------------------------------------------------------------------------------------------------


def test_every_call_costs_what_the_table_says(world: YoutubeWorld):
    channel, start = world.channel(), just_now()
    film = channel.publish(post_of()).remote_id
    comment = world.comment("Merci", reply_to=film)
    answer = channel.reply(comment, "De rien.", key="r1").remote_id
    calls = {
        "whoami": channel.whoami,
        "publish": lambda: channel.publish(post_of("Un autre")),
        "reply": lambda: channel.reply(comment, "Merci à vous.", key="r2"),
        "read_back": lambda: channel.read_back(film),
        "find_own": lambda: channel.find_own(TEXT, start),
        "own_posts": lambda: channel.own_posts(start),
        "fetch_comments": lambda: channel.fetch_comments(None),
        "look_up": lambda: channel.look_up([comment]),
        "sight": lambda: channel.sight(comment),
        "hide": lambda: channel.hide(comment),
        "unhide": lambda: channel.unhide(comment),
        "count": lambda: channel.count(film),
        "delete_own": lambda: channel.delete_own(answer),
        "delete_comment": lambda: channel.delete_comment(comment),
    }
    spent = {}
    for name, call in calls.items():
        before = world.units()
        call()
        spent[name] = world.units() - before
    assert spent == dict(channel.capabilities.cost)
    assert budget.used(world.running.sandbox.db, "uploads") == 2


def test_a_day_that_is_used_up_is_a_limit_until_midnight_in_california(world: YoutubeWorld):
    channel, comment = world.channel(), world.comment("Pub", reply_to=world.post("Bonjour"))
    world.limit("units", 51, 900)
    first = channel.fetch_comments(None)
    assert first.complete
    with pytest.raises(RateLimited) as caught:
        channel.hide(comment)
    assert caught.value.retry_at == next_reset(just_now())
    assert "<a" not in caught.value.reason
    assert moderation(world, comment) == "published"
    world.limit("units", 3, 900)
    page = channel.fetch_comments(first.cursor)
    assert (page.complete, page.next_allowed_at) == (True, None)
    page = channel.fetch_comments(first.cursor)
    assert (page.complete, page.next_allowed_at) == (False, next_reset(just_now()))
    channel.publish(post_of())  # uploads have a bucket of their own
    world.limit("uploads", 0, 900)
    with pytest.raises(RateLimited):
        channel.publish(post_of("Un autre"))


@pytest.mark.parametrize(
    ("now", "reset"),
    [
        ("2026-11-22T19:15+00:00", "2026-11-23T08:00+00:00"),
        ("2026-07-01T06:59+00:00", "2026-07-01T07:00+00:00"),
        ("2026-07-01T07:00+00:00", "2026-07-02T07:00+00:00"),
        ("2026-03-08T09:00+00:00", "2026-03-09T07:00+00:00"),  # the night when the clocks go forward
        ("2026-11-01T07:30+00:00", "2026-11-02T08:00+00:00"),  # and back
    ],
)
def test_the_day_begins_at_midnight_in_california(now: str, reset: str):
    assert next_reset(datetime.fromisoformat(now)) == datetime.fromisoformat(reset)


# --- what goes wrong -----------------------------------------------------------------------------------------------


def said(status: int, reason: str, message: str = "Non.", **headers: str) -> httpx.Response:
    error = {"code": status, "message": message, "errors": [{"reason": reason, "message": message}]}
    return httpx.Response(status, json={"error": error}, headers=headers)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx.Response(302, headers={"location": "https://autre.example/vol"}), "autre.example"),
        (httpx.Response(200, content=b"<html>", headers={"content-type": "text/html"}), "text/html"),
        (httpx.Response(200, json=[1]), "no object"),
        (httpx.Response(200, json={"items": [1]}), "cannot be read"),
        (httpx.Response(200, json={"items": [{"id": "a"}]}), "cannot be read"),
        (httpx.Response(503), "503"),
    ],
)
def test_reading_an_answer_that_is_none_says_why(world: YoutubeWorld, monkeypatch, answer, reason):
    answer_with(monkeypatch, answer)
    with pytest.raises(Unavailable, match=reason):
        world.channel().fetch_comments(None)


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (httpx.Response(429, content=b"slow down"), wire.SHORT_WAIT),
        (said(429, "rateLimitExceeded", **{"retry-after": "30"}), timedelta(seconds=30)),
        (said(403, "userRateLimitExceeded"), wire.SHORT_WAIT),
        (said(400, "uploadLimitExceeded"), timedelta(hours=24)),
        (said(429, "rateLimitExceeded", "Quota exceeded for 'Video uploads per day'"), None),
    ],
)
def test_every_limit_says_until_when(world: YoutubeWorld, monkeypatch, answer, wait):
    answer_with(monkeypatch, answer)
    with pytest.raises(RateLimited) as caught:
        world.channel().whoami()
    until = just_now() + wait if wait else next_reset(just_now())
    assert abs(caught.value.retry_at - until) < timedelta(seconds=5)


def test_a_token_without_the_scope_must_be_connected_again(world: YoutubeWorld):
    channel = world.channel(token=READ_ONLY)
    assert channel.whoami() == world.account
    with pytest.raises(AuthExpired, match="scopes"):
        channel.fetch_comments(None)


def test_ids_hold_their_numbers():
    for number in (1, 2**62 + 12345, 2**63 - 1):
        for made in (ids.film_id(number), ids.thread_id(number), ids.answer_id(7, number)):
            assert ids.number_of(made) == number
    assert (len(ids.film_id(1)), len(ids.thread_id(1)), len(ids.answer_id(1, 2))) == (11, 26, 49)
    assert ids.number_of("1234567890123456789") is None
