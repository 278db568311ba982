"""Pictures and films on X: brought before the post, described, read back; nothing is public until all of it is there."""

import pytest

from connectors import x_media
from connectors.base import Media, OutgoingPost, PublishedMedia
from connectors.sandbox import OAUTH1
from errors import RateLimited, Rejected, Unavailable
from tests import media_samples as samples
from tests.connectors.world import World, just_now

TEXT = "Notre course : https://labos-helior.example/course?a=1&b=2"
ALT = "Des coureurs sous la pluie."
PICTURE = Media("course.jpg", "image/jpeg", samples.jpeg(), ALT)
FILM = Media("course.mp4", "video/mp4", samples.film(), "Douze secondes de course.")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(x_media.time, "sleep", lambda _seconds: None)


def ours(world: World) -> list:
    return [item for item in world.items() if item["author_id"] == world.account.id]


@pytest.mark.parametrize("token", [None, OAUTH1], ids=["bearer", "oauth1"])
def test_pictures_are_shown_in_their_order_with_their_descriptions(world: World, monkeypatch, token):
    monkeypatch.setattr(x_media, "PIECE", 200)  # several pieces a picture
    channel = world.channel(token=token)
    other = Media("autre.png", "image/png", samples.png(), "Un calendrier.")
    shown = channel.read_back(channel.publish(OutgoingPost(TEXT, "k1", media=(PICTURE, other))).remote_id)
    assert shown is not None
    assert shown.media == (PublishedMedia("photo", ALT), PublishedMedia("photo", "Un calendrier."))
    assert shown.text == TEXT
    assert channel.same_text(TEXT, shown)
    upload = ours(world)[0]["settings"]["media_ids"][1]
    assert world.http.get(f"/public/media/{upload}").content == samples.png()


def test_a_film_is_waited_for_and_has_no_description_on_x(world: World):
    channel = world.channel()
    shown = channel.read_back(channel.publish(OutgoingPost(TEXT, "k1", media=(FILM,))).remote_id)
    assert shown.media == (PublishedMedia("video", None),)


def test_a_picture_alone_is_a_post(world: World):
    channel = world.channel()
    shown = channel.read_back(channel.publish(OutgoingPost("", "k1", media=(PICTURE,))).remote_id)
    assert shown is not None
    assert shown.media is not None
    assert (shown.text, len(shown.media)) == ("", 1)


def test_a_post_without_pictures_shows_none(world: World):
    channel = world.channel()
    assert channel.read_back(channel.publish(OutgoingPost(TEXT, "k1")).remote_id).media == ()


def test_a_lost_post_with_a_picture_is_found_by_its_words(world: World):
    channel, start = world.channel(), just_now()
    channel.publish(OutgoingPost(TEXT, "k1", media=(PICTURE,)))
    found = channel.find_own(TEXT, start)
    assert found is not None
    assert found.media == (PublishedMedia("photo", ALT),)


@pytest.mark.parametrize(
    ("path", "kind", "error"),
    [
        ("/2/media/upload/initialize", "status", Unavailable),
        ("/2/media/upload/initialize", "lose_answer", Unavailable),
        ("/2/media/metadata", "status", Unavailable),
        ("/2/media/metadata", "html_200", Unavailable),
        ("/2/media/upload/initialize", "rate_limit", RateLimited),
    ],
)
def test_a_file_that_does_not_arrive_publishes_nothing_and_leaves_no_doubt(world: World, path, kind, error):
    world.calls = {**world.calls, "upload": ("POST", path)}
    world.break_next("upload", kind)
    with pytest.raises(error):
        world.channel().publish(OutgoingPost(TEXT, "k1", media=(PICTURE,)))
    assert ours(world) == []


def test_a_film_that_takes_too_long_publishes_nothing(world: World, monkeypatch):
    monkeypatch.setattr(x_media, "PATIENCE", -1.0)
    with pytest.raises(Unavailable, match="longer"):
        world.channel().publish(OutgoingPost(TEXT, "k1", media=(FILM,)))
    assert ours(world) == []


@pytest.mark.parametrize(
    "media",
    [
        (PICTURE,) * 5,
        (PICTURE, FILM),
        (Media("x.jpg", "image/jpeg", b"not a picture", ALT),),
        (Media("x.svg", "image/svg+xml", b"<svg/>", ALT),),
        (Media("x.jpg", "image/jpeg", samples.jpeg(), "a" * 1001),),
    ],
    ids=["five", "mixed", "no picture", "svg", "long description"],
)
def test_what_x_does_not_take_is_rejected_and_nothing_is_published(world: World, media):
    with pytest.raises(Rejected):
        world.channel().publish(OutgoingPost(TEXT, "k1", media=media))
    assert ours(world) == []
