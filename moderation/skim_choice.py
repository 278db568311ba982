"""What stands on the next screen: cleared comments by residual risk, all of them or a weighted sample."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, literal, literal_column, or_
from sqlmodel import Session, col, select

from compliance import clock
from models.comment import Comment, CommentRevision
from models.enums import ProductFacet, PvFacet, Screening, SkimMode
from models.skim import SkimItem, SkimScreen
from moderation import sampling
from moderation.calibration import calibration
from moderation.sampling import DRAWN, NEAR, Plan
from settings import get_settings

MONTH = timedelta(days=30)
MOST_COUNTED = 1000
"""How far what is left to read is counted: fifty screens, beyond which the exact number changes nothing."""
SAMPLED_BACK = timedelta(days=60)
"""How far back a sample reaches: what was not drawn until then is not searched for again and again."""

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Candidate:
    """A comment to lay out: the revision that reads now, and the probability with which it is read."""

    comment: Comment
    revision_id: str
    chance: float


def to_skim() -> Condition:
    """Return the condition of a comment that nobody has read yet: cleared, no suspicion, no product to decide on."""
    # Written out, not bound: SQLite takes a partial index only where it reads the index's own condition.
    return (
        (col(Comment.screening) == literal_column("'cleared'"))
        & col(Comment.pv).in_((PvFacet.NONE, PvFacet.NOT_AE))
        & (col(Comment.product) == ProductFacet.NONE)
    )


def month_plan(session: Session) -> Plan:
    """Return whether all or a sample is read, by what was cleared of the last thirty days' comments."""
    cleared = (
        select(func.count())
        .select_from(Comment)
        .where(col(Comment.screening).in_((Screening.CLEARED, Screening.SKIMMED)))
        .where(Comment.received_at > clock.now() - MONTH)
    )
    return sampling.plan(session.exec(cleared).one(), get_settings().skim_most_per_month)


def near_threshold() -> Condition:
    """Return the condition of a residual risk that is always read: half of the lowest threshold, or more."""
    return col(Comment.pv_score) >= lowest_near()


def lowest_near() -> float:
    """Return the least residual risk that is always read: half of the lowest threshold."""
    return NEAR * min(min(shares.values()) for shares in calibration().thresholds.values())


def drawn(identifier: Any, cut: str) -> Condition:
    """Return the condition of `sampling.drawn`, for a column of identifiers (26 characters)."""
    lot: Condition = func.substr(identifier, 27 - DRAWN) < cut
    return lot


def in_sample(plan: Plan) -> Condition:
    """Return the condition of the comments that a plan reads."""
    if plan.mode is SkimMode.ALL:
        return to_skim()
    return to_skim() & or_(near_threshold(), _drawn(plan))


def _drawn(plan: Plan) -> Condition:
    return drawn(col(Comment.id), plan.cut) & (col(Comment.received_at) > clock.now() - SAMPLED_BACK)


def left_to_read(session: Session, plan: Plan) -> int:
    """Return how many comments a plan has still to read, counted no further than one more than `MOST_COUNTED`.

    The two parts of a sample have an index each.
    """
    if plan.mode is SkimMode.ALL:
        parts: tuple[Condition, ...] = (to_skim(),)
    else:
        parts = (to_skim() & near_threshold(), to_skim() & ~near_threshold() & _drawn(plan))
    left = 0
    for part in parts:
        if left <= MOST_COUNTED:
            some = select(literal(1)).select_from(Comment).where(part).limit(MOST_COUNTED + 1 - left).subquery()
            left += session.exec(select(func.count()).select_from(some)).one()
    return left


def candidates(session: Session, plan: Plan, most: int, *, not_before: datetime) -> list[Candidate]:
    """Return the next comments, riskiest first; those on another screen opened after `not_before` are left out."""
    before_someone = exists().where(
        col(SkimItem.comment_id) == col(Comment.id),
        col(SkimItem.screen_id) == col(SkimScreen.id),
        col(SkimScreen.closed_at).is_(None),
        col(SkimScreen.opened_at) > not_before,
    )
    found = (
        select(Comment, CommentRevision.id, near_threshold())
        .where(CommentRevision.comment_id == Comment.id, CommentRevision.n == Comment.revision_n)
        .where(in_sample(plan), ~before_someone)
        .order_by(col(Comment.pv_score).desc(), col(Comment.id))
        .limit(most)
    )
    return [
        Candidate(comment, revision_id, plan.chance(near=bool(near)))
        for comment, revision_id, near in session.exec(found)
    ]
