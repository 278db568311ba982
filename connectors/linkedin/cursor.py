"""Where a poll of LinkedIn stands: one JSON text that the caller keeps beside the rows.

LinkedIn lists comments by place, not by time, and knows no "since". So the cursor keeps, for each post that is watched,
the network's own count at the beginning of the last walk through its comments, when all of them were last read, and
the newest change seen; and the posts that are still to be walked in this round, with the place reached in each.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from connectors.linkedin.urn import is_post
from errors import Rejected


@dataclass(frozen=True, slots=True)
class Seen:
    """One post after a walk: its count at the beginning, seconds when all was read, the newest change (ms)."""

    count: int | None
    read_at: float
    newest: int


@dataclass(slots=True)
class Walk:
    """One post under way, up to the first-level comment `start`.

    `whole`: everything is given, not only what changed after `since` (milliseconds). `answers`: those still to be found
    under comments (None: not told). `began` in seconds, `newest` in milliseconds.
    """

    post: str
    count: int | None
    whole: bool
    answers: int | None
    since: int
    began: float
    start: int = 0
    newest: int = 0


@dataclass
class Cursor:
    """What was seen by post, the walks of this round that are not ended, in their order; `closed` posts."""

    seen: dict[str, Seen] = field(default_factory=dict)
    walks: list[Walk] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)

    def dump(self) -> str:
        """Return the cursor as text."""
        seen = {post: [one.count, one.read_at, one.newest] for post, one in self.seen.items()}
        walks = [asdict(one) for one in self.walks]
        return json.dumps({"v": 1, "seen": seen, "walks": walks, "closed": self.closed})


def load(text: str | None) -> Cursor:
    """Read a cursor; one that is not ours is refused, rather than taken for a beginning."""
    if not text:
        return Cursor()
    try:
        data = json.loads(text)
        seen = {post: Seen(_count(c), float(at), int(newest)) for post, (c, at, newest) in data["seen"].items()}
        walks, closed = [_walk(one) for one in data["walks"]], [str(one) for one in data.get("closed", [])]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Rejected(f"the stored cursor cannot be read: {text[:80]!r}") from error
    return Cursor(seen, walks, closed)


def _count(value: object) -> int | None:
    return None if value is None else int(str(value))


def _walk(data: dict[str, Any]) -> Walk:
    walk = Walk(**data)
    if not is_post(walk.post) or not isinstance(walk.start, int) or not isinstance(walk.since, int):
        raise ValueError(walk.post)
    return walk
