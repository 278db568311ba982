"""Deciding so that it can be taken back: for 30 seconds, by the same person, if nothing else happened meanwhile."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from compliance import audit, clock, transitions
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import NotFound, RuleViolated
from i18n import N_
from models.base import new_id
from models.case import Case
from models.comment import Comment, TriageDecision
from models.enums import (
    CaseAction,
    CaseStatus,
    NoneReason,
    ProductFacet,
    PvFacet,
    ReplyFacet,
    Screening,
    TriageOutcome,
    VisibilityFacet,
)
from models.queueing import UndoPoint
from models.session import get
from moderation import facets, triage
from moderation.breaks import is_hard
from moderation.decision_cards import Card
from moderation.facets import Facets
from moderation.opening import live_case, live_cases, lock_comments, lock_with_siblings
from moderation.states import CASE_TRANSITIONS

UNDO_SECONDS = 30
REASON = "undone"


@dataclass(frozen=True)
class Before:
    """A comment and its live case as they stood before a decision."""

    facets: Facets
    case_id: str | None
    status: CaseStatus | None
    outcomes: tuple[str, ...]
    several: bool = False


@dataclass(frozen=True)
class Undone:
    """What was taken back, and what stays because something else happened to it."""

    comment_ids: tuple[str, ...]
    kept: int


def decide(
    session: Session,
    actor: Actor,
    *,
    comment_id: str,
    revision_n: int,
    row_version: int,
    outcomes: Collection[TriageOutcome],
    none_reason: NoneReason | None = None,
    card: Card | None = None,
    note: str = "",
) -> UndoPoint:
    """Decide on one comment (`triage.classify`), and keep what it takes to undo it; `batch_id` names the decision."""
    before = before_of(session, actor, comment_id)
    decision = triage.classify(
        session,
        actor,
        comment_id=comment_id,
        revision_n=revision_n,
        row_version=row_version,
        outcomes=outcomes,
        none_reason=none_reason,
        card=card,
        note=note,
    )
    return keep_point(session, actor, decision, before, new_id())


def before_of(session: Session, actor: Actor, comment_id: str) -> Before:
    """Return how a comment and its case stand, both locked with all that shares a case with the comment."""
    check(actor, Permission.COMMENT_TRIAGE)
    comment = lock_with_siblings(session, [comment_id]).get(comment_id)
    if comment is None:
        raise NotFound
    cases = live_cases(session, comment_id)
    if not cases:
        return Before(facets.read(comment), None, None, ())
    case = cases[-1]
    return Before(facets.read(comment), case.id, case.status, tuple(case.outcomes), several=len(cases) > 1)


def keep_point(session: Session, actor: Actor, decision: TriageDecision, before: Before, batch_id: str) -> UndoPoint:
    """Keep what a decision found and left."""
    comment = get(session, Comment, decision.comment_id)
    live = live_case(session, comment.id)
    case = live or (session.get(Case, before.case_id) if before.case_id else None)
    session.flush()
    point = UndoPoint(
        batch_id=batch_id,
        decision_id=decision.id,
        comment_id=comment.id,
        user_id=actor.id or "",
        before=_stored(before),
        after_row_version=comment.row_version,
        case_id=case.id if case else None,
        case_row_version=case.row_version if case else None,
        hard=is_hard(session, comment),
        decided_at=clock.now(),
    )
    session.add(point)
    session.flush()
    return point


def _stored(before: Before) -> dict[str, Any]:
    stood = {name: getattr(before.facets, name).value for name in FACETS}
    status = before.status.value if before.status else None
    return stood | {
        "case": before.case_id, "status": status, "outcomes": list(before.outcomes), "several": before.several,
    }  # fmt: skip


FACETS: dict[str, Any] = {
    "screening": Screening,
    "pv": PvFacet,
    "product": ProductFacet,
    "visibility": VisibilityFacet,
    "reply": ReplyFacet,
}


def undo(session: Session, actor: Actor, *, batch_id: str) -> Undone:
    """Take a decision back, on one comment or on many: facets and case stand as before, its record stays as undone.

    A comment or case to which anything happened since is left as it is. Raises RuleViolated after 30 seconds, for
    another person's decision, or when nothing can be taken back.
    """
    check(actor, Permission.COMMENT_TRIAGE)
    wanted = select(UndoPoint).where(UndoPoint.batch_id == batch_id, UndoPoint.user_id == actor.id)
    points = list(session.exec(wanted.order_by(col(UndoPoint.comment_id)).with_for_update()))
    points = [point for point in points if point.undone_at is None]
    if not points:
        raise RuleViolated(N_("Il n'y a plus rien à annuler."))
    if clock.now() - points[0].decided_at > timedelta(seconds=UNDO_SECONDS):
        raise RuleViolated(
            N_("Les 30 secondes sont passées. Ouvrez le commentaire et remettez-le dans la file, avec une raison.")
        )
    comments = lock_comments(session, [point.comment_id for point in points])
    cases = {point.case_id: get(session, Case, point.case_id, lock=True) for point in points if point.case_id}
    ready = [p for p in points if _untouched(p, comments[p.comment_id], cases.get(p.case_id or ""))]
    if not ready:
        raise RuleViolated(
            N_("Il s'est passé autre chose depuis cette décision : elle reste. Remettez le commentaire dans la file.")
        )
    for point in ready:
        _take_back(session, actor, point, comments[point.comment_id], cases.get(point.case_id or ""))
    return Undone(tuple(point.comment_id for point in ready), len(points) - len(ready))


def _untouched(point: UndoPoint, comment: Comment, case: Case | None) -> bool:
    """Say whether nothing happened since; what touched several cases, or reopened one that was sent, stays."""
    if point.before.get("several"):
        return False
    if comment.row_version != point.after_row_version or (case and case.row_version != point.case_row_version):
        return False
    sent = point.before["status"] in (CaseStatus.QUEUED, CaseStatus.FORWARDED, CaseStatus.ACKNOWLEDGED)
    return not (sent and case and case.status.value != point.before["status"])


def _take_back(session: Session, actor: Actor, point: UndoPoint, comment: Comment, case: Case | None) -> None:
    was = facets.read(comment)
    facets.write(comment, Facets(**{name: kind(point.before[name]) for name, kind in FACETS.items()}))
    if case:
        _restore(session, actor, case, point)
    point.undone_at = clock.now()
    session.flush()
    old, new = {"pv": was.pv.value}, {"pv": comment.pv.value, "decision": point.decision_id}
    audit.record(session, actor, AuditAction.COMMENT_UNDO, "comment", comment.id, old=old, new=new, reason=REASON)


def _restore(session: Session, actor: Actor, case: Case, point: UndoPoint) -> None:
    """Put a case back: dismissed when the decision opened it, open when the decision dismissed it."""
    if point.before["case"] is None:
        case.dismissal = REASON
        transitions.apply(session, actor, case, CASE_TRANSITIONS, CaseAction.DISMISS, reason=REASON)
        return
    case.outcomes = list(point.before["outcomes"])
    if case.status is CaseStatus.DISMISSED:
        case.dismissal = None
        transitions.apply(session, actor, case, CASE_TRANSITIONS, CaseAction.REOPEN, reason=REASON)
