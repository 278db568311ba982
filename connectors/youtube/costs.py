"""What YouTube bills: units of a daily budget, one for all tokens of our project, anew at midnight in California.

Source: developers.google.com/youtube/v3/determine_quota_cost (read 2026-11). 10,000 units a day by default for all
calls together, but uploads, which have a bucket of their own (100 a day). A page of a list is a call; a call that is
refused costs at least one unit. YouTube sends no header that tells what is left.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")
DAILY_UNITS = 10_000
DAILY_UPLOADS = 100
CALLS: Mapping[str, int] = {
    "channels.list": 1,
    "commentThreads.list": 1,
    "comments.list": 1,
    "playlistItems.list": 1,
    "videos.list": 1,
    "comments.insert": 50,
    "comments.delete": 50,
    "comments.setModerationStatus": 50,
    "videos.delete": 50,
    "videos.insert": 0,
}
"""Units a call; `videos.insert` takes one of the day's uploads instead."""

COST: Mapping[str, int] = {
    "whoami": CALLS["channels.list"],
    "publish": CALLS["videos.insert"],
    "reply": CALLS["comments.insert"] + CALLS["commentThreads.list"],
    "read_back": CALLS["videos.list"],
    "find_own": CALLS["channels.list"] + CALLS["playlistItems.list"] + CALLS["videos.list"],
    "own_posts": CALLS["channels.list"] + CALLS["playlistItems.list"] + CALLS["videos.list"],
    "fetch_comments": 3 * CALLS["commentThreads.list"],
    "look_up": CALLS["comments.list"] + 3 * CALLS["commentThreads.list"],
    "sight": CALLS["comments.list"] + 3 * CALLS["commentThreads.list"],
    "hide": CALLS["comments.setModerationStatus"],
    "unhide": CALLS["comments.setModerationStatus"],
    "delete_comment": CALLS["comments.setModerationStatus"],
    "delete_own": CALLS["comments.list"] + CALLS["comments.delete"],
    "count": CALLS["videos.list"],
}
"""Units that a call of the channel takes when every list has one page and every set of ids fits one call.

`fetch_comments` asks once for what is published, held for review and taken for spam; a conversation read whole adds a
unit for every hundred threads. `look_up` takes up to fifty comments for its price, and adds a unit for every hundred
comments held back. `own_posts` adds a unit for every film whose comments are closed.
"""


def next_reset(now: datetime) -> datetime:
    """Return the next midnight in California, in UTC: when the day's units are there again."""
    tomorrow = now.astimezone(PACIFIC).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=PACIFIC).astimezone(UTC)
