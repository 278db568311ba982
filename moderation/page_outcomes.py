"""What came of one call: it left, or its way failed and the next one is tried, or nobody is reached and it climbs."""

from typing import Any

from sqlmodel import Session

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.outbox import Handler
from compliance.permissions import SYSTEM
from models.engine_room import OutboxEffect
from models.enums import AlarmStatus, DeliveryStatus
from models.on_call import OnCallAlarm, OnCallDelivery, OnCallPage, OnCallWay
from models.session import get
from moderation.alarms import climb
from moderation.paging import call, deliver_next, prepare


def _locked(session: Session, effect: OutboxEffect) -> tuple[OnCallAlarm, OnCallDelivery]:
    alarm = get(session, OnCallAlarm, effect.payload["alarm_id"], lock=True)
    return alarm, get(session, OnCallDelivery, effect.subject_id, lock=True)


def conclude(session: Session, effect: OutboxEffect, _result: dict[str, Any]) -> None:
    """Note that the call left, and that its way works."""
    if "trial" in effect.payload:
        _note(session, effect.payload["trial"], None)
        return
    delivery = _locked(session, effect)[1]
    delivery.status, delivery.ended_at, delivery.error = DeliveryStatus.DELIVERED, clock.now(), None
    _note(session, delivery.way_id, None)


def refuse(session: Session, effect: OutboxEffect, reason: str) -> None:
    """Note that a way failed, and call by the next one; without one left, the alarm climbs at once."""
    if "trial" in effect.payload:
        _note(session, effect.payload["trial"], reason)
        return
    alarm, delivery = _locked(session, effect)
    now = clock.now()
    delivery.status, delivery.ended_at, delivery.error = DeliveryStatus.FAILED, now, reason
    _note(session, delivery.way_id, reason)
    page = get(session, OnCallPage, delivery.page_id)
    new = {"user": page.user_id, "way": delivery.way_id, "try": delivery.n + 1, "page": page.id}
    audit.record(session, SYSTEM, AuditAction.ALARM_PAGE_FAIL, "oncallalarm", alarm.id, new=new)
    if alarm.status is not AlarmStatus.OPEN or deliver_next(session, page):
        return
    page.failed_at = now
    session.flush()
    climb(session, alarm)


def _note(session: Session, way_id: str | None, reason: str | None) -> None:
    if way_id is not None:
        way = get(session, OnCallWay, way_id, lock=True)
        way.failed_at, way.last_error = (clock.now(), reason) if reason else (None, None)
        way.delivered_at = way.delivered_at if reason else clock.now()


PAGE_HANDLER = Handler(prepare, call, conclude, refuse)
