"""The cases for the command line: a list, and one as a document. Every export is written in the audit chain."""

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM
from errors import InvalidInput, NotFound
from i18n import N_
from models.case import Case
from models.session import reading, transaction
from moderation import cases, criteria
from moderation.case_report import facts_of, report_of

FORMATS = ("cioms", "json")


def case_lines(*, first: bool = False) -> list[str]:
    """Return one line a case, oldest due date first; with `first`, only the id of one complete case."""
    with reading() as session:
        found = session.exec(select(Case).order_by(col(Case.forward_due_at), col(Case.number))).all()
        if first:
            return [_first_complete(session, list(found)).id]
        return [_line(case) for case in found]


def _first_complete(session: Session, found: list[Case]) -> Case:
    for case in found:
        if not criteria.missing(facts_of(session, case)):
            return case
    raise NotFound(N_("Aucun cas n'a encore ses quatre critères."))


def _line(case: Case) -> str:
    due = f"{clock.paris(case.forward_due_at):%d/%m/%Y %H:%M}"
    return f"{case.number}\t{case.id}\t{case.status}\t{'serious' if case.serious else ''}\tdue {due}"


def exported_case(case_id: str, kind: str) -> bytes:
    """Return a case as DOCX (`cioms`) or JSON, by its number or id; raises NotFound or InvalidInput."""
    if kind not in FORMATS:
        raise InvalidInput(N_("Format inconnu : {kind}. Choisissez cioms ou json."), kind=kind)
    with transaction() as session:
        wanted = or_(col(Case.id) == case_id, col(Case.number) == case_id)
        case = session.exec(select(Case).where(wanted)).first()
        if case is None:
            raise NotFound(N_("Aucun cas ne porte le numéro ou l'identifiant « {id} »."), id=case_id)
        if kind == "cioms":
            return cases.export_document(session, SYSTEM, case_id=case.id).content
        content = json.dumps(asdict(report_of(session, case)), ensure_ascii=False, indent=2, default=_plain)
        audit.record(session, SYSTEM, AuditAction.CASE_EXPORT, "case", case.id, new={"format": kind})
        return content.encode("utf-8", "backslashreplace") + b"\n"


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
