"""What YouTube's JSON means: threads, comments, films."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.base import Account, IncomingComment, PublishedMedia, PublishedPost
from errors import Unavailable

FILM_ID = 11
"""Characters of a film's id; a comment's is longer, and an answer's is its thread's, a full stop, and its own."""
HIDDEN = {"published": False, "heldForReview": True, "likelySpam": True, "rejected": True}
LOST = frozenset({"failed", "rejected", "deleted"})
"""States of a film that nobody will see."""


def is_film(remote_id: str) -> bool:
    """Whether an id is a film's."""
    return len(remote_id) == FILM_ID


def thread_of(comment_id: str) -> str:
    """Return the id of the comment at the top of a thread: answers hang under it alone."""
    return comment_id.partition(".")[0]


def address(film: str, comment_id: str = "") -> str:
    """Return the public address of a film, or of a comment under it."""
    return f"https://www.youtube.com/watch?v={film}" + (f"&lc={comment_id}" if comment_id else "")


def items_of(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the resources of an answer; an empty page may have no `items`."""
    found = body.get("items", [])
    if not isinstance(found, list) or not all(isinstance(one, dict) and one.get("id") for one in found):
        raise Unavailable("YouTube answered with a list that cannot be read")
    return found


def time_of(text: Any) -> datetime:
    """Read a time as YouTube writes it."""
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except ValueError as error:
        raise Unavailable(f"YouTube answered with a time that cannot be read: {str(text)[:40]!r}") from error


def changed_at(comment: Mapping[str, Any]) -> datetime:
    """Return when a comment was last written."""
    snippet = comment.get("snippet") or {}
    return time_of(snippet.get("updatedAt") or snippet.get("publishedAt"))


def comments_in(thread: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the comment at the top of a thread and the few answers that come with it, each with its film."""
    snippet = thread.get("snippet") or {}
    top = snippet.get("topLevelComment")
    if not isinstance(top, dict) or not top.get("id"):
        raise Unavailable("YouTube answered with a thread that cannot be read")
    answers = (thread.get("replies") or {}).get("comments") or []
    return [under(one, str(snippet.get("videoId") or "")) for one in (top, *answers)]


def under(comment: Mapping[str, Any], film: str) -> dict[str, Any]:
    """Return a comment with the film that it is about: lists of answers leave it out."""
    snippet = comment.get("snippet") or {}
    return {**comment, "snippet": {**snippet, "videoId": snippet.get("videoId") or film}}


def comment_of(comment: Mapping[str, Any], hidden: bool | None = None) -> IncomingComment:
    """Read one comment; `hidden` stands where YouTube leaves its state out."""
    snippet, comment_id = comment.get("snippet") or {}, str(comment["id"])
    film = str(snippet.get("videoId") or "")
    parent = thread_of(comment_id) if "." in comment_id else film
    return IncomingComment(
        external_id=comment_id,
        text=words_of(snippet),
        author_id=str((snippet.get("authorChannelId") or {}).get("value") or ""),
        author_handle=_handle(snippet),
        posted_at=time_of(snippet.get("publishedAt")),
        parent_id=parent or None,
        conversation_id=film or None,
        permalink=address(film, comment_id),
        edit_ids=(comment_id,),
        raw_json=json.dumps(comment, ensure_ascii=False, sort_keys=True),
        media=("photo",) if snippet.get("imageUrl") else (),
        hidden=HIDDEN.get(str(snippet.get("moderationStatus")), hidden),
    )


def words_of(snippet: Mapping[str, Any]) -> str:
    """Return what was written: the original is told of one's own comments only, the displayed text of all."""
    return str(snippet.get("textOriginal") or snippet.get("textDisplay") or "")


def _handle(snippet: Mapping[str, Any]) -> str:
    """Return the author's handle: the name shown since 2023, else the end of the channel's address."""
    shown, address_ = str(snippet.get("authorDisplayName") or ""), str(snippet.get("authorChannelUrl") or "")
    last = address_.rpartition("/")[2]
    return next((one[1:] for one in (shown, last) if one.startswith("@")), "")


def is_ours(account: Account, comment: IncomingComment) -> bool:
    """Whether the company wrote it: by id, and by handle where the id is another's spelling of the same account."""
    named = bool(account.handle) and comment.author_handle.casefold() == account.handle.casefold()
    return comment.author_id == account.id or named


def film_of(video: Mapping[str, Any]) -> PublishedPost:
    """Read a film of ours: its description is the text."""
    snippet, film = video.get("snippet") or {}, str(video["id"])
    raw = json.dumps(video, ensure_ascii=False, sort_keys=True)
    text, posted_at = str(snippet.get("description") or ""), time_of(snippet.get("publishedAt"))
    return PublishedPost(film, text, address(film), posted_at, raw, (PublishedMedia("video"),), title_of(video))


def title_of(video: Mapping[str, Any]) -> str:
    """Return a film's title."""
    return str((video.get("snippet") or {}).get("title") or "")


def answer_of(comment: Mapping[str, Any]) -> PublishedPost:
    """Read an answer of ours."""
    snippet, comment_id = comment.get("snippet") or {}, str(comment["id"])
    raw = json.dumps(comment, ensure_ascii=False, sort_keys=True)
    posted_at, link = time_of(snippet.get("publishedAt")), address(str(snippet.get("videoId") or ""), comment_id)
    return PublishedPost(comment_id, words_of(snippet), link, posted_at, raw, ())
