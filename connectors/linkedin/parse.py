"""What LinkedIn's JSON means."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.base import IncomingComment, PublishedMedia, PublishedPost
from connectors.linkedin.little_text import plain
from connectors.linkedin.urn import address, comment_urn
from errors import Unavailable

KINDS = {"IMAGE": "photo", "VIDEO": "video"}


def moment(milliseconds: Any) -> datetime:
    """Return a time that LinkedIn gives as milliseconds since 1970."""
    try:
        return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(milliseconds))
    except (TypeError, ValueError, OverflowError):
        raise Unavailable("LinkedIn gave a time that cannot be read") from None


def urn_of(element: Mapping[str, Any]) -> str:
    """Return the name of a comment: as told, else put together from thread and number (a number may come as one)."""
    told = element.get("commentUrn") or element.get("$URN")
    if not told and not (element.get("object") and element.get("id")):
        raise Unavailable("LinkedIn gave a comment without a name")
    return str(told or comment_urn(str(element["object"]), str(element["id"])))


def author_of(element: Mapping[str, Any]) -> str:
    """Return the name of the member or the organisation that wrote a comment."""
    return str(element.get("actor") or (element.get("created") or {}).get("actor") or "")


def text_of(element: Mapping[str, Any]) -> str:
    """Return the words of a comment, which is plain text."""
    return str((element.get("message") or {}).get("text") or "")


def written_at(element: Mapping[str, Any]) -> datetime:
    """Return when a comment was written; when it was last changed, if that alone is told."""
    told = (element.get("created") or {}).get("time")
    return moment(told if told is not None else (element.get("lastModified") or {}).get("time"))


def changed_at(element: Mapping[str, Any]) -> int:
    """Return when a comment was last changed, in milliseconds since 1970."""
    for stamp in (element.get("lastModified"), element.get("created")):
        if isinstance(stamp, dict) and str(stamp.get("time", "")).isdigit():
            return int(stamp["time"])
    return 0


def answers_of(element: Mapping[str, Any]) -> int | None:
    """Return how many answers stand under a comment; None when LinkedIn does not tell."""
    summary = element.get("commentsSummary") or {}
    told = summary.get("aggregatedTotalComments", summary.get("totalFirstLevelComments"))
    return int(str(told)) if str(told).isdigit() else None


def comment_of(
    element: Mapping[str, Any], *, post: str | None = None, parent: str | None = None, known_as: str | None = None
) -> IncomingComment:
    """Read one comment.

    `post` and `parent` are what it was found under, `known_as` the name it was asked for by: LinkedIn may name a
    thread by the post or by its activity, and an identity must not change with that. It keeps its name through edits.
    """
    urn = known_as or urn_of(element)
    thread = str(element.get("object") or "") or None
    return IncomingComment(
        external_id=urn,
        text=text_of(element),
        author_id=author_of(element),
        author_handle="",
        posted_at=written_at(element),
        parent_id=parent or str(element.get("parentComment") or "") or post or thread,
        conversation_id=post or thread,
        permalink=address(urn),
        edit_ids=(urn,),
        raw_json=json.dumps(element, ensure_ascii=False, sort_keys=True),
        media=tuple(_kind(one) for one in element.get("content") or []),
    )


def _kind(content: Mapping[str, Any]) -> str:
    told = str(content.get("type") or next(iter(content.get("entity") or {}), "media"))
    return KINDS.get(told.upper(), told.lower())


def published_comment(element: Mapping[str, Any], known_as: str | None = None) -> PublishedPost:
    """Read a comment of ours."""
    urn = known_as or urn_of(element)
    raw = json.dumps(element, ensure_ascii=False, sort_keys=True)
    return PublishedPost(urn, text_of(element), address(urn), written_at(element), raw)


def published_post(post: Mapping[str, Any]) -> PublishedPost:
    """Read a post of ours, its little text undone."""
    urn, at = str(post.get("id") or ""), post.get("publishedAt") or post.get("createdAt")
    raw = json.dumps(post, ensure_ascii=False, sort_keys=True)
    text = plain(str(post.get("commentary") or ""))
    return PublishedPost(urn, text, address(urn), moment(at) if at else None, raw, _media(post.get("content") or {}))


def _media(content: Mapping[str, Any]) -> tuple[PublishedMedia, ...]:
    """Return what hangs on a post: one picture or film, or several pictures."""
    several = (content.get("multiImage") or {}).get("images") or []
    shown = [content["media"]] if content.get("media") else several
    return tuple(_file(one) for one in shown)


def _file(one: Mapping[str, Any]) -> PublishedMedia:
    kind = "video" if ":video:" in str(one.get("id")) else "image"
    told = one.get("altText") if kind == "image" else None
    return PublishedMedia(kind, str(told) if told is not None else None)
