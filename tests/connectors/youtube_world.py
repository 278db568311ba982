"""What tests may do to YouTube: the common world, with a film and a title where a test publishes words alone."""

from dataclasses import replace
from typing import Any

import httpx

from connectors.base import Channel, Media, OutgoingPost, Receipt
from connectors.sandbox import Running
from connectors.sandbox.store import find_item
from connectors.sandbox.youtube import budget
from connectors.sandbox.youtube.ids import number_of
from connectors.sandbox.youtube.network import COMPANY, TOKEN
from connectors.sandbox.youtube.shapes import set_status
from tests import media_samples as samples
from tests.connectors import contract
from tests.connectors.world import World

API = "/youtube/youtube/v3"
CALLS = {
    "publish": ("PUT", "/youtube/upload/"),
    "begin": ("POST", "/youtube/upload/"),
    "reply": ("POST", f"{API}/comments"),
    "hide": ("POST", f"{API}/comments/setModerationStatus"),
    "sight": ("GET", f"{API}/comments"),
    "fetch_comments": ("GET", f"{API}/commentThreads"),
}
FILM = Media("dormir.mp4", "video/mp4", samples.film())
TITLE = "Mieux dormir"
TEXT = contract.TEXT.replace("<3", "♥")
"""What the contract publishes elsewhere: YouTube takes no < in a description."""


class Titled:
    """A channel whose posts have a title when the test gives none: nothing else is changed."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def __getattr__(self, name: str) -> Any:
        return getattr(self.channel, name)

    def publish(self, post: OutgoingPost) -> Receipt:
        return self.channel.publish(replace(post, settings={"title": TITLE, **post.settings}))


class YoutubeWorld(World):
    """YouTube of a running sandbox, from the inside too."""

    running: Running

    def channel(self, **given: Any) -> Any:
        return Titled(super().channel(**given))

    def moderate(self, comment_id: str, status: str) -> None:
        """Let YouTube itself hold a comment back."""
        item = find_item(self.running.sandbox.db, "youtube", number_of(comment_id))
        assert item
        set_status(self.running.sandbox.db, item, status)

    def units(self) -> int:
        """What the project has used of its day."""
        return budget.used(self.running.sandbox.db)


def world_of(running: Running, http: httpx.Client) -> YoutubeWorld:
    http.post("/_sandbox/reset").raise_for_status()
    world = YoutubeWorld("youtube", running.url, COMPANY, TOKEN, http, CALLS, root="/youtube")
    world.media, world.listing, world.running = (FILM,), ("commentThreads.list", 1), running
    return world


def ours(world: YoutubeWorld) -> list:
    return [item for item in world.items() if item["author_id"] == world.account.id]


def post_of(text: str = TEXT, *media: Media, **settings: object) -> OutgoingPost:
    return OutgoingPost(text, "k1", settings=settings, media=media or (FILM,))


def answer_with(monkeypatch, answer: httpx.Response) -> None:
    def send(_client, request, **_more):
        answer.request = request
        return answer

    monkeypatch.setattr(httpx.Client, "send", send)
