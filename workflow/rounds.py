"""A round: one version on its way through one circuit, stage by stage."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from compliance import audit, clock
from models.base import new_id
from models.carried import CarriedSignature
from models.delegation import ApprovalWithdrawal
from models.enums import DecisionKind, Quorum, Role, RoundStatus, SignatureMeaning, StepStatus
from models.post import Post, PostVersion
from models.review import Circuit, Decision, ReviewNote, ReviewRound, ReviewStep
from models.session import get
from models.user import RoleAssignment, User
from workflow.reminders import StepTime

CLOSED = frozenset({StepStatus.APPROVED, StepStatus.CHANGES_REQUESTED, StepStatus.REJECTED})


def open_round(session: Session, post: Post, version: PostVersion, circuit: Circuit, opened_by: str) -> ReviewRound:
    """Open a round on a version, and its first stage."""
    review_round = ReviewRound(
        id=new_id(),
        post_id=post.id,
        version_id=version.id,
        circuit_id=circuit.id,
        status=RoundStatus.OPEN,
        opened_by=opened_by,
        opened_at=audit.moment(session),
    )
    session.add(review_round)
    session.flush()
    for step in circuit.steps:
        session.add(
            ReviewStep(
                round_id=review_round.id,
                stage=step["stage"],
                role=Role(step["role"]),
                quorum=Quorum(step["quorum"]),
                needed=step.get("needed"),
                meaning=SignatureMeaning(step["meaning"]),
                due_hours=step["due_hours"],
                status=StepStatus.WAITING,
            )
        )
    session.flush()
    open_next_stage(session, review_round)
    return review_round


def open_next_stage(session: Session, review_round: ReviewRound) -> None:
    """Open the steps of the first stage that still waits."""
    waiting = [step for step in steps_of(session, review_round.id) if step.status is StepStatus.WAITING]
    for step in waiting:
        if step.stage == waiting[0].stage:
            open_step(session, review_round, step)
    session.flush()


def open_step(session: Session, review_round: ReviewRound, step: ReviewStep) -> None:
    """Open a step, for the first time or again: its time runs from now."""
    step.status, step.entered_at = StepStatus.OPEN, clock.now()
    step.due_at = time_of(session, step, review_round).after(1)


def time_of(session: Session, step: ReviewStep, review_round: ReviewRound) -> StepTime:
    """Return the time of a step: its hours from when it opened, of business or by the clock, as its circuit says."""
    circuit = get(session, Circuit, review_round.circuit_id)
    clocks = {(each["stage"], each["role"]): each.get("by_the_clock", False) for each in circuit.steps}
    by_the_clock = clocks.get((step.stage, step.role.value), False)
    return StepTime(step.entered_at or clock.now(), step.due_hours, by_the_clock)


def close_round(session: Session, review_round: ReviewRound, status: RoundStatus) -> None:
    """Close a round; steps on which nobody decided are void."""
    review_round.status, review_round.closed_at = status, clock.now()
    for step in steps_of(session, review_round.id):
        if step.status not in CLOSED:
            step.status = StepStatus.VOID
    session.flush()


def steps_of(session: Session, round_id: str) -> Sequence[ReviewStep]:
    """Return the steps of a round, by stage, then role."""
    steps = session.exec(select(ReviewStep).where(ReviewStep.round_id == round_id)).all()
    return sorted(steps, key=lambda step: (step.stage, list(Role).index(step.role), step.id))


def rounds_of(session: Session, post_id: str) -> Sequence[ReviewRound]:
    """Return the rounds of a post, newest first."""
    newest = (col(ReviewRound.opened_at).desc(), col(ReviewRound.id).desc())
    return session.exec(select(ReviewRound).where(ReviewRound.post_id == post_id).order_by(*newest)).all()


def running_round(session: Session, post_id: str) -> ReviewRound | None:
    """Return the open round of a post, or None."""
    return next((each for each in rounds_of(session, post_id) if each.status is RoundStatus.OPEN), None)


def decisions_of(session: Session, round_id: str) -> Sequence[Decision]:
    """Return the decisions of a round, in the order in which they were taken."""
    taken = (col(Decision.decided_at), col(Decision.id))
    return session.exec(select(Decision).where(Decision.round_id == round_id).order_by(*taken)).all()


def withdrawals_of(session: Session, round_id: str) -> dict[str, ApprovalWithdrawal]:
    """Return the approvals of a round that were taken back or lapsed, by decision."""
    taken_back = select(ApprovalWithdrawal).where(ApprovalWithdrawal.round_id == round_id)
    return {each.decision_id: each for each in session.exec(taken_back)}


def standing_decisions(session: Session, round_id: str, moment: datetime | None = None) -> list[Decision]:
    """Return the decisions of a round that count, now or as they counted at a moment."""
    taken_back = withdrawals_of(session, round_id)
    return [
        decision
        for decision in decisions_of(session, round_id)
        if (moment is None or decision.decided_at <= moment)
        and (decision.id not in taken_back or (moment is not None and taken_back[decision.id].withdrawn_at > moment))
    ]


def in_whose_name(decision: Decision) -> str:
    """Return whose decision it is: the person's own, or the delegator's in whose name it was taken."""
    return decision.on_behalf_of_id or decision.user_id


def current_version(session: Session, post: Post) -> PostVersion:
    """Return the newest version of a post."""
    return session.exec(
        select(PostVersion).where(PostVersion.post_id == post.id, PostVersion.n == post.version_n)
    ).one()


def versions_of(session: Session, post_id: str) -> Sequence[PostVersion]:
    """Return the versions of a post, newest first."""
    return session.exec(
        select(PostVersion).where(PostVersion.post_id == post_id).order_by(col(PostVersion.n).desc())
    ).all()


def author_ids(session: Session, post: Post) -> frozenset[str]:
    """Return everyone who wrote or edited any version of a post, or submitted it (I3)."""
    writers = session.exec(select(PostVersion.author_id).where(PostVersion.post_id == post.id)).all()
    submitters = session.exec(select(ReviewRound.opened_by).where(ReviewRound.post_id == post.id)).all()
    return frozenset([post.author_id, *writers, *submitters])


def carried_signers(session: Session, round_id: str) -> dict[str, str]:
    """Return who stands for a round's steps with a signature of an earlier version: the step's id, the signer's."""
    return {step_id: decision.user_id for step_id, decision in carried_decisions(session, round_id).items()}


def carried_decisions(session: Session, round_id: str) -> dict[str, Decision]:
    """Return the earlier approvals that stand for a round's steps, by step; those taken back since do not."""
    carried = select(CarriedSignature.step_id, Decision).where(
        CarriedSignature.round_id == round_id,
        Decision.signature_id == CarriedSignature.signature_id,
        col(Decision.id).not_in(select(ApprovalWithdrawal.decision_id)),
    )
    return dict(session.exec(carried).all())


def signed_meanings(session: Session, review_round: ReviewRound, user_id: str | None) -> tuple[SignatureMeaning, ...]:
    """Return what a person has signed in a round and not taken back, in their name or by a signature carried over."""
    meanings = {step.id: step.meaning for step in steps_of(session, review_round.id)}
    approved = [d for d in standing_decisions(session, review_round.id) if d.kind is DecisionKind.APPROVE]
    given = [each.step_id for each in approved if user_id in {each.user_id, in_whose_name(each)}]
    carried = [step_id for step_id, signer in carried_signers(session, review_round.id).items() if signer == user_id]
    return tuple(meanings[step_id] for step_id in (*given, *carried))


def blocking_notes(session: Session, post_id: str) -> int:
    """Count the blocking notes of a post that nobody resolved, whichever version they were left on."""
    notes = select(ReviewNote).where(
        ReviewNote.post_id == post_id, col(ReviewNote.blocking), col(ReviewNote.resolved_at).is_(None)
    )
    return len(session.exec(notes).all())


def holders(
    session: Session, review_round: ReviewRound, step: ReviewStep, post: Post, moment: datetime
) -> frozenset[str]:
    """Return who could sign a step at a moment: active holders of its role, authors and other steps' signers aside."""
    held = (
        select(RoleAssignment.user_id)
        .join(User, col(User.id) == col(RoleAssignment.user_id))
        .where(
            RoleAssignment.role == step.role,
            col(User.active),
            RoleAssignment.granted_at <= moment,
            col(RoleAssignment.revoked_at).is_(None) | (col(RoleAssignment.revoked_at) > moment),
        )
    )
    others = [d for d in standing_decisions(session, review_round.id, moment) if d.step_id != step.id]
    elsewhere = {person for each in others for person in (each.user_id, in_whose_name(each))}
    elsewhere |= {signer for key, signer in carried_signers(session, review_round.id).items() if key != step.id}
    return frozenset(session.exec(held).all()) - author_ids(session, post) - elsewhere
