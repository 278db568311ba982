"""One comment with all that is around it."""

from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from models.case import ApprovedText, Case, CaseComment, Reply
from models.comment import Comment, CommentRevision, ScreeningRecord, Tombstone, TriageDecision
from models.enums import Intent, ReplyStatus, TriageOutcome
from models.session import get
from models.user import User
from moderation.context import posts_of
from moderation.library import fits, sendable
from moderation.queries.cases import lines_of
from moderation.queries.evidence import covered
from moderation.queries.queue import pseudonym_of, rows_of
from moderation.queries.rows import (
    CommentView,
    DecisionLine,
    ReplyLine,
    RevisionView,
    TextChoice,
    ThreadLine,
    TombstoneLine,
)
from settings import get_settings

MOST_LINES = 50
MOST_OTHERS = 5


def comment_view(session: Session, comment_id: str) -> CommentView:
    """Return a comment with its history, thread, post, cases and answers; raises NotFound."""
    comment = get(session, Comment, comment_id)
    (row,) = rows_of(session, [comment])
    resting = select(CaseComment.case_id).where(CaseComment.comment_id == comment.id)
    cases = select(Case).where(col(Case.id).in_(resting))
    return CommentView(
        row=row,
        revisions=_revisions(session, comment),
        thread=_thread(session, comment),
        post=posts_of(session, [comment.publication_id]).get(comment.publication_id or ""),
        author_others=_others(session, comment),
        author_count=_author_count(session, comment),
        decisions=_decisions(session, comment),
        cases=lines_of(session, session.exec(cases.order_by(col(Case.number))).all()),
        replies=_replies(session, comment),
        suggestions=choices(sendable(session), language=comment.language, intent=intent_of(session, comment)),
        tombstones=_tombstones(session, comment),
        first_displayed_at=comment.first_displayed_at,
        permalink=comment.permalink,
    )


def _revisions(session: Session, comment: Comment) -> tuple[RevisionView, ...]:
    found = select(CommentRevision).where(CommentRevision.comment_id == comment.id).order_by(col(CommentRevision.n))
    return tuple(
        RevisionView(r.n, r.text, r.seen_at, r.n == comment.revision_n, r.purged_at) for r in session.exec(found)
    )


def _lines(session: Session, condition: object, this: Comment, limit: int) -> list[ThreadLine]:
    """Return comments as lines in the order of time, their personal data covered."""
    found = session.exec(
        select(Comment, CommentRevision)
        .where(CommentRevision.comment_id == Comment.id, CommentRevision.n == Comment.revision_n)
        .where(condition)  # type: ignore[arg-type]
        .order_by(col(Comment.posted_at), col(Comment.id))
        .limit(limit)
    ).all()
    texts = covered(session, [revision for _comment, revision in found])
    return [ThreadLine(c.id, pseudonym_of(c), texts[r.id], c.posted_at, this=c.id == this.id) for c, r in found]


def _thread(session: Session, comment: Comment) -> tuple[ThreadLine, ...]:
    """Return the conversation in the order of time: the comments of others, and our confirmed answers."""
    if not comment.conversation_id:
        lines = _lines(session, Comment.id == comment.id, comment, 1)
    else:
        same = (col(Comment.account_id) == comment.account_id) & (
            col(Comment.conversation_id) == comment.conversation_id
        )
        lines = _lines(session, same, comment, MOST_LINES)
    answers = session.exec(
        select(Reply)
        .where(col(Reply.comment_id).in_([line.comment_id for line in lines]))
        .where(Reply.status == ReplyStatus.CONFIRMED)
    )
    ours = [
        ThreadLine(r.comment_id, get_settings().company, r.text, r.sent_at or r.created_at, this=False, ours=True)
        for r in answers
    ]
    return tuple(sorted([*lines, *ours], key=lambda line: line.posted_at))


def _others(session: Session, comment: Comment) -> tuple[ThreadLine, ...]:
    """Return the author's last other comments."""
    if not comment.author_id:
        return ()
    same = (col(Comment.author_id) == comment.author_id) & (col(Comment.network) == comment.network)
    recent = (
        select(Comment.id)
        .where(same, Comment.id != comment.id)
        .order_by(col(Comment.posted_at).desc())
        .limit(MOST_OTHERS)
    )
    return tuple(_lines(session, col(Comment.id).in_(session.exec(recent).all()), comment, MOST_OTHERS))


def _author_count(session: Session, comment: Comment) -> int:
    same = select(func.count()).where(Comment.author_id == comment.author_id, Comment.network == comment.network)
    return session.exec(same).one() if comment.author_id else 1


def _decisions(session: Session, comment: Comment) -> tuple[DecisionLine, ...]:
    found = session.exec(
        select(TriageDecision, User.printed_name, CommentRevision.n)
        .where(TriageDecision.comment_id == comment.id, TriageDecision.user_id == User.id)
        .where(TriageDecision.revision_id == CommentRevision.id)
        .order_by(col(TriageDecision.decided_at), col(TriageDecision.id))
    )
    return tuple(
        DecisionLine(name, tuple(TriageOutcome(o) for o in d.outcomes), d.none_reason, d.note, n, d.decided_at)
        for d, name, n in found
    )


def _replies(session: Session, comment: Comment) -> tuple[ReplyLine, ...]:
    found = session.exec(
        select(Reply, User.printed_name, ApprovedText.title)
        .join(User, col(Reply.author_id) == User.id)
        .outerjoin(ApprovedText, col(Reply.approved_text_id) == ApprovedText.id)
        .where(Reply.comment_id == comment.id)
        .order_by(col(Reply.created_at), col(Reply.id))
    )
    return tuple(
        ReplyLine(
            r.id,
            r.row_version,
            r.status,
            title,
            r.text,
            author,
            r.created_at,
            r.sent_at,
            r.confirmed_at,
            r.waiver_reason,
            r.last_error,
        )
        for r, author, title in found
    )


def choices(texts: Sequence[ApprovedText], *, language: str, intent: str) -> tuple[TextChoice, ...]:
    """Return the texts that may answer a comment, those that fit its language and intent first."""
    offered = [
        TextChoice(t.id, t.title, t.text, t.language, t.valid_until, fits(t, language=language, intent=intent))
        for t in texts
    ]
    return tuple(sorted(offered, key=lambda choice: not choice.fits))


def intent_of(session: Session, comment: Comment) -> str:
    """Return what the person mainly wants, as the detectors read it; help, where somebody may be in danger."""
    if comment.emergency:
        return Intent.URGENT_HELP.value
    found = (
        select(ScreeningRecord.intent)
        .where(ScreeningRecord.revision_id == CommentRevision.id, CommentRevision.comment_id == comment.id)
        .where(CommentRevision.n == comment.revision_n)
        .order_by(col(ScreeningRecord.screened_at).desc())
        .limit(1)
    )
    return session.exec(found).first() or ""


def _tombstones(session: Session, comment: Comment) -> tuple[TombstoneLine, ...]:
    found = select(Tombstone).where(Tombstone.comment_id == comment.id).order_by(col(Tombstone.first_missing_at))
    return tuple(TombstoneLine(t.kind, t.first_missing_at, t.confirmed_at) for t in session.exec(found))
