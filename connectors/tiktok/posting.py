"""Publishing on TikTok: it fetches a film or pictures from an address, works on them, and shows the post later.

The account's API takes no bytes and no words alone: `video_url` and `photo_images` must be public addresses under a
domain or prefix that the company has proved to be its own (portal docs of video/publish and photo/publish, 2026-11).
Bytes (`FILE_UPLOAD`) are a matter of the Content Posting API (open.tiktokapis.com), which has other tokens, knows no
comments, and is not ours.
"""

import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from connectors.base import Account, Media, OutgoingPost, PublishedPost, Receipt
from connectors.tiktok.parse import VIDEO_FIELDS, address, entries_in, is_post, made_at, post_of
from connectors.tiktok.text import same_words, utf16_units
from connectors.tiktok.wire import Answer, read, write
from errors import ConnectorError, DeliveryUnknown, Rejected, Unavailable

LONGEST = 2200
MOST_PICTURES = 35
FILM_SETTINGS = frozenset(
    {
        "disable_comment",
        "disable_duet",
        "disable_stitch",
        "is_ai_generated",
        "is_brand_organic",
        "is_branded_content",
        "thumbnail_offset",
    }
)
PICTURE_SETTINGS = frozenset({"disable_comment", "is_brand_organic", "is_branded_content"})
FETCHING = frozenset({"internal", "video_pull_failed", "photo_pull_failed"})
"""Reasons of a failure that another try may not meet."""
PATIENCE = 45.0
"""Seconds for TikTok's work on a post: far below the lease of the effect that publishes it."""
PAUSE = 2.0
SETTLING = timedelta(minutes=15)
"""How long after a publication was asked for its absence proves nothing: TikTok fetches, checks and then shows it."""
SKEW = timedelta(minutes=1)
PAGES, PAGE = 25, 20
Entry = dict[str, Any]


def publish(client: httpx.Client, account: Account, post: OutgoingPost) -> Receipt:
    """Hand a post over and wait until TikTok shows it; still at work when patience ends: `DeliveryUnknown`."""
    path, body = request_of(account.id, post)
    task = str(write(client, path, body).data.get("share_id") or "")
    if not task:
        raise DeliveryUnknown("TikTok took the post and gave no id of its task")
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        done = _look(client, account, task)
        post_ids = done.data.get("post_ids")
        if isinstance(post_ids, list) and post_ids:
            post_id, kind = str(post_ids[0]), "video" if "video_url" in body else "photo"
            return Receipt(post_id, address(account.handle, post_id, kind=kind), done.at, done.raw)
        time.sleep(PAUSE)
    raise DeliveryUnknown(f"TikTok is still at work on the post (task {task})")


def _look(client: httpx.Client, account: Account, task: str) -> Answer:
    """Read how far a task is; a task that failed published nothing, one that cannot be read may have."""
    try:
        answer = read(client, "business/publish/status/", {"business_id": account.id, "publish_id": task})
    except ConnectorError as error:
        raise DeliveryUnknown(f"TikTok took the post and did not say how far it is: {error.reason}") from error
    if answer.data.get("status") == "FAILED":
        reason = str(answer.data.get("reason") or "no reason given")
        said = f"TikTok could not publish the post: {reason[:200]}"
        raise Unavailable(said) if reason in FETCHING else Rejected(said)
    return answer


def request_of(business_id: str, post: OutgoingPost) -> tuple[str, dict[str, Any]]:
    """Return the path and body of a publication, or refuse it before anything is sent."""
    films = [one for one in post.media if one.mime.startswith("video/")]
    known = FILM_SETTINGS if films else PICTURE_SETTINGS
    unknown = sorted(set(post.settings) - known)
    if unknown:
        raise Rejected(f"TikTok knows no setting {', '.join(unknown)} for this kind of post")
    if not post.text.strip() or utf16_units(post.text) > LONGEST:
        raise Rejected(f"a caption has 1 to {LONGEST} UTF-16 units, this one has {utf16_units(post.text.strip())}")
    addresses = [_address_of(one) for one in post.media]
    info = {"caption": post.text, "is_brand_organic": False, "is_branded_content": False, **post.settings}
    if films:
        return "business/video/publish/", _film(business_id, post, addresses, info)
    return "business/photo/publish/", _pictures(business_id, addresses, info)


def _address_of(media: Media) -> str:
    if not media.url.startswith("https://"):
        raise Rejected(
            f"TikTok fetches films and pictures itself: {media.name} has no public https address under a domain that "
            "the company has verified with TikTok"
        )
    return media.url


def _film(business_id: str, post: OutgoingPost, addresses: list[str], info: Mapping[str, Any]) -> dict[str, Any]:
    if len(post.media) > 1:
        raise Rejected("a post on TikTok is one film, or pictures")
    return {"business_id": business_id, "video_url": addresses[0], "post_info": dict(info)}


def _pictures(business_id: str, addresses: list[str], info: Mapping[str, Any]) -> dict[str, Any]:
    if not 1 <= len(addresses) <= MOST_PICTURES:
        raise Rejected(f"TikTok publishes a film or 1 to {MOST_PICTURES} pictures, never words alone")
    shown = {"privacy_level": "PUBLIC_TO_EVERYONE", **info}
    return {"business_id": business_id, "photo_images": addresses, "photo_cover_index": 0, "post_info": shown}


def shown_post(client: httpx.Client, account: Account, post_id: str) -> PublishedPost | None:
    """Return a post of ours, None when TikTok does not list it (any more)."""
    if not is_post(post_id):
        return None
    asked = {"business_id": account.id, "fields": VIDEO_FIELDS, "filters": {"video_ids": [post_id]}}
    found = entries_in(read(client, "business/video/list/", asked).data, "videos", "item_id")
    return next((post_of(one, account.handle) for one in found if str(one["item_id"]) == post_id), None)


def find_post(client: httpx.Client, account: Account, text: str, since: datetime) -> PublishedPost | None:
    """Look for a caption among our posts, newest first; while TikTok may still be at work, nobody knows."""
    now = since
    for young, answer in recent_posts(client, account, since - SKEW):
        now = answer.at
        for one in young:
            if same_words(text, str(one.get("caption") or "")):
                return post_of(one, account.handle)
    _check_settled(now, since)
    return None


def recent_posts(client: httpx.Client, account: Account, start: datetime) -> Iterator[tuple[list[Entry], Answer]]:
    """Yield our posts from a moment on, newest first, page by page with TikTok's answer; one page at least."""
    asked: dict[str, Any] = {"business_id": account.id, "fields": VIDEO_FIELDS, "max_count": PAGE}
    for _ in range(PAGES):
        answer = read(client, "business/video/list/", asked)
        entries = entries_in(answer.data, "videos", "item_id")
        young = [one for one in entries if made_at(one) >= start]
        yield young, answer
        if len(young) < len(entries) or not answer.data.get("has_more"):
            return
        asked["cursor"] = answer.data.get("cursor")
    raise Unavailable("our own posts have more pages than are read: the post may be further down")


def _check_settled(now: datetime, since: datetime) -> None:
    if now - since < SETTLING:
        raise Unavailable("TikTok does not show the post yet, and may still be at work on it: look again later")
