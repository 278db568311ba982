"""One comment with all that is around it."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from compliance import clock
from models.answer import CallBack
from models.case import ApprovedText, Reply
from models.comment import Comment, CommentRevision, ScreeningRecord, Tombstone, TriageDecision
from models.engine_room import OutboxEffect
from models.enums import CallBackStatus, EffectStatus, FindingKind, Intent, ReplyStatus, TriageOutcome
from models.queueing import CommentRoute, CommentSkip
from models.session import get
from models.user import User
from moderation.context import posts_of
from moderation.library import sendable
from moderation.placeholders import fields_of
from moderation.queries.queue import rows_of
from moderation.queries.routes import routes_of, skips_of
from moderation.queries.rows import (
    CommentView,
    DecisionLine,
    PromiseLine,
    QueueRow,
    ReplyLine,
    RevisionView,
    TextChoice,
    TombstoneLine,
)
from moderation.queries.traces import traces_of
from moderation.suggesting import Asked, Suits, Uses, suits


def comment_row(session: Session, comment_id: str) -> QueueRow:
    """Return a comment's row alone; raises NotFound."""
    return rows_of(session, [get(session, Comment, comment_id)])[0]


def comment_view(
    session: Session, comment_id: str, *, row: QueueRow | None = None, answering: bool = True
) -> CommentView:
    """Return a comment with its history, post and answers; raises NotFound. Thread, author, cases: `around`.

    `row` is its row, where this session has just read it; `answering`: with the library's texts that may answer it.
    """
    comment, there = traces_of(session, comment_id)
    row = row or rows_of(session, [comment])[0]
    return CommentView(
        row=row,
        revisions=_revisions(session, comment),
        post=posts_of(session, [comment.publication_id]).get(comment.publication_id or ""),
        author_count=_author_count(session, comment),
        decisions=_decisions(session, comment) if TriageDecision in there else (),
        replies=_replies(session, comment) if Reply in there else (),
        suggestions=choices(sendable(session), asked_of(row, intent_of(session, comment))) if answering else (),
        tombstones=_tombstones(session, comment) if Tombstone in there else (),
        first_displayed_at=comment.first_displayed_at,
        permalink=comment.permalink,
        promises=promises(session, comment.id) if CallBack in there else (),
        routes=routes_of(session, comment.id) if CommentRoute in there else (),
        skips=skips_of(session, [comment.id]).get(comment.id, ()) if CommentSkip in there else (),
    )


def _revisions(session: Session, comment: Comment) -> tuple[RevisionView, ...]:
    found = session.execute(_versions(), {"comment_id": comment.id})
    return tuple(RevisionView(n, text, seen_at, n == comment.revision_n, purged) for n, text, seen_at, purged in found)


@cache
def _versions() -> Any:
    said = map(col, (CommentRevision.n, CommentRevision.text, CommentRevision.seen_at, CommentRevision.purged_at))
    whose = col(CommentRevision.comment_id) == bindparam("comment_id")
    return select_columns(*said).where(whose).order_by(col(CommentRevision.n))


def _author_count(session: Session, comment: Comment) -> int:
    if not comment.author_id:
        return 1
    counted = session.execute(_by_author(), {"author_id": comment.author_id, "network": comment.network})
    return int(counted.scalar_one())


@cache
def _by_author() -> Any:
    author = col(Comment.author_id) == bindparam("author_id")
    return select_columns(func.count()).where(author, col(Comment.network) == bindparam("network"))


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
    approver = aliased(User)
    found = session.exec(
        select(Reply, User.printed_name, ApprovedText.title, approver.printed_name)
        .join(User, col(Reply.author_id) == User.id)
        .outerjoin(ApprovedText, col(Reply.approved_text_id) == ApprovedText.id)
        .outerjoin(approver, col(Reply.approver_id) == approver.id)
        .where(Reply.comment_id == comment.id)
        .order_by(col(Reply.created_at), col(Reply.id))
    )
    return tuple(_reply_line(session, *row) for row in found)


def _reply_line(session: Session, r: Reply, author: str, title: str | None, approver: str | None) -> ReplyLine:
    return ReplyLine(
        id=r.id,
        row_version=r.row_version,
        status=r.status,
        title=title,
        text=r.text,
        author=author,
        created_at=r.created_at,
        sent_at=r.sent_at,
        confirmed_at=r.confirmed_at,
        waiver_reason=r.waiver_reason,
        last_error=r.last_error,
        kind=r.kind,
        topic=r.topic,
        proposed_text=r.proposed_text,
        approver=approver,
        refusal=r.refusal,
        private=r.private,
        leaves_at=_leaves_at(session, r),
    )


def _leaves_at(session: Session, reply: Reply) -> datetime | None:
    """Return when an answer leaves, as long as it can be called back."""
    if reply.status is not ReplyStatus.QUEUED:
        return None
    waits = select(OutboxEffect.not_before).where(
        OutboxEffect.subject_id == reply.id,
        OutboxEffect.status == EffectStatus.PENDING,
        col(OutboxEffect.first_called_at).is_(None),
    )
    return session.exec(waits.limit(1)).first()


def asked_of(row: QueueRow, intent: str) -> Asked:
    """Return what a comment asks for, as the detectors read it."""
    named = frozenset(span.label for span in row.evidence if span.kind is FindingKind.PRODUCT)
    situations = frozenset(span.label for span in row.evidence if span.kind is FindingKind.SITUATION)
    return Asked(row.language, intent, named, situations, row.emergency)


def choices(texts: Sequence[ApprovedText], asked: Asked) -> tuple[TextChoice, ...]:
    """Return the texts that may answer a comment, the best first; of two as good, the one made for fewer intents."""
    closest = sorted(texts, key=lambda text: len(text.intents))
    offered = [_choice(text, suits(uses_of(text), asked)) for text in closest]
    return tuple(sorted(offered, key=lambda choice: -choice.points))


def uses_of(text: ApprovedText) -> Uses:
    """Return what a library text is made for."""
    return Uses(text.language, frozenset(text.intents), frozenset(text.products), frozenset(text.situations))


def _choice(text: ApprovedText, suited: Suits) -> TextChoice:
    return TextChoice(
        id=text.id,
        title=text.title,
        text=text.text,
        language=text.language,
        valid_until=text.valid_until,
        fits=suited.fits,
        reasons=suited.reasons,
        points=suited.points,
        fields=tuple((name, tuple(text.choices.get(name, ()))) for name in fields_of(text.text)),
    )


def promises(session: Session, comment_id: str | None = None) -> tuple[PromiseLine, ...]:
    """Return the promises to get in touch that stand, of one comment or of all, the nearest first."""
    standing = select(CallBack, User.printed_name).where(
        CallBack.status == CallBackStatus.PROMISED, CallBack.promised_by == User.id
    )
    if comment_id:
        standing = standing.where(CallBack.comment_id == comment_id)
    now = clock.now()
    found = session.exec(standing.order_by(col(CallBack.due_at), col(CallBack.id)))
    return tuple(
        PromiseLine(
            p.id, p.row_version, p.comment_id, p.way, p.about, p.due_at, p.promised_at, late=now >= p.due_at, who=who
        )
        for p, who in found
    )


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


def intent_by_id(session: Session, comment_id: str) -> str:
    """Return what the author of a comment mainly wants, as `intent_of`."""
    return intent_of(session, get(session, Comment, comment_id))


def _tombstones(session: Session, comment: Comment) -> tuple[TombstoneLine, ...]:
    found = select(Tombstone).where(Tombstone.comment_id == comment.id).order_by(col(Tombstone.first_missing_at))
    return tuple(TombstoneLine(t.kind, t.first_missing_at, t.confirmed_at) for t in session.exec(found))
