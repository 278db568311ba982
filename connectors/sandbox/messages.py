"""What is written in private: threads between the company and one person, the same memory for every network.

A thread is named by its person. A message is never changed here; `story` is the story that it answers.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from connectors.sandbox import clock
from connectors.sandbox.people import company, pseudonym, someone
from connectors.sandbox.snowflake import id_at
from errors import Rejected

SPOKEN = frozenset({"facebook", "instagram", "x"})


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `at` is an ISO moment in UTC."""

    network: str
    number: int
    thread: str
    author_id: str
    text: str
    at: str
    story: str | None

    @property
    def moment(self) -> datetime:
        """When it was written."""
        return datetime.fromisoformat(self.at)


def receive(
    db: sqlite3.Connection,
    network: str,
    text: str,
    handle: str = "",
    *,
    at: datetime | None = None,
    story: str | None = None,
) -> Message:
    """Write a message of one of the public to the company."""
    if network not in SPOKEN:
        raise Rejected(f"nobody writes to the company in private on {network} here")
    author = someone(db, network, handle or pseudonym(f"private:{network}:{text}"))
    if author.company:
        raise Rejected("the public cannot write as the company")
    return write(db, network, author.id, author.id, text, at=at, story=story)


def write(
    db: sqlite3.Connection,
    network: str,
    thread: str,
    author_id: str,
    text: str,
    *,
    at: datetime | None = None,
    story: str | None = None,
) -> Message:
    """Write a message into the thread of a person."""
    moment = at or clock.now()
    with db:
        number = id_at(moment)
        last = db.execute("SELECT MAX(number) FROM message WHERE network = ?", (network,)).fetchone()[0] or 0
        number = max(number, last + 1) if at is None else _free(db, network, number)
        row = (network, number, thread, author_id, text, moment.isoformat(), story)
        db.execute("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    return Message(*row)


def _free(db: sqlite3.Connection, network: str, number: int) -> int:
    while find(db, network, number):
        number += 1
    return number


def find(db: sqlite3.Connection, network: str, number: int) -> Message | None:
    """Return the message with a number."""
    query = "SELECT * FROM message WHERE network = ? AND number = ?"
    row = db.execute(query, (network, number)).fetchone()
    return Message(*row) if row else None


def said(db: sqlite3.Connection, network: str, thread: str | None = None) -> list[Message]:
    """Return what was written on a network, or in one thread of it, newest first."""
    query = "SELECT * FROM message WHERE network = ? AND (? IS NULL OR thread = ?) ORDER BY number DESC"
    return [Message(*row) for row in db.execute(query, (network, thread, thread))]


def threads(db: sqlite3.Connection, network: str) -> list[Message]:
    """Return the newest message of every thread, the thread that changed last first."""
    newest: dict[str, Message] = {}
    for one in said(db, network):
        newest.setdefault(one.thread, one)
    return list(newest.values())


def last_of(db: sqlite3.Connection, network: str, thread: str) -> datetime | None:
    """Return when the person of a thread wrote last; None when they never did."""
    us = company(db, network).id
    return next((one.moment for one in said(db, network, thread) if one.author_id != us), None)
