"""Our posts beside what their networks count, the worst first: stored numbers, however many comments there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, or_, select

from compliance import clock
from connectors.registry import capabilities_of
from models.account import Account, CoverageRecord
from models.bypass import Bypass
from models.coverage import AccountHour, PostCoverage
from models.enums import AccountStatus, Network
from models.post import Post
from models.publication import Publication
from moderation import listening
from moderation.count_gaps import Facts, Why, whys
from moderation.listening import Silent
from moderation.queries.counts import last_polls

PAGE = 20
CAPPED = timedelta(days=7)
SEEN_BY_READING = (Why.UNSEEN, Why.CLOSED)
"""What is known of a post before it was counted."""


@dataclass(frozen=True)
class PostRow:
    """One of our posts: what we hold, what its network counts, and why they differ.

    `held` of `network_count` (None: not told), `deeper` for the answers that it leaves out, `deleted` for what is gone
    and kept. `counted_at`: when both were counted, None when never. `read_at`: the account's last reading. `silent`:
    nothing is read of the account now, so that the numbers are those of that moment and no more. `title` is None for
    what was published elsewhere.
    """

    account_id: str
    network: Network
    account: str
    title: str | None
    url: str
    posted_at: datetime | None
    held: int
    network_count: int | None
    deeper: int
    deleted: int
    missing: int
    unseen: bool
    counted_at: datetime | None
    read_at: datetime | None
    silent: bool
    whys: tuple[Why, ...]


@dataclass(frozen=True)
class PostPage:
    """A page of posts (from 0), how many there are in all, and of how many something is missing."""

    rows: tuple[PostRow, ...]
    page: int
    total: int
    lacking: int


def posts_covered(session: Session, *, page: int = 0) -> PostPage:
    """Return a page of the watched posts that have comments or may have some, those that lack most first."""
    lacking = (col(PostCoverage.missing) > 0) | col(PostCoverage.unseen)
    counted = select(func.count()).select_from(PostCoverage).where(_shown())
    total, lack = session.exec(counted).one(), session.exec(counted.where(lacking)).one()
    page = min(page, max(total - 1, 0) // PAGE)
    order = (
        col(PostCoverage.unseen).desc(),
        col(PostCoverage.missing).desc(),
        col(PostCoverage.network_count).is_not(None),
        (col(PostCoverage.held) + col(PostCoverage.deeper)).desc(),
        col(PostCoverage.account_id),
        col(PostCoverage.remote_id).desc(),
    )
    wanted = select(PostCoverage, Account).where(Account.id == PostCoverage.account_id, _shown())
    found = session.exec(wanted.order_by(*order).offset(page * PAGE).limit(PAGE)).all()
    return PostPage(_rows(session, found), page, total, lack)


def _shown() -> Any:
    """Return the condition of a post that has comments, here or there, or of which that is not known."""
    kept = col(PostCoverage.held) + col(PostCoverage.deeper) + col(PostCoverage.deleted) + col(PostCoverage.ours)
    untold = col(PostCoverage.network_count).is_(None)
    has = or_(kept > 0, col(PostCoverage.network_count) > 0, untold, col(PostCoverage.unseen))
    return col(PostCoverage.watched) & has


def _rows(session: Session, found: Sequence[tuple[PostCoverage, Account]]) -> tuple[PostRow, ...]:
    keys = {(post.account_id, post.remote_id) for post, _account in found}
    about = _bypasses(session, keys) | _publications(session, keys)
    read = last_polls(session, succeeded=True)
    now = clock.now()
    unread = {key for key, silence in listening.silences(session, now).items() if silence.kind is Silent.UNREAD}
    failing = {key for key, record in last_polls(session).items() if not record.succeeded}
    capped = _capped(session, now)
    return tuple(
        _row(
            post,
            account,
            about.get((post.account_id, post.remote_id), (None, "", None)),
            read.get(account.id),
            silent=account.id in unread | failing or account.status is AccountStatus.PAUSED,
            capped=account.id in capped,
        )
        for post, account in found
    )


About = tuple[str | None, str, datetime | None]


def _publications(session: Session, keys: set[tuple[str, str]]) -> dict[tuple[str, str], About]:
    wanted = select(Publication, Post.title).where(
        Post.id == Publication.post_id, col(Publication.remote_id).in_({remote_id for _account, remote_id in keys})
    )
    return {
        (one.account_id, str(one.remote_id)): (title, one.remote_url or "", one.published_at)
        for one, title in session.exec(wanted)
    }


def _bypasses(session: Session, keys: set[tuple[str, str]]) -> dict[tuple[str, str], About]:
    wanted = select(Bypass).where(col(Bypass.remote_id).in_({remote_id for _account, remote_id in keys}))
    return {(one.account_id, one.remote_id): (None, one.url, one.posted_at) for one in session.exec(wanted)}


def _capped(session: Session, now: datetime) -> set[str]:
    recent = select(AccountHour.account_id).where(AccountHour.caps > 0, AccountHour.starts_at > now - CAPPED)
    return set(session.exec(recent.distinct()))


def _row(
    post: PostCoverage, account: Account, about: About, read: CoverageRecord | None, *, silent: bool, capped: bool
) -> PostRow:
    title, url, posted_at = about
    held = post.held + post.ours
    capabilities = capabilities_of(account.network.value)
    facts = Facts(held, post.deeper, post.network_count, post.unseen, post.closed, capped)
    found = whys(facts, capabilities) if capabilities else ()
    return PostRow(
        account_id=account.id,
        network=account.network,
        account=account.display_name,
        title=title,
        url=url,
        posted_at=posted_at,
        held=held,
        network_count=post.network_count,
        deeper=post.deeper,
        deleted=post.deleted,
        missing=post.missing,
        unseen=post.unseen,
        counted_at=post.counted_at,
        read_at=read.polled_at if read else None,
        silent=silent,
        whys=tuple(why for why in found if post.counted_at or why in SEEN_BY_READING),
    )
