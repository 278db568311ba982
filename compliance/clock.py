"""The one place that reads the clock. Times are aware and in UTC; `at()` holds the clock still."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

_held: ContextVar[datetime | None] = ContextVar("held", default=None)


def now() -> datetime:
    """Return the present moment, in UTC."""
    return _held.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at a moment, for a test or to take in a past."""
    token = _held.set(moment)
    try:
        yield
    finally:
        _held.reset(token)


def paris(moment: datetime) -> datetime:
    """Return a moment as the clocks of Paris show it."""
    return moment.astimezone(PARIS)
