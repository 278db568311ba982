"""The sandbox's clock: the machine's, or held at a moment while the demonstration's past is written."""

from datetime import UTC, datetime

_held: list[datetime] = []


def now() -> datetime:
    """Return the present moment of the networks, aware UTC."""
    return _held[0] if _held else datetime.now(UTC)


def hold(moment: datetime | None) -> None:
    """Hold the clock at a moment, or let it go (None)."""
    _held[:] = [moment.astimezone(UTC)] if moment else []
