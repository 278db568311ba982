"""Overrides as pages show them: beside a finding, and in the work of the two people who sign."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from compliance.permissions import Actor, Permission, allows
from errors import AppError
from models.enums import Disposition, OverrideStatus, Role
from models.post import Finding, Post, PostVersion
from models.rules import FindingOverride
from models.session import get
from models.user import User
from workflow.findings import FindingRow, OverrideRow
from workflow.overrides import overrides_of, signatures_of, standing_override
from workflow.overriding import lifting_of, refuse, renewable


def with_override(session: Session, actor: Actor, row: FindingRow) -> FindingRow:
    """Return a finding's row with its last override, and what the actor may do about it."""
    if row.finding_id is None or not row.liftable:
        return row
    finding = get(session, Finding, row.finding_id)
    of_it = [each for each in overrides_of(session, finding.version_id) if each.finding_id == finding.id]
    may_ask = allows(actor, Permission.OVERRIDE_ASK) and finding.disposition is Disposition.OPEN
    may_ask = may_ask and standing_override(session, finding.id) is None
    known = renewable(session, finding) if may_ask else None
    shown = override_row(session, actor, of_it[-1]) if of_it else None
    return replace(row, override=shown, may_ask=may_ask, earlier_reason=known.reason if known else "")


def override_row(session: Session, actor: Actor, override: FindingOverride) -> OverrideRow:
    """Return an override as a page shows it to an actor."""
    lifting = lifting_of(session, override.id, lock=False)
    role, refusal = None, ""
    if override.status is OverrideStatus.ASKED and allows(actor, Permission.FINDING_OVERRIDE):
        try:
            role = refuse(session, actor, lifting, lifting.version.content_sha256)
        except AppError as error:
            refusal = str(error)
    return OverrideRow(
        override_id=override.id,
        status=override.status,
        reason=override.reason,
        closing_reason=override.closing_reason or "",
        asked_by=get(session, User, override.asked_by).printed_name,
        asked_at=override.asked_at,
        signed=tuple((each.printed_name, each.role, each.signed_at) for each in signatures_of(session, override)),
        role=role,
        refusal=refusal,
        content_sha256=override.content_sha256,
        row_version=override.row_version,
    )


@dataclass(frozen=True)
class OverrideWorkRow:
    """An override that waits for my signature."""

    override_id: str
    post_id: str
    title: str
    rule_id: str
    role: Role
    reason: str
    asked_at: datetime


def overrides_to_sign(session: Session, actor: Actor) -> tuple[OverrideWorkRow, ...]:
    """Return the overrides that wait for an actor's signature, the oldest first."""
    if not allows(actor, Permission.FINDING_OVERRIDE):
        return ()
    asked = select(FindingOverride).where(FindingOverride.status == OverrideStatus.ASKED)
    found = session.exec(asked.order_by(col(FindingOverride.asked_at), col(FindingOverride.id))).all()
    rows = ((each, override_row(session, actor, each)) for each in found)
    return tuple(_work_row(session, override, row.role) for override, row in rows if row.role)


def _work_row(session: Session, override: FindingOverride, role: Role) -> OverrideWorkRow:
    version = get(session, PostVersion, override.version_id)
    post = get(session, Post, version.post_id)
    return OverrideWorkRow(override.id, post.id, post.title, override.rule_id, role, override.reason, override.asked_at)
