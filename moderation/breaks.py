"""How a person wants to work: distressing texts veiled, a break after too many of them, everything held given back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select, update

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput
from i18n import N_
from models.comment import Comment, CommentRevision, DetectorFinding, ScreeningRecord
from models.enums import FindingKind, Intent
from models.queueing import ModeratorSetting, UndoPoint
from models.session import get
from models.user import User
from moderation.deadlines import day_bounds, paris_day

MOST = 200
DISTRESSING = {
    (FindingKind.EMERGENCY, "suicide"): N_("idées suicidaires"),
    (FindingKind.EMERGENCY, "pain_crisis"): N_("détresse"),
    (FindingKind.INTENT, Intent.ABUSE.value): N_("violence ou injures"),
}
"""What a veil covers, by the kind and label of what was found, in words."""


@dataclass(frozen=True)
class Preferences:
    """What one person set, and how many distressing texts they decided on since their last break of the day."""

    veil: bool = False
    break_after: int = 10
    paused_at: datetime | None = None
    hard_read: int = 0

    @property
    def break_due(self) -> bool:
        """Say whether a break should be proposed; 0 proposes none."""
        return 0 < self.break_after <= self.hard_read


def preferences(session: Session, actor: Actor) -> Preferences:
    """Return how the actor wants to work."""
    row = session.get(ModeratorSetting, actor.id)
    since = day_bounds(paris_day(clock.now()))[0]
    if row and row.resumed_at:
        since = max(since, row.resumed_at)
    read = select(func.count()).select_from(UndoPoint).where(UndoPoint.user_id == actor.id, col(UndoPoint.hard))
    number = session.exec(read.where(UndoPoint.decided_at >= since)).one()
    return Preferences(row.veil, row.break_after, row.paused_at, number) if row else Preferences(hard_read=number)


def set_preferences(session: Session, actor: Actor, *, veil: bool, break_after: int) -> None:
    """Keep how the actor wants to work; a matter of their own, written in no audit trail."""
    check(actor, Permission.COMMENT_READ)
    if not 0 <= break_after <= MOST:
        raise InvalidInput(N_("Le nombre de textes avant une pause va de 0 (jamais) à {most}."), most=MOST)
    row = _own(session, actor)
    row.veil, row.break_after = veil, break_after
    session.flush()


def _own(session: Session, actor: Actor) -> ModeratorSetting:
    get(session, User, actor.id, lock=True)
    row = session.get(ModeratorSetting, actor.id)
    if row is None:
        row = ModeratorSetting(user_id=actor.id or "")
        session.add(row)
    return row


def release_all(session: Session, actor: Actor) -> int:
    """Give back every comment that the actor holds; returns how many."""
    mine = select(Comment.id).where(Comment.holder_id == actor.id).order_by(col(Comment.id)).with_for_update()
    held = list(session.exec(mine))
    if held:
        freeing = update(Comment).where(col(Comment.id).in_(held), col(Comment.holder_id) == actor.id)
        options = {"synchronize_session": False}
        session.exec(freeing.values(holder_id=None, lease_until=None), execution_options=options)
        session.expire_all()
    for comment_id in held:
        audit.record(session, actor, AuditAction.COMMENT_RELEASE, "comment", comment_id)
    return len(held)


def pause(session: Session, actor: Actor) -> int:
    """Begin a break: everything held is given back at once; returns how many comments were."""
    check(actor, Permission.COMMENT_READ)
    row = _own(session, actor)
    if row.paused_at is None:
        row.paused_at = clock.now()
        session.flush()
        audit.record(session, actor, AuditAction.PAUSE_START, "user", actor.id or "")
    return release_all(session, actor)


def resume(session: Session, actor: Actor) -> None:
    """End the break; the count of distressing texts begins anew."""
    check(actor, Permission.COMMENT_READ)
    row = _own(session, actor)
    if row.paused_at is not None:
        row.paused_at, row.resumed_at = None, clock.now()
        session.flush()
        audit.record(session, actor, AuditAction.PAUSE_END, "user", actor.id or "")


def distress(found: Collection[tuple[FindingKind, str]]) -> str | None:
    """Return what makes a text distressing, as a French msgid, from the kinds and labels of what was found in it."""
    return next((words for sign, words in DISTRESSING.items() if sign in found), None)


def is_hard(session: Session, comment: Comment) -> bool:
    """Say whether any version of a comment is distressing."""
    found = (
        select(DetectorFinding.kind, DetectorFinding.label)
        .where(DetectorFinding.screening_id == ScreeningRecord.id, ScreeningRecord.revision_id == CommentRevision.id)
        .where(CommentRevision.comment_id == comment.id)
        .where(col(DetectorFinding.kind).in_([FindingKind.EMERGENCY, FindingKind.INTENT]))
    )
    return distress({(FindingKind(kind), label) for kind, label in session.exec(found)}) is not None
