"""What is said under one post, as TikTok lays it out: comments, and under each its replies on one level."""

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.people import person_by_id
from connectors.sandbox.store import Item, Person, find_item, items
from connectors.sandbox.tiktok.access import ABSENT, TikTokProblem
from connectors.sandbox.tiktok.people import unique_identifier, user_id

FIRST = 500
"""So many comments come in the order that was asked for; the rest by likes, some of them twice."""
SHOWN_REPLIES = 3


@dataclass(frozen=True, slots=True)
class Talk:
    """A post, its comments, their replies by the comment's number; only what is not deleted."""

    db: sqlite3.Connection
    us: Person
    post: Item
    comments: tuple[Item, ...]
    replies: dict[int, tuple[Item, ...]]

    def find(self, comment_id: str) -> tuple[Item, Item] | None:
        """Return a comment or reply with the comment at the top of its thread (for a comment itself)."""
        for top in self.comments:
            for item in (top, *self.replies[top.number]):
                if item.id == comment_id:
                    return item, top
        return None

    def entry(self, item: Item, top: Item, *, numbers: bool = False) -> dict[str, Any]:
        """Write a comment or reply; in `reply_list` the ids are numbers."""
        author = person_by_id(self.db, "tiktok", item.author_id)
        handle, name = (author.handle, author.name) if author else ("", "")
        kind = int if numbers else str
        shape: dict[str, Any] = {
            "comment_id": kind(item.number),
            "video_id": kind(self.post.number),
            "user_id": user_id(item.author_id),
            "unique_identifier": unique_identifier(item.author_id),
            "username": handle,
            "display_name": name,
            "profile_image": f"https://p16-sign-va.tiktokcdn.example/{handle}.jpeg?x-expires=1",
            "create_time": str(int(item.at.timestamp())),
            "text": item.text,
            "likes": int(item.settings.get("likes", 0)),
            "liked": bool(item.settings.get("liked", False)),
            "owner": item.author_id == self.post.author_id,
            "status": "HIDDEN" if item.hidden else "PUBLIC",
        }
        if item is not top:
            return shape | {"parent_comment_id": top.id}
        return shape | {"pinned": False, "replies": len(self.replies[top.number])}

    def with_replies(self, top: Item) -> dict[str, Any]:
        """Write a comment with the first of its replies."""
        first = ordered(self.replies[top.number], "", "")[:SHOWN_REPLIES]
        return self.entry(top, top) | {"reply_list": [self.entry(one, top, numbers=True) for one in first]}


def talk_under(db: sqlite3.Connection, us: Person, video_id: str) -> Talk:
    """Return what is said under a post of ours; no post of ours: refused."""
    post = find_item(db, "tiktok", video_id)
    if post is None or post.deleted_at or post.parent is not None or post.author_id != us.id:
        raise TikTokProblem(ABSENT, f"video_id: the video {video_id} does not exist")
    every = {item.number: item for item in items(db, "tiktok", "top = ? AND parent IS NOT NULL", (post.number,))}
    alive = {number: item for number, item in every.items() if item.shown}
    tops = tuple(item for item in alive.values() if item.parent == post.number)
    below: dict[int, list[Item]] = {top.number: [] for top in tops}
    for item in alive.values():
        if item.parent != post.number:
            below.get(_thread(every, post, item), []).append(item)
    return Talk(db, us, post, tops, {number: tuple(found) for number, found in below.items()})


def _thread(every: dict[int, Item], post: Item, item: Item) -> int:
    while item.parent is not None and item.parent != post.number:
        item = every[item.parent]
    return item.number


def ordered(found: Sequence[Item], field: str, order: str, counts: dict[int, int] | None = None) -> list[Item]:
    """Put comments in the order asked for; without one in TikTok's own, that nobody can rely on."""

    def likes(item: Item) -> int:
        return int(item.settings.get("likes", 0))

    keys = {"likes": likes, "replies": lambda one: (counts or {}).get(one.number, 0), "create_time": _number}
    if not field or order in ("", "smart"):
        return sorted(found, key=lambda one: hashlib.sha256(one.id.encode()).digest())
    inside = sorted(found, key=lambda one: (keys[field](one), one.number), reverse=order == "desc")
    if len(inside) <= FIRST:
        return inside
    rest = sorted(inside[FIRST:], key=lambda one: (-likes(one), hashlib.sha256(one.id.encode()).digest()))
    return [*inside[:FIRST], inside[FIRST - 1], *rest]


def _number(item: Item) -> int:
    return item.number
