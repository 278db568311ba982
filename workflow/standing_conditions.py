"""Opinions under conditions that still stand: what they keep from being approved, and the approval that lifts them."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from compliance import clock, transitions
from compliance.permissions import Actor
from compliance.sign_in import roles_of
from models.enums import ConditionAction, ConditionStatus, Role
from models.opinion import ConditionalOpinion
from models.post import Post
from models.review import Decision
from models.session import get
from models.user import User
from workflow.rounds import author_ids
from workflow.wording_conditions import CONDITION_TRANSITIONS

STANDING = (ConditionStatus.WAITING, ConditionStatus.ANSWERED)


def standing_opinions(session: Session, post_id: str) -> Sequence[ConditionalOpinion]:
    """Return the opinions under conditions on a post that nobody lifted or took back, whichever version they are on."""
    held = select(ConditionalOpinion).where(
        ConditionalOpinion.post_id == post_id, col(ConditionalOpinion.status).in_(STANDING)
    )
    return session.exec(held.order_by(col(ConditionalOpinion.id))).all()


def conditioned_roles(session: Session, post_id: str) -> frozenset[Role]:
    """Return the roles that stand by conditions: whatever else is signed, theirs is missing."""
    return frozenset(each.role for each in standing_opinions(session, post_id))


def conditions_against(
    session: Session, post: Post, role: Role, persons: frozenset[str | None]
) -> tuple[int, tuple[str, ...]]:
    """Return what keeps a role from approving: how many opinions the author has not answered, and whose they are.

    Whose: those of others than `persons` (who would sign, and in whose name) who can still sign themselves.
    """
    mine = [each for each in standing_opinions(session, post.id) if each.role is role]
    waiting = sum(each.status is ConditionStatus.WAITING for each in mine)
    others = [each for each in mine if each.user_id not in persons and can_lift(session, post, each)]
    return waiting, tuple(get(session, User, each.user_id).printed_name for each in others)


def can_lift(session: Session, post: Post, opinion: ConditionalOpinion) -> bool:
    """Say whether whoever set conditions can still sign; when they left, somebody of their role does."""
    active = get(session, User, opinion.user_id).active
    held = opinion.role in roles_of(session, opinion.user_id)
    return active and held and opinion.user_id not in author_ids(session, post)


def lift(session: Session, actor: Actor, post: Post, role: Role, decision: Decision) -> None:
    """Lift the answered conditions of a role with the approval that its holder has just signed."""
    for each in standing_opinions(session, post.id):
        if each.role is role:
            details = {"decision": decision.id, "post": post.id}
            transitions.apply(
                session, actor, each, CONDITION_TRANSITIONS, ConditionAction.LIFT,
                signature_id=decision.signature_id, details=details,
            )  # fmt: skip
            each.closed_by, each.closed_at = actor.id, clock.now()
