"""What the Graph API's JSON about a page, its posts and their comments means."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.base import IncomingComment, PublishedMedia, PublishedPost
from errors import Unavailable

COMMENT_FIELDS = "id,message,from{id,name},created_time,parent{id},is_hidden,permalink_url,attachment"
POST_FIELDS = "id,message,from{id,name},created_time,permalink_url,attachments{media_type,target,subattachments}"


def moment_of(row: Mapping[str, Any]) -> datetime:
    """Return when a post or comment was made, aware UTC."""
    try:
        return datetime.fromisoformat(str(row["created_time"])).astimezone(UTC)
    except (KeyError, ValueError) as error:
        raise Unavailable("Facebook did not say when a comment was made") from error


def author_of(row: Mapping[str, Any]) -> str:
    """Return the author's id, empty where Facebook names none."""
    return str((row.get("from") or {}).get("id") or "")


def comment_of(row: Mapping[str, Any], top: str | None) -> IncomingComment:
    """Read a comment under the post `top`, or what another put on our page (None). `raw_json` is it as received.

    Names are not unique on Facebook, so no handle is told. An author that Facebook does not name is taken for nobody
    else: each such comment has an author of its own.
    """
    parent = (row.get("parent") or {}).get("id") or top
    hidden = row.get("is_hidden")
    external_id = str(row["id"])
    return IncomingComment(
        external_id=external_id,
        text=str(row.get("message") or ""),
        author_id=author_of(row) or f"unnamed:{external_id}",
        author_handle="",
        posted_at=moment_of(row),
        parent_id=str(parent) if parent else None,
        conversation_id=top,
        permalink=str(row.get("permalink_url") or address(external_id)),
        edit_ids=(external_id,),
        raw_json=json.dumps(dict(row), ensure_ascii=False, sort_keys=True),
        media=tuple(one.kind for one in files_of(row)),
        hidden=hidden if isinstance(hidden, bool) else None,
    )


def published_of(row: Mapping[str, Any]) -> PublishedPost:
    """Read a post or an answer of ours."""
    post_id, raw = str(row["id"]), json.dumps(dict(row), ensure_ascii=False, sort_keys=True)
    link = str(row.get("permalink_url") or address(post_id))
    return PublishedPost(post_id, str(row.get("message") or ""), link, moment_of(row), raw, tuple(files_of(row)))


def attachments_of(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what hangs on a post or comment, an album taken apart; a link's preview is no file."""
    listed = (row.get("attachments") or {}).get("data") or [row.get("attachment")]
    for one in filter(None, listed):
        parts = (one.get("subattachments") or {}).get("data") or [one]
        yield from (part for part in parts if kind_of(part) not in {"share", "link", "external"})


def kind_of(attachment: Mapping[str, Any]) -> str:
    """Return the kind of an attachment in Facebook's word."""
    return str(attachment.get("media_type") or attachment.get("type") or "media")


def files_of(row: Mapping[str, Any]) -> Iterator[PublishedMedia]:
    """Yield the pictures and films of a post or comment, their descriptions not told."""
    return (PublishedMedia(kind_of(one)) for one in attachments_of(row))


def address(object_id: str) -> str:
    """Return the public address of a post or comment."""
    return f"https://www.facebook.com/{object_id}"
