"""Reading an account's other doors: its private messages, and what is said under its advertisements.

As `intake` does: fetched outside any transaction, then the rows, their cursor and how the reading went in one. A door
that cannot be read leaves the account's comments alone, and puts a standing check by hand in its place.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, select

from compliance import accounts, breakers, clock
from connectors.base import Capabilities, Channel, CommentPage
from connectors.private import MessagePage, OwnMessage, ads_of, messages_of
from connectors.registry import capabilities_of
from errors import AppError, ConnectorError, NotFound, RateLimited
from models.account import Account, Cursor
from models.comment import Comment
from models.enums import AccountStatus, BlindSpot
from models.private import DoorReading, ThreadMessage
from models.session import get, reading, transaction
from moderation.as_received import storable_text
from moderation.intake import LONGEST_MESSAGE, PollReport, move_cursor, receive_all
from moderation.private_rules import NO_INTERFACE, WHY_BY_HAND
from moderation.terms.in_force import may_poll

ADS_PAUSE = timedelta(minutes=15)
MOST_PAGES = 20
MESSAGES = "messages"
NOT_READ = "NotRead"
"""What a reading says that was not made: terms unsigned, the network down, the token dead."""
FRESH = timedelta(hours=24)
"""How long a door that was read counts as read."""
STILL_BLIND = frozenset({("x", BlindSpot.PRIVATE_MESSAGES)})
"""Doors that are read, and behind which something is still said that is not listed."""

log = structlog.get_logger()
Page = CommentPage | MessagePage


@dataclass(frozen=True)
class Door:
    """One door: what it is called where its cursor is kept, what it spares people to look at, how it is read."""

    name: str
    spot: BlindSpot
    fetch: Callable[[Channel, str | None], Page]
    pause: timedelta
    beside: tuple[BlindSpot, ...] = ()


def _fetch_messages(channel: Channel, cursor: str | None) -> Page:
    messages = messages_of(channel)
    if messages is None:
        raise NotFound
    return messages.fetch_messages(cursor)


def _fetch_ads(channel: Channel, cursor: str | None) -> Page:
    ads = ads_of(channel)
    if ads is None:
        raise NotFound
    return ads.fetch_ad_comments(cursor)


def doors_of(capabilities: Capabilities | None) -> tuple[Door, ...]:
    """Return the doors beside the comments that a network opens to programs."""
    if capabilities is None:
        return ()
    stories = (BlindSpot.STORIES,) if capabilities.story_replies else ()
    messages = Door(MESSAGES, BlindSpot.PRIVATE_MESSAGES, _fetch_messages, capabilities.message_pause, stories)
    ads = Door("ads", BlindSpot.ADVERTISING, _fetch_ads, ADS_PAUSE)
    return (*((messages,) if capabilities.private_messages else ()), *((ads,) if capabilities.ad_comments else ()))


def read_doors(account_id: str) -> int:
    """Bring in what came by an account's other doors; return how much it was. Never raises for what a network does."""
    account, read = _readable(account_id)
    due = [door for door in doors_of(capabilities_of(account.network.value)) if read and _due(account_id, door)]
    return sum(_read_all(account, door) for door in due)


def read_messages(account_id: str) -> PollReport:
    """Read an account's private messages now, whatever their pause, as `intake.poll_account` does its comments.

    Where the account has no such door there is nothing to read, and nothing went wrong.
    """
    account, read = _readable(account_id)
    door = next((one for one in doors_of(capabilities_of(account.network.value)) if one.name == MESSAGES), None)
    if door is None:
        return PollReport(account_id)
    if not read:
        return PollReport(account_id, complete=False, error=NOT_READ)
    waits = _door_state(account_id, door)
    if waits and waits.next_allowed_at and waits.next_allowed_at > clock.now():
        return PollReport(account_id, complete=False, next_allowed_at=waits.next_allowed_at)
    received, state = _read_all(account, door), _door_state(account_id, door)
    if state is None:
        return PollReport(account_id, received)
    return PollReport(account_id, received, next_allowed_at=state.next_allowed_at, error=state.error)


def _readable(account_id: str) -> tuple[Account, bool]:
    """Return an account, and whether it may be read now: its terms signed, its breaker closed, its token alive."""
    with reading() as session:
        account = get(session, Account, account_id)
        read = may_poll(session, account.network) and breakers.is_closed(session, account_id)
    return account, read and account.status is not AccountStatus.AUTH_EXPIRED


def _read_all(account: Account, door: Door) -> int:
    total, complete, pages = 0, False, 0
    while not complete and pages < MOST_PAGES:
        received, complete = _read(account, door)
        total, pages = total + received, pages + 1
    return total


def _door_state(account_id: str, door: Door) -> DoorReading | None:
    with reading() as session:
        return session.get(DoorReading, (account_id, door.spot))


def _due(account_id: str, door: Door) -> bool:
    state = _door_state(account_id, door)
    if state is None:
        return True
    waits_until = max(state.next_allowed_at or state.tried_at, state.tried_at + door.pause)
    return clock.now() >= waits_until


def _read(account: Account, door: Door) -> tuple[int, bool]:
    """Read one page; return how many it brought, and whether nothing is left to read now."""
    with reading() as session:
        cursor = session.get(Cursor, (account.id, door.name))
    try:
        page = door.fetch(accounts.open_channel(account), cursor.value if cursor else None)
        with transaction() as session:
            received = store_page(session, account.id, door, page)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is written down, and stops no other door
        _note_failure(account.id, door, error)
        return 0, True
    return received, page.complete or page.next_allowed_at is not None


def store_page(session: Session, account_id: str, door: Door, page: Page) -> int:
    """Store a page, our own messages beside it, its cursor and how it went, in the caller's transaction."""
    account = get(session, Account, account_id, lock=True)
    rows = receive_all(session, account, page.comments)
    if isinstance(page, MessagePage):
        _keep_own(session, account, page.own)
    move_cursor(session, account_id, door.name, page.cursor)
    state = _state(session, account_id, door)
    if page.complete:
        state.read_at, state.error, state.message = clock.now(), None, None
    state.next_allowed_at = page.next_allowed_at
    state.cap_hit_at = clock.now() if page.cap_hit else state.cap_hit_at
    return len(rows)


def _state(session: Session, account_id: str, door: Door) -> DoorReading:
    known = session.get(DoorReading, (account_id, door.spot), with_for_update=True)
    state = known or DoorReading(account_id=account_id, spot=door.spot, tried_at=clock.now())
    state.tried_at = clock.now()
    session.add(state)
    return state


def _keep_own(session: Session, account: Account, own: Collection[OwnMessage]) -> None:
    ids = {storable_text(one.external_id) for one in own}
    same = (ThreadMessage.account_id == account.id, col(ThreadMessage.external_id).in_(ids))
    held = set(session.exec(select(ThreadMessage.external_id).where(*same)))
    for one in own:
        if storable_text(one.external_id) not in held:
            session.add(
                ThreadMessage(
                    account_id=account.id, thread_id=storable_text(one.thread_id),
                    external_id=storable_text(one.external_id), text=storable_text(one.text), sent_at=one.sent_at,
                    seen_at=clock.now(),
                )
            )  # fmt: skip


def _note_failure(account_id: str, door: Door, error: Exception) -> None:
    """Write down why a door was not read; the words of an unexpected error are kept out: they may quote a message."""
    expected = isinstance(error, ConnectorError | AppError)
    name = type(error).__name__
    log.warning("door not read", account=account_id, door=door.name, error=name, exc_info=None if expected else error)
    with transaction() as session:
        state = _state(session, account_id, door)
        state.error, state.message = name, str(error)[:LONGEST_MESSAGE] if expected else None
        state.next_allowed_at = error.retry_at if isinstance(error, RateLimited) else None


def states(session: Session) -> dict[tuple[str, BlindSpot], DoorReading]:
    """Return how the last reading of every door went, by account and door."""
    return {(one.account_id, one.spot): one for one in session.exec(select(DoorReading))}


def spared(account: Account, held: dict[tuple[str, BlindSpot], DoorReading]) -> frozenset[BlindSpot]:
    """Return what nobody need look at by hand: what was read within a day, and whose last reading did not fail."""
    found: set[BlindSpot] = set()
    for door in doors_of(capabilities_of(account.network.value)):
        if _is_read(held.get((account.id, door.spot))):
            found |= {door.spot, *door.beside}
    return frozenset(spot for spot in found if (account.network.value, spot) not in STILL_BLIND)


def _is_read(state: DoorReading | None) -> bool:
    return bool(state and state.read_at and not state.error and clock.now() - state.read_at < FRESH)


def why_by_hand(account: Account, spot: BlindSpot) -> str:
    """Return why a door is looked at by hand though others are read, as a French msgid; empty where that is plain."""
    reason = WHY_BY_HAND.get((account.network, spot), "")
    if reason or account.status is AccountStatus.PAUSED:
        return reason
    opened = {one for door in doors_of(capabilities_of(account.network.value)) for one in (door.spot, *door.beside)}
    return "" if spot in opened else NO_INTERFACE if spot is BlindSpot.PRIVATE_MESSAGES else ""


def last_written_at(session: Session, comment: Comment) -> datetime:
    """Return when the person of a private thread wrote last: an answer's window runs from there."""
    same = (Comment.account_id == comment.account_id, Comment.conversation_id == comment.conversation_id)
    newest = select(Comment.posted_at).where(*same, Comment.author_id == comment.author_id)
    found: Sequence[datetime] = session.exec(newest.order_by(col(Comment.posted_at).desc()).limit(1)).all()
    return max([comment.posted_at, *found])
