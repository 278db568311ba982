"""What TikTok's JSON means, and how its comments are named here.

Every call about a comment wants the post's id beside the comment's, so that the two together, `POST_COMMENT`, are a
comment's id with us; a post's id is TikTok's own. Ids come as text or as numbers, times as text of unix seconds.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.base import IncomingComment, PublishedMedia, PublishedPost, Sight
from errors import Unavailable

BOTH = re.compile(r"([0-9]{1,20})_([0-9]{1,20})")
VOLATILE = frozenset({"likes", "replies", "liked", "pinned", "profile_image", "reply_list"})
"""What changes from one look to the next without a word being changed; kept out of what is stored of a comment."""
VIDEO_FIELDS = ["item_id", "caption", "create_time", "share_url", "media_type"]


def comment_key(video_id: Any, comment_id: Any) -> str:
    """Return a comment's id with us."""
    return f"{video_id}_{comment_id}"


def parts_of(key: str) -> tuple[str, str] | None:
    """Return the post's and the comment's id on TikTok; None when it is no comment's id."""
    found = BOTH.fullmatch(key)
    return (found[1], found[2]) if found else None


def is_post(key: str) -> bool:
    """Whether an id is that of a post."""
    return key.isascii() and key.isdigit()


def address(handle: str, video_id: str, comment_id: str = "", kind: str = "video") -> str:
    """Return the public address of a post. TikTok documents none of a comment: the post's, with our id behind."""
    post = f"https://www.tiktok.com/@{handle}/{kind}/{video_id}"
    return f"{post}#{comment_key(video_id, comment_id)}" if comment_id else post


def entries_in(data: Mapping[str, Any], name: str, key: str) -> list[dict[str, Any]]:
    """Return the list of an answer; a missing one is empty, one that cannot be read is `Unavailable`."""
    found = data.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) and one.get(key) for one in found):
        raise Unavailable(f"TikTok answered with a list of {name} that cannot be read")
    return found


def number_in(data: Mapping[str, Any], name: str) -> int:
    """Return a whole number of an answer, 0 without one; what is none is `Unavailable`."""
    try:
        return int(data.get(name) or 0)
    except (ValueError, TypeError):
        raise Unavailable(f"TikTok answered with a {name} that cannot be read") from None


def ids_of(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Return the post's and the comment's id of a comment."""
    if not entry.get("video_id") or not entry.get("comment_id"):
        raise Unavailable("TikTok answered with a comment that names no post or has no id")
    return str(entry["video_id"]), str(entry["comment_id"])


def made_at(entry: Mapping[str, Any]) -> datetime:
    """Return when something was written."""
    try:
        return datetime.fromtimestamp(int(entry["create_time"]), UTC)
    except (KeyError, ValueError, TypeError, OverflowError, OSError):
        raise Unavailable("TikTok did not say when something was written") from None


def is_ours(entry: Mapping[str, Any], handle: str) -> bool:
    """Whether the account itself wrote it: by TikTok's own word, and by its handle."""
    named = str(entry.get("username") or "").casefold()
    return entry.get("owner") is True or (bool(named) and named == handle.casefold())


def sight_of(entry: Mapping[str, Any]) -> Sight:
    """Return what the public sees of a comment that TikTok lists."""
    return {"PUBLIC": Sight.SHOWN, "HIDDEN": Sight.HIDDEN}.get(str(entry.get("status")), Sight.UNTOLD)


def comment_of(entry: Mapping[str, Any], handle: str) -> IncomingComment:
    """Read one comment or reply under a post of `handle`; `raw_json` is the entry without what is volatile in it."""
    video, comment = ids_of(entry)
    parent = entry.get("parent_comment_id")
    raw = {name: value for name, value in entry.items() if name not in VOLATILE}
    raw |= {name: str(raw[name]) for name in ("video_id", "comment_id", "parent_comment_id") if raw.get(name)}
    sight = sight_of(entry)
    return IncomingComment(
        external_id=comment_key(video, comment),
        text=str(entry.get("text") or ""),
        author_id=str(entry.get("unique_identifier") or entry.get("user_id") or ""),
        author_handle=str(entry.get("username") or ""),
        posted_at=made_at(entry),
        parent_id=comment_key(video, parent) if parent else video,
        conversation_id=video,
        permalink=address(handle, video, comment),
        edit_ids=(comment_key(video, comment),),
        raw_json=json.dumps(raw, ensure_ascii=False, sort_keys=True),
        media=("image",) if entry.get("image_url") else (),
        hidden=None if sight is Sight.UNTOLD else sight is Sight.HIDDEN,
    )


def reply_of(entry: Mapping[str, Any], handle: str) -> PublishedPost:
    """Read a comment or reply of ours."""
    video, comment = ids_of(entry)
    raw = json.dumps(dict(entry), ensure_ascii=False, sort_keys=True)
    url, text = address(handle, video, comment), str(entry.get("text") or "")
    return PublishedPost(comment_key(video, comment), text, url, made_at(entry), raw)


def post_of(entry: Mapping[str, Any], handle: str) -> PublishedPost:
    """Read a post of ours; of pictures TikTok does not tell how many there are."""
    post_id, is_film = str(entry["item_id"]), entry.get("media_type") == "VIDEO"
    raw = json.dumps(dict(entry), ensure_ascii=False, sort_keys=True)
    url = address(handle, post_id, kind="video" if is_film else "photo")
    media = (PublishedMedia("video"),) if is_film else None
    return PublishedPost(post_id, str(entry.get("caption") or ""), url, made_at(entry), raw, media)
