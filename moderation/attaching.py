"""One case that rests on several comments: the same story told twice, or gone on with. Attached, and detached again."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from compliance import audit, clock, transitions
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import NotFound, RuleViolated, StaleVersion
from i18n import N_
from models.around import CasePassage
from models.case import Case, CaseComment, Reaction, SuspectProduct
from models.comment import Comment, CommentRevision, TriageDecision
from models.enums import CaseAction, CaseStatus, NoneReason, TriageOutcome
from models.session import get
from moderation import facets, triage
from moderation.case_report import products_of, reactions_of
from moderation.facets import CASE_OUTCOMES
from moderation.following_up import take_up
from moderation.opening import follow, live_cases, lock_case, rest_on
from moderation.states import CASE_TRANSITIONS


def attach(
    session: Session,
    actor: Actor,
    *,
    comment_id: str,
    revision_n: int,
    row_version: int,
    case_id: str,
    note: str = "",
) -> TriageDecision:
    """Decide that a comment belongs to a case that exists; the case is taken up again when it was sent.

    A case that the detectors had opened on the comment alone goes into it, with all that it holds and with its clock
    where that is the earlier one.
    """
    check(actor, Permission.COMMENT_TRIAGE)
    where = {"comment_id": comment_id, "revision_n": revision_n, "row_version": row_version}
    comment = triage.opened(session, actor, **where, case_id=case_id)  # type: ignore[arg-type]
    case = get(session, Case, case_id, lock=True)
    if case.status is CaseStatus.DISMISSED:
        raise RuleViolated(N_("Le cas {number} est écarté : reprenez-le d'abord, avec une raison."), number=case.number)
    revision = triage.current_revision(session, comment)
    own = [each for each in live_cases(session, comment.id) if each.id != case.id]
    goes_in = [each for each in own if _is_its_alone(session, each, comment)]
    outcomes = CASE_OUTCOMES & {TriageOutcome(o) for o in case.outcomes} or {TriageOutcome.ADVERSE_EVENT}
    decision = triage.decide(session, actor, comment, revision, outcomes, note=note)
    take_up(session, actor, case, comment, revision)
    for each in goes_in:
        _merge(session, actor, each, case, comment)
    case.serious = case.serious or comment.serious
    case.outcomes = sorted(set(case.outcomes) | set(decision.outcomes))
    case.updated_at = clock.now()
    triage.conclude(session, actor, comment, decision, live_cases(session, comment.id))
    new = {"case": case.number, "revision": revision.n}
    audit.record(session, actor, AuditAction.COMMENT_ATTACH, "comment", comment.id, new=new)
    return decision


def _is_its_alone(session: Session, case: Case, comment: Comment) -> bool:
    """Say whether nobody confirmed a case, and it rests on this comment and no other."""
    resting = session.exec(select(CaseComment.comment_id).where(CaseComment.case_id == case.id))
    return case.status is CaseStatus.OPEN and set(resting) == {comment.id} and not triage.confirmed(session, case)


def _merge(session: Session, actor: Actor, from_case: Case, into: Case, comment: Comment) -> None:
    """Put all that one case holds into another, and close it as its duplicate."""
    rows = select(CommentRevision).where(
        CaseComment.case_id == from_case.id, CaseComment.revision_id == CommentRevision.id
    )
    for revision in session.exec(rows.order_by(col(CommentRevision.n))).all():
        rest_on(session, into, comment, revision)
    products, reactions = products_of(session, into.id), reactions_of(session, into.id)
    _add_products(session, into, products, products_of(session, from_case.id))
    _add_reactions(session, into, reactions, reactions_of(session, from_case.id))
    into.situations = list(dict.fromkeys([*into.situations, *from_case.situations]))
    into.seriousness = list(dict.fromkeys([*into.seriousness, *from_case.seriousness]))
    into.serious = into.serious or from_case.serious
    from_case.dismissal = NoneReason.DUPLICATE.value
    reason = f"duplicate of {into.number}"
    transitions.apply(session, actor, from_case, CASE_TRANSITIONS, CaseAction.DISMISS, reason=reason)


def _add_products(session: Session, case: Case, held: Sequence[SuspectProduct], more: Sequence[SuspectProduct]) -> None:
    known = {product.name.casefold() for product in held}
    for n, product in enumerate((p for p in more if p.name.casefold() not in known), len(held) + 1):
        kept = product.model_dump(exclude={"id", "case_id", "n"})
        session.add(SuspectProduct(**kept, case_id=case.id, n=n))


def _add_reactions(session: Session, case: Case, held: Sequence[Reaction], more: Sequence[Reaction]) -> None:
    known = {reaction.verbatim.casefold() for reaction in held}
    for n, reaction in enumerate((r for r in more if r.verbatim.casefold() not in known), len(held) + 1):
        kept = reaction.model_dump(exclude={"id", "case_id", "n"})
        session.add(Reaction(**kept, case_id=case.id, n=n))


def detach(session: Session, actor: Actor, *, case_id: str, row_version: int, comment_id: str, reason: str) -> Case:
    """Take a comment out of a case that rests on others too; no clock is given back.

    The case is taken up again when it was sent. The comment returns to the queue, unless another case rests on it.
    """
    check(actor, Permission.CASE_WRITE)
    if not reason.strip():
        raise RuleViolated(N_("Indiquez une raison : elle sera jointe à la décision."))
    case = lock_case(session, case_id)
    if case.row_version != row_version:
        raise StaleVersion(N_("Ce cas a changé depuis que vous l'avez ouvert. Relisez-le, puis recommencez."))
    links = session.exec(select(CaseComment).where(CaseComment.case_id == case.id)).all()
    going = [link for link in links if link.comment_id == comment_id]
    _check_detachable(case, going, len(links))
    _remove(session, case, going)
    if case.status in (CaseStatus.FORWARDED, CaseStatus.ACKNOWLEDGED):
        was = case.status
        transitions.apply(session, actor, case, CASE_TRANSITIONS, CaseAction.REOPEN, reason=reason.strip())
        follow(session, case, was=was)
    case.updated_at = clock.now()
    _return(session, get(session, Comment, comment_id))
    new = {"case": case.number, "revisions": [link.revision_id for link in going]}
    audit.record(session, actor, AuditAction.COMMENT_DETACH, "comment", comment_id, new=new, reason=reason.strip())
    return case


def _check_detachable(case: Case, going: Sequence[CaseComment], resting: int) -> None:
    if not going:
        raise NotFound
    if case.status in (CaseStatus.QUEUED, CaseStatus.DISMISSED):
        raise RuleViolated(N_("Un cas en cours d'envoi ou écarté ne change pas. Reprenez-le d'abord."))
    if len(going) == resting:
        raise RuleViolated(N_("Ce cas ne repose que sur ce commentaire. Écartez plutôt le cas, avec sa raison."))


def _remove(session: Session, case: Case, going: Sequence[CaseComment]) -> None:
    revisions = [link.revision_id for link in going]
    marked = select(CasePassage).where(CasePassage.case_id == case.id, col(CasePassage.revision_id).in_(revisions))
    for row in [*session.exec(marked), *going]:
        session.delete(row)
    session.flush()


def _return(session: Session, comment: Comment) -> None:
    """Put a comment that no live case rests on back into the queue; one that has another case follows that."""
    cases = live_cases(session, comment.id)
    known = facets.read(comment)
    if cases:
        status = facets.least_advanced([case.status for case in cases])
        facets.write(comment, facets.decided(known, [TriageOutcome.ADVERSE_EVENT], status))
    else:
        facets.write(comment, facets.reopened(known))
    session.flush()
