"""Where a poll of Meta stands: one JSON text that the caller keeps beside the rows.

A mark is a moment, in whole seconds as Meta writes them: all that a list held before it has been seen. It moves only
when a walk through the pages has come down to it; until then the walk itself is kept (`top`, the newest moment at its
beginning, and `after`, Meta's mark of the next page), so that a walk cut short goes on later. Meta may forget such a
mark of a page: the walk then begins anew and still ends at the same place.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from errors import Rejected

OVERLAP = timedelta(minutes=2)
KEPT = 1000


@dataclass(frozen=True, slots=True)
class Walk:
    """Pages seen so far: from the moment `top` (0: none yet) down to the page that begins at `after`."""

    top: int = 0
    after: str = ""


@dataclass
class Cursor:
    """Marks and walks by list (the account's own, or a post's id).

    `counts`: Meta's number of comments at the mark; `whole`: when all of a list was last read anew, in seconds.
    `closed`: the posts whose comments are closed.
    """

    marks: dict[str, int] = field(default_factory=dict)
    walks: dict[str, Walk] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    whole: dict[str, int] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)

    def reached(self, name: str, oldest: int) -> bool:
        """Whether a page goes down to what was seen before, the overlap included."""
        return name in self.marks and oldest < self.marks[name] - OVERLAP.total_seconds()

    def step(self, name: str, moments: list[int], after: str) -> bool:
        """Note a page's moments; whether its list is now read as far as it must be."""
        walk = self.walks.get(name, Walk())
        top = walk.top or max(moments, default=0)
        if after and not (moments and self.reached(name, min(moments))):
            self.walks[name] = Walk(top, after)
            return False
        self.walks.pop(name, None)
        self.marks[name] = max(top, self.marks.get(name, 0))
        return True

    @property
    def unseen(self) -> tuple[str, ...]:
        """Return the posts of which Meta tells comments, and of which it listed none to the end."""
        return tuple(sorted(name for name, mark in self.marks.items() if not mark and self.counts.get(name)))

    def begin_anew(self, name: str) -> None:
        """Forget how far a walk had come down, not where it began."""
        self.walks[name] = Walk(self.walks[name].top)

    def owe(self, name: str) -> None:
        """Note a list that is to be read."""
        self.walks.setdefault(name, Walk())

    def forget(self, name: str) -> None:
        """Drop a list that is gone."""
        for known in (self.marks, self.walks, self.counts, self.whole):
            known.pop(name, None)
        self.closed.discard(name)

    def dump(self) -> str:
        """Return the cursor as text, the lists in which nothing was said for longest left out."""
        newest = sorted(self.marks, key=lambda name: self.marks[name])[-KEPT:]
        marks = {name: self.marks[name] for name in [*newest, *self.unseen]}
        counts, whole = (
            {name: one for name, one in known.items() if name in marks or name in self.walks}
            for known in (self.counts, self.whole)
        )
        walks = {name: [walk.top, walk.after] for name, walk in self.walks.items()}
        closed = sorted(name for name in self.closed if name in marks or name in walks)
        kept = {"v": 1, "marks": marks, "walks": walks, "counts": counts, "whole": whole, "closed": closed}
        return json.dumps(kept, sort_keys=True)


def load(text: str | None) -> Cursor:
    """Read a cursor; one that is not ours is refused, rather than taken for a beginning."""
    if not text:
        return Cursor()
    try:
        data = json.loads(text)
        walks = {name: Walk(int(top), str(after)) for name, (top, after) in data["walks"].items()}
        marks, counts, whole = (
            {name: int(one) for name, one in data[kind].items()} for kind in ("marks", "counts", "whole")
        )
        return Cursor(marks, walks, counts, whole, {str(name) for name in data.get("closed", [])})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Rejected(f"the stored cursor cannot be read: {text[:80]!r}") from error


def seconds(moment: datetime) -> int:
    """Return a moment in whole seconds."""
    return int(moment.timestamp())
