"""TikTok keeps the channels' contract, and what TikTok alone does."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from connectors.base import Account, Channel, Media, OutgoingPost, ReplyNotAllowed, Sight, Token
from connectors.registry import channel_for, reply_length
from connectors.sandbox.tiktok import APP_ID, APP_SECRET, MEDIA, READER, TOKEN, talk
from connectors.tiktok import oauth, poll, posting, wire
from connectors.tiktok.cursor import load
from connectors.tiktok.parse import comment_of
from connectors.tiktok.webhook import is_signed
from errors import AuthExpired, DeliveryUnknown, RateLimited, Rejected, Unavailable
from tests.connectors.consenting import consent
from tests.connectors.contract import TEXT, ChannelContract, poll_all
from tests.connectors.tiktok_world import FILM, PICTURE, TikTokWorld, tiktok_world
from tests.connectors.world import World, just_now


@pytest.fixture
def world(sandbox, http) -> TikTokWorld:
    return tiktok_world(sandbox, http)


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """TikTok's work on a post takes no time here, and an absence is one at once."""
    monkeypatch.setattr(posting, "PAUSE", 0.01)
    monkeypatch.setattr(posting, "SETTLING", -timedelta(minutes=1))


class TestTikTok(ChannelContract):
    """Without the overlap: the cursor alone must lose nothing."""

    @pytest.fixture(autouse=True)
    def without_overlap(self, monkeypatch):
        monkeypatch.setattr(poll, "OVERLAP", timedelta(0))

    def test_delete_own_takes_it_away_and_may_be_repeated(self, world: World):
        channel = world.channel()
        remote_id = channel.reply(world.comment("Où ?"), "En pharmacie.", key="r1").remote_id
        channel.delete_own(remote_id)
        assert channel.read_back(remote_id) is None
        channel.delete_own(remote_id)

    def test_fetch_brings_mentions_answers_and_answers_to_answers(self, world: World):
        post = world.post("Bonjour")
        answer = world.comment("J'ai des vertiges", reply_to=post, handle="hibou_bois")
        below = world.comment("moi aussi", reply_to=answer)
        under = world.comment("pareil", reply_to=below)
        found, _ = poll_all(world.channel(), None, [post])
        assert set(found) == {answer, below, under}
        assert (found[answer].parent_id, found[answer].conversation_id) == (post, post)
        assert {(found[one].parent_id, found[one].conversation_id) for one in (below, under)} == {(answer, post)}
        assert found[answer].author_handle == "hibou_bois"
        assert found[answer].author_id not in ("", found[below].author_id)
        assert abs(found[answer].posted_at - just_now()) < timedelta(minutes=1)
        assert answer in found[answer].permalink

    def test_look_up_tells_what_was_edited_and_what_is_gone(self, world: World):
        channel, post = world.channel(), world.post("Bonjour")
        kept, deleted, lost = (world.comment(f"texte {n}", reply_to=post) for n in range(3))
        below, orphan = world.comment("dessous", reply_to=kept), world.comment("orphelin", reply_to=lost)
        world.delete(deleted)
        world.delete(lost)
        unknown = ["1234567890123456789", "12_34", f"{post}_34"]
        answer = channel.look_up([kept, below, deleted, lost, orphan, *unknown])
        assert {c.external_id: c.text for c in answer.comments} == {kept: "texte 0", below: "dessous"}
        assert answer.missing == {deleted, lost, orphan, *unknown}

    def test_rate_limited_write_says_until_when_and_does_nothing(self, world: World):
        world.break_next("publish", "rate_limit", value=120)
        with pytest.raises(RateLimited) as caught:
            world.channel().publish(OutgoingPost(TEXT, key="k1"))
        assert caught.value.retry_at is not None
        assert timedelta(seconds=50) < caught.value.retry_at - just_now() < timedelta(seconds=70)
        assert world.published(TEXT) == []

    def test_rate_limited_poll_goes_on_where_it_stopped(self, world: World):
        post = world.post("Bonjour")
        written = world.comments([f"commentaire {n}" for n in range(80)], reply_to=post)
        world.limit("comment/list", 2, 0.6)
        channel = world.channel()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(wire, "MINUTE", timedelta(seconds=1))
            first = channel.fetch_comments(None)
            assert not first.complete
            assert len(first.comments) == 60
            assert first.next_allowed_at is not None
            meanwhile = world.comment("arrivé entre deux pages", reply_to=post)
            found, cursor = poll_all(channel, first.cursor)
        found |= {c.external_id: c for c in first.comments}
        world.limit("comment/list", 1000, 60)
        found |= poll_all(channel, cursor)[0]
        assert set(found) == written | {meanwhile}


# --- publishing ----------------------------------------------------------------------------------------------------


def test_the_registry_knows_tiktok(world):
    channel = channel_for("tiktok", base_url=world.url, token=world.token, account=world.account)
    assert isinstance(channel, Channel)
    assert channel.network == "tiktok"
    assert reply_length("tiktok", "💊 é") == (4, 150)


def test_publish_a_film_with_its_settings_and_read_it_back(world):
    receipt = world.channel().publish(
        OutgoingPost("Réglée", key="k", settings={"disable_comment": True, "is_brand_organic": True})
    )
    assert receipt.url == f"https://www.tiktok.com/@labos.helior/video/{receipt.remote_id}"
    assert world.published("Réglée")[0]["settings"] == {
        "disable_comment": True,
        "is_brand_organic": True,
        "is_branded_content": False,
    }
    shown = world.channel().read_back(receipt.remote_id)
    assert [one.kind for one in shown.media] == ["video"]


def test_publish_pictures(world):
    receipt = world.channel().publish(OutgoingPost("En images", key="k", media=(PICTURE, PICTURE)))
    assert "/photo/" in receipt.url
    assert world.published("En images")[0]["media"] == ["photo", "photo"]
    shown = world.channel().read_back(receipt.remote_id)
    assert (shown.text, shown.media) == ("En images", None)


@pytest.mark.parametrize(
    ("media", "given", "why"),
    [
        ((Media("seul.mp4", "video/mp4", b"x"),), {}, "seul.mp4 has no public https address"),
        ((replace(FILM, url="http://medias.labos-helior.example/film.mp4"),), {}, "no public https address"),
        ((FILM, PICTURE), {}, "one film, or pictures"),
        ((PICTURE,) * 36, {}, "36|35"),
        ((PICTURE,), {"disable_duet": True}, "disable_duet"),
        ((FILM,), {"privacy_level": "SELF_ONLY"}, "privacy_level"),
    ],
)
def test_what_tiktok_would_not_publish_is_refused_before_anything_is_sent(world, media, given, why):
    with pytest.raises(Rejected, match=why):
        world.channel().publish(OutgoingPost("Texte", key="k", media=media, settings=given))
    assert world.items() == []


def test_words_alone_are_refused(world):
    with pytest.raises(Rejected, match="never words alone"):
        channel_for("tiktok", base_url=world.url, token=TOKEN, account=world.account).publish(
            OutgoingPost("Seul", key="k")
        )


def test_an_address_that_is_not_verified_or_a_file_of_another_kind_publishes_nothing(world):
    elsewhere = replace(FILM, url="https://ailleurs.example/film.mp4")
    with pytest.raises(Rejected, match="ownership"):
        world.channel().publish(OutgoingPost("Ailleurs", key="k", media=(elsewhere,)))
    with pytest.raises(Rejected, match="file_format_check_failed"):
        world.channel().publish(OutgoingPost("Autre", key="k", media=(replace(FILM, url=f"{MEDIA}film.avi"),)))
    with pytest.raises(Rejected, match="file_format_check_failed"):
        world.channel().publish(OutgoingPost("Faux", key="k", media=(replace(FILM, url=f"{MEDIA}faux.mp4"),)))
    with pytest.raises(Unavailable, match="video_pull_failed"):
        world.channel().publish(OutgoingPost("Perdu", key="k", media=(replace(FILM, url=f"{MEDIA}perdu.mp4"),)))
    assert world.items() == []


def test_a_post_that_tiktok_still_works_on_is_unknown_and_never_taken_for_absent(world, monkeypatch):
    monkeypatch.setattr(posting, "PATIENCE", 0.0)
    monkeypatch.setattr(posting, "SETTLING", timedelta(minutes=15))
    start = just_now()
    with pytest.raises(DeliveryUnknown, match="still at work"):
        world.channel().publish(OutgoingPost("En route", key="k"))
    assert world.channel().find_own("En route", start).text == "En route"
    with pytest.raises(Unavailable, match="look again later"):
        world.channel().find_own("Jamais parti", start)
    assert world.channel().find_own("Jamais parti", start - timedelta(hours=1)) is None


def test_a_status_that_cannot_be_read_leaves_the_post_unknown(world):
    world.break_next("status", "status", value=503)
    with pytest.raises(DeliveryUnknown):
        world.channel().publish(OutgoingPost("Parti", key="k"))
    assert len(world.published("Parti")) == 1


def test_find_own_goes_down_the_pages_to_the_moment_asked_for(world, monkeypatch):
    monkeypatch.setattr(posting, "PAGE", 3)
    past = just_now() - timedelta(days=2)
    world.post("Ancien", at=past - timedelta(hours=1))
    for n in range(8):
        world.post(f"message {n}", at=past + timedelta(minutes=n))
    channel = world.channel()
    assert channel.find_own("message 1", past).text == "message 1"
    assert channel.find_own("Ancien", past) is None


def test_a_post_is_deleted_by_hand_only(world):
    post = world.post("Bonjour")
    with pytest.raises(Rejected, match="in TikTok itself"):
        world.channel().delete_own(post)
    world.channel().delete_own("12")


# --- comments ------------------------------------------------------------------------------------------------------


def test_the_first_comment_goes_under_our_own_post_and_is_found_there(world):
    channel, start, post = world.channel(), just_now(), world.post("Bonjour")
    world.comment("Voir notre site", reply_to=post)
    receipt = channel.reply(post, "Voir notre site", key="r")
    assert channel.find_own("Voir notre site", start, in_reply_to=post).remote_id == receipt.remote_id
    assert channel.read_back(receipt.remote_id).text == "Voir notre site"


def test_a_reply_to_a_reply_stands_in_the_thread_and_is_found_there(world):
    channel, start = world.channel(), just_now()
    comment = world.comment("Où ?")
    below = world.comment("oui, où ?", reply_to=comment)
    receipt = channel.reply(below, "En pharmacie.", key="r")
    assert next(i for i in world.items() if i["id"] == receipt.remote_id)["parent"] == comment
    assert channel.find_own("En pharmacie.", start, in_reply_to=below).remote_id == receipt.remote_id


@pytest.mark.parametrize("text", ["", "   ", "é" * 151, "💊" * 76])
def test_a_reply_that_is_empty_or_too_long_is_refused(world, text):
    with pytest.raises(Rejected, match="150"):
        world.channel().reply(world.comment("Où ?"), text, key="r")


def test_a_hidden_comment_takes_no_reply_and_says_nothing_of_those_it_has(world):
    channel, start, comment = world.channel(), just_now(), world.comment("Où ?")
    channel.reply(comment, "Ici.", key="r")
    channel.hide(comment)
    with pytest.raises(ReplyNotAllowed):
        channel.reply(comment, "Là.", key="r2")
    with pytest.raises(Unavailable, match="hidden"):
        channel.find_own("Ici.", start, in_reply_to=comment)
    alone = world.comment("Et là ?")
    channel.hide(alone)
    assert channel.find_own("Ici.", start, in_reply_to=alone) is None


def test_a_reply_that_tiktok_hides_is_not_shown_but_left(world):
    channel, start, comment = world.channel(), just_now(), world.comment("Où ?")
    reply = channel.reply(comment, "Ici.", key="r").remote_id
    channel.hide(reply)
    assert channel.read_back(reply) is None
    assert channel.find_own("Ici.", start, in_reply_to=comment).remote_id == reply


def test_a_like_is_given_and_taken_back(world):
    channel, comment = world.channel(), world.comment("Merci")
    channel.like(comment)
    channel.like(comment)
    assert world.items()[0]["settings"] == {"liked": True, "likes": 1}
    channel.like(comment, liked=False)
    assert world.items()[0]["settings"] == {"liked": False, "likes": 0}


def test_a_comment_that_tiktok_shows_hidden_comes_hidden(world):
    comment = world.comment("Pub")
    world.channel().hide(comment)
    found, _ = poll_all(world.channel(), None)
    assert found[comment].hidden is True
    assert world.channel().sight(comment) is Sight.HIDDEN


def test_what_a_comment_is_stored_with_is_the_same_at_every_look(world):
    comment = world.comment("Merci")
    world.comment("de rien", reply_to=comment)
    before = poll_all(world.channel(), None)[0]
    world.channel().like(comment)
    looked_up = {c.external_id: c.raw_json for c in world.channel().look_up(list(before)).comments}
    assert looked_up == {name: c.raw_json for name, c in before.items()}


def test_ids_as_numbers_and_times_as_text_are_read():
    entry = {"comment_id": 7247303576418566913, "video_id": 7247303576418566912, "create_time": "1700000000"}
    comment = comment_of({**entry, "parent_comment_id": 7247303576418566911, "image_url": "x"}, "labos.helior")
    assert comment.external_id == "7247303576418566912_7247303576418566913"
    assert comment.parent_id == "7247303576418566912_7247303576418566911"
    assert comment.posted_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert (comment.media, comment.hidden) == (("image",), None)
    assert json.loads(comment.raw_json)["comment_id"] == "7247303576418566913"


# --- polling -------------------------------------------------------------------------------------------------------


def test_a_long_thread_is_read_to_its_end_and_again_only_when_it_grows(world):
    comment = world.comment("Vertiges")
    replies = world.comments([f"moi aussi {n}" for n in range(65)], reply_to=comment)
    found, cursor = poll_all(world.channel(), None)
    assert set(found) == {comment, *replies}
    world.break_next("threads", "status", value=503)
    _, cursor = poll_all(world.channel(), cursor)
    later = world.comment("et moi", reply_to=comment)
    with pytest.raises(Unavailable):
        world.channel().fetch_comments(cursor)
    assert later in poll_all(world.channel(), cursor)[0]


def test_a_poll_that_may_make_few_calls_goes_on_inside_a_thread(world, monkeypatch):
    monkeypatch.setattr(poll, "MAX_CALLS", 2)
    comment = world.comment("Vertiges")
    written = {comment, *world.comments([f"moi aussi {n}" for n in range(95)], reply_to=comment)}
    assert set(poll_all(world.channel(), None)[0]) == written


def test_a_late_answer_far_down_is_found_by_the_sweep(world, monkeypatch):
    monkeypatch.setattr(poll, "OVERLAP", timedelta(0))
    post, past = world.post("Bonjour", at=just_now() - timedelta(days=3)), just_now() - timedelta(days=2)
    old = world.comment("le premier", reply_to=post, at=past.isoformat())
    world._call("POST", "comments", text="plus récent", reply_to=post)
    entries = [{"network": "tiktok", "text": f"c {n}", "reply_to": post, "at": past.isoformat()} for n in range(70)]
    world.http.post("/_sandbox/comments", json=entries).raise_for_status()
    _, cursor = poll_all(world.channel(), None)
    late = world.comment("moi, des vertiges", reply_to=old)
    assert late not in poll_all(world.channel(), cursor)[0]
    monkeypatch.setattr(poll, "SWEEP", timedelta(0))
    assert late in poll_all(world.channel(), cursor)[0]


def test_more_comments_than_come_in_order_are_all_read_once(world, monkeypatch):
    monkeypatch.setattr(talk, "FIRST", 60)
    monkeypatch.setattr(poll, "SORTED", 60)
    post = world.post("Bonjour")
    world.comment("avant", reply_to=post)
    _, cursor = poll_all(world.channel(), None)
    written = world.comments([f"vague {n}" for n in range(130)], reply_to=post)
    page = world.channel().fetch_comments(cursor)
    assert written <= {one.external_id for one in page.comments}
    assert len(page.comments) == len({one.external_id for one in page.comments})


def test_new_replies_to_a_hidden_comment_are_told_as_a_cap(world):
    comment = world.comment("Vertiges")
    world.comments([f"moi aussi {n}" for n in range(5)], reply_to=comment)
    world.channel().hide(comment)
    page = world.channel().fetch_comments(None)
    assert page.cap_hit
    assert not world.channel().fetch_comments(page.cursor).cap_hit


def test_a_post_that_is_gone_stops_no_poll(world):
    gone, post = world.post("Retiré"), world.post("Bonjour")
    comment = world.comment("Merci", reply_to=post)
    _, cursor = poll_all(world.channel(), None, [gone, post])
    world.delete(gone)
    later = world.comment("Encore", reply_to=post)
    found, _ = poll_all(world.channel(), cursor, [gone, post])
    assert later in found
    assert set(poll_all(world.channel(), None, [gone, post])[0]) == {comment, later}


def test_a_refusal_about_a_post_that_is_there_is_one(world):
    world.comment("Merci")
    with pytest.raises(Rejected, match="business account"):
        world.channel(account=Account("another", "labos.helior", "")).fetch_comments(None)


def test_every_post_has_its_turn_when_calls_are_few(world, monkeypatch):
    monkeypatch.setattr(poll, "MAX_CALLS", 3)
    posts = [world.post(f"message {n}", at=just_now() - timedelta(days=n)) for n in range(8)]
    written = {world.comment("sous le message", reply_to=post) for post in posts}
    found, cursor = poll_all(world.channel(), None, posts)
    assert set(found) == written
    assert load(cursor).done == []


def test_a_post_that_tiktok_refuses_to_read_keeps_no_other_from_being_read(world, monkeypatch):
    refused, post = world.post("Refusé"), world.post("Bonjour")
    comment, read = world.comment("Merci", reply_to=post), poll.read

    def refusing(client, path, asked):
        if asked.get("video_id") == refused:
            raise Rejected("TikTok answered 40002: no")
        return read(client, path, asked)

    monkeypatch.setattr(poll, "read", refusing)
    page = world.channel().fetch_comments(None)
    assert [one.external_id for one in page.comments] == [comment]
    assert page.cap_hit
    world.delete(post)
    with pytest.raises(Rejected, match="40002"):
        world.channel().fetch_comments(page.cursor)


@pytest.mark.parametrize("cursor", ["[]", "{", '{"videos": 3}', '{"videos": {"1": {"mark": "x"}}, "done": []}'])
def test_fetch_refuses_a_cursor_that_is_not_ours(world, cursor):
    with pytest.raises(Rejected, match="cursor"):
        world.channel().fetch_comments(cursor)


STEPS = st.lists(
    st.tuples(st.sampled_from(["comment", "below", "delete", "hide", "ours", "poll"]), st.integers(0, 99)), max_size=18
)


# Without shrinking: a failure must not keep two cores busy for minutes.
@settings(
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
# Two calls at least: the page is asked for again when a thread below it goes on.
@given(steps=STEPS, calls=st.integers(2, 3))
def test_random_histories_end_with_the_truth(world, steps, calls):
    world.http.post("/_sandbox/reset")
    world.limit("comment/list", 10_000, 60)
    world.limit("comment/reply/list", 10_000, 60)
    world.limit("video/list", 10_000, 60)
    channel, post = world.channel(), world.post("Le message")
    known: dict[str, str] = {}
    there: list[str] = []
    cursor = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(poll, "PAGE", 10)
        patch.setattr(poll, "MAX_CALLS", calls)
        patch.setattr(poll, "OVERLAP", timedelta(0))
        patch.setattr(poll, "SWEEP", timedelta(0))
        for what, which in steps:
            cursor = play(world, channel, post, what, which, there, known, cursor)
        # A walk cut short by the last step began before it: the round after it sees all.
        for _ in range(2):
            found, cursor = poll_all(channel, cursor, [post])
            known |= {name: comment.text for name, comment in found.items()}
    answer = channel.look_up(list(known))
    assert {one: text for one, text in known.items() if one not in answer.missing} == world.said()


def play(world, channel, post, what, which, there, known, cursor):
    """Let one thing happen; a poll may stop half-way, and others write before it goes on."""
    some = there[which % len(there)] if there else None
    if what == "poll":
        page = channel.fetch_comments(cursor, [post])
        known |= {c.external_id: c.text for c in page.comments}
        return page.cursor
    if what == "comment":
        there += sorted(world.comments([f"commentaire {n} de {which}" for n in range(which % 12)], reply_to=post))
    elif what == "ours":
        channel.reply(post, f"à nous {which}", key="k")
    elif some and what == "below":
        there += sorted(world.comments([f"dessous {n} de {which}" for n in range(which % 6)], reply_to=some))
    elif some and what == "hide" and _is_reply(world, some, post):
        channel.hide(some)
    elif some and what == "delete":
        world.delete(some)
        there.remove(some)
    return cursor


def _is_reply(world, some, post) -> bool:
    """TikTok lists no replies to a hidden comment, and the public writes none: only replies are hidden here."""
    item = next(item for item in world.items() if item["id"] == some)
    return item["parent"] != post and some in world.said()


# --- what goes wrong -----------------------------------------------------------------------------------------------


def answered(monkeypatch, status=200, content=b"", **headers):
    answer = httpx.Response(status, content=content, headers=headers, request=httpx.Request("GET", "https://x.example"))
    monkeypatch.setattr(httpx.Client, "send", lambda *_args, **_more: answer)


@pytest.mark.parametrize(
    ("status", "content", "headers", "reason"),
    [
        (302, b"", {"location": "https://autre.example/vol"}, "autre.example"),
        (200, b"<html>", {"content-type": "text/html"}, "text/html"),
        (200, b"[1]", {"content-type": "application/json"}, "none of its answers"),
        (200, b'{"code": "0"}', {"content-type": "application/json"}, "none of its answers"),
        (200, b'{"code": 0, "data": {"videos": [1]}}', {}, "cannot be read"),
        (200, b'{"code": 50002, "message": "busy"}', {}, "50002: busy"),
        (503, b"", {}, "503"),
    ],
)
def test_reading_an_answer_that_is_none_says_why(world, monkeypatch, status, content, headers, reason):
    answered(monkeypatch, status, content, **headers)
    with pytest.raises(Unavailable, match=reason):
        world.channel().fetch_comments(None)


WHOLE = {"comment_id": "3", "video_id": "2", "create_time": "1700000000", "text": "a", "status": "PUBLIC"}


@pytest.mark.parametrize(
    "changed",
    [
        {"video_id": None},
        {"comment_id": ""},
        {"create_time": "hier"},
        {"replies": "x"},
        {"reply_list": [1]},
        {"reply_list": 1},
    ],
)
def test_a_comment_that_cannot_be_read_stops_the_poll_with_a_sentence(world, monkeypatch, changed):
    videos = {"item_id": "2", "create_time": "1700000000"}
    body = {"code": 0, "data": {"videos": [videos], "comments": [{**WHOLE, **changed}], "has_more": False}}
    answered(monkeypatch, 200, json.dumps(body).encode())
    with pytest.raises(Unavailable, match="TikTok"):
        world.channel().fetch_comments(None)


def test_pages_that_do_not_move_on_end_and_are_told_as_a_cap(world, monkeypatch):
    videos = {"item_id": "2", "create_time": "1700000000"}
    body = {"code": 0, "data": {"videos": [videos], "comments": [WHOLE], "has_more": True, "cursor": 0}}
    answered(monkeypatch, 200, json.dumps(body).encode())
    page = world.channel().fetch_comments(None)
    assert (len(page.comments), page.complete, page.cap_hit) == (1, True, True)


@pytest.mark.parametrize(
    ("status", "content"), [(302, b""), (200, b'{"code": 50002}'), (200, b"<html>"), (200, b'{"code": 0, "data": {}}')]
)
def test_writing_without_a_clear_answer_is_unknown(world, monkeypatch, status, content):
    answered(monkeypatch, status, content)
    with pytest.raises(DeliveryUnknown):
        world.channel().publish(OutgoingPost("Texte", key="k"))


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [
        (401, b"", AuthExpired),
        (429, b"slow down", RateLimited),
        (404, b"", Rejected),
        (200, b'{"code": 40102, "message": "expired"}', AuthExpired),
        (200, b'{"code": 40100, "message": "too often"}', RateLimited),
        (200, b'{"code": 40002, "message": "text: no"}', Rejected),
    ],
)
def test_each_refusal_has_its_class(world, monkeypatch, status, content, error):
    answered(monkeypatch, status, content)
    with pytest.raises(error):
        world.channel().whoami()
    with pytest.raises(error):
        world.channel().publish(OutgoingPost("Texte", key="k"))


def test_a_token_that_cannot_be_a_header_is_not_shown(world):
    with pytest.raises(Unavailable) as caught:
        world.channel(token=Token(access="secret\nsecret")).whoami()
    assert "secret" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_a_token_of_fewer_scopes_reads_and_writes_nothing(world):
    comment, channel = world.comment("Merci"), world.channel(token=READER)
    assert comment in poll_all(channel, None)[0]
    with pytest.raises(Rejected, match="was not granted"):
        channel.reply(comment, "De rien", key="r")


def test_whoami_finds_the_account_of_a_token_alone(world):
    assert world.channel(account=Account("", "labos.helior", "")).whoami() == world.account


# --- tokens and webhooks -------------------------------------------------------------------------------------------

BACK = "https://covigie.labos-helior.example/oauth/tiktok/"


def test_consent_gives_a_code_the_code_a_token_and_the_token_another(world):
    page = oauth.authorize_url(client_id=APP_ID, redirect_uri=BACK, state="état", base_url=world.url)
    place = urlsplit(str(consent(page)))
    back = parse_qs(place.query)
    assert (f"https://{place.netloc}{place.path}", back["state"]) == (BACK, ["état"])
    application = {"client_id": APP_ID, "client_secret": APP_SECRET, "redirect_uri": BACK, "base_url": world.url}
    token = oauth.exchange(back["code"][0], **application)
    assert timedelta(hours=23) < token.expires_at - just_now() < timedelta(hours=25)
    assert world.channel(token=token, account=Account("", "", "")).whoami() == world.account
    with pytest.raises(Rejected, match="40110"):
        oauth.exchange(back["code"][0], **application)
    renewed = oauth.refresh(token, base_url=world.url)
    assert (renewed.access != token.access, renewed.client_secret) == (True, APP_SECRET)
    assert world.channel(token=renewed).whoami() == world.account
    oauth.revoke(renewed, base_url=world.url)
    with pytest.raises(AuthExpired):
        world.channel(token=renewed).whoami()


@pytest.mark.parametrize("changed", [{"refresh": ""}, {"refresh": "unknown"}])
def test_a_refresh_token_that_is_none_asks_for_a_person(world, changed):
    with pytest.raises(AuthExpired):
        oauth.refresh(replace(TOKEN, **changed), base_url=world.url)


def test_a_wrong_application_secret_is_refused_and_a_dead_network_unavailable(world):
    with pytest.raises(Rejected, match="40101"):
        oauth.refresh(replace(TOKEN, client_secret="wrong"), base_url=world.url)
    with pytest.raises(Unavailable):
        oauth.refresh(TOKEN, base_url="http://127.0.0.1:9")


SIGNED = "t=1700000000,s=1698a50bc74d1ff1db85c4e0a5297c2ad9fdba245d5737cdb789e4cc6e098940"
THEN = datetime.fromtimestamp(1_700_000_000, UTC)


def test_a_webhook_signed_over_its_very_bytes_is_believed():
    assert is_signed(b'{"a":1}', SIGNED, "s3cret", now=THEN)
    assert is_signed(b'{"a":1}', SIGNED, "s3cret", now=THEN + timedelta(minutes=4))


@pytest.mark.parametrize(
    ("secret", "header", "body", "late"),
    [
        ("s3cret", SIGNED, b'{"a": 1}', 0),
        ("other", SIGNED, b'{"a":1}', 0),
        ("", SIGNED.replace("1698a5", "000000"), b'{"a":1}', 0),
        ("s3cret", SIGNED, b'{"a":1}', 301),
        ("s3cret", SIGNED, b'{"a":1}', -301),
        ("s3cret", SIGNED.replace("t=1700000000", "t=1700000001"), b'{"a":1}', 0),
        ("s3cret", SIGNED.partition(",")[0], b'{"a":1}', 0),
        ("s3cret", "t=é,s=é", b'{"a":1}', 0),
        ("s3cret", "", b'{"a":1}', 0),
    ],
)
def test_any_other_is_not(secret, header, body, late):
    assert not is_signed(body, header, secret, now=THEN + timedelta(seconds=late))


def test_an_empty_secret_signs_nothing():
    mine = hmac.new(b"", b"1700000000.x", hashlib.sha256).hexdigest()
    assert not is_signed(b"x", f"t=1700000000,s={mine}", "", now=THEN)
