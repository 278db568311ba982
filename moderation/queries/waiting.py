"""People waiting: one number that only a confirmed answer or a reasoned waiver lowers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, literal_column, not_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from compliance import clock
from models.case import ApprovedText, Reply
from models.comment import Comment, CommentRevision, ScreeningRecord
from models.enums import Intent, ReplyFacet, ReplyStatus
from moderation import library
from moderation.facets import ANSWER_PENDING
from moderation.queries.comments import asked_of, choices, promises
from moderation.queries.queue import rows_of
from moderation.queries.rows import PeopleWaiting, PromiseLine, QueueRow, WaitingRow

ENDED = (ReplyStatus.CONFIRMED, ReplyStatus.WAIVED)


@dataclass(frozen=True)
class _Around:
    """What the rows of a page need beside the comments, read at once."""

    texts: list[ApprovedText]
    intents: dict[str, str]
    seen_at: dict[str, datetime]
    answered_before: set[str]
    errors: dict[str, str]


def people_waiting(session: Session, *, limit: int = 50, offset: int = 0) -> PeopleWaiting:
    """Return how many people wait and a page of them: emergencies, then the nearest due; each with a text that fits.

    A person waits once a thread, for the answer to their last message in it, and for a contact that was promised.
    """
    now = clock.now()
    overdue = func.sum(case((col(Comment.reply_due_at) <= now, 1), else_=0))
    counted = select(func.count(), overdue).select_from(Comment).where(still_waits(), _in_either_list())
    number, late = session.exec(counted).one()
    comments = _page(session, limit, offset)
    rows, around = rows_of(session, comments, first=offset + 1), _around(session, comments)
    lines = (_row(comment, row, around, now) for comment, row in zip(comments, rows, strict=True))
    promised = promises(session)
    more = _promised_only(session, promised)
    return PeopleWaiting(number + len(more), (late or 0) + sum(more.values()), tuple(lines), promised)


def _in_either_list() -> ColumnElement[bool]:
    # Always true, and begins the index of those who wait: SQLite would take one that holds less of what is asked.
    return col(Comment.emergency).in_((False, True))


def _page(session: Session, limit: int, offset: int) -> list[Comment]:
    """Return a page of those who wait: emergencies first, then the others, each list by its index."""
    found: list[Comment] = []
    for emergency in (True, False):
        some = select(Comment).where(still_waits(), Comment.emergency == emergency)
        nearest = some.order_by(col(Comment.reply_due_at), col(Comment.id))
        found += session.exec(nearest.limit(limit + offset - len(found))).all()
    return found[offset:]


@cache
def still_waits() -> ColumnElement[bool]:
    """Return the condition under which a comment's author waits for its answer.

    A later message of theirs in the same thread waits in its place, or was answered; a waiver of the later one does
    not answer the earlier, and an emergency is never covered by what came after it.
    """
    later = aliased(Comment)
    covering = select(literal(1)).where(
        col(later.account_id) == Comment.account_id,
        col(later.conversation_id) == Comment.conversation_id,
        col(later.author_id) == Comment.author_id,
        col(later.reply).in_([*ANSWER_PENDING, ReplyFacet.CONFIRMED]),
        col(later.posted_at) >= Comment.posted_at,
        (col(later.posted_at) > Comment.posted_at) | (col(later.id) > Comment.id),
    )
    covered = and_(col(Comment.author_id) != "", col(Comment.emergency).is_(False), covering.exists())
    # Written out, not bound, in the order of the index: SQLite takes a partial index only where it reads its condition.
    pending: list[Any] = [literal_column(f"'{state}'") for state in ReplyFacet if state in ANSWER_PENDING]
    return and_(col(Comment.reply).in_(pending), not_(covered))


def _promised_only(session: Session, promised: Sequence[PromiseLine]) -> dict[str, bool]:
    """Return the comments whose authors wait for a promised contact alone, and whether one is late."""
    if not promised:
        return {}
    late: dict[str, bool] = {}
    for promise in promised:
        late[promise.comment_id] = late.get(promise.comment_id, False) or promise.late
    counted = set(session.exec(select(Comment.id).where(still_waits(), col(Comment.id).in_(list(late)))).all())
    return {comment_id: is_late for comment_id, is_late in late.items() if comment_id not in counted}


def _around(session: Session, comments: Sequence[Comment]) -> _Around:
    ids = [comment.id for comment in comments]
    current = session.exec(
        select(CommentRevision.comment_id, CommentRevision.seen_at, ScreeningRecord.intent)
        .join(Comment, col(CommentRevision.comment_id) == Comment.id)
        .outerjoin(ScreeningRecord, col(ScreeningRecord.revision_id) == CommentRevision.id)
        .where(CommentRevision.n == Comment.revision_n, col(Comment.id).in_(ids))
        .order_by(col(ScreeningRecord.screened_at))
    ).all()
    answers = session.exec(select(Reply).where(col(Reply.comment_id).in_(ids)).order_by(col(Reply.created_at))).all()
    return _Around(
        library.sendable(session),
        {comment_id: intent or "" for comment_id, _seen, intent in current},
        {comment_id: seen for comment_id, seen, _intent in current},
        {answer.comment_id for answer in answers if answer.status in ENDED},
        {answer.comment_id: answer.last_error for answer in answers if answer.last_error},
    )


def _row(comment: Comment, row: QueueRow, around: _Around, now: datetime) -> WaitingRow:
    """Return a row; who was answered before waits since the text that came after."""
    intent = Intent.URGENT_HELP.value if comment.emergency else around.intents.get(comment.id, "")
    offered = choices(around.texts, asked_of(row, intent))
    again = comment.id in around.answered_before
    return WaitingRow(
        row=row,
        waiting_since=around.seen_at[comment.id] if again else comment.received_at,
        reply_due_at=comment.reply_due_at,
        late=now >= comment.reply_due_at,
        reply=comment.reply,
        suggestion=next((choice for choice in offered if choice.fits), None),
        last_error=around.errors.get(comment.id),
    )
