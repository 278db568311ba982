"""What the Graph API's JSON about Instagram media and their comments means."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.base import Account, IncomingComment, PublishedMedia, PublishedPost
from errors import Unavailable

_COMMENT = "id,text,timestamp,username,from{id,username},hidden,parent_id,media{id,permalink}"
COMMENT_FIELDS = _COMMENT
THREAD_FIELDS = f"{_COMMENT},replies{{{_COMMENT}}}"
MEDIA_FIELDS = "id,caption,timestamp,permalink,is_comment_enabled,media_type,alt_text,children{id,media_type,alt_text}"
LISTED_FIELDS = "id,timestamp,comments_count,is_comment_enabled"


def moment_of(row: Mapping[str, Any]) -> datetime:
    """Return when a post or comment was made, aware UTC."""
    try:
        return datetime.fromisoformat(str(row["timestamp"])).astimezone(UTC)
    except (KeyError, ValueError) as error:
        raise Unavailable("Instagram did not say when a comment was made") from error


def comment_of(row: Mapping[str, Any], top: str | None = None) -> IncomingComment:
    """Read one comment under the media `top`, or under the one that it names. `raw_json` is it as received.

    An author that Instagram does not name is taken for nobody else: each such comment has an author of its own.
    """
    external_id, media, author = str(row["id"]), row.get("media") or {}, row.get("from") or {}
    conversation = top or (str(media["id"]) if media.get("id") else None)
    hidden = row.get("hidden")
    return IncomingComment(
        external_id=external_id,
        text=str(row.get("text") or ""),
        author_id=str(author.get("id") or f"unnamed:{external_id}"),
        author_handle=handle_of(row),
        posted_at=moment_of(row),
        parent_id=str(row["parent_id"]) if row.get("parent_id") else conversation,
        conversation_id=conversation,
        permalink=address(str(media.get("permalink") or ""), external_id),
        edit_ids=(external_id,),
        raw_json=json.dumps(
            {name: one for name, one in row.items() if name != "replies"}, ensure_ascii=False, sort_keys=True
        ),
        hidden=hidden if isinstance(hidden, bool) else None,
    )


def handle_of(row: Mapping[str, Any]) -> str:
    """Return the author's name, which is theirs alone, without @; empty where Instagram names none."""
    return str(row.get("username") or (row.get("from") or {}).get("username") or "")


def is_ours(account: Account, row: Mapping[str, Any]) -> bool:
    """Whether the account itself wrote it: by id, and by name where the id is another's spelling of the account."""
    author = str((row.get("from") or {}).get("id") or "")
    return author == account.id or handle_of(row).casefold() == account.handle.casefold()


def published_of(row: Mapping[str, Any]) -> PublishedPost:
    """Read a post of ours (with a caption) or an answer of ours (with a text)."""
    raw = json.dumps(dict(row), ensure_ascii=False, sort_keys=True)
    if "text" in row:
        link = address(str((row.get("media") or {}).get("permalink") or ""), str(row["id"]))
        return PublishedPost(str(row["id"]), str(row["text"] or ""), link, moment_of(row), raw, ())
    shown = (row.get("children") or {}).get("data") or [row]
    media, enabled = tuple(_media(one) for one in shown), row.get("is_comment_enabled")
    return PublishedPost(
        str(row["id"]),
        str(row.get("caption") or ""),
        str(row.get("permalink") or ""),
        moment_of(row),
        raw,
        media,
        comments_open=enabled if isinstance(enabled, bool) else None,
    )


def _media(one: Mapping[str, Any]) -> PublishedMedia:
    """Read one file; Instagram leaves out an empty description, and a film has none."""
    kind = str(one.get("media_type", "media"))
    return PublishedMedia(kind, str(one.get("alt_text") or "") if kind == "IMAGE" else None)


def address(permalink: str, comment_id: str) -> str:
    """Return the public address of a comment, empty where that of its post is not known."""
    return f"{permalink.rstrip('/')}/c/{comment_id}/" if permalink else ""
