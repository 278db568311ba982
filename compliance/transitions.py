"""How a status changes: one table a kind of record, one function that applies it.

A table maps (status, action) to a Transition. What is not in it cannot be done.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from sqlmodel import Session

from compliance import audit
from compliance.permissions import Actor, Permission, allows, check
from errors import RuleViolated, TransitionNotAllowed
from i18n import N_


class Stateful(Protocol):
    """A record with a status, in the column `status` unless `apply` is told another."""

    id: str


Condition = Callable[[Any], None]


@dataclass(frozen=True)
class Transition:
    """Where an action leads, who may do it, and what it needs.

    `when` are pure conditions over the facts that the use case gathered; each raises RuleViolated with its sentence.
    """

    to: StrEnum
    permission: Permission
    audit: audit.AuditAction
    reason: bool = False
    signature: bool = False
    when: tuple[Condition, ...] = field(default=())


Table = Mapping[tuple[StrEnum, StrEnum], Transition]


def find(table: Table, status: StrEnum, action: StrEnum) -> Transition:
    """Return the transition of an action in a status; raises TransitionNotAllowed."""
    try:
        return table[status, action]
    except KeyError:
        raise TransitionNotAllowed from None


def apply(
    session: Session,
    actor: Actor,
    record: Stateful,
    table: Table,
    action: StrEnum,
    *,
    facts: Any = None,
    reason: str | None = None,
    signature_id: str | None = None,
    details: dict[str, Any] | None = None,
    column: str = "status",
) -> None:
    """Change a record's status as its table says, with its audit event; refuse before anything is changed."""
    old = getattr(record, column)
    transition = find(table, old, action)
    check(actor, transition.permission)
    if transition.reason and not (reason or "").strip():
        raise RuleViolated(N_("Indiquez une raison : elle sera jointe à la décision."))
    if transition.signature and not signature_id:
        raise RuleViolated(N_("Cette décision doit être signée."))
    for condition in transition.when:
        condition(facts)
    setattr(record, column, transition.to)
    new = {column: str(transition.to)} | (details or {}) | ({"signature": signature_id} if signature_id else {})
    name = type(record).__name__.lower()
    audit.record(session, actor, transition.audit, name, record.id, old={column: str(old)}, new=new, reason=reason)


def actions_for(actor: Actor, table: Table, status: StrEnum) -> list[StrEnum]:
    """Return the actions that a table gives an actor in a status; whether each holds is told when it is done."""
    return [action for (s, action), t in table.items() if s == status and allows(actor, t.permission)]
