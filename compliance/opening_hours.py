"""The company's business hours, as an administrator set them: each change is a row, and clocks that run keep theirs."""

from collections.abc import Sequence
from datetime import time

from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.business_hours import OFFICE, Shifts, parse_shifts
from compliance.people import check_admin
from compliance.permissions import Actor
from models.base import new_id
from models.on_call import OpeningHours


def current(session: Session) -> Shifts:
    """Return the business hours that hold now; nine to six until an administrator says otherwise."""
    newest = select(OpeningHours).order_by(col(OpeningHours.set_at).desc(), col(OpeningHours.id).desc()).limit(1)
    row = session.exec(newest).first()
    return tuple((time.fromisoformat(first), time.fromisoformat(last)) for first, last in row.shifts) if row else OFFICE


def set_hours(session: Session, actor: Actor, *, shifts: Sequence[tuple[time, time]]) -> OpeningHours:
    """Set the business hours from now on. Raises InvalidInput for hours that overlap or end before they begin."""
    check_admin(actor)
    old = _written(current(session))
    row = OpeningHours(id=new_id(), shifts=_written(parse_shifts(shifts)), set_by=actor.id, set_at=clock.now())
    session.add(row)
    session.flush()
    new = {"shifts": row.shifts}
    audit.record(session, actor, AuditAction.HOURS_SET, "opening_hours", row.id, old={"shifts": old}, new=new)
    return row


def _written(shifts: Shifts) -> list[list[str]]:
    return [[f"{first:%H:%M}", f"{last:%H:%M}"] for first, last in shifts]
