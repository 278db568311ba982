"""How often a person is asked for what a report lacks: attempts are counted; their end closes the asking only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

MOST_ATTEMPTS = 2
"""Documented attempts without an answer after which the asking is closed; the case never is."""


@dataclass(frozen=True)
class Asking:
    """Where the asking stands: attempts since the person last wrote, the moment of the last one, whether it ended."""

    attempts: int
    last_at: datetime | None
    closed: bool


def asking(asked: Collection[datetime], wrote: Collection[datetime]) -> Asking:
    """Return where the asking stands. What the person writes answers all the attempts before it."""
    last_words = max(wrote, default=None)
    open_ones = [moment for moment in asked if last_words is None or moment >= last_words]
    return Asking(len(open_ones), max(open_ones, default=None), len(open_ones) >= MOST_ATTEMPTS)
