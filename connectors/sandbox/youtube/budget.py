"""What a call costs, and when the project's day is used up.

Written from the published table (determine_quota_cost, 2026-11), on its own: the channel has its own copy, and a test
holds the two against each other.
"""

import sqlite3
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.sandbox import clock

COSTS = {"list": 1, "insert": 50, "update": 50, "delete": 50, "setModerationStatus": 50}
UNITS, UPLOADS = 10_000, 100
PROJECT = "project"


def midnight() -> float:
    """Return the next midnight in Los Angeles, in unix seconds."""
    pacific = clock.now().astimezone(ZoneInfo("America/Los_Angeles"))
    day = pacific.date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=pacific.tzinfo).timestamp()


def charge(db: sqlite3.Connection, method: str) -> bool:
    """Take a call from the day's budget; False, and nothing taken, when it does not suffice."""
    upload = method == "videos.insert"
    bucket, cost = ("uploads", 1) if upload else ("units", COSTS[method.partition(".")[2]])
    return take(db, bucket, cost, UPLOADS if upload else UNITS)


def take(db: sqlite3.Connection, bucket: str, cost: int, size: int) -> bool:
    """Take so much from a bucket that is full again at midnight; the control interface may have changed its size."""
    changed = db.execute("SELECT size FROM quota_size WHERE network = 'youtube' AND route = ?", (bucket,)).fetchone()
    size = changed["size"] if changed else size
    spent = used(db, bucket)
    if spent + cost > size:
        return False
    with db:
        row = ("youtube", PROJECT, bucket, spent + cost, midnight())
        db.execute("INSERT OR REPLACE INTO quota VALUES (?, ?, ?, ?, ?)", row)
    return True


def used(db: sqlite3.Connection, bucket: str = "units") -> int:
    """Return what the project has used of a bucket today."""
    query = "SELECT used FROM quota WHERE network = 'youtube' AND who = ? AND route = ? AND until > ?"
    row = db.execute(query, (PROJECT, bucket, clock.now().timestamp())).fetchone()
    return int(row["used"]) if row else 0
