"""The sandbox's memory: one SQLite file, the same tables for every network, so that a restart goes on.

An `item` is one version of one post or comment. An edit is a new item with the same `first_id`; the former one then
names its successor in `replaced_by`. Nothing is ever taken out: a deletion is a date.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from connectors.sandbox import clock
from connectors.sandbox.snowflake import id_at

SCHEMA = """
CREATE TABLE IF NOT EXISTS person (
    network TEXT NOT NULL, id TEXT NOT NULL, handle TEXT NOT NULL COLLATE NOCASE, name TEXT NOT NULL,
    company INTEGER NOT NULL DEFAULT 0, suspended INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (network, id), UNIQUE (network, handle));
CREATE TABLE IF NOT EXISTS token (
    network TEXT NOT NULL, kind TEXT NOT NULL, access TEXT NOT NULL, secret TEXT NOT NULL, client_id TEXT NOT NULL,
    client_secret TEXT NOT NULL, person_id TEXT, revoked INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (network, access));
CREATE TABLE IF NOT EXISTS item (
    network TEXT NOT NULL, number INTEGER NOT NULL, author_id TEXT NOT NULL, text TEXT NOT NULL, at TEXT NOT NULL,
    parent INTEGER, top INTEGER NOT NULL, first_id INTEGER NOT NULL, replaced_by INTEGER, deleted_at TEXT,
    hidden INTEGER NOT NULL DEFAULT 0, addressed INTEGER NOT NULL DEFAULT 0, media TEXT NOT NULL DEFAULT '[]',
    settings TEXT NOT NULL DEFAULT '{}', PRIMARY KEY (network, number));
CREATE INDEX IF NOT EXISTS item_top ON item (network, top, number);
CREATE INDEX IF NOT EXISTS item_author ON item (network, author_id, number);
CREATE INDEX IF NOT EXISTS item_first ON item (network, first_id, number);
CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY, network TEXT NOT NULL, kind TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    times INTEGER NOT NULL, value REAL NOT NULL);
CREATE TABLE IF NOT EXISTS quota (
    network TEXT NOT NULL, who TEXT NOT NULL, route TEXT NOT NULL, used INTEGER NOT NULL, until REAL NOT NULL,
    PRIMARY KEY (network, who, route));
CREATE TABLE IF NOT EXISTS quota_size (
    network TEXT NOT NULL, route TEXT NOT NULL, size INTEGER NOT NULL, seconds REAL NOT NULL,
    PRIMARY KEY (network, route));
CREATE TABLE IF NOT EXISTS upload (
    network TEXT NOT NULL, id TEXT NOT NULL, owner TEXT NOT NULL, kind TEXT NOT NULL, mime TEXT NOT NULL,
    total INTEGER NOT NULL, data BLOB NOT NULL DEFAULT x'', segments INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'open', checks INTEGER NOT NULL DEFAULT 0, alt_text TEXT,
    about TEXT NOT NULL DEFAULT '{}', PRIMARY KEY (network, id));
CREATE TABLE IF NOT EXISTS team_message (id INTEGER PRIMARY KEY, channel TEXT NOT NULL, message TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS message (
    network TEXT NOT NULL, number INTEGER NOT NULL, thread TEXT NOT NULL, author_id TEXT NOT NULL, text TEXT NOT NULL,
    at TEXT NOT NULL, story TEXT, PRIMARY KEY (network, number));
CREATE INDEX IF NOT EXISTS message_thread ON message (network, thread, number);
CREATE TABLE IF NOT EXISTS produced (
    source TEXT NOT NULL, line INTEGER NOT NULL, number INTEGER, PRIMARY KEY (source, line));
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with an account, the company or one of the public."""

    id: str
    handle: str
    name: str
    company: bool
    suspended: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One version of a post or comment; `addressed` when it names the company's account."""

    network: str
    number: int
    author_id: str
    text: str
    at: datetime
    parent: int | None
    top: int
    first_id: int
    replaced_by: int | None
    deleted_at: datetime | None
    hidden: bool
    addressed: bool
    media: tuple[str, ...]
    settings: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The id as the network writes it."""
        return str(self.number)

    @property
    def shown(self) -> bool:
        """Whether lists contain it: the newest version, not deleted."""
        return self.replaced_by is None and self.deleted_at is None


def open_store(path: Path) -> sqlite3.Connection:
    """Open or create the file; every change is committed before the answer leaves."""
    db = sqlite3.connect(path, check_same_thread=False)
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA journal_mode=WAL")
    # A killed process loses nothing; only a power cut would, and this is no archive.
    db.execute("PRAGMA synchronous=OFF")
    db.executescript(SCHEMA)
    return db


def item_of(row: sqlite3.Row) -> Item:
    """Read one row."""
    values = dict(row)
    values["at"] = datetime.fromisoformat(values["at"])
    values["deleted_at"] = datetime.fromisoformat(values["deleted_at"]) if values["deleted_at"] else None
    values["media"] = tuple(json.loads(values["media"]))
    values["settings"] = json.loads(values["settings"])
    values["hidden"], values["addressed"] = bool(values["hidden"]), bool(values["addressed"])
    return Item(**values)


def items(db: sqlite3.Connection, network: str, where: str, values: Sequence[Any], limit: int = -1) -> list[Item]:
    """Return the items that meet a condition, newest first."""
    query = f"SELECT * FROM item WHERE network = ? AND {where} ORDER BY number DESC LIMIT ?"  # noqa: S608 - conditions of ours
    return [item_of(row) for row in db.execute(query, (network, *values, limit))]


def find_item(db: sqlite3.Connection, network: str, item_id: str | int | None) -> Item | None:
    """Return the version with this id, deleted ones too."""
    number = _number(item_id)
    found = items(db, network, "number = ?", (number,)) if number is not None else []
    return found[0] if found else None


def _number(item_id: str | int | None) -> int | None:
    text = str(item_id)
    return int(text) if text.isascii() and text.isdigit() and int(text) < 2**63 else None


def versions(db: sqlite3.Connection, item: Item) -> list[Item]:
    """Return all versions of an item, oldest first."""
    return items(db, item.network, "first_id = ?", (item.first_id,))[::-1]


def newest(db: sqlite3.Connection, item: Item) -> Item:
    """Return the newest version of an item."""
    return versions(db, item)[-1]


def new_number(db: sqlite3.Connection, network: str, at: datetime, now: datetime) -> int:
    """Return a free id for a moment: above every other when it is now, of its own millisecond when dated back."""
    number = id_at(at)
    if at >= now:
        row = db.execute("SELECT MAX(number) FROM item WHERE network = ?", (network,)).fetchone()
        return max(number, (row[0] or 0) + 1)
    while find_item(db, network, number):
        number += 1
    return number


def add_item(
    db: sqlite3.Connection,
    network: str,
    author: Person,
    text: str,
    *,
    at: datetime | None = None,
    parent: Item | None = None,
    addressed: bool = False,
    media: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
) -> Item:
    """Write a post (no parent) or a comment under this very version; `at` dates it back, and with it the id."""
    now = clock.now()
    moment = at or now
    with db:
        number = new_number(db, network, moment, now)
        top = parent.top if parent else number
        row = (network, number, author.id, text, moment.isoformat(), parent and parent.number, top, number)
        db.execute(
            "INSERT INTO item (network, number, author_id, text, at, parent, top, first_id, addressed, media, settings)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, addressed, json.dumps(list(media)), json.dumps(dict(settings or {}))),
        )
    return _found(db, network, number)


def edit_item(db: sqlite3.Connection, item: Item, text: str, at: datetime | None = None) -> Item:
    """Write a new version under a new id; the one before stays, replaced."""
    now = clock.now()
    with db:
        old = newest(db, item)
        number = new_number(db, item.network, at or now, now)
        db.execute(
            "INSERT INTO item SELECT network, ?, author_id, ?, ?, parent, top, first_id,"
            " NULL, NULL, hidden, addressed, media, settings FROM item WHERE network = ? AND number = ?",
            (number, text, (at or now).isoformat(), item.network, old.number),
        )
        db.execute(
            "UPDATE item SET replaced_by = ? WHERE network = ? AND number = ?", (number, item.network, old.number)
        )
    return _found(db, item.network, number)


def delete_item(db: sqlite3.Connection, item: Item) -> None:
    """Delete every version; what answers it stays, as on the networks."""
    with db:
        db.execute(
            "UPDATE item SET deleted_at = ? WHERE network = ? AND first_id = ? AND deleted_at IS NULL",
            (clock.now().isoformat(), item.network, item.first_id),
        )


def change_settings(db: sqlite3.Connection, item: Item, changed: Mapping[str, Any]) -> None:
    """Change what is set on this version; what is not named stays."""
    with db:
        query = "UPDATE item SET settings = ? WHERE network = ? AND number = ?"
        db.execute(query, (json.dumps({**item.settings, **changed}), item.network, item.number))


def hide_item(db: sqlite3.Connection, item: Item, hidden: bool) -> None:
    """Hide or show every version."""
    with db:
        db.execute(
            "UPDATE item SET hidden = ? WHERE network = ? AND first_id = ?", (hidden, item.network, item.first_id)
        )


def _found(db: sqlite3.Connection, network: str, number: int) -> Item:
    return items(db, network, "number = ?", (number,))[0]
