"""Carrying signatures over to a changed version: what the matrix leaves standing is not asked for again.

Only a signature that a person gave is carried, never one that was carried already: each is compared with the version
that its signer read. A rejection or a withdrawal ends the matter, and so does another circuit; whoever wrote since, or
no longer holds the role, stands for nothing; nor does a signature whose days are almost over (I20). The last stage
signs whenever nobody else would. The matrix that a round opened on is its own for good.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import Actor
from compliance.sign_in import roles_of
from compliance.signatures import signature_holds
from models.base import new_id
from models.carried import CarriedSignature
from models.delegation import ApprovalWithdrawal
from models.enums import DecisionKind, Quorum, RoundStatus, SignatureMeaning, StepStatus
from models.post import Post, PostVersion
from models.review import Circuit, Decision, ReviewRound, ReviewStep, Signature
from models.session import get
from models.user import User
from workflow.differences import changes_between, new_findings
from workflow.expiry import lapses_soon
from workflow.matrix import matrix_in_force
from workflow.policies import companions
from workflow.proof import content_holds
from workflow.reapproval import Change, Matrix, kept
from workflow.rounds import author_ids, decisions_of, open_next_stage, rounds_of, steps_of, withdrawals_of
from workflow.standing_conditions import conditioned_roles

ENDED = frozenset({RoundStatus.REJECTED, RoundStatus.WITHDRAWN})


@dataclass(frozen=True)
class Earlier:
    """A signature given for the same step of an earlier round, and what changed since."""

    step: ReviewStep
    signature: Signature
    version: PostVersion
    changes: frozenset[Change]


def carry_over(
    session: Session, actor: Actor, post: Post, version: PostVersion, review_round: ReviewRound
) -> list[CarriedSignature]:
    """Let earlier signatures stand in a round that has just opened, each with its audit event; open what is left."""
    steps, matrix = steps_of(session, review_round.id), matrix_in_force(session)
    standing = _standing(session, post, version, review_round, steps, matrix)
    if len(standing) == len(steps):
        last = max(step.stage for step in steps)
        standing = [each for each in standing if each.step.stage < last]
    rows = [_carry(session, actor, post, version, review_round, each, matrix) for each in standing]
    session.flush()
    if rows and not any(step.status is StepStatus.OPEN for step in steps):
        open_next_stage(session, review_round)
    return rows


def _standing(
    session: Session,
    post: Post,
    version: PostVersion,
    review_round: ReviewRound,
    steps: Sequence[ReviewStep],
    matrix: Matrix,
) -> list[Earlier]:
    authors, conditioned = author_ids(session, post), conditioned_roles(session, post.id)
    found: list[Earlier] = []
    for step in steps:
        each = earlier_signature(session, post, version, review_round, step)
        if step.role in conditioned:
            continue
        if each and _may_stand(session, each, version, authors, matrix) and _alone(each, found):
            found.append(each)
    return found


def earlier_signature(
    session: Session, post: Post, version: PostVersion, review_round: ReviewRound, step: ReviewStep
) -> Earlier | None:
    """Return the last word on a step in the rounds before this one, when it was a signature."""
    for before in _rounds_before(session, post, review_round):
        twin = _twin(session, before, step)
        decided = [each for each in decisions_of(session, before.id) if twin and each.step_id == twin.id]
        if decided:
            taken_back = decided[-1].id in withdrawals_of(session, before.id)
            return None if taken_back else _signed(session, before, version, step, decided[-1])
    return None


def _rounds_before(session: Session, post: Post, review_round: ReviewRound) -> list[ReviewRound]:
    """Return the earlier rounds on the same version of the circuit, newest first, back to where the matter ended."""
    rounds = list(rounds_of(session, post.id))
    place = next(i for i, each in enumerate(rounds) if each.id == review_round.id)
    found = []
    for each in rounds[place + 1 :]:
        if each.status in ENDED or each.circuit_id != review_round.circuit_id:
            break
        found.append(each)
    return found


def _twin(session: Session, before: ReviewRound, step: ReviewStep) -> ReviewStep | None:
    same = (step.stage, step.role, step.meaning, step.quorum)
    twins = [s for s in steps_of(session, before.id) if (s.stage, s.role, s.meaning, s.quorum) == same]
    return twins[0] if len(twins) == 1 else None


def _signed(
    session: Session, before: ReviewRound, version: PostVersion, step: ReviewStep, decision: Decision
) -> Earlier | None:
    if decision.kind is not DecisionKind.APPROVE or decision.signature_id is None:
        return None
    read = get(session, PostVersion, before.version_id)
    return Earlier(step, get(session, Signature, decision.signature_id), read, changes_between(session, read, version))


def _may_stand(session: Session, each: Earlier, version: PostVersion, authors: frozenset[str], matrix: Matrix) -> bool:
    signer = get(session, User, each.signature.user_id)
    return (
        each.step.quorum is Quorum.ANY
        and each.step.meaning in kept(each.changes, matrix)
        and not lapses_soon(each.signature.signed_at, _days(session, each.step), clock.now())
        and signer.active
        and each.step.role in roles_of(session, signer.id)
        and signer.id not in authors
        and each.signature.content_sha256 == each.version.content_sha256
        and content_holds(session, each.version)
        and signature_holds(session, each.signature)
        and not new_findings(session, each.version, version)
    )


def _days(session: Session, step: ReviewStep) -> int:
    return get(session, Circuit, get(session, ReviewRound, step.round_id).circuit_id).approval_days


def _alone(each: Earlier, others: Sequence[Earlier]) -> bool:
    """I4: nobody stands for two steps of a round, but for the qualification and the release."""
    same = [other for other in others if other.signature.user_id == each.signature.user_id]
    return all(companions(other.step.meaning, each.step.meaning) for other in same)


def _carry(
    session: Session,
    actor: Actor,
    post: Post,
    version: PostVersion,
    review_round: ReviewRound,
    each: Earlier,
    matrix: Matrix,
) -> CarriedSignature:
    row = CarriedSignature(
        id=new_id(),
        round_id=review_round.id,
        step_id=each.step.id,
        signature_id=each.signature.id,
        version_id=each.version.id,
        signed_sha256=each.version.content_sha256,
        carried_sha256=version.content_sha256,
        changes=sorted(change.value for change in each.changes),
        matrix=matrix.n,
        carried_at=clock.now(),
    )
    session.add(row)
    each.step.status = StepStatus.APPROVED
    if each.step.meaning is SignatureMeaning.QUALIFICATION:
        post.qualification_signature_id = each.signature.id
    new = row.model_dump(include={"round_id", "step_id", "signature_id", "carried_sha256", "changes", "matrix"})
    old = {"version": each.version.n, "content_sha256": row.signed_sha256}
    audit.record(session, actor, AuditAction.SIGNATURE_CARRY, "post", post.id, old=old, new=new)
    return row


def carried_in(session: Session, round_id: str) -> Sequence[CarriedSignature]:
    """Return the signatures of earlier versions that stand in a round; those taken back since do not."""
    mine = select(CarriedSignature).where(
        CarriedSignature.round_id == round_id,
        Decision.signature_id == CarriedSignature.signature_id,
        col(Decision.id).not_in(select(ApprovalWithdrawal.decision_id)),
    )
    return session.exec(mine.order_by(col(CarriedSignature.id))).all()
