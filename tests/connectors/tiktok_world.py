"""TikTok as the tests drive it: every post carries a film, for TikTok takes none without, and a comment has a post."""

from dataclasses import replace
from typing import Any

from connectors.base import Account, Media, OutgoingPost, Receipt, Token
from connectors.sandbox.tiktok import COMPANY, MEDIA, TOKEN
from connectors.tiktok import TikTokChannel
from tests.connectors import media_host
from tests.connectors.world import World

API = "/tiktok/open_api/v1.3/business"
CALLS = {
    "publish": ("POST", f"{API}/video/publish/"),
    "reply": ("POST", f"{API}/comment/reply/create/"),
    "hide": ("POST", f"{API}/comment/hide/"),
    "sight": ("GET", f"{API}/comment/list/"),
    "delete_own": ("POST", f"{API}/comment/delete/"),
    "fetch_comments": ("GET", f"{API}/"),
    "read_back": ("GET", f"{API}/video/list/"),
    "find_own": ("GET", f"{API}/video/list/"),
    "threads": ("GET", f"{API}/comment/reply/list/"),
    "status": ("GET", f"{API}/publish/status/"),
}
FILM = Media("film.mp4", "video/mp4", b"film", url=f"{MEDIA}film.mp4")
PICTURE = Media("image.jpg", "image/jpeg", b"image", url=f"{MEDIA}image.jpg")


class WithFilm(TikTokChannel):
    """A channel that puts a film on what has no file."""

    def publish(self, post: OutgoingPost) -> Receipt:
        return super().publish(post if post.media else replace(post, media=(FILM,)))


class TikTokWorld(World):
    def channel(self, *, timeout: float = 10.0, token: Token | None = None, account: Account | None = None):
        account = account or self.account
        return WithFilm(base_url=self.url, token=token or self.token, account=account, timeout=timeout)

    def comment(self, text: str, reply_to: str | None = None, **more: Any) -> str:
        return super().comment(text, reply_to or self.post("Une vidéo"), **more)

    def items(self) -> list[dict[str, Any]]:
        """As the sandbox tells them, each one's parent by its id as well."""
        found = super().items()
        ids = {item["number"]: item["id"] for item in found}
        parents = [ids.get(item["parent"]) for item in found]
        return [{**item, "parent": parent, "parent_id": parent} for item, parent in zip(found, parents, strict=True)]

    def said(self) -> dict[str, str]:
        """What others said and the public or we can see: nothing under a comment that is gone."""
        by_id = {item["id"]: item for item in self.items()}

        def stands(item) -> bool:
            parent = by_id.get(item["parent"])
            return bool(item["shown"]) and (parent is None or parent["parent"] is None or _top_stands(by_id, parent))

        own = self.account.id
        return {name: i["text"] for name, i in by_id.items() if i["parent"] and i["author_id"] != own and stands(i)}


def _top_stands(by_id, item) -> bool:
    while by_id[item["parent"]]["parent"] is not None:
        item = by_id[item["parent"]]
    return bool(item["shown"])


def tiktok_world(sandbox, http) -> TikTokWorld:
    http.post("/_sandbox/reset").raise_for_status()
    media_host.make_known(http)
    return TikTokWorld("tiktok", f"{sandbox.url}/tiktok", COMPANY, TOKEN, http, CALLS)
