"""How the Graph API writes a page's posts, comments and pictures, every field that is documented and known here."""

import sqlite3
from typing import Any

from connectors.sandbox.people import COMPANY, person_by_id
from connectors.sandbox.snowflake import moment_of
from connectors.sandbox.store import Item, find_item

PAGE_ID = COMPANY.id
POST_DEFAULT = ("created_time", "message")
COMMENT_DEFAULT = ("created_time", "from", "message")
MOMENT = "%Y-%m-%dT%H:%M:%S+0000"


def id_of(item: Item) -> str:
    """Return an id: page and post, or post and comment; it stays through edits."""
    return f"{PAGE_ID if item.parent is None else item.top}_{item.first_id}"


def read_id(item_id: str) -> int | None:
    """Return the number of a post or comment; None when it is no id of Facebook."""
    above, line, number = item_id.partition("_")
    whole = above.isascii() and above.isdigit() and number.isascii() and number.isdigit()
    return int(number) if line and whole and int(number) < 2**63 else None


def link(_handle: str, item: Item) -> str:
    """Return the public address of a post or comment."""
    if item.parent is None:
        return f"https://www.facebook.com/{PAGE_ID}/posts/{item.first_id}"
    return f"https://www.facebook.com/{PAGE_ID}/posts/{item.top}?comment_id={item.first_id}"


def post_shape(db: sqlite3.Connection, item: Item) -> dict[str, Any]:
    """Return a post of the page or of a visitor."""
    return _common(db, item) | {
        "story": None,
        "attachments": {"data": [_attachments(item)]} if item.media else None,
    }


def comment_shape(db: sqlite3.Connection, item: Item) -> dict[str, Any]:
    """Return a comment or an answer; a comment directly under the post has no parent."""
    parent = find_item(db, "facebook", item.parent)
    above = parent if parent and parent.parent is not None else None
    return _common(db, item) | {
        "parent": {"id": id_of(above)} if above else None,
        "is_hidden": item.hidden,
        "can_hide": item.author_id != PAGE_ID,
        "can_remove": True,
        "can_comment": above is None,
        "attachment": {"type": item.media[0], "title": ""} if item.media else None,
    }


def _common(db: sqlite3.Connection, item: Item) -> dict[str, Any]:
    """Return what posts and comments share; Facebook no longer names an author whose account is closed."""
    author = person_by_id(db, "facebook", item.author_id)
    named = author is not None and not author.suspended
    return {
        "id": id_of(item),
        "message": item.text or None,
        "from": {"id": author.id, "name": author.name} if author and named else None,
        "created_time": moment_of(item.first_id).strftime(MOMENT),
        "permalink_url": link("", item),
    }


def _attachments(item: Item) -> dict[str, Any]:
    ids = item.settings.get("media_ids") or [""] * len(item.media)
    shown = [
        {"media_type": kind} | ({"target": {"id": one}} if one else {})
        for one, kind in zip(ids, item.media, strict=True)
    ]
    return shown[0] if len(shown) == 1 else {"media_type": "album", "subattachments": {"data": shown}}


def photo_shape(row: sqlite3.Row) -> dict[str, Any]:
    """Return a picture."""
    return {"id": row["id"], "alt_text_custom": row["alt_text"]}


def files(db: sqlite3.Connection, item: Item) -> list[dict[str, Any]]:
    """Return what hangs on an item, for the public's page."""
    ids = item.settings.get("media_ids") or []
    known = [db.execute("SELECT * FROM upload WHERE network = 'facebook' AND id = ?", (one,)).fetchone() for one in ids]
    kinds = {"photo": "photo", "film": "video"}
    told = [
        {"type": kinds[row["kind"]]} | ({"alt_text": row["alt_text"]} if row["alt_text"] else {})
        for row in known
        if row
    ]
    return told or [{"type": kind} for kind in item.media]
