"""Taking one's approval back while nothing is published: the step opens again, and what came after it lapses.

What was decided and signed stays on record as it was given; an `ApprovalWithdrawal` says that it counts no more. A
signature that was carried over to a later version is taken back like any other: where it was given, and so everywhere
that it stands.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from compliance import audit, clock, transitions
from compliance.permissions import Actor, Permission, allows, check
from errors import NotFound
from i18n import N_
from models.base import new_id
from models.carried import CarriedSignature
from models.delegation import ApprovalWithdrawal
from models.enums import DecisionKind, PostAction, Role, RoundStatus, SignatureMeaning, StepStatus
from models.post import Post
from models.review import Decision, ReviewRound, ReviewStep
from models.session import expect_version, get
from models.user import User
from workflow.policies import LeavingFacts
from workflow.publications import cancel_unpublished, is_out, live_publications, publications_of
from workflow.rounds import carried_decisions, in_whose_name, open_step, rounds_of, standing_decisions, steps_of
from workflow.states import POST_TRANSITIONS, PublicationAction
from workflow.step_claims import drop_claims
from workflow.telling import Told, tell

REVIEWED = frozenset({RoundStatus.OPEN, RoundStatus.APPROVED})


@dataclass(frozen=True)
class TakenBackRow:
    """An approval that somebody took back, as those who signed beside it are told; `mine_lapsed`: mine went with it."""

    post_id: str
    title: str
    person: str
    role: Role
    reason: str
    withdrawn_at: datetime
    mine_lapsed: bool


def withdraw_approval(
    session: Session, actor: Actor, *, step_id: str, row_version: int | None, reason: str
) -> ApprovalWithdrawal:
    """Take back an approval of the actor's, or one given in their name: the post is in review again, out of the queue.

    The step opens again when its quorum is lost; approvals of later stages lapse, for they rested on it. Raises
    RuleViolated without a reason, or when a variant is out, or may be.
    """
    post, review_round, step = _locked(session, step_id)
    expect_version(step, row_version)
    transitions.find(POST_TRANSITIONS, post.status, PostAction.WITHDRAW_APPROVAL)
    check(actor, Permission.POST_REVIEW)
    mine = own_approval(session, actor, step)
    if mine is None or not _is_running(session, review_round):
        raise NotFound(N_("Vous n'avez pas d'approbation à retirer à cette étape."))
    details = {"round": review_round.id, "step": step.id, "role": step.role.value, "decision": mine.id}
    facts = LeavingFacts(live_publications(session, post.id))
    action = PostAction.WITHDRAW_APPROVAL
    transitions.apply(session, actor, post, POST_TRANSITIONS, action, facts=facts, reason=reason, details=details)
    cancel_unpublished(session, actor, post.id, PublicationAction.TAKE_BACK)
    taken_back = _end(session, actor, mine, reason.strip(), cause=None)
    _reopen(session, actor, review_round, step, taken_back)
    if step.meaning is SignatureMeaning.QUALIFICATION:
        post.qualification_signature_id = None
    post.updated_at = clock.now()
    session.flush()
    tell(session, actor, post, Told.APPROVAL_TAKEN_BACK, about=taken_back.id, reason=taken_back.reason, role=step.role)
    return taken_back


def _locked(session: Session, step_id: str) -> tuple[Post, ReviewRound, ReviewStep]:
    """Return post, round and step under lock, in the order in which everyone locks them."""
    review_round = get(session, ReviewRound, get(session, ReviewStep, step_id).round_id)
    post = get(session, Post, review_round.post_id, lock=True)
    return (
        post,
        get(session, ReviewRound, review_round.id, lock=True),
        get(session, ReviewStep, step_id, lock=True),
    )


def own_approval(session: Session, actor: Actor, step: ReviewStep) -> Decision | None:
    """Return the approval of a step that an actor gave, or that was given in their name, and that counts.

    One that was carried over from an earlier version counts as it does for the step.
    """
    return next((each for each in approvals_on(session, step) if actor.id in {each.user_id, in_whose_name(each)}), None)


def approvals_on(session: Session, step: ReviewStep) -> list[Decision]:
    """Return the approvals that count on a step: given on it, or carried over to it."""
    carried = carried_decisions(session, step.round_id).get(step.id)
    given = [
        each
        for each in standing_decisions(session, step.round_id)
        if each.step_id == step.id and each.kind is DecisionKind.APPROVE
    ]
    return [*given, carried] if carried else given


def may_withdraw(session: Session, actor: Actor, step: ReviewStep) -> bool:
    """Say whether an actor may take an approval of a step back now, as far as can be told without the network."""
    review_round = get(session, ReviewRound, step.round_id)
    post = get(session, Post, review_round.post_id)
    possible = (post.status, PostAction.WITHDRAW_APPROVAL) in POST_TRANSITIONS and _is_running(session, review_round)
    mine = own_approval(session, actor, step) if possible and allows(actor, Permission.POST_REVIEW) else None
    return mine is not None and not any(is_out(each) for each in publications_of(session, post.id))


def _is_running(session: Session, review_round: ReviewRound) -> bool:
    newest = rounds_of(session, review_round.post_id)[0]
    return newest.id == review_round.id and review_round.status in REVIEWED


def _end(
    session: Session, actor: Actor, decision: Decision, reason: str, *, cause: Decision | None
) -> ApprovalWithdrawal:
    ended = ApprovalWithdrawal(
        id=new_id(),
        decision_id=decision.id,
        round_id=decision.round_id,
        user_id=actor.id or "",
        cause_id=cause.id if cause else None,
        reason=reason,
        withdrawn_at=audit.moment(session),
    )
    session.add(ended)
    session.flush()
    return ended


def _reopen(
    session: Session, actor: Actor, review_round: ReviewRound, step: ReviewStep, taken_back: ApprovalWithdrawal
) -> None:
    review_round.status, review_round.closed_at = RoundStatus.OPEN, None
    later = [each for each in steps_of(session, review_round.id) if each.stage > step.stage]
    cause = get(session, Decision, taken_back.decision_id)
    for decision in [each for after in later for each in approvals_on(session, after)]:
        _end(session, actor, decision, taken_back.reason, cause=cause)
    for each in later:
        each.status, each.entered_at, each.due_at = StepStatus.WAITING, None, None
    drop_claims(session, [each.id for each in later])
    if step.status is StepStatus.APPROVED:
        open_step(session, review_round, step)


def taken_back_beside(session: Session, actor: Actor) -> tuple[TakenBackRow, ...]:
    """Return the approvals that others took back of running rounds that an actor signed in, or of their own posts."""
    carried = select(CarriedSignature.id).where(
        CarriedSignature.round_id == ReviewRound.id, CarriedSignature.signature_id == Decision.signature_id
    )
    query = (
        select(ApprovalWithdrawal, ReviewRound, Post)
        .where(Decision.id == ApprovalWithdrawal.decision_id, Post.id == ReviewRound.post_id)
        .where((col(ApprovalWithdrawal.round_id) == col(ReviewRound.id)) | carried.exists())
        .where(ReviewRound.status == RoundStatus.OPEN, ApprovalWithdrawal.user_id != actor.id)
        .where(col(ApprovalWithdrawal.cause_id).is_(None))
        .order_by(col(ApprovalWithdrawal.withdrawn_at).desc())
    )
    rows = []
    for taken_back, review_round, post in session.exec(query):
        mine = _signed_by(session, actor, review_round)
        if mine or post.author_id == actor.id:
            rows.append(_row(session, taken_back, post, mine_lapsed=_lapsed_with(session, taken_back, mine)))
    return tuple(rows)


def _signed_by(session: Session, actor: Actor, review_round: ReviewRound) -> set[str]:
    """Return what an actor approved in a round, or earlier and was carried over to it."""
    given = select(Decision).where(Decision.round_id == review_round.id, Decision.kind == DecisionKind.APPROVE)
    carried = select(Decision).where(
        CarriedSignature.round_id == review_round.id, CarriedSignature.signature_id == Decision.signature_id
    )
    approved = [each for query in (given, carried) for each in session.exec(query)]
    return {each.id for each in approved if actor.id in {each.user_id, in_whose_name(each)}}


def _lapsed_with(session: Session, taken_back: ApprovalWithdrawal, mine: set[str]) -> bool:
    lapsed = select(ApprovalWithdrawal.decision_id).where(ApprovalWithdrawal.cause_id == taken_back.decision_id)
    return any(decision_id in mine for decision_id in session.exec(lapsed))


def _row(session: Session, taken_back: ApprovalWithdrawal, post: Post, *, mine_lapsed: bool) -> TakenBackRow:
    decision = get(session, Decision, taken_back.decision_id)
    return TakenBackRow(
        post_id=post.id,
        title=post.title,
        person=get(session, User, taken_back.user_id).printed_name,
        role=get(session, ReviewStep, decision.step_id).role,
        reason=taken_back.reason,
        withdrawn_at=taken_back.withdrawn_at,
        mine_lapsed=mine_lapsed,
    )
