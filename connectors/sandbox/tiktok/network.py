"""TikTok among the sandbox's networks: ids stay through everything, nothing is edited, nobody mentions us elsewhere."""

import sqlite3
from typing import Any

from connectors.base import Token
from connectors.sandbox.network import SandboxNetwork, read_number
from connectors.sandbox.store import Item
from connectors.sandbox.switching import Switch
from connectors.sandbox.tiktok import comments, oauth, posts, push
from connectors.sandbox.tiktok.people import APP_ID, APP_SECRET, COMPANY, MEDIA

REFRESH = "sandbox-tiktok-refresh-token"
TOKEN = Token(access="sandbox-tiktok-user-token", client_id=APP_ID, client_secret=APP_SECRET, refresh=REFRESH)
READER = Token(access="sandbox-tiktok-reader-token", client_id=APP_ID, client_secret=APP_SECRET)
"""A token whose owner consented to reading posts and comments alone."""

__all__ = ["APP_ID", "APP_SECRET", "COMPANY", "MEDIA", "READER", "TIKTOK", "TOKEN"]


def id_of(item: Item) -> str:
    """Return a post's id, or a comment's beside its post's: TikTok's calls always want both."""
    return str(item.first_id) if item.parent is None else f"{item.top}_{item.first_id}"


def number_of(item_id: str) -> int | None:
    """Return the number in such an id."""
    return read_number(item_id.rpartition("_")[2])


def link(handle: str, item: Item) -> str:
    """Return the address of a post."""
    return f"https://www.tiktok.com/@{handle}/video/{item.top}"


def files(_db: sqlite3.Connection, item: Item) -> list[dict[str, Any]]:
    """Return what hangs on an item: only its kind is known, the file stays where TikTok would fetch it."""
    return [{"type": kind} for kind in item.media]


TIKTOK = SandboxNetwork(
    name="tiktok",
    label="TikTok",
    root="/tiktok",
    routes=[*comments.ROUTES, *posts.ROUTES, *oauth.ROUTES, *push.ROUTES, *oauth.OTHERWISE],
    company=COMPANY,
    tokens=(
        ("user", TOKEN, COMPANY.id),
        ("user:comment.list,video.list", READER, COMPANY.id),
        ("refresh", Token(access=REFRESH, client_id=APP_ID, client_secret=APP_SECRET), COMPANY.id),
    ),
    link=link,
    switch=Switch("disable_comment", opened=False, closed=True),
    id_of=id_of,
    number_of=number_of,
    files=files,
    edits=False,
)
