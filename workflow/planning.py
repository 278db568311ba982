"""The calendar: what is planned on which day, on which days a product may not be advertised, and moving a date."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, select

from compliance import clock
from compliance.business_hours import public_holidays
from compliance.permissions import Actor, Permission, allows, check
from errors import RuleViolated
from i18n import N_
from models.enums import Network, PostAction, PostStatus, PublicationStatus, VisaStatus
from models.post import Post, Visa
from models.publication import Publication
from models.session import get
from workflow import drafting, publishing
from workflow.approvals import approvals_of, expiries
from workflow.expiry import Expiry
from workflow.findings import stored_content
from workflow.health_days import HealthDay, occasions
from workflow.queries import networks_of
from workflow.rounds import current_version
from workflow.states import POST_TRANSITIONS

WAITING = (PostStatus.APPROVED, PostStatus.SCHEDULED)


@dataclass(frozen=True)
class Entry:
    """A post on a day: when it leaves, left, or is planned to leave.

    `repetition` is where one of a series stands, None for the post's own slot; `expiry` is that of its approval.
    """

    post_id: str
    title: str
    networks: tuple[Network, ...]
    at: datetime
    status: PostStatus
    movable: bool
    row_version: int
    expiry: Expiry = Expiry.GOOD
    repetition: PublicationStatus | None = None


@dataclass(frozen=True)
class Lapse:
    """The approval of a post that is not out yet ends at a moment."""

    post_id: str
    title: str
    at: datetime


@dataclass(frozen=True)
class Day:
    """One day of the calendar; `forbidden` when the product asked about holds no visa on it.

    `lapses` are the approvals that end on it.
    """

    day: date
    holiday: bool
    occasions: tuple[HealthDay, ...]
    entries: tuple[Entry, ...]
    forbidden: bool
    lapses: tuple[Lapse, ...] = ()


def month_days(year: int, month: int) -> tuple[date, ...]:
    """Return the days of the whole weeks that a month touches, Monday first."""
    return tuple(day for week in calendar.Calendar().monthdatescalendar(year, month) for day in week)


def week_days(day: date) -> tuple[date, ...]:
    """Return the week of a day, Monday first."""
    monday = day - timedelta(days=day.weekday())
    return tuple(monday + timedelta(days=n) for n in range(7))


def calendar_view(
    session: Session, actor: Actor, *, days: Sequence[date], product_id: str | None = None
) -> tuple[Day, ...]:
    """Return what stands on each of these days (Paris), in order.

    With a product, the days on which no visa covers it are marked: a slot there is refused (GP-04, L. 5122-8 CSP).
    """
    check(actor, Permission.POST_READ)
    entries = sorted([*_entries(session, actor, days), *_repetitions(session, days)], key=lambda each: each.at)
    lapses = _lapses(session)
    visas = _visas(session, product_id) if product_id else ()
    return tuple(
        Day(
            day=day,
            holiday=day in public_holidays(day.year),
            occasions=occasions(day.year).get(day, ()),
            entries=tuple(entry for entry in entries if clock.paris(entry.at).date() == day),
            forbidden=product_id is not None and not _covered(visas, day),
            lapses=tuple(each for each in lapses if clock.paris(each.at).date() == day),
        )
        for day in days
    )


def _visas(session: Session, product_id: str) -> Sequence[Visa]:
    return session.exec(select(Visa).where(Visa.product_id == product_id, Visa.status == VisaStatus.GRANTED)).all()


def _covered(visas: Iterable[Visa], day: date) -> bool:
    """Say whether a visa runs on a day; both its dates are inclusive."""
    return any((visa.granted or date.max) <= day <= (visa.expires or date.min) for visa in visas)


def _entries(session: Session, actor: Actor, days: Sequence[date]) -> list[Entry]:
    first, after = _span(days)
    posts = session.exec(
        select(Post)
        .where(col(Post.planned_at) >= first, col(Post.planned_at) < after, Post.status != PostStatus.WITHDRAWN)
        .order_by(col(Post.planned_at), col(Post.id))
    ).all()
    networks = networks_of(session, [post.id for post in posts])
    published, ends = _published(session, posts), expiries(session, posts)
    return [
        replace(
            _entry(actor, post, tuple(dict.fromkeys(networks[post.id])), published.get(post.id)),
            expiry=Expiry.GOOD if post.id in published else ends.get(post.id, Expiry.GOOD),
        )
        for post in posts
    ]


def _span(days: Sequence[date]) -> tuple[datetime, datetime]:
    after = days[-1] + timedelta(days=1)
    return datetime.combine(days[0], time(), clock.PARIS), datetime.combine(after, time(), clock.PARIS)


def _repetitions(session: Session, days: Sequence[date]) -> list[Entry]:
    """Return the repetitions of these days, one entry a post and slot; a given up one is none."""
    first, after = _span(days)
    found: dict[tuple[str, datetime], list[tuple[Publication, Post]]] = {}
    query = (
        select(Publication, Post)
        .where(Post.id == Publication.post_id, col(Publication.series_id).is_not(None))
        .where(Publication.status != PublicationStatus.CANCELLED)
        .where(col(Publication.due_at) >= first, col(Publication.due_at) < after)
    )
    for publication, post in session.exec(query):
        found.setdefault((post.id, publication.due_at), []).append((publication, post))
    return [_repetition(at, rows) for (_post_id, at), rows in found.items()]


def _repetition(at: datetime, rows: Sequence[tuple[Publication, Post]]) -> Entry:
    post, order = rows[0][1], list(PublicationStatus)
    return Entry(
        post_id=post.id,
        title=post.title,
        networks=tuple(n for n in Network if n in {publication.network for publication, _post in rows}),
        at=at,
        status=post.status,
        movable=False,
        row_version=post.row_version,
        repetition=max((publication.status for publication, _post in rows), key=order.index),
    )


def _lapses(session: Session) -> list[Lapse]:
    """Return when the approvals of the posts that are not out yet end."""
    posts = session.exec(select(Post).where(col(Post.status).in_(WAITING))).all()
    titles = {post.id: post.title for post in posts}
    ends = approvals_of(session, posts)
    return [Lapse(post_id, titles[post_id], approval.good_until) for post_id, approval in ends.items()]


def _published(session: Session, posts: Sequence[Post]) -> dict[str, datetime]:
    """Return when each published post left."""
    rows = session.exec(
        select(Publication.post_id, Publication.published_at).where(
            col(Publication.post_id).in_([post.id for post in posts]),
            Publication.status == PublicationStatus.PUBLISHED,
            col(Publication.series_id).is_(None),
        )
    ).all()
    return {post_id: at for post_id, at in rows if at is not None}


def _entry(actor: Actor, post: Post, networks: tuple[Network, ...], published: datetime | None) -> Entry:
    planned = post.planned_at or post.created_at
    return Entry(
        post_id=post.id,
        title=post.title,
        networks=networks,
        at=published or planned,
        status=post.status,
        movable=_movable(actor, post),
        row_version=post.row_version,
    )


def _movable(actor: Actor, post: Post) -> bool:
    if post.status is PostStatus.SCHEDULED:
        return allows(actor, Permission.POST_SCHEDULE)
    return allows(actor, Permission.POST_WRITE) and (post.status, PostAction.EDIT) in POST_TRANSITIONS


def move(session: Session, actor: Actor, *, post_id: str, row_version: int | None, at: datetime) -> Post:
    """Move a post to another moment: the slot of a scheduled one, the planned date of any other; signatures hold.

    A slot is refused where the rules refuse it on that date (a visa that does not run, a product not yet on the
    market); a planned date shows the same as findings. Raises RuleViolated for a moment that has passed.
    """
    post = get(session, Post, post_id)
    if at <= clock.now():
        raise RuleViolated(N_("Cette date est passée. Choisissez une date à venir."))
    if post.status is PostStatus.SCHEDULED:
        publishing.schedule(session, actor, post_id=post_id, row_version=row_version, due_at=at)
        return post
    content = replace(stored_content(session, post, current_version(session, post)), planned_at=at)
    return drafting.edit_post(session, actor, post_id=post_id, row_version=row_version, content=content)
