"""Reading people and the audit trail: frozen rows for the pages, each behind its permission."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.anchors import read_anchors
from compliance.audit import ChainReport
from compliance.permissions import Actor, Permission, check
from compliance.sign_in import roles_of
from models.account import Account
from models.compliance import AuditEvent, ChainHead
from models.enums import Role
from models.post import Post
from models.product import Product
from models.user import User
from settings import get_settings

NAMED: dict[str, tuple[Any, Any]] = {
    "post": (Post.id, Post.title),
    "user": (User.id, User.printed_name),
    "product": (Product.id, Product.name),
    "account": (Account.id, Account.handle),
}


@dataclass(frozen=True)
class EventRow:
    """One event of the audit trail; `named`: what people call the element, empty for one that has no name."""

    seq: int
    at: datetime
    login: str
    action: str
    entity: str
    entity_id: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    reason: str | None
    named: str = ""


@dataclass(frozen=True)
class PersonRow:
    """A person as the administrator sees them."""

    id: str
    login: str
    printed_name: str
    email: str
    active: bool
    locked_until: datetime | None
    roles: tuple[Role, ...]


def audit_trail(
    session: Session,
    actor: Actor,
    *,
    login: str = "",
    action: str = "",
    entity_id: str = "",
    before: int | None = None,
    limit: int = 50,
) -> list[EventRow]:
    """Return the newest events first; `before` is the number of the last event of the page before."""
    check(actor, Permission.AUDIT_READ)
    wanted = select(AuditEvent).order_by(col(AuditEvent.seq).desc()).limit(limit)
    for column, value in (
        (AuditEvent.actor_login, login),
        (AuditEvent.action, action),
        (AuditEvent.entity_id, entity_id),
    ):
        if value.strip():
            wanted = wanted.where(column == value.strip())
    if before is not None:
        wanted = wanted.where(col(AuditEvent.seq) < before)
    events = session.exec(wanted).all()
    names = _names(session, events)
    return [
        EventRow(
            e.seq, e.at, e.actor_login, e.action, e.entity, e.entity_id, e.old, e.new, e.reason,
            names.get(e.entity_id, ""),
        )
        for e in events
    ]  # fmt: skip


def _names(session: Session, events: Iterable[AuditEvent]) -> dict[str, str]:
    """Return what the elements of events are called today, by id."""
    found: dict[str, str] = {}
    for entity, (key, name) in NAMED.items():
        ids = {event.entity_id for event in events if event.entity == entity}
        if ids:
            found |= dict(session.exec(select(key, name).where(col(key).in_(ids))).all())
    return found


def chain_report(session: Session, actor: Actor) -> ChainReport:
    """Verify the whole chain, its seals and its anchors; raises InvalidInput when an anchor cannot be trusted."""
    check(actor, Permission.AUDIT_READ)
    return audit.verify_chain(session, read_anchors(get_settings().anchors))


def last_sealed(session: Session, actor: Actor) -> datetime | None:
    """Return when the head of the chain was last sealed."""
    check(actor, Permission.AUDIT_READ)
    head = session.exec(select(ChainHead).order_by(col(ChainHead.seq).desc()).limit(1)).first()
    return head.sealed_at if head else None


def people(session: Session, actor: Actor) -> list[PersonRow]:
    """Return everyone, those who left last."""
    check(actor, Permission.USER_ADMIN)
    everyone = session.exec(select(User).order_by(col(User.active).desc(), col(User.printed_name))).all()
    now = clock.now()
    return [
        PersonRow(
            one.id,
            one.login,
            one.printed_name,
            one.email,
            one.active,
            one.locked_until if one.locked_until and one.locked_until > now else None,
            tuple(sorted(roles_of(session, one.id))),
        )
        for one in everyone
    ]


def asks_code(session: Session, actor: Actor) -> bool:
    """Say whether an actor signs with a one-time code beside the password."""
    user = session.get(User, actor.id) if actor.id else None
    return user is not None and user.totp_secret is not None
