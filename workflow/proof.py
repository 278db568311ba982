"""Proving that a version is what was signed: hashes recomputed from what is stored, seals checked (I1).

A signature of an earlier version counts only where the matrix of re-approval, asked again, lets it stand.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session, col, select

from compliance import clock
from compliance.canonical import sha256_text
from compliance.signatures import signature_holds
from models.carried import CarriedSignature
from models.delegation import Delegation
from models.enums import DecisionKind, Role, RoundStatus, StepStatus
from models.post import Post, PostVersion
from models.review import Circuit, Decision, ReviewRound, ReviewStep, Signature
from models.session import get
from workflow.delegation_rules import Standing, standing
from workflow.delegations import mandate_of
from workflow.differences import changes_between
from workflow.findings import variants_of
from workflow.matrix import matrix_of
from workflow.policies import GivenSignature, RequiredStep, unsigned_steps
from workflow.reapproval import kept
from workflow.rounds import author_ids, holders, rounds_of, standing_decisions, steps_of, withdrawals_of
from workflow.standing_conditions import conditioned_roles


def content_holds(session: Session, version: PostVersion) -> bool:
    """Say whether the stored payloads still have the hashes that were signed."""
    variants = variants_of(session, version.id)
    intact = all(sha256_text(variant.payload_json) == variant.variant_sha256 for variant in variants)
    listed = json.loads(version.canonical_json)["variants"]
    whole = sorted(variant.variant_sha256 for variant in variants) == listed
    return intact and whole and sha256_text(version.canonical_json) == version.content_sha256


def approved_round(session: Session, post: Post, version: PostVersion) -> ReviewRound | None:
    """Return the round that approved a version, when it is the post's last one."""
    last = next(iter(rounds_of(session, post.id)), None)
    approved = last is not None and last.status is RoundStatus.APPROVED and last.version_id == version.id
    return last if approved else None


def unsigned_roles(session: Session, post: Post, version: PostVersion) -> tuple[Role, ...]:
    """Return the roles whose valid signature on this very content is missing; all of them without an approved round."""
    review_round = approved_round(session, post, version)
    if review_round is None or not content_holds(session, version):
        return tuple(Role)
    if conditioned := conditioned_roles(session, post.id):
        return tuple(sorted(conditioned))
    steps = steps_of(session, review_round.id)
    if missing := _taken_out(session, review_round, steps):
        return missing
    if any(step.status is not StepStatus.APPROVED for step in steps):
        return tuple(step.role for step in steps if step.status is not StepStatus.APPROVED)
    required = tuple(_required(session, review_round, step, post) for step in steps)
    given = given_signatures(session, review_round) + carried_signatures(session, review_round, version)
    return unsigned_steps(required, given, version.content_sha256, author_ids(session, post))


def _taken_out(session: Session, review_round: ReviewRound, steps: Sequence[ReviewStep]) -> tuple[Role, ...]:
    """Return the roles of the circuit's steps that the round no longer holds as it began: none is done without (I1)."""
    circuit = get(session, Circuit, review_round.circuit_id)
    asked = Counter((s["stage"], s["role"], s["meaning"], s["quorum"], s.get("needed")) for s in circuit.steps)
    held = Counter((s.stage, s.role.value, s.meaning.value, s.quorum.value, s.needed) for s in steps)
    return tuple(Role(role) for _stage, role, *_rest in asked - held)


def _required(session: Session, review_round: ReviewRound, step: ReviewStep, post: Post) -> RequiredStep:
    taken = [each.decided_at for each in standing_decisions(session, review_round.id) if each.step_id == step.id]
    closed_at = max(taken, default=clock.now())
    could_sign = holders(session, review_round, step, post, closed_at)
    return RequiredStep(step.id, step.role, step.meaning, step.quorum, could_sign, step.needed)


def given_signatures(session: Session, review_round: ReviewRound) -> tuple[GivenSignature, ...]:
    """Return the signatures of a round's approvals that nobody took back, each with whether it still holds."""
    approvals = select(Decision, Signature).where(
        Decision.round_id == review_round.id,
        Decision.kind == DecisionKind.APPROVE,
        col(Signature.id) == col(Decision.signature_id),
    )
    taken_back = withdrawals_of(session, review_round.id)
    given = [(decision, signature) for decision, signature in session.exec(approvals) if decision.id not in taken_back]
    return tuple(_given(session, decision, signature) for decision, signature in given)


def _given(session: Session, decision: Decision, signature: Signature) -> GivenSignature:
    bound = (signature.subject_id, signature.user_id, signature.content_sha256, signature.on_behalf_of_id) == (
        decision.step_id,
        decision.user_id,
        decision.content_sha256,
        decision.on_behalf_of_id,
    )
    return GivenSignature(
        step_id=decision.step_id,
        user_id=signature.user_id,
        role=signature.role,
        meaning=signature.meaning,
        content_sha256=signature.content_sha256,
        holds=bound and signature_holds(session, signature) and _lent(session, signature),
        on_behalf_of_id=signature.on_behalf_of_id,
    )


def _lent(session: Session, signature: Signature) -> bool:
    """Say whether the delegation that a signature names, if it names one, held when it was given."""
    if signature.delegation_id is None:
        return signature.on_behalf_of_id is None
    delegation = session.get(Delegation, signature.delegation_id)
    if delegation is None:
        return False
    named = (delegation.delegator_id, delegation.delegate_id, delegation.role)
    fits = named == (signature.on_behalf_of_id, signature.user_id, signature.role)
    return fits and standing(mandate_of(session, delegation), signature.signed_at) is Standing.IN_FORCE


def carried_signatures(session: Session, review_round: ReviewRound, version: PostVersion) -> tuple[GivenSignature, ...]:
    """Return the signatures of earlier versions that stand in a round, each judged anew from what is stored."""
    carried = select(CarriedSignature, Signature, Decision, ReviewStep).where(
        CarriedSignature.round_id == review_round.id,
        col(Signature.id) == col(CarriedSignature.signature_id),
        col(Decision.signature_id) == col(CarriedSignature.signature_id),
        col(ReviewStep.id) == col(CarriedSignature.step_id),
    )
    return tuple(_stands(session, version, *row) for row in session.exec(carried))


def _stands(
    session: Session,
    version: PostVersion,
    carried: CarriedSignature,
    signature: Signature,
    decision: Decision,
    step: ReviewStep,
) -> GivenSignature:
    """Judge one: given by its decision on an intact version of the same post, and left standing by the matrix."""
    read = session.get(PostVersion, carried.version_id)
    given = _given(session, decision, signature)
    stands = (
        given.holds
        and decision.kind is DecisionKind.APPROVE
        and decision.id not in withdrawals_of(session, decision.round_id)
        and read is not None
        and read.post_id == version.post_id
        and read.content_sha256 == signature.content_sha256
        and content_holds(session, read)
        and signature.meaning in kept(changes_between(session, read, version), matrix_of(session, carried.matrix))
    )
    return replace(given, step_id=step.id, holds=stands, carried_to=version.content_sha256 if stands else "")


def standing_signatures(session: Session, post: Post) -> list[Signature]:
    """Return the signatures that a post's last round rests on: given in it, or carried over; by time of signing."""
    last = next(iter(rounds_of(session, post.id)), None)
    if last is None:
        return []
    given = select(Signature).where(
        col(Decision.signature_id) == col(Signature.id),
        Decision.round_id == last.id,
        Decision.kind == DecisionKind.APPROVE,
    )
    carried = select(Signature).where(
        col(CarriedSignature.signature_id) == col(Signature.id), CarriedSignature.round_id == last.id
    )
    found = {each.id: each for query in (given, carried) for each in session.exec(query)}
    return sorted(found.values(), key=lambda each: (each.signed_at, each.id))
