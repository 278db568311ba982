"""Taking a step on: a person of a role tells the others that they see to it. No obligation, and given back at will."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import NotFound, RuleViolated, TransitionNotAllowed
from i18n import N_
from models.base import new_id
from models.delegation import StepClaim
from models.enums import StepStatus
from models.post import Post
from models.review import ReviewRound, ReviewStep
from models.session import get
from models.user import User
from workflow.delegations import signing_under
from workflow.rounds import author_ids


def claim_step(session: Session, actor: Actor, *, step_id: str) -> StepClaim:
    """Take an open step on, in one's own role or a lent one; the others of the role see it, and may still sign.

    Raises RuleViolated when somebody has it already, or for an author of the post.
    """
    check(actor, Permission.POST_REVIEW)
    step = get(session, ReviewStep, step_id, lock=True)
    review_round = get(session, ReviewRound, step.round_id)
    post = get(session, Post, review_round.post_id)
    if step.status is not StepStatus.OPEN:
        raise TransitionNotAllowed
    signing_under(session, actor, step, review_round, post)
    if actor.id in author_ids(session, post):
        raise RuleViolated(N_("Vous avez écrit ou modifié cette publication : une autre personne doit se prononcer."))
    held = active_claims(session, [step_id]).get(step_id)
    if held is not None:
        name = get(session, User, held.user_id).printed_name
        raise RuleViolated(N_("{name} s'en charge déjà. Vous pouvez tout de même signer."), name=name)
    claim = StepClaim(id=new_id(), step_id=step_id, user_id=actor.id or "", claimed_at=clock.now())
    session.add(claim)
    session.flush()
    audit.record(session, actor, AuditAction.STEP_CLAIM, "post", post.id, new={"step": step_id})
    return claim


def release_step(session: Session, actor: Actor, *, step_id: str) -> StepClaim:
    """Give a step back to its role; raises NotFound when it is not the actor's."""
    step = get(session, ReviewStep, step_id, lock=True)
    held = active_claims(session, [step_id]).get(step_id)
    if held is None or held.user_id != actor.id:
        raise NotFound(N_("Vous ne vous êtes pas chargé de cette étape, ou l'avez déjà rendue."))
    held.released_at = clock.now()
    post_id = get(session, ReviewRound, step.round_id).post_id
    audit.record(session, actor, AuditAction.STEP_RELEASE, "post", post_id, new={"step": step_id})
    return held


def active_claims(session: Session, step_ids: Sequence[str]) -> dict[str, StepClaim]:
    """Return who has which of these steps, by step."""
    held = select(StepClaim).where(col(StepClaim.step_id).in_(step_ids), col(StepClaim.released_at).is_(None))
    return {claim.step_id: claim for claim in session.exec(held)}


def claimants(session: Session, step_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return who has which of these steps, by step: (user id, printed name)."""
    held = active_claims(session, step_ids)
    return {step_id: (claim.user_id, get(session, User, claim.user_id).printed_name) for step_id, claim in held.items()}


def drop_claims(session: Session, step_ids: Sequence[str]) -> None:
    """Free steps that nobody can decide on for now."""
    for claim in active_claims(session, step_ids).values():
        claim.released_at = clock.now()
