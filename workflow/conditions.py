"""An opinion under conditions: signed, and no approval. It becomes one only by its signer's own approval of the text.

The author answers the conditions in words, or applies a wording exactly as it was given; the signer reads the result
and signs it as any other step. Until then the step is open, its role is missing, and nothing is scheduled.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from compliance import audit, clock, signatures, transitions
from compliance.audit import AuditAction
from compliance.canonical import sha256_text
from compliance.people import name_of
from compliance.permissions import Actor, Permission, allows, check
from errors import AppError, RuleViolated, StaleVersion
from i18n import N_
from models.base import new_id
from models.enums import ConditionAction, ConditionStatus, DecisionKind, Role, SignatureMeaning
from models.opinion import ConditionalOpinion
from models.post import Post, PostVersion
from models.review import Signature
from models.session import expect_version, get
from workflow import drafting, policies, review
from workflow.content import canonical_content
from workflow.findings import stored_content
from workflow.opinions_shown import opinions_of
from workflow.review import SigningDialog, Turn
from workflow.rounds import author_ids, current_version
from workflow.standing_conditions import STANDING, can_lift, conditioned_roles
from workflow.wording_conditions import (
    CONDITION_TRANSITIONS,
    Condition,
    check_conditions,
    conditions_of,
    terms,
    with_wordings,
)
from workflow.wordings import recall_common

APPLIED = N_("Formulation appliquée mot pour mot.")


@dataclass(frozen=True)
class OpinionRow:
    """An opinion under conditions as pages show it.

    `applied`: the newest version is the signed one with the wordings in their place, and nothing else changed.
    `holds`: its seal is the installation's, and its terms are those that were signed.
    """

    opinion_id: str
    post_id: str
    title: str
    person: str
    role: Role
    version_n: int
    conditions: tuple[Condition, ...]
    status: ConditionStatus
    given_at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None
    close_reason: str
    row_version: int
    applied: bool
    holds: bool
    mine: bool
    may_answer: bool
    may_apply: bool
    may_take_back: bool


def open_opinion(
    session: Session, actor: Actor, *, step_id: str, seen_sha256: str, conditions: Sequence[Condition]
) -> SigningDialog:
    """Open the signing dialog of an opinion under conditions; refuses at once who may not give it, or its words."""
    turn = review.turn_of(session, step_id)
    terms_json = _check(session, actor, turn, seen_sha256, conditions)
    nonce_id = signatures.open_signing(session, actor, subject_id=step_id, content_sha256=sha256_text(terms_json))
    meaning = SignatureMeaning.CONDITIONAL
    sha = turn.version.content_sha256
    return SigningDialog(nonce_id, turn.step.role, meaning, signatures.MEANINGS[meaning], turn.version.n, sha)


def give_opinion(
    session: Session,
    actor: Actor,
    *,
    step_id: str,
    row_version: int | None,
    seen_sha256: str,
    conditions: Sequence[Condition],
    nonce_id: str,
) -> ConditionalOpinion:
    """Sign an opinion under conditions on an open step of one's own role; the step stays open, nothing is approved."""
    turn = review.turn_of(session, step_id, lock=True)
    terms_json = _check(session, actor, turn, seen_sha256, conditions)
    expect_version(turn.step, row_version)
    signature = signatures.sign(
        session,
        actor,
        nonce_id=nonce_id,
        role=turn.step.role,
        meaning=SignatureMeaning.CONDITIONAL,
        subject_kind="conditional_opinion",
        subject_id=step_id,
        content_sha256=sha256_text(terms_json),
    )
    opinion = ConditionalOpinion(
        id=new_id(),
        post_id=turn.post.id,
        version_id=turn.version.id,
        round_id=turn.round.id,
        step_id=step_id,
        role=turn.step.role,
        user_id=actor.id or "",
        signature_id=signature.id,
        status=ConditionStatus.WAITING,
        conditions=[asdict(each) for each in conditions],
        terms_json=terms_json,
        given_at=clock.now(),
    )
    session.add(opinion)
    session.flush()
    new = {"opinion": opinion.id, "step": step_id, "role": turn.step.role.value, "signature": signature.id}
    new |= {"content_sha256": turn.version.content_sha256, "terms_sha256": signature.content_sha256}
    audit.record(session, actor, AuditAction.CONDITION_GIVE, "post", turn.post.id, new=new)
    return opinion


def _check(session: Session, actor: Actor, turn: Turn, seen_sha256: str, conditions: Sequence[Condition]) -> str:
    """Refuse whoever may not set conditions on a step; return the terms that are signed."""
    review.refuse(session, actor, turn, DecisionKind.REQUEST_CHANGES, seen_sha256)
    policies.one_step_a_person(review.facts_of(session, actor, turn, seen_sha256))
    if turn.step.role not in actor.roles:
        raise RuleViolated(N_("Sous délégation, approuvez ou demandez des modifications, sans condition."))
    if turn.step.role in conditioned_roles(session, turn.post.id):
        raise RuleViolated(N_("Votre rôle a déjà posé des conditions : elles sont à lever ou à retirer d'abord."))
    check_conditions(conditions, stored_content(session, turn.post, turn.version))
    return terms(turn.version.content_sha256, conditions)


def answer_conditions(
    session: Session, actor: Actor, *, opinion_id: str, row_version: int | None, answer: str
) -> ConditionalOpinion:
    """Say, as an author, how the conditions are accepted or met; the signer then reads and signs, or does not."""
    opinion, _post = _open(session, opinion_id, row_version)
    _answered(session, actor, opinion, answer)
    return opinion


def apply_wordings(
    session: Session, actor: Actor, *, opinion_id: str, row_version: int | None, seen_sha256: str
) -> Post:
    """Make the version in which every wording stands exactly as it was given, and say so; nothing else changes.

    Raises RuleViolated where the words to replace are no longer there once.
    """
    opinion, post = _open(session, opinion_id, row_version)
    version = current_version(session, post)
    if version.content_sha256 != seen_sha256:
        raise StaleVersion
    content = recall_common(session, post.id, stored_content(session, post, version))
    worded = with_wordings(content, conditions_of(opinion.conditions))
    drafting.edit_post(session, actor, post_id=post.id, row_version=None, content=worded)
    _answered(session, actor, opinion, APPLIED)
    return post


def take_back_conditions(
    session: Session, actor: Actor, *, opinion_id: str, row_version: int | None, reason: str
) -> ConditionalOpinion:
    """Take conditions back with a reason: they no longer stop anything, and nothing is approved by it."""
    opinion, post = _open(session, opinion_id, row_version)
    if not _may_take_back(session, actor, post, opinion):
        raise RuleViolated(N_("Ces conditions sont levées ou retirées par la personne qui les a posées."))
    details = {"post": post.id}
    transitions.apply(
        session, actor, opinion, CONDITION_TRANSITIONS, ConditionAction.TAKE_BACK, reason=reason, details=details
    )
    opinion.closed_by, opinion.closed_at, opinion.close_reason = actor.id, clock.now(), reason.strip()
    return opinion


def _open(session: Session, opinion_id: str, row_version: int | None) -> tuple[ConditionalOpinion, Post]:
    post = get(session, Post, get(session, ConditionalOpinion, opinion_id).post_id, lock=True)
    opinion = get(session, ConditionalOpinion, opinion_id, lock=True)
    expect_version(opinion, row_version)
    return opinion, post


def _answered(session: Session, actor: Actor, opinion: ConditionalOpinion, answer: str) -> None:
    details = {"post": opinion.post_id}
    transitions.apply(
        session, actor, opinion, CONDITION_TRANSITIONS, ConditionAction.ANSWER, reason=answer, details=details
    )
    opinion.answer, opinion.answered_by, opinion.answered_at = answer.strip(), actor.id, clock.now()


def _may_take_back(session: Session, actor: Actor, post: Post, opinion: ConditionalOpinion) -> bool:
    if actor.id == opinion.user_id:
        return allows(actor, Permission.POST_REVIEW)
    same_role = opinion.role in actor.roles and actor.id not in author_ids(session, post)
    return same_role and not can_lift(session, post, opinion)


def opinion_rows(session: Session, actor: Actor, *, post_id: str) -> tuple[OpinionRow, ...]:
    """Return the opinions under conditions on a post, oldest first."""
    check(actor, Permission.POST_READ)
    return tuple(_row(session, actor, each) for each in opinions_of(session, post_id))


def to_answer(session: Session, actor: Actor) -> tuple[OpinionRow, ...]:
    """Return the opinions under conditions that wait for an author's answer, on the actor's own posts."""
    if not allows(actor, Permission.POST_WRITE):
        return ()
    waiting = select(ConditionalOpinion).where(
        ConditionalOpinion.status == ConditionStatus.WAITING,
        Post.id == ConditionalOpinion.post_id,
        Post.author_id == actor.id,
    )
    return tuple(_row(session, actor, each) for each in session.exec(waiting.order_by(col(ConditionalOpinion.id))))


def _row(session: Session, actor: Actor, opinion: ConditionalOpinion) -> OpinionRow:
    post = get(session, Post, opinion.post_id)
    read = get(session, PostVersion, opinion.version_id)
    conditions = conditions_of(opinion.conditions)
    waits = opinion.status is ConditionStatus.WAITING
    answers = waits and allows(actor, Permission.POST_WRITE)
    standing = opinion.status in STANDING
    return OpinionRow(
        opinion_id=opinion.id,
        post_id=post.id,
        title=post.title,
        person=get(session, Signature, opinion.signature_id).printed_name,
        role=opinion.role,
        version_n=read.n,
        conditions=conditions,
        status=opinion.status,
        given_at=opinion.given_at,
        answer=opinion.answer or "",
        answered_by=name_of(session, opinion.answered_by),
        answered_at=opinion.answered_at,
        close_reason=opinion.close_reason or "",
        row_version=opinion.row_version,
        applied=_applied(session, post, read, conditions),
        holds=opinion_holds(session, opinion),
        mine=opinion.user_id == actor.id,
        may_answer=answers,
        may_apply=answers and any(each.exact for each in conditions),
        may_take_back=standing and _may_take_back(session, actor, post, opinion),
    )


def _applied(session: Session, post: Post, read: PostVersion, conditions: Sequence[Condition]) -> bool:
    if not any(each.exact for each in conditions):
        return False
    try:
        worded = with_wordings(stored_content(session, post, read), conditions)
    except AppError:
        return False
    return canonical_content(worded).sha256 == current_version(session, post).content_sha256


def opinion_holds(session: Session, opinion: ConditionalOpinion) -> bool:
    """Say whether an opinion's signature holds, and covers these conditions on that version."""
    signature = get(session, Signature, opinion.signature_id)
    read = get(session, PostVersion, opinion.version_id)
    told = terms(read.content_sha256, conditions_of(opinion.conditions))
    covered = told == opinion.terms_json and sha256_text(told) == signature.content_sha256
    return covered and signatures.signature_holds(session, signature)
