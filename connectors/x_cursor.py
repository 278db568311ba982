"""Where a poll of X stands: one JSON text that the caller keeps beside the rows.

A mark is an id: all that X lists before it has been seen. It moves only when a walk through the pages has reached its
end; until then the walk itself is kept (`top`, the newest id at its beginning, and `until`, the oldest seen), so that
a walk cut short by a limit goes on later without a paging token, and what is written meanwhile is above `top`, for the
next poll.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.x_parse import id_at, moment_of
from errors import Rejected

MENTIONS = "@"
OVERLAP = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Walk:
    """Pages from `top` down to `until`, seen already: so many posts."""

    top: str
    until: str
    seen: int


@dataclass
class Cursor:
    """Marks by stream (`@` or a conversation's id), and the walks not yet ended."""

    marks: dict[str, str] = field(default_factory=dict)
    walks: dict[str, Walk] = field(default_factory=dict)

    def mark(self, streams: Mapping[str, str | None]) -> str | None:
        """Return the lowest mark, None when a stream has none.

        `streams` maps each stream to the mark it has before its first poll.
        """
        marks = [self.marks.get(name, first) for name, first in streams.items()]
        known = [int(mark) for mark in marks if mark is not None]
        return str(min(known)) if known and len(known) == len(marks) else None

    def since(self, streams: Mapping[str, str | None]) -> str | None:
        """Return the id to ask from: the mark less the overlap, for X lists a post a moment after it was made."""
        mark = self.mark(streams)
        return id_at(max(moment_of(mark) - OVERLAP, moment_of("0"))) if mark else None

    def finish(self, streams: Mapping[str, str | None], name: str, newest: str | None, at: datetime | None) -> None:
        """Move the marks of streams whose pages are all read: to the newest seen, or to the network's clock `at`.

        None for `at`: the walk began in an earlier call, and what was written since its `top` is still to be read.
        """
        self.walks.pop(name, None)
        for stream, first in streams.items():
            known = [self.marks.get(stream, first), newest, id_at(at - OVERLAP) if at else None]
            self.marks[stream] = str(max(int(one) for one in known if one))

    def dump(self) -> str:
        """Return the cursor as text."""
        walks = {name: [walk.top, walk.until, walk.seen] for name, walk in self.walks.items()}
        return json.dumps({"v": 1, "marks": self.marks, "walks": walks}, sort_keys=True)


def load(text: str | None) -> Cursor:
    """Read a cursor; one that is not ours is refused, rather than taken for a beginning."""
    if not text:
        return Cursor()
    try:
        data = json.loads(text)
        walks = {name: Walk(str(top), str(until), int(seen)) for name, (top, until, seen) in data["walks"].items()}
        return Cursor({name: str(int(mark)) for name, mark in data["marks"].items()}, walks)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Rejected(f"the stored cursor cannot be read: {text[:80]!r}") from error
