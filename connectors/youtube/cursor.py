"""Where a poll of YouTube stands: one JSON text that the caller keeps beside the rows.

YouTube lists threads newest first and takes no beginning in time, so each list is read down to what the last reading
had seen (its mark), or whole. A round reads every list once; what is cut short by a limit goes on with the page where
it stopped, and the lists that the round has done already are not read again before the others.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from errors import Rejected


@dataclass(frozen=True, slots=True)
class Walk:
    """A list half read: the page to go on with, the network's clock at its first page, and whether it is read whole."""

    page: str
    began: datetime
    whole: bool


@dataclass
class Cursor:
    """By list: when it was last begun (`marks`), when it was last read whole (`wholes`), and the walks not yet ended.

    `done` are the lists that this round has read. `begun` is the network's clock at the round's first answer, and the
    mark of every list read in it: a comment may move from one list to another between two readings. `answers` counts
    those of threads that have more than a thread shows. `closed` are the films whose comments are closed.
    """

    marks: dict[str, datetime] = field(default_factory=dict)
    wholes: dict[str, datetime] = field(default_factory=dict)
    walks: dict[str, Walk] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    begun: datetime | None = None
    closed: list[str] = field(default_factory=list)

    def finish(self, name: str, began: datetime, *, whole: bool) -> None:
        """Move a list's mark: every page of it is read."""
        self.walks.pop(name, None)
        self.marks[name] = began
        if whole:
            self.wholes[name] = began
        self.done.append(name)

    def dump(self) -> str:
        """Return the cursor as text."""
        walks = {name: [one.page, one.began.isoformat(), one.whole] for name, one in self.walks.items()}
        times = {kind: {k: v.isoformat() for k, v in getattr(self, kind).items()} for kind in ("marks", "wholes")}
        begun = self.begun.isoformat() if self.begun else None
        more = {"answers": self.answers, "closed": self.closed}
        return json.dumps({"v": 1, "begun": begun, **times, "walks": walks, "done": self.done, **more})


def load(text: str | None) -> Cursor:
    """Read a cursor; one that is not ours is refused, rather than taken for a beginning."""
    if not text:
        return Cursor()
    try:
        data = json.loads(text)
        walks = {name: Walk(str(page), _time(at), bool(whole)) for name, (page, at, whole) in data["walks"].items()}
        marks, wholes = ({name: _time(at) for name, at in data[kind].items()} for kind in ("marks", "wholes"))
        answers = {str(name): int(count) for name, count in data["answers"].items()}
        begun = _time(data["begun"]) if data.get("begun") else None
        closed = [str(film) for film in data.get("closed", [])]
        return Cursor(marks, wholes, walks, [str(name) for name in data["done"]], answers, begun, closed)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Rejected(f"the stored cursor cannot be read: {text[:80]!r}") from error


def _time(text: Any) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
