"""A person and a comment: taking it, deciding on it, giving it back. A decision is on one revision of it."""

from collections.abc import Collection, Sequence
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
from models.enums import CaseAction, CaseStatus, NoneReason, ProductOwner, PvFacet, TriageOutcome
from models.product import Product
from models.queueing import UndoPoint
from models.session import get
from models.user import User
from moderation import decision_cards, facets
from moderation.decision_cards import Card
from moderation.facets import CASE_OUTCOMES
from moderation.following_up import take_up
from moderation.opening import follow, live_cases, lock_with_siblings, open_case
from moderation.states import CASE_TRANSITIONS

LEASE = timedelta(minutes=10)
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
    card: Card | None = None,
    note: str = "",
) -> TriageDecision:
    """Decide what a comment is: one or several outcomes, or none with its coded reason and what that reason needs.

    With an adverse event, a special situation or a quality defect a case exists afterwards; every live case of the
    comment rests on what was read. Refused when the author changed the comment, when another decided meanwhile, or
    while another person holds it.
    """
    check(actor, Permission.COMMENT_TRIAGE)
    check_outcomes(outcomes, none_reason)
    kept = decision_cards.checked(none_reason, card)
    comment = opened(session, actor, comment_id=comment_id, revision_n=revision_n, row_version=row_version)
    _check_card(session, comment, kept or {})
    revision = current_revision(session, comment)
    decision = decide(session, actor, comment, revision, outcomes, none_reason=none_reason, card=kept, note=note)
    cases = _settle_cases(session, actor, comment, revision, decision)
    conclude(session, actor, comment, decision, cases)
    return decision


def opened(
    session: Session, actor: Actor, *, comment_id: str, revision_n: int, row_version: int, case_id: str = ""
) -> Comment:
    """Return a comment under lock, all that share a case with it locked too; refuse what is stale or another's."""
    locked = lock_with_siblings(session, [comment_id], [case_id] if case_id else [])
    comment = locked.get(comment_id)
    if comment is None:
        raise NotFound
    _check_unchanged(comment, revision_n, row_version)
    if comment.holder_id not in (None, actor.id) and comment.lease_until and comment.lease_until > clock.now():
        raise _taken(session, comment_id)
    return comment


def decide(
    session: Session,
    actor: Actor,
    comment: Comment,
    revision: CommentRevision,
    outcomes: Collection[TriageOutcome],
    *,
    none_reason: NoneReason | None = None,
    card: dict[str, str] | None = None,
    note: str = "",
) -> TriageDecision:
    """Write down what was decided on a revision; `conclude` moves the comment."""
    decision = TriageDecision(
        comment_id=comment.id,
        revision_id=revision.id,
        user_id=actor.id or "",
        outcomes=[outcome.value for outcome in TriageOutcome if outcome in outcomes],
        none_reason=none_reason,
        note=note.strip() or None,
        card=card,
        decided_at=clock.now(),
    )
    session.add(decision)
    return decision


def conclude(
    session: Session, actor: Actor, comment: Comment, decision: TriageDecision, cases: Collection[Case]
) -> None:
    """Move a comment as it was decided, to where the slowest of its live cases is, and give it back."""
    session.flush()
    before = facets.read(comment)
    outcomes = [TriageOutcome(outcome) for outcome in decision.outcomes]
    facets.write(comment, facets.decided(before, outcomes, facets.least_advanced([case.status for case in cases])))
    comment.holder_id = comment.lease_until = None
    session.flush()
    _record(session, actor, comment, decision, before.pv)


def _check_card(session: Session, comment: Comment, card: dict[str, str]) -> None:
    """Refuse a card that would lose a suspicion: a case that is none, or this comment's own; a product of ours."""
    if number := card.get("case_number"):
        case = session.exec(select(Case).where(Case.number == number)).first()
        if case is None or case.status is CaseStatus.DISMISSED:
            raise InvalidInput(
                N_("Aucun cas ouvert ou transmis ne porte le numéro {number}. Vérifiez-le dans la liste des cas."),
                number=number,
            )
        resting = session.exec(select(CaseComment.comment_id).where(CaseComment.case_id == case.id))
        if set(resting) <= {comment.id}:
            raise InvalidInput(
                N_("Le cas {number} est celui de ce commentaire : il n'en est pas le doublon."), number=number
            )
    if (name := card.get("product")) and _is_ours(session, name):
        raise InvalidInput(N_("{name} est l'un de nos produits : le cas est à nous."), name=name)


def _is_ours(session: Session, name: str) -> bool:
    wanted = name.casefold()
    ours = session.exec(select(Product).where(Product.owner == ProductOwner.OWN))
    return any(wanted in {known.casefold() for known in (p.name, *p.aliases)} for p in ours)


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


def _settle_cases(
    session: Session, actor: Actor, comment: Comment, revision: CommentRevision, decision: TriageDecision
) -> list[Case]:
    """Make the cases follow the decision, and return the live ones.

    One is opened where there is none; each rests on the new text too, and is taken up again when it was sent; one that
    nobody ever confirmed is dismissed by a decision against it.
    """
    cases = live_cases(session, comment.id)
    if CASE_OUTCOMES & set(decision.outcomes):
        cases = cases or [open_case(session, actor, comment, revision)]
        for case in cases:
            take_up(session, actor, case, comment, revision)
            case.outcomes = sorted(set(case.outcomes) | set(decision.outcomes))
        return cases
    for case in cases:
        if case.status is CaseStatus.OPEN and _nothing_left(session, case, revision):
            case.dismissal = reason = str(decision.none_reason or TriageOutcome.PRODUCT_MENTION)
            transitions.apply(session, actor, case, CASE_TRANSITIONS, CaseAction.DISMISS, reason=reason)
            follow(session, case, was=CaseStatus.OPEN)
    return [case for case in cases if case.status is not CaseStatus.DISMISSED]


def _nothing_left(session: Session, case: Case, revision: CommentRevision) -> bool:
    """Say whether no person ever confirmed a case, and all else that it rests on was decided against already."""
    if confirmed(session, case):
        return False
    rests_on = set(session.exec(select(CaseComment.revision_id).where(CaseComment.case_id == case.id)))
    return rests_on <= {revision.id, *(one.revision_id for one in _standing(session, case))}


def _standing(session: Session, case: Case) -> Sequence[TriageDecision]:
    """Return the decisions on the comments of a case that were not taken back."""
    resting = select(CaseComment.comment_id).where(CaseComment.case_id == case.id)
    undone = select(UndoPoint.decision_id).where(col(UndoPoint.undone_at).is_not(None))
    found = select(TriageDecision).where(col(TriageDecision.comment_id).in_(resting))
    return session.exec(found.where(col(TriageDecision.id).not_in(undone))).all()


def confirmed(session: Session, case: Case) -> bool:
    """Say whether a person ever said that a case is one."""
    return case.opened_by is not None or any(CASE_OUTCOMES & set(one.outcomes) for one in _standing(session, case))


def _record(session: Session, actor: Actor, comment: Comment, decision: TriageDecision, old: PvFacet) -> None:
    new = {"pv": comment.pv.value, "outcomes": decision.outcomes, "revision": comment.revision_n}
    if decision.card and "case_number" in decision.card:
        new |= {"case": decision.card["case_number"]}
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
