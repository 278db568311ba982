"""Proving that a version is what was signed: hashes recomputed from what is stored, seals checked (I1)."""

import json

from sqlmodel import Session, col, select

from compliance import clock
from compliance.canonical import sha256_text
from compliance.signatures import signature_holds
from models.enums import DecisionKind, Role, RoundStatus, StepStatus
from models.post import Post, PostVersion
from models.review import Decision, ReviewRound, ReviewStep, Signature
from workflow.findings import variants_of
from workflow.policies import GivenSignature, RequiredStep, unsigned_steps
from workflow.rounds import author_ids, decisions_of, holders, rounds_of, steps_of


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
    steps = steps_of(session, review_round.id)
    if any(step.status is not StepStatus.APPROVED for step in steps):
        return tuple(step.role for step in steps if step.status is not StepStatus.APPROVED)
    required = tuple(_required(session, review_round, step, post) for step in steps)
    return unsigned_steps(
        required, given_signatures(session, review_round), version.content_sha256, author_ids(session, post)
    )


def _required(session: Session, review_round: ReviewRound, step: ReviewStep, post: Post) -> RequiredStep:
    taken = [decision.decided_at for decision in decisions_of(session, review_round.id) if decision.step_id == step.id]
    closed_at = max(taken, default=clock.now())
    could_sign = holders(session, review_round, step, post, closed_at)
    return RequiredStep(step.id, step.role, step.meaning, step.quorum, could_sign)


def given_signatures(session: Session, review_round: ReviewRound) -> tuple[GivenSignature, ...]:
    """Return the signatures of a round's approvals, each with whether it still holds."""
    approvals = select(Decision, Signature).where(
        Decision.round_id == review_round.id,
        Decision.kind == DecisionKind.APPROVE,
        col(Signature.id) == col(Decision.signature_id),
    )
    return tuple(_given(session, decision, signature) for decision, signature in session.exec(approvals))


def _given(session: Session, decision: Decision, signature: Signature) -> GivenSignature:
    bound = (signature.subject_id, signature.user_id, signature.content_sha256) == (
        decision.step_id,
        decision.user_id,
        decision.content_sha256,
    )
    return GivenSignature(
        step_id=decision.step_id,
        user_id=signature.user_id,
        role=signature.role,
        meaning=signature.meaning,
        content_sha256=signature.content_sha256,
        holds=bound and signature_holds(session, signature),
    )
