"""A case on its way to pharmacovigilance: sent, acknowledged. What is missing never keeps it back.

It is completed in `moderation.filling`.
"""

from datetime import datetime

from sqlmodel import Session

from compliance import audit, clock, outbox, transitions
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput
from i18n import N_
from models.case import Case, CaseDocument
from models.enums import CaseAction, CaseStatus, EffectKind, NoneReason
from models.session import get
from moderation import criteria
from moderation.as_received import storable_text
from moderation.case_record import make_record
from moderation.case_report import facts_of, make_document
from moderation.filling import fill, settle_clocks
from moderation.following_up import note_news, number_pending
from moderation.forwarding import MAIL_HANDLER
from moderation.given import PatientGiven, ProductGiven, ReactionGiven, ReporterGiven
from moderation.opening import follow, lock_case, unchanged_case
from moderation.states import CASE_TRANSITIONS

__all__ = [
    "MAIL_HANDLER",
    "PatientGiven",
    "ProductGiven",
    "ReactionGiven",
    "ReporterGiven",
    "acknowledge",
    "actions",
    "dismiss",
    "escalate",
    "export_document",
    "fetch_document",
    "fill",
    "reopen",
]


def actions(actor: Actor, status: CaseStatus) -> list[CaseAction]:
    """Return what the actor may do to a case in a status."""
    return [CaseAction(action) for action in transitions.actions_for(actor, CASE_TRANSITIONS, status)]


def escalate(session: Session, actor: Actor, *, case_id: str, row_version: int) -> Case:
    """Send a case to pharmacovigilance, complete or not: form and record are kept, a mail with both is in the outbox.

    A case that was sent before leaves as a follow-up with its number.
    """
    case = unchanged_case(session, case_id, row_version)
    settle_clocks(session, case)
    open_criteria = [each.value for each in criteria.missing(facts_of(session, case))]
    transitions.find(CASE_TRANSITIONS, case.status, CaseAction.ESCALATE)
    check(actor, Permission.CASE_WRITE)
    number_pending(session, case)
    document = make_document(session, case)
    record = make_record(session, case, document.made_at)
    details = {
        "missing": open_criteria,
        "follow_up": case.follow_up_n,
        "document": document.id,
        "document_sha256": document.content_sha256,
        "record_sha256": record.content_sha256,
    }
    transitions.apply(session, actor, case, CASE_TRANSITIONS, CaseAction.ESCALATE, details=details)
    case.forwarded_by = actor.id
    follow(session, case, was=CaseStatus.OPEN)
    outbox.enqueue(
        session,
        kind=EffectKind.MAIL,
        subject_id=case.id,
        key=f"case-mail:{document.id}",
        payload={"case_id": case.id, "document_id": document.id, "record_id": record.id},
        not_before=clock.now(),
    )
    session.flush()
    return case


def acknowledge(
    session: Session, actor: Actor, *, case_id: str, pv_reference: str, acknowledged_by: str, at: datetime
) -> Case:
    """Write down that pharmacovigilance has the case: who said so, when, and under which number."""
    case = lock_case(session, case_id)
    transitions.find(CASE_TRANSITIONS, case.status, CaseAction.ACKNOWLEDGE)
    if not pv_reference.strip() or not acknowledged_by.strip():
        raise InvalidInput(N_("Indiquez qui a accusé réception, et le numéro donné par la pharmacovigilance."))
    if at > clock.now() or (case.forwarded_at and at < case.forwarded_at.replace(second=0, microsecond=0)):
        raise InvalidInput(N_("L'accusé de réception date d'après l'envoi, et n'est pas dans l'avenir."))
    transitions.apply(session, actor, case, CASE_TRANSITIONS, CaseAction.ACKNOWLEDGE)
    case.pv_reference, case.acknowledged_by = (
        storable_text(pv_reference).strip(),
        storable_text(acknowledged_by).strip(),
    )
    case.acknowledged_at = at
    follow(session, case, was=CaseStatus.FORWARDED)
    return case


def dismiss(session: Session, actor: Actor, *, case_id: str, row_version: int, reason: NoneReason) -> Case:
    """Close a case that is none, with its coded reason; its comments are decided with it."""
    case = unchanged_case(session, case_id, row_version)
    transitions.apply(session, actor, case, CASE_TRANSITIONS, CaseAction.DISMISS, reason=reason.value)
    case.dismissal = reason.value
    follow(session, case, was=CaseStatus.OPEN)
    return case


def reopen(session: Session, actor: Actor, *, case_id: str, row_version: int, reason: str) -> Case:
    """Take a case up again: new facts, or a decision to correct. Its clocks have never stopped."""
    case = unchanged_case(session, case_id, row_version)
    was = case.status
    transitions.find(CASE_TRANSITIONS, was, CaseAction.REOPEN)
    if reason.strip():
        note_news(session, actor, case, reason=storable_text(reason).strip())
    transitions.apply(session, actor, case, CASE_TRANSITIONS, CaseAction.REOPEN, reason=reason)
    case.dismissal = case.duplicate_of = None
    follow(session, case, was=was)
    return case


def export_document(session: Session, actor: Actor, *, case_id: str) -> CaseDocument:
    """Make the document of a case as it stands now, for a person who asks for it."""
    check(actor, Permission.CASE_READ)
    document = make_document(session, get(session, Case, case_id))
    return _exported(session, actor, document)


def fetch_document(session: Session, actor: Actor, *, document_id: str) -> CaseDocument:
    """Return a document that was made before, byte for byte."""
    check(actor, Permission.CASE_READ)
    return _exported(session, actor, get(session, CaseDocument, document_id))


def _exported(session: Session, actor: Actor, document: CaseDocument) -> CaseDocument:
    new = {"document": document.id, "document_sha256": document.content_sha256}
    audit.record(session, actor, AuditAction.CASE_EXPORT, "case", document.case_id, new=new)
    return document
