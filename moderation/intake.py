"""Bringing comments in: fetched outside any transaction, then stored in one, raw payload first, with their cursor.

A page stored twice changes nothing; a crash between the fetch and the commit loses nothing, because the cursor moves
with the rows. What goes wrong leaves a coverage record: silence is never taken for calm.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Generic, TypeVar

import structlog
from sqlmodel import Session, col, func, select

from compliance import accounts, audit, breakers, clock, metering
from compliance.audit import AuditAction
from compliance.canonical import sha256_text
from compliance.permissions import SYSTEM
from connectors.base import Channel, CommentPage, IncomingComment, LookUp
from connectors.registry import AFRESH, capabilities_of
from errors import AppError, AuthExpired, ConnectorError, RateLimited
from models.account import Account, CoverageRecord, Cursor
from models.bypass import Bypass
from models.comment import Comment, CommentRevision, Tombstone
from models.coverage import PostCoverage
from models.enums import PRIVATE_KINDS, AccountStatus, EventSource, TombstoneKind, VisibilityFacet
from models.post import Post
from models.publication import Publication
from models.session import get, reading, transaction
from moderation import facets, post_coverage, spending
from moderation.pacing import LOOKED_AGAIN
from moderation.receiving import Received, is_ours, lock_known, own_identities, receive
from moderation.terms.in_force import may_poll

SOURCE = "comments"
MOST_PAGES = 20
WATCHED = timedelta(days=30)
FRESH = timedelta(hours=48)
MOST_CONVERSATIONS = 50
LOOKED_UP_AT_ONCE = 100
LONGEST_MESSAGE = 500
UNSIGNED = "TermsUnsigned"
"""What a poll says that was not made: legal and data protection have not signed the network's terms."""

log = structlog.get_logger()
Row = TypeVar("Row")
Found = TypeVar("Found")
Again = tuple[list[LookUp], dict[str, int | None], bool]


@dataclass(frozen=True)
class PollReport:
    """What one poll brought. `error` is the class of what went wrong, None when nothing did."""

    account_id: str
    received: int = 0
    new: int = 0
    complete: bool = True
    next_allowed_at: datetime | None = None
    error: str | None = None


def poll_account(account_id: str) -> PollReport:
    """Bring in what was said since the last poll; never raises for what a network or one account does."""
    report = _read(account_id, _poll)
    pages = 1
    while not report.complete and not report.error and not report.next_allowed_at and pages < MOST_PAGES:
        page = _read(account_id, _poll)
        report = replace(page, received=report.received + page.received, new=report.new + page.new)
        pages += 1
    return report


@dataclass(frozen=True)
class _Reading(Generic[Found]):
    """What one reading asks, then stores in one transaction; `calls`: whether the network is asked anything."""

    ask: Callable[[Channel], Found]
    store: Callable[[Session, str, Found], PollReport]
    calls: bool = True


Plan = Callable[[Session, Account], _Reading[Found] | None]


def _read(account_id: str, plan: Plan[Found], *, heeds_pause: bool = True) -> PollReport:
    """Make a reading where terms, pause, plan and breaker let us; what goes wrong is written down, never raised."""
    with reading() as session:
        account = get(session, Account, account_id)
        if not may_poll(session, account.network):
            return PollReport(account_id, complete=False, error=UNSIGNED)
        if heeds_pause and account.next_allowed_at and account.next_allowed_at > clock.now():
            return PollReport(account_id, complete=False, next_allowed_at=account.next_allowed_at)
        planned = plan(session, account)
    if planned is None:
        return PollReport(account_id)
    if planned.calls and (waits := breakers.waits(account_id)):
        return PollReport(account_id, complete=False, error=waits)
    try:
        found = planned.ask(accounts.open_channel(account))
        with transaction() as session:
            report = planned.store(session, account_id, found)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is written down, and stops no other account
        return note_failure(account_id, error)
    if planned.calls:
        breakers.tell(account_id)
    return report


def _poll(session: Session, account: Account) -> _Reading[CommentPage]:
    value, posts = _cursor(session, account), _asked(account, _conversations(session, account.id))
    return _Reading(lambda channel: channel.fetch_comments(value, posts), store_page)


def _cursor(session: Session, account: Account) -> str | None:
    """Return how far an account's comments were read; None before its first poll."""
    held = session.get(Cursor, (account.id, SOURCE))
    return held.value if held else None


def _conversations(session: Session, account_id: str) -> list[str]:
    """Return the ids of our own posts that are watched, newest first: published, or taken in, not long ago.

    Before them what was published elsewhere: nobody planned it, and its comments come in all the same.
    """
    since = clock.now() - WATCHED
    taken_in = select(Post.id).where(col(Post.prior), col(Post.created_at) > since)
    recent = (
        select(Publication.remote_id)
        .where(Publication.account_id == account_id, col(Publication.remote_id).is_not(None))
        .where((col(Publication.published_at) > since) | col(Publication.post_id).in_(taken_in))
        .order_by(col(Publication.published_at).desc())
        .limit(MOST_CONVERSATIONS)
    )
    elsewhere = (
        select(Bypass.remote_id)
        .where(Bypass.account_id == account_id, Bypass.posted_at > since)
        .order_by(col(Bypass.posted_at).desc())
    )
    watched = dict.fromkeys([*session.exec(elsewhere), *session.exec(recent)])
    return [remote_id for remote_id in watched if remote_id][:MOST_CONVERSATIONS]


def _asked(account: Account, ids: list[str]) -> list[str]:
    """Return the ids that the network can be asked about: one that a person typed wrong stops no reading."""
    capabilities = capabilities_of(account.network.value)
    return capabilities.known(ids) if capabilities else ids


def fresh_accounts(session: Session) -> set[str]:
    """Return the accounts that published in the last two days."""
    recent = select(Publication.account_id).where(col(Publication.published_at) > clock.now() - FRESH)
    return set(session.exec(recent.distinct()))


def note_failure(account_id: str, error: Exception) -> PollReport:
    """Write down why nothing came. The words of an unexpected error are kept out: they may quote a comment."""
    expected = isinstance(error, ConnectorError | AppError)
    name = type(error).__name__
    log.warning("poll failed", account=account_id, error=name, exc_info=None if expected else error)
    next_allowed_at = error.retry_at if isinstance(error, RateLimited) else None
    with transaction() as session:
        account = get(session, Account, account_id, lock=True)
        if isinstance(error, AuthExpired) and account.status is AccountStatus.ACTIVE:
            account.status = AccountStatus.AUTH_EXPIRED
            audit.record(session, SYSTEM, AuditAction.ACCOUNT_AUTH_EXPIRED, "account", account.id)
        account.next_allowed_at = next_allowed_at or account.next_allowed_at
        message = str(error)[:LONGEST_MESSAGE] if expected else None
        _cover(
            session,
            CoverageRecord(account_id=account_id, polled_at=clock.now(), succeeded=False, error=name, message=message),
        )
    breakers.tell(account_id, error)
    return PollReport(account_id, complete=False, next_allowed_at=next_allowed_at, error=name)


def _cover(session: Session, record: CoverageRecord) -> None:
    session.add(record)
    session.flush()


def store_page(session: Session, account_id: str, page: CommentPage) -> PollReport:
    """Store a page, its cursor, its coverage record and its audit event, in the caller's transaction."""
    account = get(session, Account, account_id, lock=True)
    rows = receive_all(session, account, page.comments)
    move_cursor(session, account_id, SOURCE, page.cursor)
    account.next_allowed_at = page.next_allowed_at or (_paced(session, account) if page.complete else None)
    if account.status is AccountStatus.AUTH_EXPIRED:
        account.status = AccountStatus.ACTIVE
    new = sum(row.new_comment for row in rows)
    record = CoverageRecord(
        account_id=account_id, polled_at=clock.now(), succeeded=True, received=len(rows), new=new, cap_hit=page.cap_hit
    )
    if page.next_allowed_at and not page.complete and not page.comments:
        # A limit that let nothing through: "0 received" would be told for what nobody looked at.
        record.succeeded, record.error = False, RateLimited.__name__
    _cover(session, record)
    post_coverage.note_page(session, account_id, page)
    fresh = sum(row.new_payload for row in rows)
    numbers = {"reads": 1, "new": new, "caps": int(page.cap_hit), "payloads": fresh}
    metering.note(session, account_id, numbers | {"units": _units(account, {"fetch_comments": 1})})
    return PollReport(account_id, len(rows), new, page.complete, page.next_allowed_at)


def _paced(session: Session, account: Account) -> datetime | None:
    """Return before when a billed account is not read again; None where the network bills nothing."""
    pause = spending.pause(session, account)
    return clock.now() + pause if pause else None


def _units(account: Account, calls: Mapping[str, int]) -> int:
    """Return what calls took of a daily budget, by the channel's method."""
    capabilities = capabilities_of(account.network.value)
    return sum(capabilities.cost.get(name, 0) * times for name, times in calls.items()) if capabilities else 0


def receive_all(session: Session, account: Account, comments: Collection[IncomingComment]) -> list[Received]:
    """Store comments, our own posts dropped by id and by handle, with one audit event over the new payloads."""
    ours = own_identities(session, account)
    lock_known(session, account, comments)
    rows = [receive(session, account, one, EventSource.POLL) for one in comments if not is_ours(one, ours)]
    fresh = [row.raw for row in rows if row.new_payload]
    if fresh:
        ids, hashes = [raw.id for raw in fresh], [raw.payload_sha256 for raw in fresh]
        audit.record_batch(session, SYSTEM, AuditAction.COMMENTS_INGEST, "raw_event", ids, hashes)
    return rows


def move_cursor(session: Session, account_id: str, source: str, value: str) -> None:
    """Keep how far a source of an account was read."""
    cursor = session.get(Cursor, (account_id, source)) or Cursor(
        account_id=account_id, source=source, value=value, moved_at=clock.now()
    )
    cursor.value, cursor.moved_at = value, clock.now()
    session.add(cursor)


def note_deleted(session: Session, account_id: str, external_ids: Collection[str]) -> int:
    """Note that the network no longer shows comments; the second absence confirms it. Everything they said is kept.

    An id is that of the comment or of any version of it. Returns the number of comments that went out of sight.
    """
    gone = [c for c in _comments_with(session, account_id, external_ids) if _bury(session, c)]
    if gone:
        ids = [comment.id for comment in gone]
        hashes = [sha256_text(comment_id) for comment_id in ids]
        audit.record_batch(session, SYSTEM, AuditAction.COMMENTS_MISSING, "comment", ids, hashes)
    return len(gone)


def _comments_with(session: Session, account_id: str, external_ids: Collection[str]) -> list[Comment]:
    versions = select(CommentRevision.comment_id).where(col(CommentRevision.external_id).in_(external_ids))
    named = col(Comment.external_id).in_(external_ids) | col(Comment.id).in_(versions)
    found = select(Comment).where(Comment.account_id == account_id, named).order_by(col(Comment.id)).with_for_update()
    return list(session.exec(found))


def _bury(session: Session, comment: Comment) -> bool:
    if comment.visibility in (VisibilityFacet.DELETING, VisibilityFacet.DELETED_BY_US):
        return False
    stones = select(Tombstone).where(Tombstone.comment_id == comment.id, Tombstone.kind == TombstoneKind.DELETED)
    last = session.exec(stones.order_by(col(Tombstone.first_missing_at).desc())).first()
    if last and comment.visibility is VisibilityFacet.DELETED_BY_AUTHOR:
        last.confirmed_at = last.confirmed_at or clock.now()
        return False
    session.add(Tombstone(comment_id=comment.id, kind=TombstoneKind.DELETED, first_missing_at=clock.now()))
    facets.write(comment, facets.deleted(facets.read(comment)))
    return True


def reconcile_account(account_id: str, *, days: int = 7) -> PollReport:
    """Look at the comments of the last days again: edits and deletions that no poll brings, and the network's counts.

    An account whose month is at its limit is looked at again once a day only.
    """
    since = clock.now() - timedelta(days=days)

    def plan(session: Session, account: Account) -> _Reading[Again] | None:
        counted = select(func.max(PostCoverage.counted_at)).where(PostCoverage.account_id == account_id)
        if spending.reached_since(session, account, session.exec(counted).one(), LOOKED_AGAIN):
            return None
        ids = _asked(account, _recent_ids(session, account_id, since))
        posts = _asked(account, _conversations(session, account_id))
        calls = bool(ids) or (bool(posts) and _tells_count(account))
        return _Reading(lambda channel: _look_again(channel, ids, posts), _store_looks, calls)

    return _read(account_id, plan, heeds_pause=False)


def seek_missing(account_id: str) -> PollReport:
    """Read posts from their beginning of which the network counts more than we hold, where no poll finds what is late.

    What a filter keeps back is counted and never listed: the same gap is sought once a day.
    """

    def plan(session: Session, account: Account) -> _Reading[CommentPage] | None:
        afresh, posts = AFRESH.get(account.network.value), _asked(account, post_coverage.to_seek(session, account.id))
        if afresh is None or not posts:
            return None
        value = _cursor(session, account)
        return _Reading(
            lambda channel: channel.fetch_comments(afresh(value, posts), posts), partial(_store_sought, posts)
        )

    return _read(account_id, plan)


def _store_sought(posts: list[str], session: Session, account_id: str, page: CommentPage) -> PollReport:
    report = store_page(session, account_id, page)
    post_coverage.note_sought(session, account_id, posts)
    return report


def _tells_count(account: Account) -> bool:
    capabilities = capabilities_of(account.network.value)
    return capabilities is None or capabilities.tells_count


def _look_again(channel: Channel, ids: list[str], posts: list[str]) -> Again:
    """Return the comments as they are now, the network's number for each post (None: untold), and if it counts all."""
    looks, tells = [channel.look_up(part) for part in parts(ids)], channel.capabilities.tells_count
    told = {remote_id: channel.count(remote_id) if tells else None for remote_id in posts}
    return looks, told, channel.capabilities.counts_all


def _store_looks(session: Session, account_id: str, again: Again) -> PollReport:
    """Store what was looked at again and the counts of the posts, in the caller's transaction."""
    looks, told, deep = again
    account = get(session, Account, account_id, lock=True)
    report = _take_in(session, account, looks)
    posts = post_coverage.count_posts(session, account, told, deep=deep)
    counted = [count for count in told.values() if count is not None]
    stored = sum(post.held + post.ours for post in posts if post.network_count is not None)
    _cover(session, CoverageRecord(
        account_id=account_id, polled_at=clock.now(), succeeded=True, new=report.new,
        network_count=sum(counted) if counted else None, stored_count=stored if counted else None,
    ))  # fmt: skip
    numbers = {"new": report.new, "looked_up": sum(len(look.comments) for look in looks), "own_posts": len(counted)}
    units = _units(account, {"look_up": len(looks), "count": len(counted)})
    metering.note(session, account_id, numbers | {"units": units})
    return report


def _take_in(session: Session, account: Account, looks: Sequence[LookUp]) -> PollReport:
    rows = receive_all(session, account, [comment for look in looks for comment in look.comments])
    note_deleted(session, account.id, [missing for look in looks for missing in look.missing])
    return PollReport(account.id, len(rows), sum(row.new_comment for row in rows))


def look_at(account_id: str, ids: Sequence[str]) -> PollReport:
    """Bring in the comments of these ids, as the network shows them now; note those it shows no longer.

    It says nothing of what else was written: no coverage is claimed. Never raises for what a network does.
    """

    def plan(_session: Session, account: Account) -> _Reading[LookUp]:
        asked = _asked(account, list(ids))
        return _Reading(lambda channel: channel.look_up(asked), _store_look)

    return _read(account_id, plan)


def _store_look(session: Session, account_id: str, look: LookUp) -> PollReport:
    account = get(session, Account, account_id, lock=True)
    report = _take_in(session, account, [look])
    numbers = {"new": report.new, "looked_up": len(look.comments), "units": _units(account, {"look_up": 1})}
    metering.note(session, account_id, numbers)
    return report


def _recent_ids(session: Session, account_id: str, since: datetime) -> list[str]:
    recent = select(Comment.external_id).where(Comment.account_id == account_id, Comment.received_at >= since)
    # Of a private thread the newest messages alone are shown: one that is not there was not deleted for that.
    recent = recent.where(col(Comment.kind).not_in(PRIVATE_KINDS))
    return list(session.exec(recent.order_by(col(Comment.id))))


def parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Yield as many at a time as a network is asked to look at in one call."""
    for start in range(0, len(rows), LOOKED_UP_AT_ONCE):
        yield rows[start : start + LOOKED_UP_AT_ONCE]
