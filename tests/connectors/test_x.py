"""X keeps the channels' contract, and what X alone does."""

import json
from datetime import timedelta

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import x_cursor, x_poll
from connectors.base import Channel, OutgoingPost, ReplyNotAllowed
from connectors.http_facts import server_time
from connectors.registry import channel_for
from connectors.sandbox import OAUTH1
from connectors.x_cursor import load
from connectors.x_parse import comment_of
from errors import Rejected, Unavailable
from tests.connectors.contract import ChannelContract, poll_all
from tests.connectors.world import World, just_now


class TestX(ChannelContract):
    """With an OAuth 2 token, and without the overlap: the cursor alone must lose nothing."""

    @pytest.fixture(autouse=True)
    def without_overlap(self, monkeypatch):
        monkeypatch.setattr(x_cursor, "OVERLAP", timedelta(0))


class TestXOAuth1:
    """With OAuth 1.0a the signature covers the address that is really called."""

    def test_publish_and_poll_signed(self, world: World):
        channel = world.channel(token=OAUTH1)
        post = channel.publish(OutgoingPost("Signé, avec des é & des =", key="k1")).remote_id
        comment = world.comment("ça pique", reply_to=post)
        assert set(poll_all(channel, None, [post])[0]) == {comment}


def test_channel_for_gives_a_channel_and_refuses_unknown_networks(world: World):
    assert isinstance(world.channel(), Channel)
    with pytest.raises(Rejected, match="minitel"):
        channel_for("minitel", base_url=world.url, token=world.token, account=world.account)


def test_reply_to_who_did_not_name_us_is_not_allowed(world: World):
    comment = world.comment("sans vous nommer", reply_to=world.post("Bonjour"), mention=False)
    with pytest.raises(ReplyNotAllowed):
        world.channel().reply(comment, "Bonjour", key="r1")


def test_publish_the_same_words_twice_is_rejected(world: World):
    channel = world.channel()
    channel.publish(OutgoingPost("Deux fois", key="k1"))
    with pytest.raises(Rejected, match="duplicate"):
        channel.publish(OutgoingPost("Deux fois", key="k2"))


def test_publish_with_settings_and_nothing_else(world: World):
    settings = {"reply_settings": "mentionedUsers", "paid_partnership": True}
    world.channel().publish(OutgoingPost("Avec réglages", key="k1", settings=settings))
    assert world.published("Avec réglages")[0]["settings"] == settings


@pytest.mark.parametrize(
    "text",
    ["labos-helior.fr en clair", "Voir https://labos-helior.example.", "(https://a.fr/b_(c)?d=é) fin", "  bords  "],
)
def test_same_text_undoes_what_x_does_to_links_and_blanks(world: World, text: str):
    channel = world.channel()
    shown = channel.read_back(channel.publish(OutgoingPost(text, key="k1")).remote_id)
    assert shown is not None
    assert "t.co" not in shown.text
    assert channel.same_text(text, shown)
    assert not channel.same_text(text.replace("h", "g", 1) + "x", shown)


def test_fetch_keeps_a_comment_whose_author_is_suspended(world: World):
    comment = world.comment("J'ai vomi", handle="brume_sud")
    world.suspend("brume_sud")
    found, _ = poll_all(world.channel(), None)
    assert (found[comment].text, found[comment].author_handle) == ("@LabosHelior J'ai vomi", "")


def test_fetch_names_what_hangs_on_a_comment(world: World):
    comment = world.comment("regardez", media=["photo", "video"])
    assert poll_all(world.channel(), None)[0][comment].media == ("photo", "video")


def test_fetch_tells_when_more_mentions_came_than_x_lists(world: World):
    world.comments([f"mention {n}" for n in range(803)])
    page = world.channel().fetch_comments(None)
    assert len(page.comments) == 800
    assert page.cap_hit
    assert not world.channel().fetch_comments(page.cursor).cap_hit


def test_fetch_tells_when_a_conversation_is_older_than_a_search_sees(world: World):
    post = world.post("Vieux message", at=just_now() - timedelta(days=12))
    comment = world.comment("toujours là", reply_to=post, mention=False)
    page = world.channel().fetch_comments(None, [post])
    assert [c.external_id for c in page.comments] == [comment]
    assert page.cap_hit
    assert not world.channel().fetch_comments(page.cursor, [post]).cap_hit


def test_fetch_asks_for_many_conversations_at_once(world: World):
    posts = [world.post(f"message {n}") for n in range(23)]
    written = {world.comment("sous le message", reply_to=post, mention=False) for post in posts}
    assert set(poll_all(world.channel(), None, posts)[0]) == written


@pytest.mark.parametrize("cursor", ["[]", "{", '{"marks": 3}', '{"marks": {"@": "x"}, "walks": {}}'])
def test_fetch_refuses_a_cursor_that_is_not_ours(world: World, cursor: str):
    with pytest.raises(Rejected, match="cursor"):
        world.channel().fetch_comments(cursor)


def test_both_spellings_read_the_same():
    old = {
        "id": "30",
        "text": "@LabosHelior aïe",
        "author_id": "7",
        "conversation_id": "10",
        "display_text_range": [13, 16],
        "referenced_tweets": [{"type": "quoted", "id": "9"}, {"type": "replied_to", "id": "10"}],
        "edit_history_tweet_ids": ["20", "30"],
    }
    new = {name.replace("tweet", "post"): value for name, value in old.items()}
    body = {"includes": {"users": [{"id": "7", "username": "merle_est"}]}}
    read = [comment_of(post, body) for post in (old, new)]
    assert [(c.external_id, c.text, c.parent_id, c.edit_ids, c.author_handle) for c in read] == [
        ("20", "aïe", "10", ("20", "30"), "merle_est")
    ] * 2
    assert json.loads(read[1].raw_json)["referenced_posts"]


@pytest.mark.parametrize(
    ("status", "headers", "body", "reason"),
    [
        (302, {"location": "https://autre.example/vol"}, b"", "autre.example"),
        (200, {"content-type": "text/html"}, b"<html>", "text/html"),
        (200, {"content-type": "application/json"}, b"[1]", "no object"),
        (200, {"content-type": "application/json"}, b'{"data": [1]}', "cannot be read"),
        (503, {}, b"", "503"),
    ],
)
def test_reading_an_answer_that_is_none_says_why(world: World, monkeypatch, status, headers, body, reason):
    answer = requests.Response()
    answer.status_code, answer._content = status, body
    answer.headers.update(headers)
    monkeypatch.setattr(requests.Session, "send", lambda *_args, **_more: answer)
    with pytest.raises(Unavailable, match=reason):
        world.channel().fetch_comments(None)


def test_a_limit_without_headers_waits_a_whole_window(world: World, monkeypatch):
    answer = requests.Response()
    answer.status_code, answer._content = 429, b"slow down"
    monkeypatch.setattr(requests.Session, "send", lambda *_args, **_more: answer)
    page = world.channel().fetch_comments(None)
    assert not page.complete
    assert page.next_allowed_at is not None
    assert (page.next_allowed_at - server_time(answer.headers)).total_seconds() == pytest.approx(900, abs=5)


# What may happen between and during two polls: (what, which one of those there are).
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["answer", "below", "mention", "unnamed", "edit", "delete", "ours", "poll"]), st.integers(0, 99)
    ),
    max_size=40,
)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, pages=st.integers(1, 3))
def test_random_histories_end_with_the_truth(world: World, steps, pages):
    world.http.post("/_sandbox/reset")
    channel, post = world.channel(), world.post("Le message")
    known: dict[str, str] = {}
    there: list[str] = []
    cursor = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(x_poll, "PAGE", 10)
        patch.setattr(x_poll, "MAX_PAGES", pages)
        # Without the overlap only the cursor itself stands between a comment and its loss.
        patch.setattr(x_cursor, "OVERLAP", timedelta(0))
        for what, which in [*steps, ("poll", 0)]:
            cursor = play(world, channel, post, what, which, there, known, cursor)
        for _ in range(60):
            page = channel.fetch_comments(cursor, [post])
            cursor = page.cursor
            known |= {c.external_id: c.text for c in page.comments}
            if page.complete:
                break
        assert page.complete
    answer = channel.look_up(list(known))
    known |= {c.external_id: c.text for c in answer.comments}
    assert {one: text for one, text in known.items() if one not in answer.missing} == world.said()
    assert load(cursor).walks == {}


def play(world: World, channel, post, what, which, there, known, cursor):
    """Let one thing happen; a poll may stop half-way, and others write before it goes on."""
    some = there[which % len(there)] if there else None
    if what == "poll":
        page = channel.fetch_comments(cursor, [post])
        known |= {c.external_id: c.text for c in page.comments}
        return page.cursor
    if what in ("answer", "unnamed"):
        there += [
            world.comment(f"{what} {n} de {which}", reply_to=post, mention=what == "answer") for n in range(which % 14)
        ]
    elif what == "mention":
        there.append(world.comment(f"@LabosHelior mention {which}"))
    elif what == "ours":
        channel.publish(OutgoingPost(f"à nous {len(world.items())}", key="k"))
    elif some and what == "below":
        there.append(world.comment(f"dessous {which}", reply_to=some))
    elif some and what == "edit":
        there[there.index(some)] = world.edit(some, f"@LabosHelior corrigé {which}")
    elif some and what == "delete":
        world.delete(some)
        there.remove(some)
    return cursor
