"""The reconciliation of a period: gathered from what we sent, what was acknowledged, and what pharmacovigilance lists.

Days are calendar days in Paris, both ends included. What is gathered is what both sides sign.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput
from i18n import N_
from models.case import Case
from models.enums import PvOutcome
from models.handoff import CaseOutcome, PvList, SentMail
from models.session import get
from moderation.as_received import storable_text
from moderation.deadlines import day_bounds, paris_day
from moderation.pv_list import PvRow, read_pv_list
from moderation.reconciling import Line, SentCase, compare
from settings import get_settings

Data = dict[str, Any]


def check_period(first: date, last: date) -> None:
    """Refuse a period that ends before it begins, or after today."""
    if first > last:
        raise InvalidInput(N_("La période finit avant de commencer. Inversez les deux jours."))
    if last > paris_day(clock.now()):
        raise InvalidInput(N_("La période finit dans l'avenir. Choisissez un dernier jour passé, ou aujourd'hui."))


def period_content(session: Session, first: date, last: date) -> Data:
    """Return the reconciliation of a period as canonical data; the same facts give the same content."""
    held = newest_list(session, first, last)
    lines = compare_period(session, first, last, held)
    return {
        "covigie": "reconciliation",
        "company": get_settings().company,
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "sent": sum(line.sent is not None for line in lines),
        "acknowledged": sum(bool(line.sent and line.sent.acknowledged_at) for line in lines),
        "only_pv": sum(line.sent is None for line in lines),
        "list": {"filename": held.filename, "sha256": held.sha256} if held else None,
        "lines": [_as_data(line) for line in lines],
    }


def compare_period(session: Session, first: date, last: date, held: PvList | None) -> tuple[Line, ...]:
    """Return a line a case of the period; an imported list is taken in whole."""
    sent = sent_cases(session, first, last)
    rows = [_row(one) for one in held.rows] if held else None
    numbers = {row.case for row in rows or ()} - {case.number for case in sent}
    known = select(Case.number).where(col(Case.number).in_(numbers), col(Case.forwarded_at).is_not(None))
    return compare(sent, rows, set(session.exec(known)) if numbers else ())


def sent_cases(session: Session, first: date, last: date) -> list[SentCase]:
    """Return the cases that left in a period, by number; one sent again is there in each period that it left in."""
    begins, ends = day_bounds(first)[0], day_bounds(last)[1]
    earlier = select(SentMail.case_id).where(SentMail.n == 0, SentMail.made_at >= begins, SentMail.made_at < ends)
    in_period = (col(Case.forwarded_at) >= begins) & (col(Case.forwarded_at) < ends)
    found = select(Case).where(col(Case.forwarded_at).is_not(None), or_(in_period, col(Case.id).in_(earlier)))
    cases = session.exec(found.order_by(col(Case.number))).all()
    sendings = _sendings(session, cases)
    told = _typed_outcomes(session, cases)
    left = [(case, _first_within(sendings[case.id], begins, ends)) for case in cases]
    return [_sent(case, at, told.get(case.id, PvOutcome.UNKNOWN)) for case, at in left if at]


def _sendings(session: Session, cases: Sequence[Case]) -> dict[str, list[datetime]]:
    """Return when each case left: the last time as its row says, the earlier ones as their mails say."""
    found: dict[str, list[datetime]] = {case.id: [] for case in cases}
    mails = select(SentMail).where(col(SentMail.case_id).in_(found), SentMail.n == 0)
    for mail in session.exec(mails.order_by(col(SentMail.made_at))):
        found[mail.case_id].append(mail.made_at)
    return {
        case.id: [
            *[at for at in found[case.id][:-1] if case.forwarded_at and at < case.forwarded_at],
            case.forwarded_at,
        ]
        for case in cases
        if case.forwarded_at
    }


def _first_within(moments: Sequence[datetime], begins: datetime, ends: datetime) -> datetime | None:
    return next((at for at in moments if begins <= at < ends), None)


def _typed_outcomes(session: Session, cases: Sequence[Case]) -> dict[str, PvOutcome]:
    ids = [case.id for case in cases]
    told = session.exec(select(CaseOutcome).where(col(CaseOutcome.case_id).in_(ids)))
    return {one.case_id: one.outcome for one in told}


def _sent(case: Case, at: datetime, outcome: PvOutcome) -> SentCase:
    received = case.acknowledged_at is not None and case.acknowledged_at >= at.replace(second=0, microsecond=0)
    return SentCase(
        case.number,
        at,
        paris_day(at).isoformat(),
        case.acknowledged_at if received else None,
        case.acknowledged_by if received else None,
        case.pv_reference if received else None,
        outcome,
    )


def _as_data(line: Line) -> Data:
    sent, listed = line.sent, line.listed
    return {
        "number": line.number,
        "sent_at": sent.sent_at.isoformat() if sent else None,
        "acknowledged_at": sent.acknowledged_at.isoformat() if sent and sent.acknowledged_at else None,
        "acknowledged_by": sent.acknowledged_by if sent else None,
        "pv_reference": (sent.pv_reference if sent else None) or (listed.pv_reference if listed else None),
        "listed_as": listed.pv_reference if listed else None,
        "received_on": listed.received_on.isoformat() if listed and listed.received_on else None,
        "outcome": line.outcome.value,
        "differences": [each.value for each in line.differences],
    }


def newest_list(session: Session, first: date, last: date) -> PvList | None:
    """Return the list that was last imported for exactly this period."""
    held = select(PvList).where(PvList.first_day == first, PvList.last_day == last)
    return session.exec(held.order_by(col(PvList.imported_at).desc(), col(PvList.id).desc()).limit(1)).first()


def _row(one: Data) -> PvRow:
    received = date.fromisoformat(one["received_on"]) if one["received_on"] else None
    return PvRow(one["case"], one["pv_reference"], received, PvOutcome(one["outcome"]))


def import_list(
    session: Session, actor: Actor, *, first_day: date, last_day: date, filename: str, data: bytes
) -> PvList:
    """Take in pharmacovigilance's list for a period, whole or not at all; an earlier one stays and no longer counts."""
    check(actor, Permission.HANDOFF_KEEP)
    check_period(first_day, last_day)
    rows = read_pv_list(data)
    held = PvList(
        first_day=first_day,
        last_day=last_day,
        filename=storable_text(filename)[:200],
        sha256=hashlib.sha256(data).hexdigest(),
        rows=[
            {
                "case": storable_text(row.case),
                "pv_reference": storable_text(row.pv_reference),
                "received_on": row.received_on.isoformat() if row.received_on else "",
                "outcome": row.outcome.value,
            }
            for row in rows
        ],
        imported_by=actor.id or "",
        imported_at=clock.now(),
    )
    session.add(held)
    session.flush()
    new = {"sha256": held.sha256, "rows": len(rows), "first_day": str(first_day), "last_day": str(last_day)}
    audit.record(session, actor, AuditAction.PV_LIST_IMPORT, "pv_list", held.id, new=new)
    return held


def tell_outcome(session: Session, actor: Actor, *, case_id: str, outcome: PvOutcome) -> CaseOutcome:
    """Write down what pharmacovigilance said became of a case that it received."""
    check(actor, Permission.HANDOFF_KEEP)
    case = get(session, Case, case_id)
    if case.forwarded_at is None:
        raise InvalidInput(N_("Ce cas n'a pas été transmis : il n'a pas d'issue. Transmettez-le d'abord."))
    told = session.get(CaseOutcome, case_id, with_for_update=True)
    old = {"outcome": told.outcome.value} if told else None
    now = clock.now()
    if told is None:
        told = CaseOutcome(case_id=case_id, outcome=outcome, told_by=actor.id or "", told_at=now)
        session.add(told)
    told.outcome, told.told_by, told.told_at = outcome, actor.id or "", now
    session.flush()
    new = {"outcome": outcome.value}
    audit.record(session, actor, AuditAction.CASE_OUTCOME, "case", case_id, old=old, new=new)
    return told
