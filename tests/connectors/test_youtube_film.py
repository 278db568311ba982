"""Films on YouTube: checked before they leave, brought in pieces, public only when all of it is there."""

import logging

import httpx
import pytest

from connectors.base import Media, OutgoingPost, PublishedMedia
from connectors.sandbox.youtube import budget
from connectors.youtube import upload
from errors import Rejected, Unavailable
from tests.connectors.world import just_now
from tests.connectors.youtube_world import FILM, TEXT, YoutubeWorld, answer_with, ours, post_of, world_of


@pytest.fixture
def world(sandbox, http) -> YoutubeWorld:
    return world_of(sandbox, http)


# --- what a post is ------------------------------------------------------------------------------------------------


def test_a_film_is_published_with_its_title_and_settings(world: YoutubeWorld):
    post = post_of(title="Mieux dormir", tags=["sommeil"], license="youtube", paid_partnership=True)
    receipt = world.channel().publish(post)
    shown = world.channel().read_back(receipt.remote_id)
    assert shown is not None
    assert (shown.title, shown.text, shown.media) == ("Mieux dormir", TEXT, (PublishedMedia("video"),))
    kept = world.published(TEXT)[0]["settings"]
    assert (kept["tags"], kept["paid"], kept["privacyStatus"]) == (["sommeil"], True, "public")


@pytest.mark.parametrize(
    ("post", "reason"),
    [
        (post_of("moins de <10 mg"), "neither"),
        (post_of(title="a > b"), "neither"),
        (post_of(title=" "), "title"),
        (post_of(title="a" * 101), "title"),
        (post_of(TEXT, Media("a.jpg", "image/jpeg", b"x")), "film"),
        (post_of(TEXT, FILM, FILM), "film"),
        (OutgoingPost(TEXT, "k1"), "film"),
        (post_of(privacyStatus="private"), "nobody sees"),
    ],
    ids=["bracket", "title bracket", "no title", "long title", "picture", "two", "words alone", "private"],
)
def test_what_youtube_does_not_take_is_refused_before_anything_is_sent(world: YoutubeWorld, post, reason):
    with pytest.raises(Rejected, match=reason):
        world.channel().publish(post)
    assert budget.used(world.running.sandbox.db, "uploads") == 0


def test_a_file_that_is_no_film_is_rejected_and_nothing_is_published(world: YoutubeWorld):
    with pytest.raises(Rejected, match="no video"):
        world.channel().publish(post_of(TEXT, Media("x.mp4", "video/mp4", b"not a film")))
    assert ours(world) == []


def test_a_film_that_the_public_cannot_see_is_found_as_ours_and_not_read_back(world: YoutubeWorld):
    """YouTube locks the films of a project that it has not audited: they left, and nobody sees them."""
    start = just_now()
    made = world._call("POST", "posts", text=TEXT, settings={"privacyStatus": "private", "title": "Mieux dormir"})
    assert world.channel().read_back(made["id"]) is None
    assert world.channel().find_own(TEXT, start).remote_id == made["id"]


@pytest.mark.parametrize("fault", ["status", "lose_answer", "html_200"])
def test_a_session_that_does_not_begin_publishes_nothing_and_leaves_no_doubt(world: YoutubeWorld, fault):
    world.break_next("begin", fault)
    with pytest.raises(Unavailable):
        world.channel().publish(post_of())
    assert ours(world) == []


LONG = Media("long.mp4", "video/mp4", FILM.data + bytes(600_000))


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(upload, "PIECE", 256 * 1024)
    monkeypatch.setattr(upload, "PAUSE", 0.0)


@pytest.mark.parametrize(("fault", "times"), [("status", 3), ("lose_answer", 1), ("html_200", 2)])
def test_an_upload_goes_on_where_youtube_says_that_it_stopped(world: YoutubeWorld, small_pieces, fault, times):
    world.break_next("publish", fault, times=times)
    world.channel().publish(post_of(TEXT, LONG))
    (film,) = world.published(TEXT)
    assert world.http.get(f"/public/media/{film['settings']['media_ids'][0]}").content == LONG.data


def test_an_upload_that_never_gets_on_publishes_nothing_and_leaves_no_doubt(world: YoutubeWorld, small_pieces):
    world.break_next("publish", "status", times=50)
    with pytest.raises(Unavailable, match="nothing was published"):
        world.channel().publish(post_of(TEXT, LONG))
    assert ours(world) == []


def test_an_upload_address_on_another_host_is_refused(world: YoutubeWorld, monkeypatch):
    away = {"location": "https://autre.example/upload?upload_id=1"}
    answer_with(monkeypatch, httpx.Response(200, headers=away))
    with pytest.raises(Unavailable, match="another host"):
        world.channel().publish(post_of())


def test_neither_a_token_nor_an_upload_address_is_logged(world: YoutubeWorld, caplog):
    caplog.set_level(logging.DEBUG)
    world.channel().publish(post_of())
    assert "upload_id" not in caplog.text
    assert world.token.access not in caplog.text
