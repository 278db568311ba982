"""A case as an E2B(R3) file: judged before it leaves, named a draft until nothing is missing, and kept for good."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput
from i18n import N_
from models.case import Case, CaseDocument
from models.session import get
from moderation.e2b.building import build
from moderation.e2b.conformance import check as conformance
from moderation.e2b.conformance import is_draft
from moderation.e2b.findings import Finding
from moderation.e2b.gathering import gather
from moderation.e2b.schema import schema_errors
from settings import get_settings

E2B = "e2b"


@dataclass(frozen=True)
class E2bFile:
    """The file of a case as it stands. It is a draft as long as there are findings."""

    filename: str
    content: bytes
    findings: tuple[Finding, ...]
    draft: bool


def preview_e2b(session: Session, actor: Actor, *, case_id: str) -> E2bFile:
    """Return the file that a case would give now; nothing is kept. Raises what `export_e2b` raises."""
    check(actor, Permission.CASE_READ)
    return _made(session, get(session, Case, case_id), clock.now().replace(microsecond=0))


def export_e2b(session: Session, actor: Actor, *, case_id: str) -> CaseDocument:
    """Make the file of a case and keep it with its hash, whatever is missing: it then says that it is a draft.

    Raises RuleViolated outside medicines and vaccines, InvalidInput for a text over its length or a file that ICH's
    schema refuses.
    """
    made = preview_e2b(session, actor, case_id=case_id)
    document = CaseDocument(
        case_id=case_id,
        kind=E2B,
        filename=made.filename,
        content=made.content,
        content_sha256=hashlib.sha256(made.content).hexdigest(),
        made_at=clock.now(),
    )
    session.add(document)
    session.flush()
    new = {"document": document.id, "document_sha256": document.content_sha256, "format": E2B, "draft": made.draft}
    audit.record(session, actor, AuditAction.CASE_EXPORT, "case", case_id, new=new)
    return document


def _made(session: Session, case: Case, at: datetime) -> E2bFile:
    icsr = gather(session, case, at)
    content = build(icsr)
    findings = conformance(content, at)
    draft = is_draft(findings)
    if draft:
        content = build(icsr, draft=True)
    _refuse_invalid(content)
    suffix = "-brouillon" if draft else ""
    return E2bFile(f"e2b-{icsr.report_id}{suffix}.xml", content, tuple(findings), draft)


def _refuse_invalid(content: bytes) -> None:
    """Refuse a file that ICH's schema refuses, where the schema is given."""
    folder = get_settings().e2b_schemas
    errors = schema_errors(content, folder) if folder else []
    if errors:
        raise InvalidInput(
            N_("Le fichier ne suit pas le schéma de l'ICH ({why}). Il n'est pas exporté ; signalez-le au support."),
            why=errors[0],
        )
