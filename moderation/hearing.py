"""Listening to what networks told: the comments that they name are asked for by their ids, else the account is read.

What tells of private messages makes us read that account's threads.

No word of a notification becomes a comment: what the network answers does. One that is lost, doubled or forged
therefore loses, doubles and forges nothing, and the poll comes by itself in any case.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, select, update

from compliance import clock
from connectors.webhooks import Told, told_in
from models.account import Account
from models.engine_room import WebhookDelivery
from models.enums import AccountStatus
from models.session import reading, transaction
from moderation import intake, private_reading

AT_ONCE = 5_000
PATIENCE = timedelta(hours=1)
MINUTE = 60.0


@dataclass
class Allowance:
    """Calls on one account for notifications: so many at once, then as many as come back."""

    most: float
    a_second: float
    left: float
    at: float
    """When `left` was reckoned; the clock that never goes back, in seconds."""

    def take(self, now: float) -> bool:
        """Take one call; False when none is left."""
        self.left = min(self.most, self.left + (now - self.at) * self.a_second)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


ALLOWED: Mapping[str, tuple[float, float]] = {"read": (10, 1 / 6), "look": (50, 0.8), "messages": (10, 1 / 6)}
"""How many at once, and how many come back each second. X allows 300 readings in a quarter of an hour, of which the
rounds take their share, and 900 questions for a hundred posts each; Meta's limits for a page are far above."""
BETWEEN_LOOKS = 1.0
"""Seconds for which what is named gathers into one question, unless it fills one already."""
_allowances: dict[tuple[str, str], Allowance] = {}
_resting: dict[tuple[str, bool], float] = {}
"""Until when an account that failed is not called for notifications; its private messages (True) rest by themselves."""

Delivery = WebhookDelivery


def is_told() -> bool:
    """Whether something was told that nobody has listened to yet."""
    with reading() as session:
        return session.exec(select(Delivery.id).where(col(Delivery.heard_at).is_(None)).limit(1)).first() is not None


def hear() -> int:
    """Fetch what unheard notifications speak of; return how many were heard.

    What cannot be fetched now is asked for again for an hour, then left to the poll. An account that was called often
    this minute waits a moment: a wave of notifications must not use up the network's limit.
    """
    with reading() as session:
        unheard = select(Delivery).where(col(Delivery.heard_at).is_(None))
        rows = session.exec(unheard.order_by(col(Delivery.id)).limit(AT_ONCE)).all()
        of_account = _by_account(session, rows)
    left: set[str] = set()
    for account_id, theirs in of_account.items():
        left |= {row.id for row in theirs} - _heard(account_id, theirs)
    heard = [row.id for row in rows if row.id not in left]
    if heard:
        _note_heard(heard)
    return len(heard)


def _by_account(session: Session, rows: Sequence[Delivery]) -> dict[str, list[Delivery]]:
    """Return the notifications of each account that they name by the network's id; of all when they name none."""
    connected = select(Account).where(col(Account.token_encrypted).is_not(None), Account.status != AccountStatus.PAUSED)
    accounts = session.exec(connected).all() if rows else ()
    found: dict[str, list[Delivery]] = {}
    for row in rows:
        own = [one for one in accounts if one.network == row.network]
        named = [one for one in own if one.external_id and one.external_id in row.body]
        for account in named or own:
            found.setdefault(account.id, []).append(row)
    return found


def _heard(account_id: str, rows: Sequence[Delivery]) -> set[str]:
    """Ask for all that the notifications tell of; return those of which nothing is left to ask for."""
    told = {row.id: told_in(row.network.value, row.body) for row in rows}
    wants: Sequence[tuple[Callable[[str, Sequence[Delivery], Mapping[str, Told]], set[str]], list[Delivery]]] = (
        (_look, [row for row in rows if told[row.id].named]),
        (_read, [row for row in rows if told[row.id].other]),
        (_read_private, [row for row in rows if told[row.id].private]),
    )
    left: set[str] = set()
    for ask, some in wants:
        left |= {row.id for row in some} - (ask(account_id, some, told) if some else set())
    return set(told) - left


def _look(account_id: str, rows: Sequence[Delivery], told: Mapping[str, Told]) -> set[str]:
    """Ask for the comments named, a hundred a call."""
    heard: set[str] = set()
    for part in () if _gathers(account_id, len(rows)) else intake.parts(rows):
        ids = dict.fromkeys(one for row in part for one in told[row.id].named)
        if not _may_call(account_id, "look"):
            break
        heard |= _done(part, intake.look_at(account_id, list(ids)))
    return heard


def _read(account_id: str, rows: Sequence[Delivery], _told: Mapping[str, Told]) -> set[str]:
    """Read the account once."""
    return _done(rows, intake.poll_account(account_id)) if _may_call(account_id, "read") else set()


def _read_private(account_id: str, rows: Sequence[Delivery], _told: Mapping[str, Told]) -> set[str]:
    """Read the account's private messages once."""
    if not _may_call(account_id, "messages"):
        return set()
    return _done(rows, private_reading.read_messages(account_id), private=True)


def _gathers(account_id: str, count: int) -> bool:
    """Whether so few are named so soon after the last question that they wait for others to come."""
    last = _allowances.get((account_id, "look"))
    soon = last is not None and time.monotonic() - last.at < BETWEEN_LOOKS
    return soon and count < intake.LOOKED_UP_AT_ONCE


def _done(rows: Sequence[Delivery], report: intake.PollReport, *, private: bool = False) -> set[str]:
    """Return which are settled: all after an answer, after a failure those that have waited long enough."""
    failed = bool(report.error or report.next_allowed_at)
    if failed:
        _resting[report.account_id, private] = time.monotonic() + MINUTE
    return {row.id for row in rows if not failed or row.received_at < clock.now() - PATIENCE}


def _may_call(account_id: str, kind: str) -> bool:
    """Count a call on an account; say whether it may be made now."""
    now = time.monotonic()
    if _resting.get((account_id, kind == "messages"), now) > now:
        return False
    most, a_second = ALLOWED[kind]
    return _allowances.setdefault((account_id, kind), Allowance(most, a_second, left=most, at=now)).take(now)


def _note_heard(row_ids: list[str]) -> None:
    """Note those that were fetched alone: what came meanwhile has not been heard."""
    with transaction() as session:
        session.execute(update(Delivery).where(col(Delivery.id).in_(row_ids)).values(heard_at=clock.now()))
