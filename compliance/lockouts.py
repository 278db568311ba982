"""Accounts locked after wrong passwords: seen by the administrators for a day, unlocked by one with a reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.people import check_admin
from compliance.permissions import Actor, Permission, check
from errors import RuleViolated
from i18n import N_
from models.compliance import AuditEvent
from models.session import get
from models.user import User

SHOWN_FOR = timedelta(days=1)
REFUSALS = (AuditAction.SIGNING_REFUSED.value, AuditAction.SIGN_IN_REFUSED.value)


@dataclass(frozen=True)
class LockoutRow:
    """A lockout that nobody has lifted; `locked`: it still holds; `signing`: it happened at a signature."""

    user_id: str
    printed_name: str
    login: str
    at: datetime
    locked: bool
    signing: bool


def lockouts(session: Session, actor: Actor) -> tuple[LockoutRow, ...]:
    """Return the lockouts of the last day that no administrator lifted, newest first, one a person."""
    check(actor, Permission.USER_ADMIN)
    actions = (AuditAction.LOCKED.value, AuditAction.USER_UNLOCK.value)
    recent = (
        select(AuditEvent)
        .where(col(AuditEvent.action).in_(actions), col(AuditEvent.at) >= clock.now() - SHOWN_FOR)
        .order_by(col(AuditEvent.seq).desc())
    )
    last: dict[str, AuditEvent] = {}
    for event in session.exec(recent):
        last.setdefault(event.entity_id, event)
    return tuple(_row(session, each) for each in last.values() if each.action == AuditAction.LOCKED)


def _row(session: Session, event: AuditEvent) -> LockoutRow:
    user = get(session, User, event.entity_id)
    locked = user.locked_until is not None and user.locked_until > clock.now()
    before = select(AuditEvent.action).where(
        AuditEvent.entity_id == user.id, col(AuditEvent.action).in_(REFUSALS), col(AuditEvent.seq) < event.seq
    )
    refused = session.exec(before.order_by(col(AuditEvent.seq).desc()).limit(1)).first()
    signing = refused == AuditAction.SIGNING_REFUSED
    return LockoutRow(user.id, user.printed_name, user.login, event.at, locked, signing)


def unlock(session: Session, actor: Actor, *, user_id: str, reason: str) -> None:
    """Lift a lockout before its time, with a reason; nobody lifts their own."""
    check_admin(actor)
    if not reason.strip():
        raise RuleViolated(N_("Indiquez une raison : elle sera jointe à la décision."))
    if actor.id == user_id:
        raise RuleViolated(N_("Un autre administrateur doit déverrouiller votre compte, ou attendez la fin du délai."))
    user = get(session, User, user_id, lock=True)
    old = {"until": user.locked_until.isoformat() if user.locked_until else None}
    user.locked_until, user.failed_attempts = None, 0
    audit.record(session, actor, AuditAction.USER_UNLOCK, "user", user_id, old=old, reason=reason.strip())
