"""Ids that grow with time, as X makes them: milliseconds since 2010-11-04T01:42:54.657Z, then 22 bits."""

from datetime import UTC, datetime, timedelta

EPOCH_MS = 1_288_834_974_657


def id_at(moment: datetime) -> int:
    """Return the smallest id of this millisecond."""
    return max(0, (round(moment.timestamp() * 1000) - EPOCH_MS) << 22)


def moment_of(number: int) -> datetime:
    """Return the aware UTC millisecond in which an id was made."""
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=(number >> 22) + EPOCH_MS)
