"""Rate windows: so many calls a route and token, then 429 until the window ends (X: 15 minutes, docs of 2026-11)."""

import sqlite3
import time
from dataclasses import dataclass

WINDOW = 900.0


@dataclass(frozen=True, slots=True)
class Window:
    """What is left: `remaining` calls of `size` until `until` (unix seconds); `used_up`: this call is one too many."""

    size: int
    remaining: int
    until: float
    used_up: bool


def spend(db: sqlite3.Connection, network: str, who: str, route: str, size: int, seconds: float = WINDOW) -> Window:
    """Count one call of this token on this route and return its window; its size and length may be set otherwise."""
    set_to = db.execute("SELECT * FROM quota_size WHERE network = ? AND route = ?", (network, route)).fetchone()
    size, seconds = (set_to["size"], set_to["seconds"]) if set_to else (size, seconds)
    key = (network, who, route)
    row = db.execute("SELECT * FROM quota WHERE network = ? AND who = ? AND route = ?", key).fetchone()
    now = time.time()
    open_window = row is not None and row["until"] > now
    used, until = (row["used"], row["until"]) if open_window else (0, now + seconds)
    used_up = used >= size
    with db:
        spent = used if used_up else used + 1
        db.execute("INSERT OR REPLACE INTO quota VALUES (?, ?, ?, ?, ?)", (*key, spent, until))
    return Window(size, max(0, size - spent), until, used_up)


def exhaust(db: sqlite3.Connection, network: str, who: str, route: str, seconds: float) -> None:
    """Use a window up, for so many seconds."""
    with db:
        row = (network, who, route, 10**9, time.time() + seconds)
        db.execute("INSERT OR REPLACE INTO quota VALUES (?, ?, ?, ?, ?)", row)


def set_size(db: sqlite3.Connection, network: str, route: str, size: int, seconds: float) -> None:
    """Change a route's limit and begin its windows anew."""
    with db:
        db.execute("INSERT OR REPLACE INTO quota_size VALUES (?, ?, ?, ?)", (network, route, size, seconds))
        db.execute("DELETE FROM quota WHERE network = ? AND route = ?", (network, route))
