"""A public that keeps writing: one line of a file after the other, each used once, the position kept.

A line has the fields `text`, and where known `page_product`, `post`, `parent`, `thread`, `id` (one JSON object a line).
It becomes an answer to the comment whose words are its `parent`, else to the newest company post that speaks of its
product or whose title it stands under, else a mention.
"""

import asyncio
import contextlib
import json
import sqlite3
from pathlib import Path
from typing import Any

from connectors.sandbox import hooks
from connectors.sandbox.comments import leave_comment
from connectors.sandbox.people import company, pseudonym
from connectors.sandbox.state import Sandbox
from connectors.sandbox.store import Item, items

RECENT_POSTS = 40
SHOWN = "replaced_by IS NULL AND deleted_at IS NULL"


async def keep_producing(sandbox: Sandbox) -> None:
    """Write one comment every `sandbox.every` seconds until the file is used up."""
    while sandbox.comments:
        await asyncio.sleep(sandbox.every)
        if not sandbox.paused and produce(sandbox, 1) == 0:
            return


def produce(sandbox: Sandbox, count: int) -> int:
    """Write the next `count` comments now and return how many there were; an unreadable line is passed over."""
    if sandbox.comments is None:
        return 0
    lines = sandbox.comments.read_text(encoding="utf-8").splitlines()
    source, done = sandbox.comments.name, 0
    while done < count:
        number = position(sandbox.db, source)
        if number >= len(lines):
            break
        done += _use(sandbox, source, number, lines[number])
    return done


def position(db: sqlite3.Connection, source: str) -> int:
    """Return the number of lines of this file that are used."""
    row = db.execute("SELECT MAX(line) FROM produced WHERE source = ?", (source,)).fetchone()
    return 0 if row[0] is None else int(row[0]) + 1


def _use(sandbox: Sandbox, source: str, number: int, line: str) -> int:
    """Use a line up; the place is taken before the comment is written, so that no line is ever used twice."""
    db = sandbox.db
    with db:
        db.execute("INSERT INTO produced (source, line) VALUES (?, ?)", (source, number))
    with contextlib.suppress(ValueError):
        entry = json.loads(line)
        if isinstance(entry, dict) and isinstance(entry.get("text"), str) and entry["text"].strip():
            item = _write(db, entry, f"{source}:{number}")
            with db:
                row = (item.number, source, number)
                db.execute("UPDATE produced SET number = ? WHERE source = ? AND line = ?", row)
            hooks.tell(sandbox, item, hooks.ADD)
            return 1
    return 0


def _write(db: sqlite3.Connection, entry: dict[str, Any], seed: str) -> Item:
    target = _answered(db, entry.get("parent")) or _fitting_post(db, entry)
    handle = pseudonym(str(entry.get("id") or seed))
    return leave_comment(db, "x", entry["text"], handle=handle, reply_to=target.id if target else None)


def _answered(db: sqlite3.Connection, parent: Any) -> Item | None:
    found = items(db, "x", f"text = ? AND {SHOWN}", (parent,), 1) if isinstance(parent, str) and parent else []
    return found[0] if found else None


def _fitting_post(db: sqlite3.Connection, entry: dict[str, Any]) -> Item | None:
    us = company(db, "x").id
    posts = items(db, "x", f"author_id = ? AND parent IS NULL AND {SHOWN}", (us,), RECENT_POSTS)
    words = [str(entry.get(name) or "").casefold() for name in ("post", "page_product")]
    for word in filter(None, words):
        for post in posts:
            if word in post.text.casefold():
                return post
    return None


def lines_of(path: Path) -> int:
    """Return how many lines a file has."""
    return len(path.read_text(encoding="utf-8").splitlines())
