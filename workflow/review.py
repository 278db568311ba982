"""Deciding on a step: approve with a signature, ask for changes, reject. One decides on the version that one saw."""

from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from compliance import audit, clock, signatures, transitions
from compliance.permissions import Actor, Permission, check
from errors import AppError, NotFound, RuleViolated, TransitionNotAllowed
from i18n import N_
from models.base import new_id
from models.delegation import Delegation
from models.enums import (
    DecisionKind,
    PostAction,
    RejectReason,
    Role,
    RoundStatus,
    SignatureMeaning,
    StepStatus,
)
from models.post import Post, PostVersion
from models.review import Decision, ReviewRound, ReviewStep, Signature
from models.session import expect_version, get
from workflow import checklist, policies
from workflow.delegation_rules import check_holds
from workflow.delegations import mandate_of, scope_of, signing_under
from workflow.findings import open_findings
from workflow.rounds import (
    author_ids,
    blocking_notes,
    close_round,
    decisions_of,
    holders,
    in_whose_name,
    open_next_stage,
    running_round,
    signed_meanings,
    standing_decisions,
    steps_of,
)
from workflow.rule_policies import Answer
from workflow.standing_conditions import conditions_against, lift
from workflow.states import DECISION_ACTIONS, POST_TRANSITIONS, ROUND_OUTCOMES, STEP_OUTCOMES
from workflow.telling import TOLD_OF, tell
from workflow.words import said


@dataclass(frozen=True)
class SigningDialog:
    """What the signing dialog shows; `statement` is a French msgid, `on_behalf_of` the delegator's name, if any."""

    nonce_id: str
    role: Role
    meaning: SignatureMeaning
    statement: str
    version_n: int
    content_sha256: str
    on_behalf_of: str = ""


@dataclass(frozen=True)
class Turn:
    """A step with all that a decision on it needs."""

    post: Post
    version: PostVersion
    round: ReviewRound
    step: ReviewStep


def open_decision(
    session: Session, actor: Actor, *, step_id: str, seen_sha256: str, answers: tuple[Answer, ...] = ()
) -> SigningDialog:
    """Open the signing dialog of a step; refuses at once whoever may not sign it, or has not answered every point."""
    turn = turn_of(session, step_id, lock=False)
    refuse(session, actor, turn, DecisionKind.APPROVE, seen_sha256)
    checklist.check_complete(session, turn.step, answers)
    sha = turn.version.content_sha256
    nonce_id = signatures.open_signing(session, actor, subject_id=step_id, content_sha256=sha)
    meaning = turn.step.meaning
    lent = _lent(session, actor, turn)
    name = mandate_of(session, lent).delegator if lent else ""
    return SigningDialog(nonce_id, turn.step.role, meaning, signatures.MEANINGS[meaning], turn.version.n, sha, name)


def decide(
    session: Session,
    actor: Actor,
    *,
    step_id: str,
    row_version: int | None,
    seen_sha256: str,
    kind: DecisionKind,
    nonce_id: str | None = None,
    comment: str = "",
    reason: RejectReason | None = None,
    answers: tuple[Answer, ...] = (),
) -> Decision:
    """Decide on an open step. Approving takes a proven nonce; sending back takes words; rejecting takes a reason.

    Approving also takes an answer to every point of the checklist that is this step's (`checklist.points_of`).

    The last signature approves the post; sending back or rejecting closes the round. Raises TransitionNotAllowed on a
    closed step (I6), StaleVersion when the content is not the one seen (I5), RuleViolated for an author (I3), a second
    step (I4), an open blocking finding or note (I19), SignatureRefused for a nonce that is not proven.
    """
    turn = turn_of(session, step_id, lock=True)
    refuse(session, actor, turn, kind, seen_sha256)
    expect_version(turn.step, row_version)
    policies.check_words(kind, comment, reason)
    facts = facts_of(session, actor, turn, seen_sha256)
    approving = kind is DecisionKind.APPROVE
    points = checklist.check_complete(session, turn.step, answers) if approving else ()
    signature = _sign(session, actor, turn, nonce_id) if approving else None
    decision = _record(session, actor, turn, kind, signature, comment, reason)
    checklist.record_answers(session, actor, decision, points, answers)
    action = _close_step(session, turn, kind)
    transitions.apply(
        session,
        actor,
        turn.post,
        POST_TRANSITIONS,
        action,
        facts=facts,
        reason=comment.strip() or (reason.value if reason else None),
        signature_id=decision.signature_id,
        details=_details(turn, decision) | ({"checklist": told(answers)} if points else {}),
    )
    if approving:
        lift(session, actor, turn.post, turn.step.role, decision)
    _advance(session, turn, kind, action)
    turn.post.updated_at = clock.now()
    if kind in TOLD_OF:
        why = " · ".join(filter(None, (said(decision.reason), decision.comment)))
        tell(session, actor, turn.post, TOLD_OF[kind], about=decision.id, reason=why, role=turn.step.role)
    return decision


def qualify(session: Session, actor: Actor, *, post_id: str, seen_sha256: str, nonce_id: str) -> Decision:
    """Sign the promotional qualification of a post in review: the round's first step, where its circuit asks for it."""
    step = open_qualification(session, post_id)
    if step is None:
        raise NotFound(N_("Aucune qualification n'est attendue pour cette publication."))
    return decide(
        session,
        actor,
        step_id=step.id,
        row_version=None,
        seen_sha256=seen_sha256,
        kind=DecisionKind.APPROVE,
        nonce_id=nonce_id,
    )


def open_qualification(session: Session, post_id: str) -> ReviewStep | None:
    """Return the qualification step that waits for a signature, or None."""
    running = running_round(session, post_id)
    steps = steps_of(session, running.id) if running else []
    waiting = (s for s in steps if s.meaning is SignatureMeaning.QUALIFICATION and s.status is StepStatus.OPEN)
    return next(waiting, None)


def refusal(session: Session, actor: Actor, *, step_id: str, kind: DecisionKind = DecisionKind.APPROVE) -> str:
    """Return why an actor may not decide on a step as it stands now; empty when they may."""
    turn = turn_of(session, step_id, lock=False)
    try:
        refuse(session, actor, turn, kind, turn.version.content_sha256)
    except AppError as error:
        return str(error)
    return ""


def refuse(session: Session, actor: Actor, turn: Turn, kind: DecisionKind, seen_sha256: str) -> None:
    """Refuse a decision before anything is signed: closed step, wrong person, wrong content, open finding or note."""
    if turn.round.status is not RoundStatus.OPEN or turn.step.status is not StepStatus.OPEN:
        raise TransitionNotAllowed(
            N_(
                "Cette étape est close, ou n'est pas encore ouverte : votre décision n'a pas été prise. "
                "Rechargez la page."
            )
        )
    transition = transitions.find(POST_TRANSITIONS, turn.post.status, DECISION_ACTIONS[kind])
    check(actor, transition.permission)
    lent = _lent(session, actor, turn)
    if turn.step.meaning is SignatureMeaning.QUALIFICATION:
        check(replace(actor, roles=actor.roles | {lent.role}) if lent else actor, Permission.POST_QUALIFY)
    facts = facts_of(session, actor, turn, seen_sha256)
    for condition in transition.when:
        condition(facts)


def facts_of(session: Session, actor: Actor, turn: Turn, seen_sha256: str) -> policies.DecisionFacts:
    """Gather what a decision is judged on; under a delegation, what stands in the delegator's name counts too."""
    lent = _lent(session, actor, turn)
    lender = lent.delegator_id if lent else None
    persons = frozenset({actor.id, lender})
    unanswered, conditions_of = conditions_against(session, turn.post, turn.step.role, persons)
    return policies.DecisionFacts(
        actor_id=actor.id,
        author_ids=author_ids(session, turn.post),
        seen_sha256=seen_sha256,
        current_sha256=turn.version.content_sha256,
        meaning=turn.step.meaning,
        signed=signed_meanings(session, turn.round, actor.id)
        + (signed_meanings(session, turn.round, lender) if lender else ()),
        findings=open_findings(session, turn.version.id),
        blocking_notes=blocking_notes(session, turn.post.id),
        unanswered_conditions=unanswered,
        conditions_of=conditions_of,
        on_behalf_of_id=lender,
    )


def turn_of(session: Session, step_id: str, *, lock: bool = False) -> Turn:
    """Return a step with its round, version and post, locked for a decision when asked."""
    step = get(session, ReviewStep, step_id)
    review_round = get(session, ReviewRound, step.round_id)
    post = get(session, Post, review_round.post_id, lock=lock)
    if lock:
        review_round = get(session, ReviewRound, review_round.id, lock=True)
        step = get(session, ReviewStep, step_id, lock=True)
    return Turn(post, get(session, PostVersion, review_round.version_id), review_round, step)


def _lent(session: Session, actor: Actor, turn: Turn) -> Delegation | None:
    return signing_under(session, actor, turn.step, turn.round, turn.post)


def _name_lent(session: Session, actor: Actor, turn: Turn) -> signatures.OnBehalfOf | None:
    """Return in whose name the actor signs; the delegation is held until the signature stands."""
    lent = _lent(session, actor, turn)
    if lent is None:
        return None
    lent = get(session, Delegation, lent.id, lock=True)
    mandate = mandate_of(session, lent)
    check_holds(mandate, scope_of(session, turn.post, turn.version.id), audit.moment(session))
    return signatures.OnBehalfOf(lent.id, lent.delegator_id, mandate.delegator)


def _sign(session: Session, actor: Actor, turn: Turn, nonce_id: str | None) -> Signature:
    if nonce_id is None:
        raise RuleViolated(N_("Cette décision doit être signée."))
    return signatures.sign(
        session,
        actor,
        nonce_id=nonce_id,
        role=turn.step.role,
        meaning=turn.step.meaning,
        subject_kind="review_step",
        subject_id=turn.step.id,
        content_sha256=turn.version.content_sha256,
        on_behalf_of=_name_lent(session, actor, turn),
    )


def _record(
    session: Session,
    actor: Actor,
    turn: Turn,
    kind: DecisionKind,
    signature: Signature | None,
    comment: str,
    reason: RejectReason | None,
) -> Decision:
    lent = _name_lent(session, actor, turn)
    decision = Decision(
        id=new_id(),
        step_id=turn.step.id,
        round_id=turn.round.id,
        user_id=actor.id or "",
        kind=kind,
        reason=reason if kind is DecisionKind.REJECT else None,
        comment=comment.strip() or None,
        content_sha256=turn.version.content_sha256,
        signature_id=signature.id if signature else None,
        decided_at=audit.moment(session),
        on_behalf_of_id=lent.on_behalf_of_id if lent else None,
        on_behalf_of_name=lent.on_behalf_of_name if lent else None,
    )
    session.add(decision)
    session.flush()
    return decision


def _details(turn: Turn, decision: Decision) -> dict[str, Any]:
    return {
        "round": turn.round.id,
        "step": turn.step.id,
        "role": turn.step.role.value,
        "decision": decision.id,
        "version": turn.version.n,
        "content_sha256": turn.version.content_sha256,
    } | ({"on_behalf_of": decision.on_behalf_of_id} if decision.on_behalf_of_id else {})


def told(answers: tuple[Answer, ...]) -> dict[str, str]:
    """Return the answers to a checklist as the audit trail holds them."""
    return {each.check_id: each.answer.value for each in answers}


def _close_step(session: Session, turn: Turn, kind: DecisionKind) -> PostAction:
    """Close the step when its quorum is met; return which action the decision is on the post."""
    if kind is DecisionKind.APPROVE and not _quorum_met(session, turn):
        turn.step.entered_at = turn.step.entered_at or clock.now()
        return PostAction.APPROVE_STEP
    turn.step.status = STEP_OUTCOMES[kind]
    done = all(step.status is StepStatus.APPROVED for step in steps_of(session, turn.round.id))
    return PostAction.APPROVE if done else DECISION_ACTIONS[kind]


def _quorum_met(session: Session, turn: Turn) -> bool:
    given = [
        decision
        for decision in standing_decisions(session, turn.round.id)
        if decision.step_id == turn.step.id and decision.kind is DecisionKind.APPROVE
    ]
    could_sign = holders(session, turn.round, turn.step, turn.post, audit.moment(session))
    signers = frozenset(in_whose_name(each) for each in given)
    return policies.quorum_met(turn.step.quorum, turn.step.needed, could_sign, signers)


def _advance(session: Session, turn: Turn, kind: DecisionKind, action: PostAction) -> None:
    session.flush()
    if kind is not DecisionKind.APPROVE or action is PostAction.APPROVE:
        close_round(session, turn.round, ROUND_OUTCOMES[kind])
    elif not any(step.status is StepStatus.OPEN for step in steps_of(session, turn.round.id)):
        open_next_stage(session, turn.round)
    if kind is DecisionKind.APPROVE and turn.step.meaning is SignatureMeaning.QUALIFICATION:
        signed = decisions_of(session, turn.round.id)[-1]
        turn.post.qualification_signature_id = signed.signature_id
