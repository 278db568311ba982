"""Sending comments to the queues by the rules in force; what a person does with them there."""

from collections.abc import Iterable

import structlog
from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.canonical import sha256_of
from compliance.permissions import SYSTEM, Actor
from errors import InvalidInput, RuleViolated
from i18n import N_
from models.comment import Comment, DetectorFinding, ScreeningRecord
from models.enums import FindingKind, PvFacet, RoutedQueue, RouteOutcome, RuleSetStatus, Screening
from models.queueing import CommentRoute, RoutingRuleSet
from models.session import expect_version, get
from moderation import facets
from moderation.detectors.evidence import Finding
from moderation.queues import (
    DELIVERED,
    Facts,
    QueueAction,
    RoutingRule,
    check_queue,
    queues_for,
    queues_of,
    read_rules,
    spaced,
)

log = structlog.get_logger()


def rules_in_force(session: Session) -> tuple[int, tuple[RoutingRule, ...]]:
    """Return the number and the rules of the newest signed set; 0 and the delivered ones where there is none."""
    signed = select(RoutingRuleSet).where(RoutingRuleSet.status == RuleSetStatus.SIGNED)
    row = session.exec(signed.order_by(col(RoutingRuleSet.n).desc()).limit(1)).first()
    if row is None:
        return 0, DELIVERED
    try:
        return row.n, read_rules(row.rules)
    except InvalidInput:
        log.warning("routing rules cannot be read, the delivered ones are used", n=row.n)
        return 0, DELIVERED


def facts_of(
    comment: Comment, text: str, record: ScreeningRecord | None, findings: Iterable[DetectorFinding | Finding]
) -> Facts:
    """Return all the evidence on the version of a comment that was screened."""
    found = list(findings)
    labels = {kind: {f.label for f in found if f.kind == kind} for kind in (FindingKind.INTENT, FindingKind.SITUATION)}
    return Facts(
        facets=facets.read(comment),
        intents=frozenset(labels[FindingKind.INTENT] | ({record.intent} if record else set())),
        situations=frozenset(labels[FindingKind.SITUATION] | (set(record.situations) if record else set())),
        words=spaced(text),
        emergency=comment.emergency,
        serious=comment.serious,
    )


def route(
    session: Session,
    comment: Comment,
    text: str,
    record: ScreeningRecord | None,
    findings: Iterable[DetectorFinding],
    *,
    in_force: tuple[int, tuple[RoutingRule, ...]] | None = None,
) -> list[CommentRoute]:
    """Put a comment into the queues that the rules name, once all detectors ran; it leaves none by that.

    A rule for pharmacovigilance opens its facet, and closes nothing. A queue that a person settled opens again for a
    new text only.
    """
    n, rules = in_force or rules_in_force(session)
    named = {queue: ids for queue, ids in queues_of(facts_of(comment, text, record, findings), rules).items() if ids}
    known = session.exec(select(CommentRoute).where(CommentRoute.comment_id == comment.id)).all()
    held = {one.queue: one for one in known}
    if RoutedQueue.PV in named and comment.pv is PvFacet.NONE:
        _suspect(comment)
    entered = [_stand(session, comment, queue, ids, n, held.get(queue)) for queue, ids in named.items()]
    return [one for one in entered if one]


def _suspect(comment: Comment) -> None:
    """Open the facet of pharmacovigilance; what no detector could read stays unscreened."""
    comment.pv = PvFacet.POSSIBLE
    if comment.screening is Screening.CLEARED:
        comment.screening = Screening.FLAGGED


def _stand(
    session: Session, comment: Comment, queue: RoutedQueue, rules: tuple[str, ...], n: int, held: CommentRoute | None
) -> CommentRoute | None:
    """Write a comment's place in a queue; None when it stood there already for the version that reads now."""
    if held and comment.revision_n <= held.revision_n:
        return None
    row = held or CommentRoute(
        comment_id=comment.id, queue=queue, rules=[], rules_n=n, revision_n=comment.revision_n, routed_at=clock.now()
    )
    row.rules, row.rules_n, row.revision_n, row.routed_at = list(rules), n, comment.revision_n, clock.now()
    row.settled_at = row.settled_by = row.outcome = None
    session.add(row)
    session.flush()
    return row


def record_routes(session: Session, routes: list[CommentRoute]) -> None:
    """Write one audit event for all that a batch of the analysis routed."""
    if routes:
        hashes = [sha256_of([r.comment_id, r.queue.value, r.rules, r.rules_n]) for r in routes]
        ids = [route.id for route in routes]
        audit.record_batch(session, SYSTEM, AuditAction.COMMENTS_ROUTE, "comment_route", ids, hashes)


def settle(
    session: Session, actor: Actor, *, comment_id: str, queue: RoutedQueue, row_version: int, outcome: RouteOutcome
) -> None:
    """Take a comment out of one queue, with its coded outcome; it stays in the others, and no clock stops.

    `row_version` is that of its place in the queue. That of pharmacovigilance ends by a decision alone.
    """
    check_queue(actor, queue, QueueAction.DECIDE)
    if queue is RoutedQueue.PV:
        raise RuleViolated(N_("Un commentaire ne quitte la file PV que par une qualification."))
    place = (CommentRoute.comment_id == comment_id, CommentRoute.queue == queue)
    row = session.exec(select(CommentRoute).where(*place).with_for_update()).first()
    if row is None or row.settled_at is not None:
        raise RuleViolated(N_("Ce commentaire n'est plus dans cette file. Passez au suivant."))
    expect_version(row, row_version)
    row.settled_at, row.settled_by, row.outcome = clock.now(), actor.id, outcome
    session.flush()
    new = {"queue": queue.value, "outcome": outcome.value, "revision": row.revision_n}
    audit.record(session, actor, AuditAction.COMMENT_SETTLE, "comment", comment_id, new=new)


def flag(session: Session, actor: Actor, *, comment_id: str, reason: str) -> None:
    """Send a comment to pharmacovigilance from another queue; whoever reads one of the queues may. Nothing is closed.

    One that stands there already stays as it is.
    """
    if not queues_for(actor):
        check_queue(actor, RoutedQueue.PV, QueueAction.READ)
    if not reason.strip():
        raise RuleViolated(N_("Indiquez une raison : elle sera jointe à la décision."))
    comment = get(session, Comment, comment_id, lock=True)
    before = facets.read(comment)
    if facets.waits_for_pv(before):
        return
    _suspect(comment)
    session.flush()
    old, new = {"pv": before.pv.value}, {"pv": comment.pv.value}
    audit.record(
        session, actor, AuditAction.COMMENT_FLAG, "comment", comment.id, old=old, new=new, reason=reason.strip()
    )
