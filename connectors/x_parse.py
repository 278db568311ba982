"""What X's JSON means: both spellings (`tweet` and `post`), long posts, escapes, links, edits.

X is renaming: `referenced_tweets` becomes `referenced_posts`, `edit_history_tweet_ids` becomes `edit_history_post_ids`
(OpenAPI 2.167). Whatever comes is read.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.base import IncomingComment, PublishedMedia, PublishedPost
from connectors.x_text import unescape
from errors import Unavailable

EPOCH_MS = 1_288_834_974_657
TWEET_FIELDS = (
    "author_id,created_at,conversation_id,display_text_range,entities,note_tweet,attachments,"
    "referenced_tweets,edit_history_tweet_ids"
)
EVERYONE = "everyone"
ASKED = {
    "tweet_fields": TWEET_FIELDS,
    "expansions": "author_id,attachments.media_keys",
    "user_fields": "username",
    "media_fields": "alt_text,type",
}


def moment_of(snowflake: str) -> datetime:
    """Return when an id was made: its upper bits are milliseconds since X's epoch."""
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=(int(snowflake) >> 22) + EPOCH_MS)


def id_at(moment: datetime) -> str:
    """Return the smallest id of a moment."""
    return str(max(0, (round(moment.timestamp() * 1000) - EPOCH_MS) << 22))


def address(handle: str, post_id: str) -> str:
    """Return the public address of a post (X finds it whatever the handle)."""
    return f"https://x.com/{handle or 'i'}/status/{post_id}"


def posts_in(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the posts of an answer; an empty page has no `data`."""
    data = body.get("data", [])
    found = [data] if isinstance(data, dict) else data
    if not isinstance(found, list) or not all(isinstance(post, dict) and post.get("id") for post in found):
        raise Unavailable("X answered with a list of posts that cannot be read")
    return found


def comment_of(post: Mapping[str, Any], body: Mapping[str, Any]) -> IncomingComment:
    """Read one post of others. `raw_json` is the post with its author and media, as received."""
    author = _included(body, "users", "id", [post.get("author_id")])
    media = _included(body, "media", "media_key", (post.get("attachments") or {}).get("media_keys", []))
    handle = str(author[0].get("username", "")) if author else ""
    newest, chain = str(post["id"]), edit_ids(post)
    raw = {**post, "includes": {"users": author, "media": media}}
    return IncomingComment(
        external_id=chain[0],
        text=written(post),
        author_id=str(post.get("author_id", "")),
        author_handle=handle,
        posted_at=_posted_at(post, chain[0]),
        parent_id=parent_of(post),
        conversation_id=_conversation(post),
        permalink=address(handle, newest),
        edit_ids=chain,
        raw_json=json.dumps(raw, ensure_ascii=False, sort_keys=True),
        media=tuple(str(one.get("type", "media")) for one in media),
    )


def published_of(post: Mapping[str, Any], handle: str, body: Mapping[str, Any]) -> PublishedPost:
    """Read a post or reply of ours: links as they were before X shortened them, without those to its own pictures."""
    raw = json.dumps(dict(post), ensure_ascii=False, sort_keys=True)
    post_id = str(post["id"])
    text = written(_without_media_links(post))
    shown = _shown_media(post, body)
    at = _posted_at(post, post_id)
    who = post.get("reply_settings")
    return PublishedPost(
        post_id,
        text,
        address(handle, post_id),
        at,
        raw,
        shown,
        edit_ids=edit_ids(post),
        comments_open=who == EVERYONE if who else None,
    )


def _without_media_links(post: Mapping[str, Any]) -> dict[str, Any]:
    """Return a post without the link that X adds to the text for what hangs on it; only ours are read so."""
    entities = post.get("entities") or {}
    links = [url for url in entities.get("urls") or [] if url.get("media_key")]
    text = str(post.get("text", ""))
    for link in links:
        short = str(link.get("url") or "\0")
        text = text.replace(f" {short}", "").replace(short, "")
    rest = [url for url in entities.get("urls") or [] if not url.get("media_key")]
    return {**post, "text": text, "entities": {**entities, "urls": rest}}


def _shown_media(post: Mapping[str, Any], body: Mapping[str, Any]) -> tuple[PublishedMedia, ...]:
    """Return what hangs on a post, in its order; a file whose details X leaves out still counts."""
    keys = (post.get("attachments") or {}).get("media_keys") or []
    known = {one.get("media_key"): one for one in (body.get("includes") or {}).get("media", [])}
    return tuple(_media(known.get(key) or {}) for key in keys)


def _media(one: Mapping[str, Any]) -> PublishedMedia:
    told = one.get("alt_text")
    return PublishedMedia(str(one.get("type", "media")), str(told) if told is not None else None)


def edit_ids(post: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids of a post's versions, oldest first, its own last known among them."""
    history = post.get("edit_history_tweet_ids") or post.get("edit_history_post_ids") or []
    return tuple(sorted({str(one) for one in history} | {str(post["id"])}, key=int))


def written(post: Mapping[str, Any]) -> str:
    """Return what the person wrote: the whole text of a long post, links expanded, escapes undone.

    The handles that X puts before an answer lie outside `display_text_range` and are left out.
    """
    note = post.get("note_tweet") or {}
    text = str(note.get("text") or post.get("text", ""))
    start = (post.get("display_text_range") or [0])[0]
    prefix = str(post.get("text", ""))[:start]
    if prefix.startswith("@"):
        text = text.removeprefix(prefix)
    text = unescape(text)
    for entities in (post.get("entities") or {}, note.get("entities") or {}):
        for url in entities.get("urls") or []:
            text = text.replace(str(url.get("url") or "\0"), str(url.get("expanded_url") or url.get("url")))
    return text


def parent_of(post: Mapping[str, Any]) -> str | None:
    """Return the id of what a post answers."""
    for one in post.get("referenced_tweets") or post.get("referenced_posts") or []:
        if one.get("type") == "replied_to":
            return str(one["id"])
    return None


def _conversation(post: Mapping[str, Any]) -> str | None:
    """Return the post at the top, None for one that begins its own conversation."""
    top = str(post.get("conversation_id") or "")
    return top if top and top not in edit_ids(post) else None


def _posted_at(post: Mapping[str, Any], first_id: str) -> datetime:
    """Return when the first version was posted; an edit has a later `created_at` of its own."""
    created = post.get("created_at")
    if created and len(edit_ids(post)) == 1:
        return datetime.fromisoformat(str(created)).astimezone(UTC)
    return moment_of(first_id)


def _included(body: Mapping[str, Any], kind: str, key: str, wanted: list[Any]) -> list[dict[str, Any]]:
    known = {one.get(key): one for one in (body.get("includes") or {}).get(kind, [])}
    return [known[one] for one in wanted if one in known]
