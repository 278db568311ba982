"""Reading single comments, and what we answer: TikTok finds a comment only beside its post's id."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import httpx

from connectors.base import Account, PublishedPost
from connectors.tiktok.parse import comment_key, entries_in, ids_of, is_ours, made_at, number_in, parts_of, reply_of
from connectors.tiktok.text import same_words
from connectors.tiktok.wire import read
from errors import Rejected, Unavailable

AT_ONCE = 30
PAGES, PAGE = 20, 30


def listed(client: httpx.Client, account: Account, video: str) -> bool:
    """Whether TikTok still lists a post of ours."""
    asked = {"business_id": account.id, "fields": ["item_id"], "filters": {"video_ids": [video]}}
    return bool(entries_in(read(client, "business/video/list/", asked).data, "videos", "item_id"))


def by_id(client: httpx.Client, account: Account, video: str, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return the comments and replies of a post that TikTok still shows, hidden ones too; none under a post gone."""
    found: list[dict[str, Any]] = []
    for start in range(0, len(ids), AT_ONCE):
        part = list(ids[start : start + AT_ONCE])
        asked = {"business_id": account.id, "video_id": video, "comment_ids": part, "max_count": AT_ONCE}
        try:
            found += entries_in(read(client, "business/comment/list/", asked).data, "comments", "comment_id")
        except Rejected:
            if listed(client, account, video):
                raise
            return []
    return [one for one in found if str(one["comment_id"]) in ids]


def one(client: httpx.Client, account: Account, key: str) -> dict[str, Any] | None:
    """Return a comment or reply by our id, None when TikTok shows it no longer."""
    both = parts_of(key)
    found = by_id(client, account, both[0], [both[1]]) if both else []
    return found[0] if found else None


def thread_of(entry: dict[str, Any]) -> str:
    """Return the comment at the top of a thread, on TikTok's own id: replies stand one level under it."""
    return str(entry.get("parent_comment_id") or entry["comment_id"])


def find_reply(
    client: httpx.Client, account: Account, answered: str, text: str, since: datetime
) -> PublishedPost | None:
    """Look for words of ours under a post or in the thread of a comment, written at or after `since`.

    `Unavailable` where nobody can tell: TikTok does not list the replies to a hidden comment.
    """
    both = parts_of(answered)
    asked: dict[str, Any] = {"video_id": both[0] if both else answered}
    path = "business/comment/list/"
    if both:
        target = one(client, account, answered)
        if target is None:
            return None
        top = target if not target.get("parent_comment_id") else one(client, account, _top_key(target))
        if top is None or (top.get("status") == "HIDDEN" and not number_in(top, "replies")):
            return None
        if top.get("status") == "HIDDEN":
            raise Unavailable("TikTok does not list the replies to a hidden comment: look at the post itself")
        path, asked["comment_id"] = "business/comment/reply/list/", thread_of(target)
    for entry in _newest_first(client, account, path, asked, since):
        if is_ours(entry, account.handle) and same_words(text, str(entry.get("text") or "")):
            return reply_of(entry, account.handle)
    return None


def _top_key(reply: dict[str, Any]) -> str:
    return comment_key(ids_of(reply)[0], reply["parent_comment_id"])


def _newest_first(
    client: httpx.Client, account: Account, path: str, asked: dict[str, Any], since: datetime
) -> Iterator[dict[str, Any]]:
    order = {"status": "ALL", "sort_field": "create_time", "sort_order": "desc", "max_count": PAGE, "cursor": 0}
    asked = {"business_id": account.id, **order, **asked}
    for _ in range(PAGES):
        data = read(client, path, asked).data
        entries = entries_in(data, "comments", "comment_id")
        young = [entry for entry in entries if made_at(entry) >= since]
        yield from young
        if len(young) < len(entries) or not data.get("has_more"):
            return
        asked["cursor"] = data.get("cursor")
    raise Unavailable("more was said since than is read: our words may be further down")
