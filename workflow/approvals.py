"""The approvals that posts rest on now, read from their last rounds; what time makes of them is in `expiry`."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from compliance import clock
from models.carried import CarriedSignature
from models.delegation import ApprovalWithdrawal
from models.enums import DecisionKind, PostStatus, RoundStatus
from models.post import Post
from models.review import Circuit, Decision, ReviewRound, Signature
from workflow.expiry import Approval, Expiry, expiry_of

APPROVED = frozenset({PostStatus.APPROVED, PostStatus.SCHEDULED, PostStatus.PUBLISHED})


def approval_of(session: Session, post: Post) -> Approval | None:
    """Return the approval that a post rests on; None without an approved last round."""
    return approvals_of(session, [post]).get(post.id)


def approvals_of(session: Session, posts: Sequence[Post]) -> dict[str, Approval]:
    """Return the approval of each post that is approved, in the queue or published."""
    last = _last_rounds(session, [post for post in posts if post.status in APPROVED])
    signed = _signed_at(session, [each.id for each, _days in last.values()])
    slots = {post.id: post.planned_at for post in posts if post.status is PostStatus.APPROVED}
    return {
        post_id: Approval(
            each.id, min(signed[each.id]), each.closed_at or max(signed[each.id]), days, slots.get(post_id)
        )
        for post_id, (each, days) in last.items()
        if each.status is RoundStatus.APPROVED and signed[each.id]
    }


def _last_rounds(session: Session, posts: Iterable[Post]) -> dict[str, tuple[ReviewRound, int]]:
    query = (
        select(ReviewRound, Circuit.approval_days)
        .where(col(ReviewRound.post_id).in_([post.id for post in posts]), Circuit.id == ReviewRound.circuit_id)
        .order_by(col(ReviewRound.opened_at), col(ReviewRound.id))
    )
    return {each.post_id: (each, days) for each, days in session.exec(query)}


def _signed_at(session: Session, round_ids: Sequence[str]) -> dict[str, list[datetime]]:
    """Return when the signatures that stand in each round were given, those carried over too."""
    given = select(Decision.round_id, Decision.decided_at).where(
        col(Decision.round_id).in_(round_ids),
        Decision.kind == DecisionKind.APPROVE,
        col(Decision.id).not_in(select(ApprovalWithdrawal.decision_id)),
    )
    carried = select(CarriedSignature.round_id, Signature.signed_at).where(
        col(CarriedSignature.round_id).in_(round_ids),
        Signature.id == CarriedSignature.signature_id,
        Decision.signature_id == Signature.id,
        col(Decision.id).not_in(select(ApprovalWithdrawal.decision_id)),
    )
    found: dict[str, list[datetime]] = defaultdict(list)
    for query in (given, carried):
        for round_id, at in session.exec(query):
            found[round_id].append(at)
    return found


def expiries(session: Session, posts: Sequence[Post]) -> dict[str, Expiry]:
    """Return where the approval of each approved post stands now."""
    now = clock.now()
    return {post_id: expiry_of(approval, now) for post_id, approval in approvals_of(session, posts).items()}


def is_over(session: Session, post: Post) -> bool:
    """Say whether a post's approval is past its days, so that it may be submitted again; none is not over."""
    approval = approval_of(session, post)
    return approval is not None and expiry_of(approval, clock.now()) is Expiry.EXPIRED
