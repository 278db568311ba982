"""People waiting: one number that only a confirmed answer or a reasoned waiver lowers."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from compliance import clock
from models.case import Reply
from models.comment import Comment, CommentRevision
from models.enums import ReplyStatus
from moderation.facets import ANSWER_PENDING
from moderation.queries.comments import choices_for
from moderation.queries.queue import rows_of
from moderation.queries.rows import PeopleWaiting, QueueRow, WaitingRow


def people_waiting(session: Session, *, limit: int = 50, offset: int = 0) -> PeopleWaiting:
    """Return how many people wait and a page of them, the nearest due first, each with a text that fits."""
    waits = col(Comment.reply).in_(list(ANSWER_PENDING))
    now = clock.now()
    number = session.exec(select(func.count()).select_from(Comment).where(waits)).one()
    late = session.exec(select(func.count()).select_from(Comment).where(waits, Comment.reply_due_at <= now)).one()
    page = select(Comment).where(waits).order_by(col(Comment.reply_due_at), col(Comment.id)).limit(limit).offset(offset)
    comments = session.exec(page).all()
    rows = rows_of(session, comments, first=offset + 1)
    return PeopleWaiting(
        number, late, tuple(_row(session, comment, row) for comment, row in zip(comments, rows, strict=True))
    )


def _row(session: Session, comment: Comment, row: QueueRow) -> WaitingRow:
    suggestion = next((choice for choice in choices_for(session, comment) if choice.fits), None)
    failed = select(Reply.last_error).where(Reply.comment_id == comment.id, col(Reply.last_error).is_not(None))
    return WaitingRow(
        row=row,
        waiting_since=_since(session, comment),
        reply_due_at=comment.reply_due_at,
        late=clock.now() >= comment.reply_due_at,
        reply=comment.reply,
        suggestion=suggestion,
        last_error=session.exec(failed.order_by(col(Reply.created_at).desc()).limit(1)).first(),
    )


def _since(session: Session, comment: Comment) -> datetime:
    """Return since when the person waits: the first text, or the one that was written after an answer."""
    ended = select(Reply.id).where(
        Reply.comment_id == comment.id, col(Reply.status).in_([ReplyStatus.CONFIRMED, ReplyStatus.WAIVED])
    )
    if session.exec(ended).first() is None:
        return comment.received_at
    now = select(CommentRevision.seen_at).where(
        CommentRevision.comment_id == comment.id, CommentRevision.n == comment.revision_n
    )
    return session.exec(now).one()
