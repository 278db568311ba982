"""The files that an account uploaded to X, and what a post takes up of them."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from connectors.sandbox.store import Person
from connectors.sandbox.x_auth import XProblem, forbidden, invalid

KINDS = {"tweet_image": "photo", "tweet_gif": "animated_gif", "tweet_video": "video"}
PREFIXES = {"photo": "3", "animated_gif": "16", "video": "7"}


def key_of(kind: str, media_id: str) -> str:
    """Return the key under which X shows a file."""
    return f"{PREFIXES[kind]}_{media_id}"


def upload_of(db: sqlite3.Connection, media_id: str, author: Person) -> sqlite3.Row:
    """Return an upload of the account's own, or raise the problem that X answers with."""
    row = db.execute("SELECT * FROM upload WHERE network = 'x' AND id = ?", (media_id,)).fetchone()
    if row is None:
        raise invalid("id", media_id, "Could not find the media id, or it has expired.")
    if row["owner"] != author.id:
        raise forbidden("The media id does not belong to the authenticated user.")
    return row  # type: ignore[no-any-return]


def attached(db: sqlite3.Connection, author: Person, given: Any) -> tuple[list[str], list[str]]:
    """Return ids and kinds of what a post takes up: four pictures, or one film, or one moving GIF."""
    ids = given.get("media_ids") if isinstance(given, dict) and set(given) == {"media_ids"} else None
    if not isinstance(ids, list) or not ids or not all(isinstance(one, str) for one in ids):
        raise invalid("media", given, "$.media.media_ids: must be a list of ids")
    rows = [upload_of(db, one, author) for one in ids]
    kinds = [row["kind"] for row in rows]
    if any(row["state"] != "done" for row in rows):
        raise XProblem(400, "Invalid Request", "Your media IDs are invalid.")
    if len(kinds) > 4 or (len(kinds) > 1 and set(kinds) != {"photo"}):  # noqa: PLR2004 - X shows four pictures
        raise invalid("media.media_ids", ids, "at most 4 photos, or 1 video, or 1 animated GIF")
    return ids, kinds


def shown(db: sqlite3.Connection, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return the files of a post as `includes.media` has them; a description stands there only when there is one."""
    found = []
    for media_id in ids:
        row = db.execute("SELECT * FROM upload WHERE network = 'x' AND id = ?", (media_id,)).fetchone()
        told = {"alt_text": row["alt_text"]} if row["alt_text"] else {}
        found.append({"media_key": key_of(row["kind"], media_id), "type": row["kind"], **told})
    return found
