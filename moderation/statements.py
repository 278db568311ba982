"""What both sides sign: a reconciliation or a day, frozen with its hash, then signed by moderation and by PV.

A frozen statement never changes. What it tells of may: then it no longer holds, and the next one asks both again.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from compliance import audit, clock, people, signatures
from compliance.audit import AuditAction
from compliance.canonical import sha256_of
from compliance.permissions import Actor, Permission, allows, check
from errors import RuleViolated, StaleVersion
from i18n import N_, _
from models.enums import Role, Side, SignatureMeaning, StatementKind
from models.handoff import Statement
from models.review import Signature
from models.session import get
from moderation import day_certificate, reconciliation
from moderation.statement_changes import changed_days, changed_lines
from moderation.statement_document import build

Data = dict[str, Any]
K = StatementKind
FREEZING = (Permission.HANDOFF_KEEP, Permission.HANDOFF_SIGN_COMMUNITY, Permission.HANDOFF_SIGN_PV)
SIGNING: dict[Side, tuple[Permission, tuple[Role, ...]]] = {
    Side.COMMUNITY: (Permission.HANDOFF_SIGN_COMMUNITY, (Role.COMMUNITY_MANAGER,)),
    Side.PV: (Permission.HANDOFF_SIGN_PV, (Role.PV_OFFICER, Role.RESPONSIBLE_PHARMACIST)),
}
MEANINGS = {
    K.RECONCILIATION: SignatureMeaning.RECONCILIATION,
    K.DAY_CERTIFICATE: SignatureMeaning.DAY_CERTIFICATE,
}
CHANGES: dict[StatementKind, Callable[[Mapping[str, Any], Mapping[str, Any]], list[str]]] = {
    K.RECONCILIATION: changed_lines,
    K.DAY_CERTIFICATE: changed_days,
}


@dataclass(frozen=True)
class SideSigned:
    """One side's signature: who, as what, when."""

    side: Side
    signature_id: str
    user_id: str
    name: str
    role: Role
    signed_at: datetime
    key_id: str


@dataclass(frozen=True)
class Frozen:
    """A frozen statement: does it still hold, and who signed it; `changes` says what moved since."""

    id: str
    n: int
    content: Data
    content_sha256: str
    made_at: datetime
    made_by: str
    changes: tuple[str, ...]
    signed: tuple[SideSigned, ...]

    @property
    def holds(self) -> bool:
        """Say whether what it tells of is still so."""
        return not self.changes

    @property
    def complete(self) -> bool:
        """Say whether both sides signed it, and it still holds."""
        return self.holds and {one.side for one in self.signed} == set(Side)


@dataclass(frozen=True)
class StatementView:
    """A period or a day as it stands, beside what was frozen of it last; `missing`: why it cannot be frozen."""

    kind: StatementKind
    first_day: date
    last_day: date
    content: Data
    missing: tuple[str, ...]
    frozen: Frozen | None
    may_freeze: bool
    may_sign: tuple[Side, ...]


@dataclass(frozen=True)
class StatementDialog:
    """What a person is about to sign."""

    nonce_id: str
    role: Role
    meaning: SignatureMeaning
    version_n: int
    content_sha256: str


def current_content(session: Session, kind: StatementKind, first_day: date, last_day: date) -> Data:
    """Return what a statement would say now."""
    if kind is K.DAY_CERTIFICATE:
        day_certificate.check_day(first_day)
        return day_certificate.day_content(session, first_day)
    reconciliation.check_period(first_day, last_day)
    return reconciliation.period_content(session, first_day, last_day)


def statement_view(
    session: Session, actor: Actor, *, kind: StatementKind, first_day: date, last_day: date
) -> StatementView:
    """Return a period or a day as it stands, and what was frozen and signed of it."""
    check(actor, Permission.HANDOFF_READ)
    content = current_content(session, kind, first_day, last_day)
    newest = _newest(session, kind, first_day, last_day)
    frozen = _frozen(session, newest, content) if newest else None
    missing = tuple(day_certificate.missing(content)) if kind is K.DAY_CERTIFICATE else ()
    changed = frozen is None or not frozen.holds
    return StatementView(
        kind,
        first_day,
        last_day,
        content,
        missing,
        frozen,
        may_freeze=changed and not missing and any(allows(actor, each) for each in FREEZING),
        may_sign=_may_sign(actor, frozen) if not missing else (),
    )


def _may_sign(actor: Actor, frozen: Frozen | None) -> tuple[Side, ...]:
    if frozen is None or not frozen.holds or any(one.user_id == actor.id for one in frozen.signed):
        return ()
    done = {one.side for one in frozen.signed}
    return tuple(side for side, (right, _roles) in SIGNING.items() if side not in done and allows(actor, right))


def _newest(session: Session, kind: StatementKind, first_day: date, last_day: date) -> Statement | None:
    same = select(Statement).where(
        Statement.kind == kind, Statement.first_day == first_day, Statement.last_day == last_day
    )
    return session.exec(same.order_by(col(Statement.n).desc()).limit(1)).first()


def _frozen(session: Session, row: Statement, content: Data) -> Frozen:
    if sha256_of(row.content) == row.content_sha256:
        changes = CHANGES[row.kind](row.content, content)
    else:
        changes = [_("Le contenu figé n'est plus celui de son empreinte. Prévenez l'assurance qualité.")]
    made_by = people.name_of(session, row.made_by)
    signed = sides_signed(session, row)
    return Frozen(row.id, row.n, row.content, row.content_sha256, row.made_at, made_by, tuple(changes), signed)


def sides_signed(session: Session, row: Statement) -> tuple[SideSigned, ...]:
    """Return the signatures that stand under a statement; one whose seal or content is not right is none."""
    given = select(Signature).where(
        Signature.subject_id == row.id,
        Signature.subject_kind == row.kind.value,
        Signature.content_sha256 == row.content_sha256,
        Signature.meaning == MEANINGS[row.kind],
    )
    return tuple(
        SideSigned(side, one.id, one.user_id, one.printed_name, one.role, one.signed_at, one.key_id)
        for one in session.exec(given.order_by(col(Signature.signed_at)))
        for side, (_right, roles) in SIGNING.items()
        if one.role in roles and signatures.signature_holds(session, one)
    )


def freeze(session: Session, actor: Actor, *, kind: StatementKind, first_day: date, last_day: date) -> Statement:
    """Freeze a period or a day as it stands, for both sides to sign.

    Refused when nothing changed since the last one, and for a day whose accounts do not hold.
    """
    if not any(allows(actor, each) for each in FREEZING):
        check(actor, Permission.HANDOFF_KEEP)
    content = current_content(session, kind, first_day, last_day)
    newest = _newest(session, kind, first_day, last_day)
    _refuse_open_day(kind, content)
    if newest and not CHANGES[kind](newest.content, content):
        raise RuleViolated(N_("Rien n'a changé depuis la dernière version figée : signez celle-ci."))
    row = Statement(
        kind=kind,
        first_day=first_day,
        last_day=last_day,
        n=newest.n + 1 if newest else 1,
        content=content,
        content_sha256=sha256_of(content),
        made_by=actor.id or "",
        made_at=clock.now(),
    )
    session.add(row)
    session.flush()
    new = {"kind": kind.value, "n": row.n, "content_sha256": row.content_sha256, "first_day": str(first_day)}
    new |= {"last_day": str(last_day)}
    audit.record(session, actor, AuditAction.STATEMENT_FREEZE, "statement", row.id, new=new)
    return row


def _refuse_open_day(kind: StatementKind, content: Data) -> None:
    open_points = day_certificate.missing(content) if kind is K.DAY_CERTIFICATE else []
    if open_points:
        raise RuleViolated(N_("Ce jour ne peut pas être certifié. {points}"), points=" ".join(open_points))


def open_signing(session: Session, actor: Actor, *, statement_id: str, side: Side) -> StatementDialog:
    """Open the signing dialog of one side."""
    row, role = _signable(session, actor, statement_id, side)
    nonce_id = signatures.open_signing(session, actor, subject_id=row.id, content_sha256=row.content_sha256)
    return StatementDialog(nonce_id, role, MEANINGS[row.kind], row.n, row.content_sha256)


def sign(session: Session, actor: Actor, *, statement_id: str, side: Side, nonce_id: str) -> Signature:
    """Sign a statement for one side, once; refused when it no longer holds, or to who signed for the other side."""
    row, role = _signable(session, actor, statement_id, side)
    return signatures.sign(
        session,
        actor,
        nonce_id=nonce_id,
        role=role,
        meaning=MEANINGS[row.kind],
        subject_kind=row.kind.value,
        subject_id=row.id,
        content_sha256=row.content_sha256,
    )


def _signable(session: Session, actor: Actor, statement_id: str, side: Side) -> tuple[Statement, Role]:
    right, roles = SIGNING[side]
    check(actor, right)
    row = get(session, Statement, statement_id, lock=True)
    content = current_content(session, row.kind, row.first_day, row.last_day)
    newest = _newest(session, row.kind, row.first_day, row.last_day)
    if newest is None or newest.id != row.id or not _frozen(session, row, content).holds:
        raise StaleVersion(N_("Ce qui est figé ne dit plus ce qui est. Figez de nouveau, puis signez tous deux."))
    _refuse_open_day(row.kind, content)
    signed = sides_signed(session, row)
    if side in {one.side for one in signed}:
        raise RuleViolated(N_("Ce côté a déjà signé cette version."))
    if actor.id in {one.user_id for one in signed}:
        raise RuleViolated(N_("Vous avez signé pour l'autre côté : il faut deux personnes."))
    return row, next(role for role in roles if role in actor.roles)


def export(session: Session, actor: Actor, *, statement_id: str) -> tuple[str, bytes]:
    """Return a statement as a document for an inspector, with its signatures and whether it still holds."""
    check(actor, Permission.HANDOFF_READ)
    row = get(session, Statement, statement_id)
    newest = _newest(session, row.kind, row.first_day, row.last_day)
    frozen = _frozen(session, row, current_content(session, row.kind, row.first_day, row.last_day))
    latest = newest is not None and newest.id == row.id
    name, content = build(row, frozen.signed, frozen.changes, latest=latest)
    new = {"document_sha256": hashlib.sha256(content).hexdigest(), "content_sha256": row.content_sha256}
    audit.record(session, actor, AuditAction.STATEMENT_EXPORT, "statement", row.id, new=new)
    return name, content


def recent(session: Session, actor: Actor, *, kind: StatementKind, limit: int = 12) -> list[Statement]:
    """Return the newest statements of a kind, the newest first."""
    check(actor, Permission.HANDOFF_READ)
    same = select(Statement).where(Statement.kind == kind)
    return list(session.exec(same.order_by(col(Statement.made_at).desc(), col(Statement.id).desc()).limit(limit)))
