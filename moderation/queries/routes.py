"""Where a comment stands beside the queue of pharmacovigilance, and why; who skipped it, and why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.comment import Comment
from models.enums import RoutedQueue, RouteOutcome, SkipReason
from models.queueing import CommentRoute, CommentSkip, RoutingRuleSet
from models.user import User
from moderation.queues import DELIVERED, read_rules


@dataclass(frozen=True)
class RouteLine:
    """A place in a queue: the reasons of the rules that applied (French msgids of the delivered ones), its end."""

    queue: RoutedQueue
    row_version: int
    why: tuple[str, ...]
    rules_n: int
    routed_at: datetime
    settled_at: datetime | None
    settled_by: str | None
    outcome: RouteOutcome | None


@dataclass(frozen=True)
class SkipLine:
    """Who left the version that reads now to the others, and why."""

    user_id: str
    who: str
    reason: SkipReason
    skipped_at: datetime


def routes_of(session: Session, comment_id: str) -> tuple[RouteLine, ...]:
    """Return a comment's places in the queues, open ones first."""
    found = session.exec(
        select(CommentRoute, User.printed_name)
        .outerjoin(User, col(CommentRoute.settled_by) == User.id)
        .where(CommentRoute.comment_id == comment_id)
        .order_by(col(CommentRoute.settled_at).is_not(None), col(CommentRoute.queue))
    ).all()
    reasons = {n: _reasons(session, n) for n in {route.rules_n for route, _name in found}}
    return tuple(
        RouteLine(
            r.queue, r.row_version, tuple(reasons[r.rules_n].get(rule, rule) for rule in r.rules), r.rules_n,
            r.routed_at, r.settled_at, name, r.outcome,
        )
        for r, name in found
    )  # fmt: skip


def _reasons(session: Session, n: int) -> dict[str, str]:
    row = session.exec(select(RoutingRuleSet).where(RoutingRuleSet.n == n)).first() if n else None
    return {rule.id: rule.why for rule in (read_rules(row.rules) if row else DELIVERED)}


def skips_of(session: Session, comment_ids: Collection[str]) -> dict[str, tuple[SkipLine, ...]]:
    """Return who skipped the versions that read now, by comment."""
    found = session.exec(
        select(CommentSkip, User.printed_name)
        .where(CommentSkip.user_id == User.id, CommentSkip.comment_id == Comment.id)
        .where(CommentSkip.revision_n == Comment.revision_n, col(CommentSkip.comment_id).in_(comment_ids))
        .order_by(col(CommentSkip.skipped_at), col(CommentSkip.id))
    )
    lines: dict[str, tuple[SkipLine, ...]] = {}
    for one, name in found:
        lines[one.comment_id] = (
            *lines.get(one.comment_id, ()),
            SkipLine(one.user_id, name, one.reason, one.skipped_at),
        )
    return lines
