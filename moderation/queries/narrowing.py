"""What of a queue one person is shown: their skips left out, and the filters of the address. Conditions only."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, true
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from compliance import clock
from models.base import UTCDateTime
from models.comment import Comment, CommentRevision, ScreeningRecord
from models.enums import Intent, Network, Role, RoutedQueue
from models.queueing import CommentRoute, CommentSkip
from models.user import RoleAssignment, User

HARD = 2
"""Persons who must have skipped a comment for it to be a hard case."""

Condition = ColumnElement[bool]


class View(StrEnum):
    """Which comments of a queue are shown."""

    MINE = "mine"
    SKIPPED = "skipped"
    HARD = "hard"
    ALL = "all"


@dataclass(frozen=True)
class Narrowing:
    """The filters of a queue; `reader_id` is whose view it is, `like` a comment whose very words the others share."""

    view: View = View.ALL
    reader_id: str | None = None
    network: Network | None = None
    language: str = ""
    intent: Intent | None = None
    like: str = ""
    holder_id: str | None = None


EVERYTHING = Narrowing()


def matching(narrowing: Narrowing) -> Condition:
    """Return the condition of a filter, over `Comment`."""
    tests: tuple[tuple[Any, Callable[[Any], Condition]], ...] = (
        (narrowing.network, lambda network: col(Comment.network) == network),
        (narrowing.language, lambda language: col(Comment.language) == language),
        (narrowing.intent, _wants),
        (narrowing.like, _says_the_same),
        (narrowing.holder_id, _held_by),
    )
    return and_(
        true(), _viewed(narrowing.view, narrowing.reader_id), *(condition(asked) for asked, condition in tests if asked)
    )


def _held_by(user_id: str) -> Condition:
    # Asked for when the statement is run: one that is kept must keep no moment.
    now = bindparam("now", callable_=clock.now, type_=UTCDateTime())
    return and_(col(Comment.holder_id) == user_id, col(Comment.lease_until) > now)


@lru_cache(256)
def _viewed(view: View, reader_id: str | None) -> Condition:
    if view is View.HARD:
        hard: Condition = _skippers() >= HARD
        return hard
    if reader_id is None or view is View.ALL:
        return true()
    mine = _skipped_by(reader_id)
    return mine if view is View.SKIPPED else or_(~mine, ~_somebody_is_left())


def _now_skipped() -> Any:
    return (CommentSkip.comment_id == Comment.id, CommentSkip.revision_n == Comment.revision_n)


def _skipped_by(user_id: str) -> Condition:
    """Hold for what a person skipped, in the version that reads now."""
    return select(CommentSkip.id).where(*_now_skipped(), CommentSkip.user_id == user_id).correlate(Comment).exists()


def _skippers() -> Any:
    return select(func.count()).where(*_now_skipped()).correlate(Comment).scalar_subquery()


def _somebody_is_left() -> Condition:
    """Hold where somebody who may decide did not skip the version that reads now; nobody else sees it again."""
    officers = (
        select(User.id)
        .where(RoleAssignment.user_id == User.id, col(RoleAssignment.revoked_at).is_(None))
        .where(RoleAssignment.role == Role.PV_OFFICER, col(User.active))
    )
    theirs = select(CommentSkip.id).where(*_now_skipped(), CommentSkip.user_id == User.id).correlate(Comment, User)
    return officers.where(~theirs.exists()).correlate(Comment).exists()


def _wants(intent: Intent) -> Condition:
    read_now = (CommentRevision.comment_id == Comment.id, CommentRevision.n == Comment.revision_n)
    found = select(ScreeningRecord.id).where(ScreeningRecord.revision_id == CommentRevision.id, *read_now)
    return found.where(ScreeningRecord.intent == intent).correlate(Comment).exists()


def _says_the_same(comment_id: str) -> Condition:
    this, that = aliased(CommentRevision), aliased(CommentRevision)
    first = aliased(Comment)
    words = select(that.text_sha256).where(that.comment_id == first.id, that.n == first.revision_n)
    words = words.where(first.id == comment_id)
    same = select(this.id).where(this.comment_id == Comment.id, this.n == Comment.revision_n)
    return same.where(col(this.text_sha256).in_(words)).correlate(Comment).exists()


def stands_in(queue: RoutedQueue) -> Condition:
    """Hold where rules put a comment in a queue, and nobody settled it there."""
    places = select(CommentRoute.comment_id).where(CommentRoute.queue == queue, col(CommentRoute.settled_at).is_(None))
    return col(Comment.id).in_(places)
