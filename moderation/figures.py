"""Figures of a day as plain counts, which add up over days and networks; times as counts in steps.

A key is a name ("received"), or a name with a value ("intent:complaint", "see:45", "see_open:495120").
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

Figures = Counter[str]

HOUR = 3_600
STEPS = ((timedelta(hours=2), timedelta(minutes=5)), (timedelta(hours=48), timedelta(hours=1)))
LONGEST_STEP = timedelta(days=1)
MINUTE = timedelta(minutes=1)


class Time(StrEnum):
    """A time that is measured: until a person saw, decided, handed over to pharmacovigilance, answered."""

    SEE = "see"
    DECIDE = "decide"
    FORWARD = "forward"
    ANSWER = "answer"


TIMED = tuple(f"{what}{mark}" for what in Time for mark in (":", "_open:"))


@dataclass(frozen=True)
class Times:
    """How long things took: how many ended, how many are still open, the median and the time of nine in ten.

    An open one counts with its age so far, so that a heap of what nobody touched does not make the figures better.
    """

    done: int
    still_open: int
    median: timedelta | None
    nine_in_ten: timedelta | None


def rounded_up(length: timedelta) -> timedelta:
    """Return a length rounded up: to 5 minutes under two hours, to an hour under two days, then to a day."""
    step = next((step for limit, step in STEPS if length <= limit), LONGEST_STEP)
    return max(math.ceil(length / step), 0) * step


def time_key(what: Time, start: datetime, end: datetime | None) -> str:
    """Return the key of a time that ended, or of one that runs since the whole hour (of the epoch) of its start."""
    if end is None:
        return f"{what}_open:{int(start.timestamp()) // HOUR}"
    return f"{what}:{rounded_up(end - start) // MINUTE}"


def times(figures: Mapping[str, int], what: Time, now: datetime) -> Times:
    """Return a time's figures at a moment."""
    ended = Counter({timedelta(minutes=int(value)): n for value, n in valued(figures, what)})
    running: Counter[timedelta] = Counter()
    for value, n in valued(figures, f"{what}_open"):
        running[rounded_up(max(now - datetime.fromtimestamp(int(value) * HOUR, UTC), timedelta(0)))] += n
    every = ended + running
    return Times(ended.total(), running.total(), quantile(every, 0.5), quantile(every, 0.9))


def quantile(lengths: Mapping[timedelta, int], share: float) -> timedelta | None:
    """Return the least length under which at least a share of all stands (nearest rank); None where there is none."""
    wanted, seen = math.ceil(share * sum(lengths.values())), 0
    for length in sorted(lengths):
        seen += lengths[length]
        if seen >= wanted:
            return length
    return None


def valued(figures: Mapping[str, int], name: str) -> Iterator[tuple[str, int]]:
    """Yield the values of a name with their counts."""
    for key, n in figures.items():
        if key.startswith(f"{name}:"):
            yield key[len(name) + 1 :], n


def split(figures: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """Return the counts and the times of figures, apart: the times are many, and asked for less often."""
    counts: dict[str, int] = {}
    measured: dict[str, int] = {}
    for key, n in figures.items():
        (measured if key.startswith(TIMED) else counts)[key] = n
    return counts, measured


def summed(every: Iterable[Mapping[str, int]]) -> Figures:
    """Return the sum of figures."""
    total: Figures = Counter()
    for one in every:
        total.update(one)
    return total
