"""Calls without a session that prove nothing (`/intake/`, `/webhooks/`, `/signed-media/`): slowed, and counted.

Only a refused call takes from the buckets of its address and of its key, and only a refused call is slowed: who proves
to be right is answered at once, whatever others send from the same address or under the same name. Twenty wrong calls
at once are told what is wrong; then one every three seconds is, and the others hear 429 and how long to wait.

Buckets are in the memory of each process, ten thousand of each kind at most; the oldest is forgotten first, so that
nobody fills the memory. Counts go to the database once a second at most, by day, door and known key.
"""

from collections import Counter, OrderedDict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil
from threading import Lock
from time import monotonic

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select, update

from compliance import clock
from models.base import new_id
from models.engine_room import RefusedCalls

AT_ONCE = 20.0
A_SECOND = 1 / 3
MOST_BUCKETS = 10_000
BETWEEN_WRITES = 1.0
SHOWN_DAYS = 7

Key = tuple[str, str]
Bucket = tuple[float, float]
"""What is left in a bucket, and when (seconds of this process's own clock) that was."""

_lock = Lock()
_addresses: OrderedDict[Key, Bucket] = OrderedDict()
_keys: OrderedDict[Key, Bucket] = OrderedDict()
_refused: Counter[Key] = Counter()
_slowed: Counter[Key] = Counter()
_written = [float("-inf")]


def wait_after(door: str, address: str, key: str) -> int:
    """Take a refused call from the buckets of its address and its key; return the seconds to wait, 0 for none."""
    now = monotonic()
    with _lock:
        waits = (_take(_addresses, (door, _place(address)), now), _take(_keys, (door, key), now))
    return max(waits)


def _take(buckets: OrderedDict[Key, Bucket], name: Key, now: float) -> int:
    left, at = buckets.get(name, (AT_ONCE, now))
    left = min(AT_ONCE, left + (now - at) * A_SECOND)
    wait = 0 if left >= 1 else ceil((1 - left) / A_SECOND)
    buckets[name] = (left if wait else left - 1, now)
    buckets.move_to_end(name)
    if len(buckets) > MOST_BUCKETS:
        buckets.popitem(last=False)
    return wait


def _place(address: str) -> str:
    """Return what one household of addresses has in common: an IPv6 network of 64 bits is one caller's."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    return str(known.ipv4_mapped or IPv6Address(int(known) >> 64 << 64))


def tally(door: str, key: str, *, slowed: bool) -> bool:
    """Count a refused call; say whether it is time to write the counts down. `key` is one that we know, or empty."""
    with _lock:
        _refused[(door, key)] += 1
        _slowed[(door, key)] += slowed
        due = monotonic() - _written[0] >= BETWEEN_WRITES
        if due:
            _written[0] = monotonic()
    return due


def write_down(session: Session) -> None:
    """Add what this process counted to the day's rows."""
    with _lock:
        refused, slowed = dict(_refused), dict(_slowed)
        _refused.clear()
        _slowed.clear()
    now = clock.now()
    for (door, key), count in refused.items():
        _add(session, now, door, key, count, slowed.get((door, key), 0))


def _add(session: Session, now: datetime, door: str, key: str, refused: int, slowed: int) -> None:
    day = clock.paris(now).date()
    try:
        with session.begin_nested():
            session.add(RefusedCalls(id=new_id(), day=day, door=door, key=key, last_at=now))
            session.flush()
    except IntegrityError:
        pass  # the day has its row
    same = (col(RefusedCalls.day) == day, col(RefusedCalls.door) == door, col(RefusedCalls.key) == key)
    more = {"refused": col(RefusedCalls.refused) + refused, "slowed": col(RefusedCalls.slowed) + slowed}
    session.execute(update(RefusedCalls).where(*same).values(**more, last_at=now))


@dataclass(frozen=True)
class RefusedRow:
    """The refused calls of a week at one door under one key (empty: none that we know)."""

    door: str
    key: str
    refused: int
    slowed: int
    last_at: datetime


def refused_lately(session: Session) -> list[RefusedRow]:
    """Return the refused calls of the last seven days, the newest first, what this process has not written yet too."""
    first: date = clock.paris(clock.now() - timedelta(days=SHOWN_DAYS - 1)).date()
    rows = session.exec(select(RefusedCalls).where(col(RefusedCalls.day) >= first)).all()
    with _lock:
        pending = {name: (count, _slowed[name]) for name, count in _refused.items()}
    names = {(row.door, row.key) for row in rows} | set(pending)
    found = [_summed(name, [row for row in rows if (row.door, row.key) == name], pending.get(name)) for name in names]
    return sorted(found, key=lambda row: (row.last_at, row.door, row.key), reverse=True)


def _summed(name: Key, rows: list[RefusedCalls], pending: tuple[int, int] | None) -> RefusedRow:
    refused, slowed = pending or (0, 0)
    last_at = clock.now() if pending else max(row.last_at for row in rows)
    refused, slowed = refused + sum(row.refused for row in rows), slowed + sum(row.slowed for row in rows)
    return RefusedRow(*name, refused, slowed, last_at)


def forget() -> None:
    """Forget the buckets and what was not written; for tests, which share a process."""
    with _lock:
        for each in (_addresses, _keys, _refused, _slowed):
            each.clear()
        _written[0] = float("-inf")
