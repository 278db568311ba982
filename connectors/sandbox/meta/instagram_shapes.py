"""How the Graph API writes Instagram media, comments and containers, every field that is documented and known here."""

import json
import sqlite3
from typing import Any

from connectors.sandbox.meta.oauth import INSTAGRAM
from connectors.sandbox.people import person_by_id
from connectors.sandbox.snowflake import moment_of
from connectors.sandbox.store import Item, find_item, items
from connectors.sandbox.switching import Switch

# The answers to a comment go with it.
SHOWN = (
    "replaced_by IS NULL AND deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM item AS above WHERE"
    " above.network = item.network AND above.number = item.parent AND above.deleted_at IS NOT NULL)"
)
COMMENT_DEFAULT = ("timestamp", "text")
SWITCH = Switch("comment_enabled", opened=True, closed=False)
MOMENT = "%Y-%m-%dT%H:%M:%S+0000"
NESTED = 25


def link(_handle: str, item: Item) -> str:
    """Return the public address of a media or comment."""
    media = f"https://www.instagram.com/p/{item.top}/"
    return media if item.parent is None else f"{media}c/{item.first_id}/"


def above(db: sqlite3.Connection, item: Item) -> Item | None:
    """Return the comment that an answer stands under; None for a comment directly under the media."""
    parent = find_item(db, "instagram", item.parent)
    return parent if parent and parent.parent is not None else None


def takes_answers(db: sqlite3.Connection, item: Item) -> Item:
    """Return what an answer to an item stands under: one to an answer stands under the comment above it."""
    return above(db, item) or item


def under(db: sqlite3.Connection, item: Item) -> list[Item]:
    """Return what stands directly under a media or comment, newest first for a media."""
    found = items(db, "instagram", f"parent = ? AND {SHOWN}", (item.number,))
    return sorted(found, key=lambda one: one.first_id, reverse=item.parent is None)


def age_gated(item: Item) -> bool:
    """Whether a media has a minimum age: Instagram lists none of its comments."""
    return bool(item.settings.get("age_gated"))


def media_shape(db: sqlite3.Connection, item: Item) -> dict[str, Any]:
    """Return a media; the number of its comments counts those at every depth, listed or not."""
    count = len(items(db, "instagram", f"top = ? AND parent IS NOT NULL AND {SHOWN}", (item.top,)))
    files = shown(db, item)
    several = len(files) > 1
    return {
        "id": str(item.first_id),
        "caption": item.text or None,
        "timestamp": moment_of(item.first_id).strftime(MOMENT),
        "username": INSTAGRAM.handle,
        "permalink": link("", item),
        "comments_count": count,
        "is_comment_enabled": SWITCH.is_open(item),
        "media_type": "CAROUSEL_ALBUM" if several else files[0]["media_type"],
        "media_product_type": "REELS" if files[0]["media_type"] == "VIDEO" and not several else "FEED",
        "alt_text": None if several else files[0].get("alt_text"),
        "children": {"data": files} if several else None,
    }


def shown(db: sqlite3.Connection, item: Item) -> list[dict[str, Any]]:
    """Return the pictures and films of a media; one made elsewhere is a picture."""
    ids = item.settings.get("media_ids") or []
    known = [
        db.execute("SELECT * FROM upload WHERE network = 'instagram' AND id = ?", (one,)).fetchone() for one in ids
    ]
    told = [
        {"id": row["id"], "media_type": row["kind"]} | ({"alt_text": row["alt_text"]} if row["alt_text"] else {})
        for row in known
    ]
    return told or [{"id": str(item.first_id), "media_type": "IMAGE"}]


def comment_shape(db: sqlite3.Connection, item: Item, *, nested: bool = True) -> dict[str, Any]:
    """Return a comment or an answer; Instagram no longer names an author whose account is closed."""
    author, parent, top = (
        person_by_id(db, "instagram", item.author_id),
        above(db, item),
        items(db, "instagram", "number = ?", (item.top,))[0],
    )
    named = author if author and not author.suspended else None
    return {
        "id": str(item.first_id),
        "text": item.text,
        "timestamp": moment_of(item.first_id).strftime(MOMENT),
        "username": named.handle if named else None,
        "from": {"id": named.id, "username": named.handle} if named else None,
        "hidden": item.hidden,
        "like_count": 0,
        "parent_id": str(parent.first_id) if parent else None,
        "media": {"id": str(top.first_id), "permalink": link("", top)},
        "replies": _replies(db, item) if nested and not parent else None,
    }


def _replies(db: sqlite3.Connection, item: Item) -> dict[str, Any] | None:
    """Return the first answers to a comment; where there are more, the address of the rest."""
    answers = under(db, item)
    if not answers:
        return None
    page = [comment_shape(db, one, nested=False) for one in answers[:NESTED]]
    more = {"paging": {"cursors": {"after": page[-1]["id"]}, "next": "…"}} if len(answers) > NESTED else {}
    return {"data": [{name: one for name, one in row.items() if one is not None} for row in page], **more}


def container_shape(row: sqlite3.Row) -> dict[str, Any]:
    """Return a container: what of it is ready."""
    about = json.loads(row["about"])
    code = {"open": "IN_PROGRESS", "working": "IN_PROGRESS", "done": "FINISHED", "published": "PUBLISHED"}
    return {
        "id": row["id"],
        "status_code": code.get(row["state"], "ERROR"),
        "status": about.get("status", row["state"]),
    }


def files(db: sqlite3.Connection, item: Item) -> list[dict[str, Any]]:
    """Return what hangs on an item, for the public's page."""
    if item.parent is not None:
        return [{"type": kind} for kind in item.media]
    names = {"IMAGE": "photo", "VIDEO": "video"}
    return [
        {"type": names[one["media_type"]]} | ({"alt_text": one["alt_text"]} if one.get("alt_text") else {})
        for one in shown(db, item)
    ]
