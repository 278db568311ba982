"""Who opened the text of which step that they may sign: only what a person opened can they sign among several."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from compliance import clock
from compliance.permissions import Actor
from models.enums import StepStatus
from models.opinion import StepReading
from models.post import Post
from models.review import ReviewRound, ReviewStep
from models.session import get
from workflow.delegations import usable
from workflow.rounds import steps_of


def note_readings(session: Session, actor: Actor, review_round: ReviewRound) -> None:
    """Note that a person opened the open steps of a round that they may sign, in their own name or another's."""
    for step in unread_steps(session, actor, review_round):
        session.add(StepReading(step_id=step.id, user_id=actor.id or "", opened_at=clock.now()))


def unread_steps(session: Session, actor: Actor, review_round: ReviewRound) -> list[ReviewStep]:
    """Return the open steps of a round that a person may sign and has not opened."""
    post = get(session, Post, review_round.post_id)
    running = [step for step in steps_of(session, review_round.id) if step.status is StepStatus.OPEN]
    opened = opened_by(session, actor, [step.id for step in running])
    return [
        step
        for step in running
        if step.id not in opened and (step.role in actor.roles or usable(session, actor, step, review_round, post))
    ]


def opened_by(session: Session, actor: Actor, step_ids: Sequence[str]) -> frozenset[str]:
    """Return which of these steps a person has opened; a step is one version's, so that a new version is unread."""
    mine = select(StepReading.step_id).where(StepReading.user_id == actor.id, col(StepReading.step_id).in_(step_ids))
    return frozenset(session.exec(mine))
