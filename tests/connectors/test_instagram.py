"""Instagram keeps the channels' contract, and what Instagram alone does."""

import json
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.base import Media, OutgoingPost, PublishedMedia, Sight
from connectors.meta import cursor as meta_cursor
from connectors.meta import errors as meta_errors
from connectors.meta import instagram_media, instagram_poll, oauth
from connectors.sandbox.meta.networks import INSTAGRAM_READER, INSTAGRAM_TOKEN
from connectors.sandbox.meta.oauth import INSTAGRAM
from errors import Rejected, Unavailable
from tests import media_samples as samples
from tests.connectors import media_host
from tests.connectors.consenting import consent
from tests.connectors.contract import ChannelContract, number_of, poll_all
from tests.connectors.world import World, just_now

NODES = "/instagram/v25.0/"
CALLS = {
    "publish": ("POST", f"{NODES}{INSTAGRAM.id}/media_publish"),
    "reply": ("POST", NODES),
    "hide": ("POST", NODES),
    "set_comments": ("POST", NODES),
    "sight": ("GET", NODES),
    "fetch_comments": ("GET", f"{NODES}{INSTAGRAM.id}/media"),
    "container": ("POST", f"{NODES}{INSTAGRAM.id}/media"),
    "upload": ("POST", "/instagram/ig-api-upload/"),
    "permalink": ("GET", NODES),
}
FILM = Media("course.mp4", "video/mp4", samples.film())
PICTURE = Media("course.jpg", "image/jpeg", b"", "Des coureurs.", "https://media.labos-helior.example/course.jpg")


@pytest.fixture
def world(sandbox, http) -> World:
    http.post("/_sandbox/reset").raise_for_status()
    media_host.make_known(http)
    known = ("instagram", sandbox.url, INSTAGRAM, INSTAGRAM_TOKEN, http, CALLS)
    return World(*known, root="/instagram", media=(FILM,), listing=("comments", 2))


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    """Meta tells whole minutes; where it tells none, we wait as long as we think fit."""
    monkeypatch.setattr(meta_errors, "OWN_WAIT", timedelta(seconds=2.1))
    monkeypatch.setattr(instagram_media, "PAUSE", 0.01)


class TestInstagram(ChannelContract):
    """Without the overlap: the cursor alone must lose nothing."""

    @pytest.fixture(autouse=True)
    def without_overlap(self, monkeypatch):
        monkeypatch.setattr(meta_cursor, "OVERLAP", timedelta(0))


# --- what Instagram alone does --------------------------------------------------------------------------------------


def gate(world: World, text: str) -> str:
    """Publish a media with a minimum age, elsewhere."""
    answer = world.http.post(
        "/_sandbox/posts", json={"network": "instagram", "text": text, "settings": {"age_gated": True}}
    )
    return str(answer.json()["id"])


def test_media_with_a_minimum_age_is_named_for_a_person_to_look_at_and_stays_named(world: World):
    channel, gated, seen = world.channel(), gate(world, "Pour adultes"), world.post("Pour tous")
    world.comment("J'ai des vertiges", reply_to=gated)
    comment = world.comment("Merci", reply_to=seen)
    page = channel.fetch_comments(None, [gated, seen])
    assert [c.external_id for c in page.comments] == [comment]
    assert page.unseen == (gated,)
    assert channel.fetch_comments(page.cursor, []).unseen == (gated,)
    assert channel.count(gated) == 1
    assert "age_gated_media" in channel.capabilities.blind_to


def test_media_without_any_comment_is_not_unseen(world: World):
    gate(world, "Pour adultes")
    assert world.channel().fetch_comments(None).unseen == ()


def test_a_hidden_comment_takes_no_answer_so_the_answer_comes_first(world: World):
    channel, comment = world.channel(), world.comment("Où ?", reply_to=world.post("Bonjour"))
    channel.hide(comment)
    with pytest.raises(Rejected, match="show it first"):
        channel.reply(comment, "En pharmacie.", "r1")
    channel.unhide(comment)
    answer = channel.reply(comment, "En pharmacie.", "r1")
    channel.hide(comment)
    assert channel.sight(comment) is Sight.HIDDEN
    assert channel.read_back(answer.remote_id).text == "En pharmacie."


def test_a_new_answer_to_an_old_comment_under_old_media_comes_in(world: World):
    channel, old = world.channel(), world.post("Ancien", at=just_now() - timedelta(days=90))
    first = world.comment("Bien", reply_to=old, at=(just_now() - timedelta(days=80)).isoformat())
    world.comments([f"commentaire {n}" for n in range(60)], reply_to=old)
    _, cursor = poll_all(channel, None)
    below = world.comment("Moi j'ai vomi", reply_to=first)
    found, _ = poll_all(channel, cursor)
    assert (found[below].parent_id, found[below].conversation_id) == (first, old)


def test_an_answer_whose_count_a_deletion_hid_comes_in_within_the_hour(world: World, monkeypatch):
    channel, post = world.channel(), world.post("Bonjour")
    before = [(just_now() - timedelta(days=2 - n // 60)).isoformat() for n in range(61)]
    entries = [{"network": "instagram", "text": f"n {n}", "reply_to": post, "at": at} for n, at in enumerate(before)]
    old, *others = world.http.post("/_sandbox/comments", json=[*entries, {**entries[0], "at": None}]).json()["ids"]
    _, cursor = poll_all(channel, None)
    world.delete(others[0])
    below = world.comment("Moi j'ai vomi", reply_to=old)
    found, cursor = poll_all(channel, cursor)
    assert below not in found
    monkeypatch.setattr(instagram_poll, "READ_ANEW", timedelta(0))
    assert below in poll_all(channel, cursor)[0]


def test_more_answers_than_a_page_shows_come_in(world: World):
    comment = world.comment("Et vous ?", reply_to=world.post("Bonjour"))
    answers = world.comments([f"réponse {n}" for n in range(60)], reply_to=comment)
    assert set(poll_all(world.channel(), None)[0]) == {comment, *answers}


def test_an_answer_to_an_answer_is_put_under_the_comment_above_it_and_found(world: World):
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


def test_someone_whom_instagram_does_not_name_is_kept(world: World):
    comment = world.comment("J'ai vomi", handle="brume_sud")
    world.suspend("brume_sud")
    found, _ = poll_all(world.channel(), None)
    assert (found[comment].text, found[comment].author_handle) == ("J'ai vomi", "")


def test_a_limit_that_ends_every_poll_early_still_lets_all_of_it_in(world: World, monkeypatch):
    monkeypatch.setattr("connectors.meta.instagram_poll.MAX_PAGES", 2)
    posts = [world.post(f"message {n}") for n in range(3)]
    written = {one for post in posts for one in world.comments([f"sous {post} {n}" for n in range(60)], reply_to=post)}
    assert set(poll_all(world.channel(), None, posts)[0]) == written


# --- what is published ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("media", "shown"),
    [
        ((FILM,), (PublishedMedia("VIDEO"),)),
        ((PICTURE,), (PublishedMedia("IMAGE", "Des coureurs."),)),
        ((PICTURE, FILM), (PublishedMedia("IMAGE", "Des coureurs."), PublishedMedia("VIDEO"))),
    ],
    ids=["film", "picture", "both"],
)
def test_films_are_brought_and_pictures_fetched(world: World, media, shown):
    channel = world.channel()
    settings = {"paid_partnership": True}
    post = channel.publish(OutgoingPost("La course", "k1", media=media, settings=settings)).remote_id
    found = channel.read_back(post)
    assert (found.text, found.media) == ("La course", shown)
    assert world.published("La course")[0]["settings"]["is_paid_partnership"] is True


@pytest.mark.parametrize(
    ("media", "reason"),
    [
        ((), "1 to 10"),
        ((FILM,) * 11, "1 to 10"),
        ((Media("a.jpg", "image/jpeg", samples.jpeg()),), "public https address"),
        ((Media("a.png", "image/png", samples.png()),), "no image/png"),
        ((Media("f.mp4", "video/mp4", b"not a film"),), "could not use"),
    ],
)
def test_what_instagram_does_not_take_is_rejected_and_nothing_is_published(world: World, media, reason):
    with pytest.raises(Rejected, match=reason):
        world.channel().publish(OutgoingPost("La course", "k1", media=media))
    assert world.items() == []


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("https://10.0.0.7/course.jpg", "private"),
        ("https://127.0.0.1:8501/course.jpg", "private"),
        ("https://localhost/course.jpg", "private"),
        ("https://covigie.local/course.jpg", "private"),
        ("https://ailleurs.example/course.jpg", "not known"),
        ("https://media.labos-helior.example/perdue.jpg", "404"),
        ("https://media.labos-helior.example/image.png", "not one of image/jpeg"),
        ("https://media.labos-helior.example/film.mp4", "not one of image/jpeg"),
    ],
)
def test_a_picture_that_instagram_cannot_fetch_publishes_nothing(world: World, address, why):
    with pytest.raises(Rejected, match=why):
        world.channel().publish(OutgoingPost("La course", "k1", media=(replace(PICTURE, url=address),)))
    assert world.items() == []


def test_a_media_whose_comments_open_again_is_told_at_the_next_reading(world: World):
    channel, post = world.channel(), world.post("Bonjour")
    world.switch(post, enabled=False)
    page = channel.fetch_comments(None, [post])
    assert page.closed == (post,)
    world.switch(post, enabled=True)
    assert channel.fetch_comments(page.cursor, [post]).closed == ()


@pytest.mark.parametrize("step", ["container", "upload"])
@pytest.mark.parametrize("kind", ["status", "lose_answer", "html_200"])
def test_a_film_that_does_not_arrive_publishes_nothing_and_leaves_no_doubt(world: World, step, kind):
    world.break_next(step, kind)
    with pytest.raises(Unavailable):
        world.channel().publish(OutgoingPost("La course", "k1", media=(FILM,)))
    assert world.items() == []


def test_a_film_goes_to_no_other_host(world: World, monkeypatch):
    channel, sent = world.channel(), []
    answer = httpx.Response(
        200, json={"id": "1", "uri": "https://autre.example/vol"}, request=httpx.Request("POST", "http://a")
    )
    monkeypatch.setattr(httpx.Client, "request", lambda *_args, **_more: answer)
    monkeypatch.setattr(httpx.Client, "post", lambda *args, **_more: sent.append(args))
    with pytest.raises(Unavailable, match=r"autre\.example"):
        channel.publish(OutgoingPost("La course", "k1", media=(FILM,)))
    assert sent == []


def test_a_post_that_is_out_stays_out_when_its_address_is_not_told(world: World, monkeypatch):
    channel = world.channel()
    monkeypatch.setattr(instagram_media, "_ready", lambda _graph, container_id, _until: container_id)
    world.break_next("permalink", "status")
    receipt = channel.publish(OutgoingPost("La course", "k1", media=(FILM,)))
    assert receipt.url == f"https://www.instagram.com/{INSTAGRAM.handle}/"
    assert channel.read_back(receipt.remote_id) is not None


def test_a_token_that_may_not_see_comments_makes_nobodys_comment_gone(world: World):
    comment = world.comment("J'ai des vertiges", reply_to=world.post("Bonjour"))
    blind = world.channel(token=INSTAGRAM_READER)
    for look in (lambda: blind.fetch_comments(None), lambda: blind.look_up([comment]), lambda: blind.sight(comment)):
        with pytest.raises(Rejected, match="instagram_manage_comments"):
            look()


def test_the_account_behind_the_page_is_connected_and_its_token_fetched_again(world: World):
    secrets: dict = {"client_id": INSTAGRAM_TOKEN.client_id, "client_secret": INSTAGRAM_TOKEN.client_secret}
    base, back = f"{world.url}/instagram", "https://covigie.example/retour"
    url = oauth.authorize_url(
        base_url=base,
        client_id=secrets["client_id"],
        redirect_uri=back,
        state="s",
        scopes=oauth.INSTAGRAM_SCOPES,
    )
    code = consent(url).params["code"]
    granted = oauth.exchange(code, base_url=base, network="instagram", redirect_uri=back, **secrets)
    ((account, token),) = granted
    assert account == INSTAGRAM
    assert world.channel(token=token).whoami() == INSTAGRAM
    assert oauth.refresh(token, base_url=base, account_id=INSTAGRAM.id).access == token.access


def test_the_cursor_keeps_its_own_counts(world: World):
    post = world.post("Bonjour")
    world.comment("un", reply_to=post)
    state = json.loads(world.channel().fetch_comments(None).cursor)
    assert (state["counts"], state["walks"]) == ({post: 1}, {})


# What may happen between two polls: (what, which one of those there are).
STEPS = st.lists(
    st.tuples(st.sampled_from(["answer", "below", "delete", "ours", "poll"]), st.integers(0, 30)), max_size=25
)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, pages=st.integers(1, 4))
def test_random_histories_end_with_the_truth(world: World, steps, pages):
    world.http.post("/_sandbox/reset")
    channel, post = world.channel(), world.post("Le message")
    known: dict[str, str] = {}
    there: list[str] = []
    cursor = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(instagram_poll, "PAGE", 5)
        patch.setattr(instagram_poll, "MAX_PAGES", pages)
        # Without the overlap only the cursor itself stands between a comment and its loss.
        patch.setattr(meta_cursor, "OVERLAP", timedelta(0))
        for what, which in [*steps, ("poll", 0)]:
            cursor = play(world, channel, post, what, which, there, known, cursor)
        patch.setattr(instagram_poll, "READ_ANEW", timedelta(0))  # an hour later
        last, _ = poll_all(channel, cursor, [post])
        last |= poll_all(channel, _, [post])[0]
    known |= {one: comment.text for one, comment in last.items()}
    answer = channel.look_up(list(known))
    known |= {c.external_id: c.text for c in answer.comments}
    assert {number_of(one): text for one, text in known.items() if one not in answer.missing} == shown(world)


def shown(world: World) -> dict[str, str]:
    """What others said and the public can see: the answers to a comment go with it."""
    gone = {item["number"] for item in world.items() if item["deleted_at"]}
    orphans = {str(item["first_id"]) for item in world.items() if item["parent"] in gone}
    return {one: text for one, text in world.said().items() if one not in orphans}


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
    elif some and what == "below":
        world.comment(f"dessous {which}", reply_to=some)
    elif some and what == "delete":
        world.delete(some)
        there.remove(some)
    return cursor
