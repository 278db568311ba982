"""The cases for the command line: a list, and one as a document. Every export is written in the audit chain."""

from dataclasses import dataclass

from sqlalchemy import or_
from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM
from errors import InvalidInput, NotFound
from i18n import N_, _
from models.case import Case
from models.enums import Vigilance
from models.session import reading, transaction
from moderation import cases, criteria
from moderation.case_record import SCHEMA, intake_record, written
from moderation.case_report import facts_of, products_of, reactions_of
from moderation.e2b.building import DRAFT
from moderation.e2b.conformance import check
from moderation.e2b.exporting import export_e2b
from moderation.e2b.findings import sentence

FORMATS = ("e2b", "cioms", "json")


@dataclass(frozen=True)
class Exported:
    """A document of a case, and what its reader must know: why it is a draft."""

    content: bytes
    notes: tuple[str, ...] = ()


def case_lines(*, first: bool = False) -> list[str]:
    """Return one line a case, oldest due date first; with `first`, only the id of the most complete case."""
    with reading() as session:
        found = session.exec(select(Case).order_by(col(Case.forward_due_at), col(Case.number))).all()
        if first:
            return [_first_complete(session, list(found)).id]
        return [_line(case) for case in found]


def _first_complete(session: Session, found: list[Case]) -> Case:
    """Return a case of which the report knows all, else the first with its four criteria."""
    valid = [case for case in found if not criteria.missing(facts_of(session, case))]
    for case in valid:
        if _fully_told(session, case):
            return case
    if valid:
        return valid[0]
    raise NotFound(N_("Aucun cas n'a encore ses quatre critères."))


def _fully_told(session: Session, case: Case) -> bool:
    """Say whether reporter, patient, outcome and dates are known too, of a medicine's case."""
    told = (
        case.reporter_qualification,
        case.reporter_country,
        case.patient_age,
        case.patient_age_unit,
        case.patient_sex,
    )
    reactions, products = reactions_of(session, case.id), products_of(session, case.id)
    dated = all(row.outcome and row.started_on for row in reactions) and any(row.started_on for row in products)
    return case.vigilance is Vigilance.PHARMACO and None not in told and dated


def _line(case: Case) -> str:
    due = f"{clock.paris(case.forward_due_at):%d/%m/%Y %H:%M}"
    return f"{case.number}\t{case.id}\t{case.status}\t{'serious' if case.serious else ''}\tdue {due}"


def exported_case(case_id: str, kind: str) -> Exported:
    """Return a case as E2B(R3) XML, DOCX (`cioms`) or JSON, by its number or id; raises NotFound or InvalidInput."""
    if kind not in FORMATS:
        raise InvalidInput(N_("Format inconnu : {kind}. Choisissez e2b, cioms ou json."), kind=kind)
    with transaction() as session:
        wanted = or_(col(Case.id) == case_id, col(Case.number) == case_id)
        case = session.exec(select(Case).where(wanted)).first()
        if case is None:
            raise NotFound(N_("Aucun cas ne porte le numéro ou l'identifiant « {id} »."), id=case_id)
        if kind == "cioms":
            return Exported(cases.export_document(session, SYSTEM, case_id=case.id).content)
        return _e2b(session, case) if kind == "e2b" else _json(session, case)


def _e2b(session: Session, case: Case) -> Exported:
    content = export_e2b(session, SYSTEM, case_id=case.id).content
    findings = check(content, clock.now())
    return Exported(content, (_(DRAFT), *map(sentence, findings)) if findings else ())


def _json(session: Session, case: Case) -> Exported:
    content = written(intake_record(session, case))
    audit.record(session, SYSTEM, AuditAction.CASE_EXPORT, "case", case.id, new={"format": SCHEMA})
    return Exported(content)
