"""The rules as a page shows them: the pack in force, its rules and its checklist, and the changes on their way."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from compliance import clock
from compliance.permissions import Actor, Permission, allows, check
from errors import AppError
from models.enums import Role, RuleChangeStatus, Severity
from models.review import Signature
from models.rules import RuleChange
from models.session import get
from models.user import User
from workflow.checks import Check, Pack, Rule
from workflow.checks.pack import delivered_text
from workflow.checks.proposal import read_proposal
from workflow.rule_changes import changes_of, refuse
from workflow.rule_pack import changes_in_force, pack_to_change, trouble
from workflow.rule_policies import NEVER_LIFTED


@dataclass(frozen=True)
class RuleRow:
    """A rule in force; `severities` are all that it can have, `changed`: not as delivered."""

    rule_id: str
    version: int
    title: dict[str, str]
    severities: tuple[Severity, ...]
    confidence: str
    references: tuple[str, ...]
    must_fire: int
    must_not_fire: int
    changed: bool


@dataclass(frozen=True)
class CheckRow:
    """A point of the checklist; `roles`: who answers it, the first of them that reviews."""

    check_id: str
    question: dict[str, str]
    references: tuple[str, ...]
    confidence: str
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class PackView:
    """The pack in force; with `trouble` it cannot be read, and what is shown is the delivered one."""

    version: str
    title: dict[str, str]
    owner: str
    issued: date
    review_by: date
    overdue: bool
    trouble: str
    rules: tuple[RuleRow, ...]
    checks: tuple[CheckRow, ...]
    may_change: bool


@dataclass(frozen=True)
class ChangeRow:
    """A change of a rule: `role` is as what I may sign it now; None: I may not, and `refusal` says why."""

    change_id: str
    n: int
    rule_id: str
    status: RuleChangeStatus
    author: str
    written_at: datetime
    reason: str
    text: str
    problems: tuple[str, ...]
    trial: dict[str, Any] | None
    tried_at: datetime | None
    signed: tuple[tuple[str, Role, datetime], ...]
    role: Role | None
    refusal: str
    pack_version: str
    content_sha256: str
    row_version: int


def pack_view(session: Session, actor: Actor) -> PackView:
    """Return the pack in force."""
    check(actor, Permission.RULE_READ)
    pack = pack_to_change(session)
    changed = {each.rule_id for each in changes_in_force(session)}
    return PackView(
        version=pack.version,
        title=pack.title.model_dump(),
        owner=pack.owner,
        issued=pack.issued,
        review_by=pack.review_by,
        overdue=pack.due_for_review(clock.paris(clock.now()).date()),
        trouble=trouble(session),
        rules=tuple(_rule_row(rule, changed=rule.id in changed) for rule in pack.rules),
        checks=tuple(map(_check_row, pack.checks)),
        may_change=allows(actor, Permission.RULE_CHANGE),
    )


def _rule_row(rule: Rule, *, changed: bool) -> RuleRow:
    cases = [*rule.severity, *(case for detector in rule.detect for case in detector.severity)]
    return RuleRow(
        rule_id=rule.id,
        version=rule.version,
        title=rule.title.model_dump(),
        severities=tuple(each for each in Severity if each in {case.severity for case in cases}),
        confidence=rule.confidence,
        references=rule.references,
        must_fire=len(rule.must_fire),
        must_not_fire=len(rule.must_not_fire),
        changed=changed,
    )


def _check_row(point: Check) -> CheckRow:
    return CheckRow(point.id, point.question.model_dump(), point.references, point.confidence, point.roles)


def rule_text(session: Session, actor: Actor, *, rule_id: str) -> str:
    """Return the YAML of a rule as it is in force."""
    check(actor, Permission.RULE_READ)
    held = [each.text for each in changes_in_force(session) if each.rule_id == rule_id]
    return held[-1] if held else delivered_text(rule_id)


def drafts(session: Session, actor: Actor) -> tuple[ChangeRow, ...]:
    """Return the changes on their way, newest first, each with what is wrong with it."""
    check(actor, Permission.RULE_READ)
    pack = pack_to_change(session)
    return tuple(_change_row(session, actor, each, pack) for each in changes_of(session, (RuleChangeStatus.DRAFT,)))


def history(session: Session, actor: Actor) -> tuple[ChangeRow, ...]:
    """Return the changes in force and those given up, newest first."""
    check(actor, Permission.RULE_READ)
    closed = (RuleChangeStatus.IN_FORCE, RuleChangeStatus.DISCARDED)
    return tuple(_change_row(session, actor, each, None) for each in changes_of(session, closed))


def _change_row(session: Session, actor: Actor, change: RuleChange, pack: Pack | None) -> ChangeRow:
    role, refusal = _turn(session, actor, change)
    keys = (change.owner_signature_id, change.regulatory_signature_id)
    given = [get(session, Signature, key) for key in keys if key]
    return ChangeRow(
        change_id=change.id,
        n=change.n,
        rule_id=change.rule_id,
        status=change.status,
        author=get(session, User, change.author_id).printed_name,
        written_at=change.written_at,
        reason=change.reason,
        text=change.text,
        problems=read_proposal(pack, change.rule_id, change.text, NEVER_LIFTED).problems if pack else (),
        trial=change.trial,
        tried_at=change.tried_at,
        signed=tuple((each.printed_name, each.role, each.signed_at) for each in given),
        role=role,
        refusal=refusal,
        pack_version=change.pack_version or "",
        content_sha256=change.content_sha256,
        row_version=change.row_version,
    )


def _turn(session: Session, actor: Actor, change: RuleChange) -> tuple[Role | None, str]:
    if change.status is not RuleChangeStatus.DRAFT or not allows(actor, Permission.RULE_CHANGE):
        return None, ""
    try:
        return refuse(session, actor, change, change.content_sha256), ""
    except AppError as error:
        return None, str(error)
