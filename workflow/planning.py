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
from workflow.findings import stored_content
from workflow.health_days import HealthDay, occasions
from workflow.queries import networks_of
from workflow.rounds import current_version
from workflow.states import POST_TRANSITIONS


@dataclass(frozen=True)
class Entry:
    """A post on a day: when it leaves, left, or is planned to leave."""

    post_id: str
    title: str
    networks: tuple[Network, ...]
    at: datetime
    status: PostStatus
    movable: bool
    row_version: int


@dataclass(frozen=True)
class Day:
    """One day of the calendar; `forbidden` when the product asked about holds no visa on it."""

    day: date
    holiday: bool
    occasions: tuple[HealthDay, ...]
    entries: tuple[Entry, ...]
    forbidden: bool


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
    entries = _entries(session, actor, days)
    visas = _visas(session, product_id) if product_id else ()
    return tuple(
        Day(
            day=day,
            holiday=day in public_holidays(day.year),
            occasions=occasions(day.year).get(day, ()),
            entries=tuple(entry for entry in entries if clock.paris(entry.at).date() == day),
            forbidden=product_id is not None and not _covered(visas, day),
        )
        for day in days
    )


def _visas(session: Session, product_id: str) -> Sequence[Visa]:
    return session.exec(select(Visa).where(Visa.product_id == product_id, Visa.status == VisaStatus.GRANTED)).all()


def _covered(visas: Iterable[Visa], day: date) -> bool:
    """Say whether a visa runs on a day; both its dates are inclusive."""
    return any((visa.granted or date.max) <= day <= (visa.expires or date.min) for visa in visas)


def _entries(session: Session, actor: Actor, days: Sequence[date]) -> list[Entry]:
    first = datetime.combine(days[0], time(), clock.PARIS)
    after = datetime.combine(days[-1] + timedelta(days=1), time(), clock.PARIS)
    posts = session.exec(
        select(Post)
        .where(col(Post.planned_at) >= first, col(Post.planned_at) < after, Post.status != PostStatus.WITHDRAWN)
        .order_by(col(Post.planned_at), col(Post.id))
    ).all()
    networks = networks_of(session, [post.id for post in posts])
    published = _published(session, posts)
    return [_entry(actor, post, tuple(dict.fromkeys(networks[post.id])), published.get(post.id)) for post in posts]


def _published(session: Session, posts: Sequence[Post]) -> dict[str, datetime]:
    """Return when each published post left."""
    rows = session.exec(
        select(Publication.post_id, Publication.published_at).where(
            col(Publication.post_id).in_([post.id for post in posts]),
            Publication.status == PublicationStatus.PUBLISHED,
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
