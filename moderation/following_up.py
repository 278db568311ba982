"""New information on a case that was sent: noted with its own day zero, numbered when it is sent, never left behind."""

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session, col, select

from compliance import clock, transitions
from compliance.permissions import SYSTEM, Actor
from models.case import Case
from models.case_following import CaseFollowUp
from models.comment import Comment, CommentRevision
from models.enums import CaseAction, CaseStatus, PvFacet
from moderation import awareness
from moderation.case_report import ruling_of
from moderation.deadlines import paris_day
from moderation.opening import evidence_of, follow, rest_on
from moderation.states import CASE_TRANSITIONS

UNDER_WAY = (CaseStatus.QUEUED, CaseStatus.FORWARDED, CaseStatus.ACKNOWLEDGED, CaseStatus.HANDED_OVER)
SENT = (CaseStatus.FORWARDED, CaseStatus.ACKNOWLEDGED, CaseStatus.HANDED_OVER)
EDITED, WROTE_AGAIN, DUPLICATE, LATE_NEWS = "comment edited", "author wrote again", "duplicate linked", "news in queue"
ATTACHED = "comment attached"


def note_news(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    reason: str,
    comment: Comment | None = None,
    revision: CommentRevision | None = None,
) -> CaseFollowUp | None:
    """Note new information, with its own awareness and day zero; None while nothing was sent.

    What is learnt before a case leaves is in its first report. Without a comment it is what a person learnt now.
    """
    if case.forwarded_at is None and case.status not in UNDER_WAY:
        return None
    at = max(comment.awareness_at, revision.seen_at) if comment and revision else clock.now()
    day = paris_day(at)
    news = CaseFollowUp(
        case_id=case.id,
        revision_id=revision.id if revision else None,
        reason=reason,
        awareness_at=at,
        awareness_evidence=evidence_of(revision) if revision else awareness.of_person(actor.id, day.isoformat()),
        day_zero=day,
    )
    session.add(news)
    case.latest_info_on = max(case.latest_info_on or day, day)
    session.flush()
    date_pending(session, case)
    return news


def take_up(session: Session, actor: Actor, case: Case, comment: Comment, revision: CommentRevision) -> None:
    """Make a live case rest on a revision as well: news for one that was sent, taken up again with all its comments.

    One whose mail is leaving takes itself up again once it left: its document does not say what the new text says.
    """
    if not rest_on(session, case, comment, revision):
        return
    reason = EDITED if comment.revision_n > 1 else ATTACHED
    note_news(session, actor, case, reason=reason, comment=comment, revision=revision)
    if case.status in SENT:
        was = case.status
        transitions.apply(session, actor, case, CASE_TRANSITIONS, CaseAction.REOPEN, reason=reason)
        follow(session, case, was=was)


def pending(session: Session, case_id: str) -> Sequence[CaseFollowUp]:
    """Return what was learnt and has not left, oldest first."""
    unsent = select(CaseFollowUp).where(CaseFollowUp.case_id == case_id, col(CaseFollowUp.sent_at).is_(None))
    return session.exec(unsent.order_by(col(CaseFollowUp.awareness_at), col(CaseFollowUp.id))).all()


def date_pending(session: Session, case: Case) -> None:
    """Set the authority's date of what has not left, from its own day zero and the rule that holds for the case."""
    rule = ruling_of(session, case).rule
    for news in pending(session, case.id):
        news.authority_due_on = news.day_zero + timedelta(days=rule.days) if rule else None


def number_pending(session: Session, case: Case) -> None:
    """Give what is about to leave its number: one follow-up for all of it; what was refused keeps the number it had.

    News that came while the first report was on its way, and was refused, is part of that report: number 0.
    """
    news = pending(session, case.id)
    tried = max((one.n for one in news if one.n), default=0)
    number = (tried or case.follow_up_n + 1) if case.forwarded_at else 0
    for one in news:
        one.n = number
    if news:
        case.follow_up_n = number


def mark_sent(session: Session, case: Case) -> None:
    """Note that what was numbered left; when more was learnt meanwhile, the case is taken up again by itself."""
    news = pending(session, case.id)
    for one in news:
        if one.n is not None:
            one.sent_at = clock.now()
    late = [one.id for one in news if one.n is None]
    session.flush()
    if late:
        details = {"follow_up": late[0], "reason": LATE_NEWS}
        transitions.apply(session, SYSTEM, case, CASE_TRANSITIONS, CaseAction.REATTACH, details=details)
        follow(session, case, was=CaseStatus.FORWARDED)
        for comment in session.exec(select(Comment).where(col(Comment.id).in_(unsent_comments(session, case.id)))):
            comment.pv = PvFacet.POSSIBLE


def unsent_comments(session: Session, case_id: str) -> set[str]:
    """Return the comments whose news came after the document that is leaving was made."""
    found = select(CommentRevision.comment_id).where(
        CaseFollowUp.revision_id == CommentRevision.id,
        CaseFollowUp.case_id == case_id,
        col(CaseFollowUp.n).is_(None),
        col(CaseFollowUp.sent_at).is_(None),
    )
    return set(session.exec(found))
