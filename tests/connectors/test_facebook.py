"""Facebook keeps the channels' contract, and what Facebook alone does."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connectors.base import Media, OutgoingPost, PublishedMedia, Sight
from connectors.meta import cursor as meta_cursor
from connectors.meta import errors as meta_errors
from connectors.meta import facebook_film, facebook_poll, oauth, webhook
from connectors.meta.facebook_parse import comment_of
from connectors.sandbox import COMPANY
from connectors.sandbox.meta.networks import BLIND_TOKEN, PAGE_TOKEN
from errors import AuthExpired, DeliveryUnknown, RateLimited, Rejected, Unavailable
from tests import media_samples as samples
from tests.connectors.consenting import consent
from tests.connectors.contract import ChannelContract, number_of, poll_all
from tests.connectors.world import World, just_now

NODES = "/facebook/v25.0/"
CALLS = {
    "publish": ("POST", f"{NODES}{COMPANY.id}/feed"),
    "reply": ("POST", NODES),
    "hide": ("POST", NODES),
    "sight": ("GET", NODES),
    "fetch_comments": ("GET", f"{NODES}{COMPANY.id}/feed"),
    "videos": ("POST", f"{NODES}{COMPANY.id}/videos"),
    "upload": ("POST", f"{NODES}upload:"),
    "photos": ("POST", f"{NODES}{COMPANY.id}/photos"),
}


@pytest.fixture
def world(sandbox, http) -> World:
    http.post("/_sandbox/reset").raise_for_status()
    return World("facebook", sandbox.url, COMPANY, PAGE_TOKEN, http, CALLS, root="/facebook", listing=("feed", 1))


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    """Meta tells whole minutes; where it tells none, we wait as long as we think fit."""
    monkeypatch.setattr(meta_errors, "OWN_WAIT", timedelta(seconds=2.1))


class TestFacebook(ChannelContract):
    """Without the overlap: the cursor alone must lose nothing."""

    @pytest.fixture(autouse=True)
    def without_overlap(self, monkeypatch):
        monkeypatch.setattr(meta_cursor, "OVERLAP", timedelta(0))


# --- what Facebook alone does ---------------------------------------------------------------------------------------


PICTURE = Media("course.jpg", "image/jpeg", samples.jpeg(), "Des coureurs sous la pluie.")
OTHER = Media("autre.png", "image/png", samples.png(), "")


@pytest.mark.parametrize(
    ("media", "shown"),
    [
        ((PICTURE,), (PublishedMedia("photo", PICTURE.alt_text),)),
        ((PICTURE, OTHER), (PublishedMedia("photo", PICTURE.alt_text), PublishedMedia("photo", ""))),
    ],
)
def test_pictures_are_shown_in_their_order_with_their_descriptions(world: World, media, shown):
    channel = world.channel()
    post = channel.publish(OutgoingPost("La course", "k1", media=media)).remote_id
    found = channel.read_back(post)
    assert (found.text, found.media) == ("La course", shown)
    assert channel.find_own("La course", just_now()).media == shown


@pytest.mark.parametrize("kind", ["status", "lose_answer", "html_200"])
def test_a_picture_that_does_not_arrive_publishes_nothing_and_leaves_no_doubt(world: World, kind):
    world.break_next("photos", kind)
    with pytest.raises(Unavailable):
        world.channel().publish(OutgoingPost("La course", "k1", media=(PICTURE,)))
    assert world.items() == []


FILM = Media("course.mp4", "video/mp4", samples.film(), "Douze secondes de course.")


def test_a_film_is_published_once_its_post_is_named(world: World, monkeypatch):
    monkeypatch.setattr(facebook_film, "PAUSE", 0.0)
    channel = world.channel()
    post = channel.publish(OutgoingPost("La course", "k1", media=(FILM,))).remote_id
    shown = channel.read_back(post)
    assert (shown.text, shown.media) == ("La course", (PublishedMedia("video"),))
    comment = world.comment("Bravo", reply_to=post)
    assert set(poll_all(channel, None)[0]) == {comment}


@pytest.mark.parametrize("kind", ["lose_answer", "html_200", "delay"])
def test_a_film_whose_answer_is_lost_is_unknown_and_found_by_its_words(world: World, kind):
    world.break_next("videos", kind, value=0.6)
    start = just_now()
    with pytest.raises(DeliveryUnknown):
        world.channel(timeout=0.3).publish(OutgoingPost("La course", "k1", media=(FILM,)))
    assert (world.channel().find_own("La course", start) is None) is (kind == "html_200")


def test_a_film_whose_post_is_not_named_in_time_is_unknown_and_found(world: World, monkeypatch):
    monkeypatch.setattr(facebook_film, "PATIENCE", -1.0)
    channel, start = world.channel(), just_now()
    with pytest.raises(DeliveryUnknown, match="which post"):
        channel.publish(OutgoingPost("La course", "k1", media=(FILM,)))
    assert channel.find_own("La course", start) is not None


@pytest.mark.parametrize("kind", ["status", "lose_answer", "html_200"])
def test_a_film_that_does_not_arrive_publishes_nothing_and_leaves_no_doubt(world: World, kind):
    world.break_next("upload", kind)
    with pytest.raises(Unavailable):
        world.channel().publish(OutgoingPost("La course", "k1", media=(FILM,)))
    assert world.items() == []


@pytest.mark.parametrize(
    "media",
    [
        (PICTURE,) * 11,
        (PICTURE, FILM),
        (FILM, FILM),
        (Media("f.mov", "video/quicktime", samples.film()),),
        (Media("f.mp4", "video/mp4", b"not a film"),),
        (Media("x.jpg", "image/jpeg", b"x"),),
    ],
    ids=["eleven", "mixed", "two films", "quicktime", "no film", "no picture"],
)
def test_what_a_post_cannot_show_is_rejected_and_nothing_is_published(world: World, media):
    with pytest.raises(Rejected):
        world.channel().publish(OutgoingPost("La course", "k1", media=media))
    assert world.items() == []


def test_an_answer_to_an_answer_stands_under_the_comment_above_it_and_is_found_there(world: World):
    channel, start = world.channel(), just_now()
    comment = world.comment("Où ?", reply_to=world.post("Bonjour"))
    below = world.comment("Moi aussi", reply_to=comment)
    answer = channel.reply(below, "En pharmacie.", "r1").remote_id
    assert next(i for i in world.items() if i["id"] == answer)["parent_id"] == comment
    assert channel.find_own("En pharmacie.", start, in_reply_to=below).remote_id == answer


def test_the_first_comment_of_our_own_stands_under_its_post_and_is_found(world: World):
    channel, start, post = world.channel(), just_now(), world.post("Bonjour")
    world.comment("avant", reply_to=post)
    first = channel.reply(post, "Parlez-en à votre pharmacien.", "f1").remote_id
    assert next(i for i in world.items() if i["id"] == first)["parent_id"] == post
    assert channel.find_own("Parlez-en à votre pharmacien.", start, in_reply_to=post).remote_id == first
    assert channel.read_back(first).text == "Parlez-en à votre pharmacien."


def test_a_namesake_of_ours_is_heard(world: World):
    comment = world.comment("J'ai des vertiges", reply_to=world.post("Bonjour"), handle=COMPANY.name.replace(" ", ""))
    assert comment in poll_all(world.channel(account=type(COMPANY)(COMPANY.id, COMPANY.name, COMPANY.name)), None)[0]


def test_people_whom_facebook_does_not_name_are_not_taken_for_one(world: World):
    post = world.post("Bonjour")
    comments = [world.comment(f"texte {n}", reply_to=post, handle=f"brume_{n}") for n in range(2)]
    for n in range(2):
        world.suspend(f"brume_{n}")
    found, _ = poll_all(world.channel(), None)
    assert [found[one].text for one in comments] == ["texte 0", "texte 1"]
    assert len({found[one].author_id for one in comments}) == 2


def test_a_post_made_elsewhere_has_its_comments_in(world: World):
    old = world.post("Publié hors circuit", at=just_now() - timedelta(days=90))
    comment = world.comment("J'ai vomi", reply_to=old)
    assert set(poll_all(world.channel(), None)[0]) == {comment}


def test_a_late_comment_under_an_old_post_that_is_watched_comes_in(world: World):
    channel, old = world.channel(), world.post("Ancien", at=just_now() - timedelta(days=90))
    _, cursor = poll_all(channel, None, [old])
    late = world.comment("Toujours des vertiges", reply_to=old)
    assert late in poll_all(channel, cursor, [old])[0]


def test_a_page_mark_that_meta_forgot_begins_the_walk_anew(world: World, monkeypatch):
    channel, post = world.channel(), world.post("Bonjour")
    written = world.comments([f"commentaire {n}" for n in range(130)], reply_to=post)
    monkeypatch.setattr("connectors.meta.facebook_poll.MAX_PAGES", 2)
    cut = channel.fetch_comments(None, [post])
    assert not cut.complete
    state = json.loads(cut.cursor)
    state["walks"][post][1] = "forgotten"
    found, _ = poll_all(channel, json.dumps(state), [post])
    assert {one.external_id for one in cut.comments} | set(found) == written


def test_a_post_that_is_gone_stops_no_poll(world: World):
    channel, post = world.channel(), world.post("Bonjour")
    _, cursor = poll_all(channel, None, [post])
    other = world.comment("là", reply_to=world.post("Autre"))
    channel.delete_own(post)
    assert set(poll_all(channel, cursor, [post])[0]) == {other}


def test_hidden_is_told_and_what_a_visitor_put_on_the_page_is_not_hidden(world: World):
    channel, post = world.channel(), world.post("Bonjour")
    comment, visit = world.comment("Pub", reply_to=post), world.comment("Ma question")
    channel.hide(comment)
    assert {c.external_id: c.hidden for c in channel.fetch_comments(None).comments} == {comment: True, visit: None}
    assert channel.sight(visit) is Sight.UNTOLD
    with pytest.raises(Rejected, match="comments"):
        channel.hide(visit)


def test_a_token_that_may_not_see_comments_makes_nobodys_comment_gone(world: World):
    comment = world.comment("J'ai des vertiges", reply_to=world.post("Bonjour"))
    blind = world.channel(token=BLIND_TOKEN)
    for look in (lambda: blind.fetch_comments(None), lambda: blind.look_up([comment]), lambda: blind.sight(comment)):
        with pytest.raises(Rejected, match="pages_read_user_content"):
            look()


@pytest.mark.parametrize(
    "cursor", ["[]", "{", '{"marks": 3}', '{"marks": {"1_2": "x"}, "walks": {}, "counts": {}, "whole": {}}']
)
def test_fetch_refuses_a_cursor_that_is_not_ours(world: World, cursor: str):
    with pytest.raises(Rejected, match="cursor"):
        world.channel().fetch_comments(cursor)


@pytest.mark.parametrize("remote_id", ["../me", "1?fields=x", "", "1_", "é"])
def test_an_id_that_is_none_is_refused_before_anything_is_sent(world: World, remote_id: str):
    with pytest.raises(Rejected, match="not an id"):
        world.channel().hide(remote_id)


def test_ids_as_numbers_are_taken_as_text():
    row = {"id": 12345678901234567890, "created_time": "2026-11-01T10:00:00+0000", "from": {"id": 7}}
    read = comment_of(row, "1_2")
    assert (read.external_id, read.author_id, read.text) == ("12345678901234567890", "7", "")
    assert read.posted_at == datetime(2026, 11, 1, 10, tzinfo=UTC)


# --- what goes wrong ------------------------------------------------------------------------------------------------


def answering(monkeypatch, status: int, body: object, **headers: str) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = httpx.Response(status, content=content, headers=headers, request=httpx.Request("GET", "http://a"))
    monkeypatch.setattr(httpx.Client, "request", lambda *_args, **_more: response)


def told(code: int, **more: object) -> dict:
    return {"error": {"message": "no", "type": "OAuthException", "code": code, **more}}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, told(190, error_subcode=460), AuthExpired),
        (401, b"", AuthExpired),
        (400, told(4), RateLimited),
        (400, told(32), RateLimited),
        (400, told(613), RateLimited),
        (400, told(80001), RateLimited),
        (429, b"slow down", RateLimited),
        (500, told(1), Unavailable),
        (400, told(2), Unavailable),
        (200, told(2), Unavailable),
        (200, b"<html>", Unavailable),
        (200, [1], Unavailable),
        (200, {"data": [1]}, Unavailable),
        (302, b"", Unavailable),
        (400, told(10), Rejected),
        (403, told(200), Rejected),
        (400, told(100), Rejected),
        (400, told(368), Rejected),
        (404, b"<html>", Rejected),
    ],
)
def test_an_error_is_of_its_class(world: World, monkeypatch, status, body, kind):
    channel = world.channel()
    answering(monkeypatch, status, body, location="https://autre.example/vol")
    if kind is RateLimited:
        page = channel.fetch_comments(None)
        assert not page.complete
        assert page.next_allowed_at is not None
        return
    with pytest.raises(kind):
        channel.fetch_comments(None)


def test_the_header_says_for_how_many_minutes(world: World, monkeypatch):
    channel = world.channel()
    usage = {"1": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 7}]}
    answering(monkeypatch, 400, told(80001), **{"x-business-use-case-usage": json.dumps(usage)})
    with pytest.raises(RateLimited) as caught:
        channel.whoami()
    assert (caught.value.retry_at - just_now()).total_seconds() == pytest.approx(420, abs=5)


# --- the connection and the webhook -----------------------------------------------------------------------------------


def test_a_person_lets_us_in_and_the_pages_token_is_fetched_again(world: World):
    secrets: dict = {"client_id": PAGE_TOKEN.client_id, "client_secret": PAGE_TOKEN.client_secret}
    back = "https://covigie.example/retour"
    url = oauth.authorize_url(
        base_url=f"{world.url}/facebook",
        client_id=secrets["client_id"],
        redirect_uri=back,
        state="s1",
        scopes=oauth.FACEBOOK_SCOPES,
    )
    place = consent(url)
    assert (str(place).partition("?")[0], place.params["state"]) == (back, "s1")
    given: dict = {**secrets, "base_url": f"{world.url}/facebook", "network": "facebook", "redirect_uri": back}
    ((account, token),) = oauth.exchange(place.params["code"], **given)
    assert (account, token.access) == (COMPANY, PAGE_TOKEN.access)
    assert world.channel(token=token).whoami() == COMPANY
    with pytest.raises(AuthExpired):
        oauth.exchange(place.params["code"], **given)
    again = oauth.refresh(token, base_url=given["base_url"], account_id=COMPANY.id)
    assert again.access == PAGE_TOKEN.access
    assert again.refresh != token.refresh
    with pytest.raises(AuthExpired, match="no longer"):
        oauth.refresh(token, base_url=given["base_url"], account_id="1")


def test_the_webhooks_handshake_and_signature():
    asked = {"hub.mode": "subscribe", "hub.verify_token": "mot", "hub.challenge": "1158201444"}
    assert webhook.handshake(asked, "mot") == "1158201444"
    for wrong in ({**asked, "hub.verify_token": "autre"}, {**asked, "hub.mode": "x"}, {}):
        with pytest.raises(Rejected):
            webhook.handshake(wrong, "mot")
    with pytest.raises(Rejected):
        webhook.handshake({**asked, "hub.verify_token": ""}, "")
    signed = "sha256=5910e62016ef5034272c926c27071992a465c2335cecf41851bda071577f4f6d"
    assert webhook.is_signed(b'{"a":1}', signed, "s3cret")
    for body, header, secret in (
        (b'{"a":2}', signed, "s3cret"),
        (b'{"a":1}', None, "s3cret"),
        (b'{"a":1}', signed, ""),
    ):
        assert not webhook.is_signed(body, header, secret)
    assert not webhook.is_signed(b'{"a":1}', signed.removeprefix("sha256="), "s3cret")


# What may happen between two polls: (what, which one of those there are).
STEPS = st.lists(
    st.tuples(st.sampled_from(["answer", "below", "delete", "ours", "poll", "visit", "edit"]), st.integers(0, 30)),
    max_size=25,
)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@example(steps=[("visit", 0), ("below", 0), ("delete", 0)], pages=1)
@given(steps=STEPS, pages=st.integers(1, 4))
def test_random_histories_end_with_the_truth(world: World, steps, pages):
    world.http.post("/_sandbox/reset")
    channel, post = world.channel(), world.post("Le message")
    known: dict[str, str] = {}
    there: list[str] = []
    cursor = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facebook_poll, "PAGE", 5)
        patch.setattr(facebook_poll, "MAX_PAGES", pages)
        # Without the overlap only the cursor itself stands between a comment and its loss.
        patch.setattr(meta_cursor, "OVERLAP", timedelta(0))
        for what, which in [*steps, ("poll", 0)]:
            cursor = play(world, channel, post, what, which, there, known, cursor)
        last, _ = poll_all(channel, cursor, [post])
        last |= poll_all(channel, _, [post])[0]
    known |= {one: comment.text for one, comment in last.items()}
    answer = channel.look_up(list(known))
    known |= {c.external_id: c.text for c in answer.comments}
    assert {number_of(one): text for one, text in known.items() if one not in answer.missing} == world.said()


def play(world: World, channel, post, what, which, there, known, cursor):
    """Let one thing happen; a poll may stop half-way, and others write before it goes on."""
    some = there[which % len(there)] if there else None
    if what == "poll":
        page = channel.fetch_comments(cursor, [post])
        known |= {c.external_id: c.text for c in page.comments}
        return page.cursor
    if what == "answer":
        there += (
            sorted(world.comments([f"{what} {n} de {which}" for n in range(which % 9)], reply_to=post))
            if which % 9
            else []
        )
    elif what == "ours":
        channel.reply(post, f"à nous {len(world.items())}", "k")
    elif what == "visit":
        there.append(world.comment(f"visite {which}"))
    elif some and what == "edit":
        world.edit(some, f"corrigé {which}")
    elif some and what == "below":
        world.comment(f"dessous {which}", reply_to=some)
    elif some and what == "delete" and not answered(world, some):
        world.delete(some)
        there.remove(some)
    return cursor


def answered(world: World, one: str) -> bool:
    """On Facebook what stands under something deleted goes with it, and there is nothing to list any more."""
    return any(item["parent_id"] == one and item["shown"] for item in world.items())
