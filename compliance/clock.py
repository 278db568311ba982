"""The one place that reads the clock. Times are aware and in UTC; `at()` holds the clock still."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from compliance.time_zone import PARIS
from errors import InvalidInput
from i18n import N_

__all__ = ["PARIS", "at", "from_paris", "now", "paris"]

_held: ContextVar[datetime | None] = ContextVar("held", default=None)


def now() -> datetime:
    """Return the present moment, in UTC."""
    return _held.get() or _system()


def not_before(earliest: datetime) -> datetime:
    """Return the present moment, or `earliest` where the machine's clock was set back behind it.

    A clock that is held (`at`) speaks of a past on purpose, and keeps its word.
    """
    return _held.get() or max(_system(), earliest)


def _system() -> datetime:
    return datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at a moment, for a test or to take in a past."""
    token = _held.set(moment)
    try:
        yield
    finally:
        _held.reset(token)


def from_paris(typed: datetime) -> datetime:
    """Return the moment, in UTC, of a date and hour that somebody typed as the clocks of Paris show them.

    The hour that comes twice in October is its first passage. Raises InvalidInput for the hour that does not exist in
    March: nothing can be planned in it.
    """
    moment = typed.replace(tzinfo=PARIS).astimezone(UTC)
    if moment.astimezone(PARIS).replace(tzinfo=None) != typed.replace(tzinfo=None):
        raise InvalidInput(
            N_(
                "Cette heure n'existe pas : dans la nuit du {day}, les horloges passent de 2 h à 3 h. "
                "Choisissez-en une autre."
            ),
            day=f"{typed:%d/%m/%Y}",
        )
    return moment


def paris(moment: datetime) -> datetime:
    """Return a moment as the clocks of Paris show it."""
    return moment.astimezone(PARIS)
