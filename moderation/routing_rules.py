"""Changing the rules of routing: proposed by an administrator or by pharmacovigilance, which alone signs them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from compliance import audit, clock, signatures
from compliance.audit import AuditAction
from compliance.canonical import sha256_of
from compliance.permissions import Actor, Permission, allows, check
from errors import RuleViolated, StaleVersion
from i18n import N_
from models.comment import Comment, CommentRevision
from models.enums import Role, RoutedQueue, RuleSetStatus, SignatureMeaning
from models.queueing import RoutingRuleSet
from models.session import expect_version, get
from models.user import User
from moderation.queries.evidence import findings_of, records_of
from moderation.queues import RoutingRule, check_rules, queues_of, read_rules, stored
from moderation.routing import facts_of, rules_in_force

SUBJECT = "routing_rules"
TRIED = 200


@dataclass(frozen=True)
class RulesDialog:
    """What the signing dialog shows; `version_n` is the number of the set."""

    nonce_id: str
    role: Role
    meaning: SignatureMeaning
    version_n: int
    content_sha256: str


@dataclass(frozen=True)
class RuleSetView:
    """A set of rules: who proposed it and why, who signed it."""

    id: str
    n: int
    row_version: int
    rules: tuple[RoutingRule, ...]
    reason: str
    proposed_by: str
    proposed_at: datetime


@dataclass(frozen=True)
class RoutingView:
    """The rules in force, and those that wait for a signature."""

    n: int
    rules: tuple[RoutingRule, ...]
    waiting: tuple[RuleSetView, ...]
    may_sign: bool


def routing_view(session: Session, actor: Actor) -> RoutingView:
    """Return the rules as their page shows them."""
    check(actor, Permission.ROUTING_PROPOSE)
    n, rules = rules_in_force(session)
    open_sets = select(RoutingRuleSet).where(RoutingRuleSet.status == RuleSetStatus.PROPOSED)
    waiting = tuple(
        RuleSetView(
            row.id, row.n, row.row_version, read_rules(row.rules), row.reason,
            get(session, User, row.proposed_by).printed_name, row.proposed_at,
        )
        for row in session.exec(open_sets.order_by(col(RoutingRuleSet.n)))
    )  # fmt: skip
    return RoutingView(n, rules, waiting, allows(actor, Permission.ROUTING_SIGN))


def propose(session: Session, actor: Actor, *, rules: Sequence[RoutingRule], reason: str) -> RoutingRuleSet:
    """Write down a whole set of rules as it should be; nothing changes until pharmacovigilance signs it."""
    check(actor, Permission.ROUTING_PROPOSE)
    check_rules(rules)
    if not reason.strip():
        raise RuleViolated(N_("Indiquez pourquoi les règles changent : la raison sera signée avec elles."))
    kept = stored(rules)
    if kept == stored(rules_in_force(session)[1]):
        raise RuleViolated(N_("Ces règles sont celles qui sont en vigueur : il n'y a rien à proposer."))
    n = (session.exec(select(func.max(RoutingRuleSet.n))).one() or 0) + 1
    row = RoutingRuleSet(
        n=n, rules=kept, reason=reason.strip(), content_sha256=_sha(n, kept, reason), status=RuleSetStatus.PROPOSED,
        proposed_by=actor.id or "", proposed_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    new = {"n": n, "rules": [rule.id for rule in rules], "content_sha256": row.content_sha256}
    audit.record(session, actor, AuditAction.ROUTING_PROPOSE, SUBJECT, row.id, new=new, reason=row.reason)
    return row


def _sha(n: int, kept: list[dict[str, object]], reason: str) -> str:
    return sha256_of({"covigie": SUBJECT, "n": n, "rules": kept, "reason": reason.strip()})


def open_rules(session: Session, actor: Actor, *, set_id: str, row_version: int) -> RulesDialog:
    """Open the signing dialog of a proposed set."""
    row = _proposed(session, actor, set_id, row_version)
    nonce_id = signatures.open_signing(session, actor, subject_id=row.id, content_sha256=row.content_sha256)
    return RulesDialog(nonce_id, Role.PV_OFFICER, SignatureMeaning.ROUTING_CHANGE, row.n, row.content_sha256)


def sign_rules(session: Session, actor: Actor, *, set_id: str, row_version: int, nonce_id: str) -> RoutingRuleSet:
    """Put a proposed set in force for what is screened from now on; raises StaleVersion when it is no longer open."""
    row = _proposed(session, actor, set_id, row_version)
    before = rules_in_force(session)[0]
    signature = signatures.sign(
        session,
        actor,
        nonce_id=nonce_id,
        role=Role.PV_OFFICER,
        meaning=SignatureMeaning.ROUTING_CHANGE,
        subject_kind=SUBJECT,
        subject_id=row.id,
        content_sha256=row.content_sha256,
    )
    row.status, row.signature_id, row.signed_by, row.closed_at = (
        RuleSetStatus.SIGNED, signature.id, actor.id, clock.now(),
    )  # fmt: skip
    session.flush()
    new = {"n": row.n, "content_sha256": row.content_sha256, "signature": signature.id}
    audit.record(session, actor, AuditAction.ROUTING_SIGN, SUBJECT, row.id, old={"n": before}, new=new)
    return row


def drop_rules(session: Session, actor: Actor, *, set_id: str, row_version: int) -> None:
    """Put a proposed set aside; it stays on record. Its author may, and pharmacovigilance."""
    check(actor, Permission.ROUTING_PROPOSE)
    row = get(session, RoutingRuleSet, set_id, lock=True)
    expect_version(row, row_version)
    if row.status is not RuleSetStatus.PROPOSED:
        raise StaleVersion
    if row.proposed_by != actor.id:
        check(actor, Permission.ROUTING_SIGN)
    row.status, row.closed_at = RuleSetStatus.DROPPED, clock.now()
    session.flush()
    audit.record(session, actor, AuditAction.ROUTING_DROP, SUBJECT, row.id, old={"n": row.n})


def _proposed(session: Session, actor: Actor, set_id: str, row_version: int) -> RoutingRuleSet:
    """Return an open set, unchanged since it was proposed, newer than what is in force."""
    check(actor, Permission.ROUTING_SIGN)
    row = get(session, RoutingRuleSet, set_id, lock=True)
    expect_version(row, row_version)
    if row.status is not RuleSetStatus.PROPOSED or row.n < rules_in_force(session)[0]:
        raise StaleVersion(N_("Ces règles ne sont plus à signer : d'autres l'ont été depuis. Proposez-les à nouveau."))
    if _sha(row.n, row.rules, row.reason) != row.content_sha256:
        raise RuleViolated(N_("Ces règles ont été altérées depuis leur proposition : elles ne peuvent être signées."))
    check_rules(read_rules(row.rules))
    return row


def tried(session: Session, actor: Actor, *, rules: Sequence[RoutingRule]) -> dict[RoutedQueue, int]:
    """Return how many of the last comments these rules would send to each queue; nothing is written."""
    check(actor, Permission.ROUTING_PROPOSE)
    newest = select(Comment, CommentRevision).where(
        CommentRevision.comment_id == Comment.id, CommentRevision.n == Comment.revision_n
    )
    pairs = session.exec(newest.order_by(col(Comment.received_at).desc()).limit(TRIED)).all()
    records = records_of(session, [revision.id for _comment, revision in pairs])
    findings = findings_of(session, [record.id for record in records.values()])
    counted = dict.fromkeys(RoutedQueue, 0)
    for comment, revision in pairs:
        record = records.get(revision.id)
        given = findings.get(record.id, []) if record else []
        for queue in queues_of(facts_of(comment, revision.text or "", record, given), rules):
            counted[queue] += 1
    return counted
