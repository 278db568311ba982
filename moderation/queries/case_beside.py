"""What stands beside a case: what was learnt later, whom people told or asked, possible duplicates, what to ask."""

from sqlmodel import Session, col, select

from models.case import ApprovedText, Case, CaseComment, Reply
from models.case_following import CaseFollowUp
from models.comment import Comment, CommentRevision
from models.enums import ContactKind, ReplyFacet, ReplyStatus, VisibilityFacet
from models.user import User
from moderation import awareness, criteria
from moderation.asking import Asking, asking
from moderation.contacts import contacts_of
from moderation.criteria import CaseFacts
from moderation.library import LANGUAGES, sendable
from moderation.linking import possible_duplicates
from moderation.queries.case_rows import (
    CaseBeside,
    ContactLine,
    DuplicateLine,
    FollowUpLine,
    FollowUpText,
    LinkedCase,
    Proof,
)

LEFT = (ReplyStatus.QUEUED, ReplyStatus.SENT, ReplyStatus.CONFIRMED)
UNANSWERED = (ReplyFacet.OWED, ReplyFacet.DRAFTED)


def case_beside(session: Session, case: Case, facts: CaseFacts) -> CaseBeside:
    """Return all that stands beside a case's own facts."""
    comments = _comments(session, case.id)
    return CaseBeside(
        follow_ups=_follow_ups(session, case.id),
        contacts=_contacts(session, case.id),
        duplicates=_duplicates(session, case),
        linked=_linked(session, case),
        asking=asking_of(session, case.id),
        details=criteria.unknown(facts),
        follow_up_text=_follow_up_text(session, comments, facts),
        proof=_proof(session, case),
    )


def _comments(session: Session, case_id: str) -> list[Comment]:
    resting = select(CaseComment.comment_id).where(CaseComment.case_id == case_id)
    newest = select(Comment).where(col(Comment.id).in_(resting)).order_by(col(Comment.posted_at).desc())
    return list(session.exec(newest))


def _follow_ups(session: Session, case_id: str) -> tuple[FollowUpLine, ...]:
    found = select(CaseFollowUp).where(CaseFollowUp.case_id == case_id)
    return tuple(
        FollowUpLine(n.n, n.reason, n.awareness_at, n.awareness_evidence, n.day_zero, n.authority_due_on, n.sent_at)
        for n in session.exec(found.order_by(col(CaseFollowUp.awareness_at), col(CaseFollowUp.id)))
    )


def _contacts(session: Session, case_id: str) -> tuple[ContactLine, ...]:
    held = contacts_of(session, case_id)
    people = select(User.id, User.printed_name).where(col(User.id).in_({contact.recorded_by for contact in held}))
    names = dict(session.exec(people).all()) if held else {}
    return tuple(
        ContactLine(c.kind, c.means, c.recipient, c.evidence, c.at, names.get(c.recorded_by, "—")) for c in held
    )


def _duplicates(session: Session, case: Case) -> tuple[DuplicateLine, ...]:
    return tuple(
        DuplicateLine(other.id, other.number, other.status, like.points, like.reasons)
        for other, like in possible_duplicates(session, case)
    )


def _linked(session: Session, case: Case) -> tuple[LinkedCase, ...]:
    linked = col(Case.duplicate_of) == case.id
    if case.duplicate_of:
        linked = linked | (col(Case.id) == case.duplicate_of)
    found = session.exec(select(Case).where(linked).order_by(col(Case.number)))
    return tuple(LinkedCase(c.id, c.number, c.status, c.id == case.duplicate_of) for c in found)


def asking_of(session: Session, case_id: str) -> Asking:
    """Return where the asking for what a case lacks stands: answers of ours that asked, and attempts written down."""
    resting = select(CaseComment.comment_id).where(CaseComment.case_id == case_id)
    asked = session.exec(
        select(Reply)
        .where(Reply.approved_text_id == ApprovedText.id, col(ApprovedText.key).startswith(criteria.ASKING))
        .where(col(Reply.comment_id).in_(resting), col(Reply.status).in_(LEFT))
    )
    attempts = [reply.sent_at or reply.created_at for reply in asked]
    attempts += [c.at for c in contacts_of(session, case_id) if c.kind is ContactKind.FOLLOW_UP]
    return asking(attempts, [comment.received_at for comment in _comments(session, case_id)])


def _follow_up_text(session: Session, comments: list[Comment], facts: CaseFacts) -> FollowUpText | None:
    """Return the text that asks best for what is missing, in the language of the newest comment."""
    keys = criteria.text_keys(facts)
    if not keys or not comments:
        return None
    spoken = comments[0].language if comments[0].language in LANGUAGES else LANGUAGES[0]
    by_key = {text.key: text for text in sendable(session) if text.language == spoken}
    text = next((by_key[key] for key in keys if key in by_key), None)
    waiting = [
        c.id for c in comments if c.reply in UNANSWERED and c.visibility is not VisibilityFacet.DELETED_BY_AUTHOR
    ]
    return FollowUpText(text.id, text.title, text.text, next(iter(waiting), None)) if text else None


def _proof(session: Session, case: Case) -> Proof | None:
    """Return the revision that the awareness rests on."""
    evidence = awareness.read(case.awareness_evidence)
    revision = session.get(CommentRevision, evidence.revision_id) if evidence.revision_id else None
    return Proof(revision.n, revision.seen_at, revision.text_sha256) if revision else None
