"""A person and a comment: taking it, deciding on it, giving it back. A decision is on one revision of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlmodel import Session, col, select, update

from compliance import audit, clock, transitions
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput, NotFound, RuleViolated, StaleVersion
from i18n import N_
from models.case import Case, CaseComment
from models.comment import Comment, CommentRevision, TriageDecision
from models.enums import CaseAction, CaseStatus, NoneReason, PvFacet, TriageOutcome
from models.session import get
from models.user import User
from moderation import facets
from moderation.facets import CASE_OUTCOMES
from moderation.following_up import EDITED, note_news
from moderation.opening import live_case, open_case, rest_on
from moderation.states import CASE_TRANSITIONS

LEASE = timedelta(minutes=10)
SENT = (CaseStatus.FORWARDED, CaseStatus.ACKNOWLEDGED, CaseStatus.HANDED_OVER)
UNSYNCED = {"synchronize_session": False}


@dataclass(frozen=True)
class Lease:
    """A comment that one person holds until a moment."""

    comment_id: str
    until: datetime


@dataclass(frozen=True)
class Author:
    """Who wrote a comment, as the network names them."""

    external_id: str
    handle: str | None
    permalink: str | None


def claim(session: Session, actor: Actor, *, comment_id: str) -> Lease:
    """Take a comment for ten minutes, or for ten more; one statement, so that two people never hold it."""
    check(actor, Permission.COMMENT_TRIAGE)
    held_before = get(session, Comment, comment_id).holder_id == actor.id
    now = clock.now()
    free = or_(col(Comment.holder_id).is_(None), col(Comment.lease_until) < now, col(Comment.holder_id) == actor.id)
    lease = _hold(session, actor, comment_id, free)
    if lease is None:
        raise _taken(session, comment_id)
    if not held_before:
        audit.record(session, actor, AuditAction.COMMENT_CLAIM, "comment", comment_id)
    return lease


def heartbeat(session: Session, actor: Actor, *, comment_id: str) -> Lease:
    """Keep a comment that one holds for ten more minutes; refused when the lease was lost to another."""
    check(actor, Permission.COMMENT_TRIAGE)
    lease = _hold(session, actor, comment_id, col(Comment.holder_id) == actor.id)
    if lease is None:
        raise _taken(session, comment_id)
    return lease


def _hold(session: Session, actor: Actor, comment_id: str, condition: object) -> Lease | None:
    until = clock.now() + LEASE
    taking = update(Comment).where(col(Comment.id) == comment_id, condition)  # type: ignore[arg-type]
    changed = session.exec(taking.values(holder_id=actor.id, lease_until=until), execution_options=UNSYNCED)
    session.expire_all()
    return Lease(comment_id, until) if changed.rowcount else None


def _taken(session: Session, comment_id: str) -> RuleViolated:
    comment = get(session, Comment, comment_id)
    holder = session.get(User, comment.holder_id) if comment.holder_id else None
    if holder is None or comment.lease_until is None:
        return RuleViolated(N_("Ce commentaire n'est plus à vous : reprenez-le avant de continuer."))
    return RuleViolated(
        N_("{name} traite ce commentaire jusqu'à {until}. Passez au suivant."),
        name=holder.printed_name,
        until=f"{clock.paris(comment.lease_until):%H:%M}",
    )


def release(session: Session, actor: Actor, *, comment_id: str) -> None:
    """Give a comment back; one that another holds, or nobody, is left as it is."""
    check(actor, Permission.COMMENT_TRIAGE)
    mine = update(Comment).where(col(Comment.id) == comment_id, col(Comment.holder_id) == actor.id)
    changed = session.exec(mine.values(holder_id=None, lease_until=None), execution_options=UNSYNCED)
    if changed.rowcount:
        audit.record(session, actor, AuditAction.COMMENT_RELEASE, "comment", comment_id)
    session.expire_all()


def mark_displayed(session: Session, actor: Actor, *, comment_ids: Collection[str]) -> None:
    """Note the first time that a person had the comments on a screen; no row version changes."""
    check(actor, Permission.COMMENT_READ)
    unseen = update(Comment).where(col(Comment.id).in_(comment_ids), col(Comment.first_displayed_at).is_(None))
    session.exec(unseen.values(first_displayed_at=clock.now()), execution_options=UNSYNCED)


def classify(
    session: Session,
    actor: Actor,
    *,
    comment_id: str,
    revision_n: int,
    row_version: int,
    outcomes: Collection[TriageOutcome],
    none_reason: NoneReason | None = None,
    note: str = "",
) -> TriageDecision:
    """Decide what a comment is: one or several outcomes, or none with its coded reason.

    With an adverse event, a special situation or a quality defect a case exists afterwards. Refused when the author
    changed the comment, when another decided meanwhile, or while another person holds it.
    """
    check(actor, Permission.COMMENT_TRIAGE)
    check_outcomes(outcomes, none_reason)
    comment = get(session, Comment, comment_id, lock=True)
    _check_unchanged(comment, revision_n, row_version)
    if comment.holder_id not in (None, actor.id) and comment.lease_until and comment.lease_until > clock.now():
        raise _taken(session, comment_id)
    revision = current_revision(session, comment)
    decision = TriageDecision(
        comment_id=comment.id,
        revision_id=revision.id,
        user_id=actor.id or "",
        outcomes=[outcome.value for outcome in TriageOutcome if outcome in outcomes],
        none_reason=none_reason,
        note=note.strip() or None,
        decided_at=clock.now(),
    )
    case = _settle_case(session, actor, comment, revision, decision)
    session.add(decision)
    before = facets.read(comment)
    facets.write(comment, facets.decided(before, outcomes, case.status if case else None))
    comment.holder_id = comment.lease_until = None
    session.flush()
    _record(session, actor, comment, decision, before.pv)
    return decision


def check_outcomes(outcomes: Collection[TriageOutcome], none_reason: NoneReason | None) -> None:
    """Refuse a decision without outcome, "none" beside another one, or without its reason; raises InvalidInput."""
    if not outcomes:
        raise InvalidInput(N_("Choisissez au moins une qualification."))
    if TriageOutcome.NONE in outcomes and len(set(outcomes)) > 1:
        raise InvalidInput(N_("« Non » ne se combine avec aucune autre qualification."))
    if (TriageOutcome.NONE in outcomes) is not (none_reason is not None):
        raise InvalidInput(N_("Choisissez la raison de « Non, parce que… », et seulement dans ce cas."))


def _check_unchanged(comment: Comment, revision_n: int, row_version: int) -> None:
    if comment.revision_n != revision_n:
        raise StaleVersion(
            N_("L'auteur a modifié ce commentaire (version {now} au lieu de {seen}). Relisez-le, puis décidez."),
            now=comment.revision_n,
            seen=revision_n,
        )
    if comment.row_version != row_version:
        raise StaleVersion(
            N_("Ce commentaire a reçu une décision, une réponse ou une analyse depuis son affichage. Relisez-le.")
        )


def current_revision(session: Session, comment: Comment) -> CommentRevision:
    """Return the revision that reads now."""
    same = select(CommentRevision).where(
        CommentRevision.comment_id == comment.id, CommentRevision.n == comment.revision_n
    )
    revision = session.exec(same).first()
    if revision is None:
        raise NotFound
    return revision


def _settle_case(
    session: Session, actor: Actor, comment: Comment, revision: CommentRevision, decision: TriageDecision
) -> Case | None:
    """Make the case follow the decision: opened, reopened on a new text, or dismissed when nobody ever confirmed it."""
    case = live_case(session, comment.id)
    if CASE_OUTCOMES & set(decision.outcomes):
        if case is None:
            case = open_case(session, actor, comment, revision)
        elif rest_on(session, case, comment, revision):
            note_news(session, actor, case, reason=EDITED, comment=comment, revision=revision)
            if case.status in SENT:
                transitions.apply(session, actor, case, CASE_TRANSITIONS, CaseAction.REOPEN, reason=EDITED)
        case.outcomes = sorted(set(case.outcomes) | set(decision.outcomes))
        return case
    if case and case.status is CaseStatus.OPEN and _rests_on_this_alone(session, case, revision):
        case.dismissal = str(decision.none_reason or TriageOutcome.PRODUCT_MENTION)
        reason = case.dismissal
        transitions.apply(session, actor, case, CASE_TRANSITIONS, CaseAction.DISMISS, reason=reason)
        return None
    return case


def _rests_on_this_alone(session: Session, case: Case, revision: CommentRevision) -> bool:
    """Say whether no person ever confirmed a case, and it rests on nothing but the revision that is decided on."""
    links = session.exec(select(CaseComment).where(CaseComment.case_id == case.id)).all()
    decisions = session.exec(
        select(TriageDecision).where(col(TriageDecision.comment_id).in_([link.comment_id for link in links]))
    )
    confirmed = case.opened_by is not None or any(CASE_OUTCOMES & set(decision.outcomes) for decision in decisions)
    return not confirmed and {link.revision_id for link in links} == {revision.id}


def _record(session: Session, actor: Actor, comment: Comment, decision: TriageDecision, old: PvFacet) -> None:
    new = {"pv": comment.pv.value, "outcomes": decision.outcomes, "revision": comment.revision_n}
    reason = decision.none_reason.value if decision.none_reason else None
    before = {"pv": old.value}
    audit.record(
        session, actor, AuditAction.COMMENT_CLASSIFY, "comment", comment.id, old=before, new=new, reason=reason
    )


def reopen(session: Session, actor: Actor, *, comment_id: str, row_version: int, reason: str) -> None:
    """Put a decided comment back into the queue; its decisions stay, and so does its clock."""
    check(actor, Permission.COMMENT_TRIAGE)
    if not reason.strip():
        raise RuleViolated(N_("Indiquez une raison : elle sera jointe à la décision."))
    comment = get(session, Comment, comment_id, lock=True)
    _check_unchanged(comment, comment.revision_n, row_version)
    before = comment.pv
    comment.pv = PvFacet.POSSIBLE
    session.flush()
    audit.record(
        session,
        actor,
        AuditAction.COMMENT_REOPEN,
        "comment",
        comment.id,
        old={"pv": before.value},
        new={"pv": comment.pv.value},
        reason=reason.strip(),
    )


def reveal_author(session: Session, actor: Actor, *, comment_id: str, reason: str) -> Author:
    """Show who wrote a comment; who asked, when and why is written down, the name is not."""
    check(actor, Permission.COMMENT_REVEAL)
    if not reason.strip():
        raise RuleViolated(N_("Indiquez une raison : elle sera jointe à la décision."))
    comment = get(session, Comment, comment_id)
    audit.record(session, actor, AuditAction.COMMENT_REVEAL, "comment", comment.id, reason=reason.strip())
    return Author(comment.author_id, comment.author_handle, comment.permalink)
