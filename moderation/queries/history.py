"""All that happened to one comment, in the order of time: what came, what machines and people made of it."""

from collections.abc import Collection, Iterator

from sqlmodel import Session, col, select

from compliance.audit import AuditAction
from models.base import Table
from models.case import Case, CaseComment, Reply
from models.comment import Comment, CommentRevision, ScreeningRecord, Tombstone, TriageDecision
from models.compliance import AuditEvent
from models.enums import TriageOutcome
from models.user import User
from moderation.queries.around_rows import HistoryKind as H
from moderation.queries.around_rows import HistoryLine
from moderation.queries.evidence import findings_of, known, sentences_of

TOLD = {
    AuditAction.COMMENT_REOPEN: H.REOPENED,
    AuditAction.COMMENT_DIVIDE: H.DIVIDED,
    AuditAction.COMMENT_ATTACH: H.ATTACHED,
    AuditAction.COMMENT_DETACH: H.DETACHED,
}


def history_of(session: Session, comment: Comment, there: Collection[type[Table]]) -> tuple[HistoryLine, ...]:
    """Return a comment's history, oldest first; what happened in one moment in the order in which it must have.

    `there` are the kinds of rows that it has (`traces_of`).
    """
    kinds = {CaseComment: _cases, TriageDecision: _decisions, Tombstone: _tombstones, Reply: _replies}
    lines = [
        HistoryLine(comment.posted_at, H.WRITTEN),
        HistoryLine(comment.received_at, H.RECEIVED),
        *_revisions(session, comment),
        *_screenings(session, comment),
        *_acts(session, comment),
        *(line for kind, lines_of in kinds.items() if kind in there for line in lines_of(session, comment)),
    ]
    order = list(H)
    return tuple(sorted(lines, key=lambda line: (line.at, order.index(line.kind))))


def _revisions(session: Session, comment: Comment) -> Iterator[HistoryLine]:
    later = select(CommentRevision).where(CommentRevision.comment_id == comment.id, CommentRevision.n > 1)
    for revision in session.exec(later.order_by(col(CommentRevision.n))):
        yield HistoryLine(revision.seen_at, H.REVISED, revision_n=revision.n)


def _screenings(session: Session, comment: Comment) -> Iterator[HistoryLine]:
    found = session.exec(
        select(ScreeningRecord, CommentRevision)
        .where(ScreeningRecord.revision_id == CommentRevision.id, CommentRevision.comment_id == comment.id)
        .order_by(col(ScreeningRecord.screened_at), col(ScreeningRecord.id))
    ).all()
    stored = findings_of(session, [record.id for record, _revision in found])
    for record, revision in found:
        why = sentences_of(revision.text, record, known(revision.text, stored.get(record.id, [])))
        yield HistoryLine(record.screened_at, H.SCREENED, revision_n=revision.n, screening=record.outcome, why=why)


def _decisions(session: Session, comment: Comment) -> Iterator[HistoryLine]:
    found = session.exec(
        select(TriageDecision, User.printed_name, CommentRevision.n)
        .where(TriageDecision.comment_id == comment.id, TriageDecision.user_id == User.id)
        .where(TriageDecision.revision_id == CommentRevision.id)
    )
    for decision, name, n in found:
        yield HistoryLine(
            decision.decided_at,
            H.DECIDED,
            who=name,
            revision_n=n,
            outcomes=tuple(TriageOutcome(outcome) for outcome in decision.outcomes),
            none_reason=decision.none_reason,
            card=tuple((decision.card or {}).items()),
            note=decision.note,
        )


def _acts(session: Session, comment: Comment) -> Iterator[HistoryLine]:
    """Read what no row of its own tells from the audit trail."""
    found = session.exec(
        select(AuditEvent, User.printed_name)
        .where(AuditEvent.actor_id == User.id)
        .where(AuditEvent.entity_id == comment.id, col(AuditEvent.action).in_([a.value for a in TOLD]))
    )
    for event, name in found:
        new = event.new or {}
        cases = tuple(new.get("cases", [])) or tuple(filter(None, [new.get("case")]))
        why = (event.reason,) if event.reason else ()
        yield HistoryLine(event.at, TOLD[AuditAction(event.action)], who=name, why=why, cases=cases)


def _cases(session: Session, comment: Comment) -> Iterator[HistoryLine]:
    resting = select(CaseComment.case_id).where(CaseComment.comment_id == comment.id)
    for case in session.exec(select(Case).where(col(Case.id).in_(resting))):
        who = session.get(User, case.opened_by) if case.opened_by else None
        yield HistoryLine(case.opened_at, H.CASE_OPENED, who=who.printed_name if who else None, cases=(case.number,))
        if case.dismissal:
            yield from _dismissal(session, case)


def _dismissal(session: Session, case: Case) -> Iterator[HistoryLine]:
    found = select(AuditEvent, User.printed_name).outerjoin(User, col(AuditEvent.actor_id) == col(User.id))
    last = found.where(AuditEvent.entity_id == case.id, AuditEvent.action == AuditAction.CASE_DISMISS.value)
    for event, name in session.exec(last.order_by(col(AuditEvent.seq).desc()).limit(1)):
        yield HistoryLine(event.at, H.CASE_DISMISSED, who=name, cases=(case.number,))


def _tombstones(session: Session, comment: Comment) -> Iterator[HistoryLine]:
    for stone in session.exec(select(Tombstone).where(Tombstone.comment_id == comment.id)):
        yield HistoryLine(stone.first_missing_at, H.GONE)


def _replies(session: Session, comment: Comment) -> Iterator[HistoryLine]:
    found = session.exec(
        select(Reply, User.printed_name).where(Reply.comment_id == comment.id, Reply.author_id == User.id)
    )
    for reply, name in found:
        yield HistoryLine(reply.created_at, H.ANSWERED, who=name, reply=reply.status)
