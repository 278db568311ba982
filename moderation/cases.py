"""A case on its way to pharmacovigilance: filled, sent, acknowledged. What is missing never keeps it back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session

from compliance import audit, clock, outbox, transitions
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput, StaleVersion
from i18n import N_
from models.case import Case, CaseDocument, Reaction, SuspectProduct
from models.enums import (
    CaseAction,
    CaseStatus,
    EffectKind,
    NoneReason,
    ProductOwner,
    Seriousness,
    Situation,
    Vigilance,
)
from models.session import get
from moderation import criteria
from moderation.as_received import storable_text
from moderation.case_report import facts_of, make_document, products_of, reactions_of
from moderation.deadlines import authority_due, paris_day
from moderation.forwarding import MAIL_HANDLER
from moderation.opening import follow, lock_case
from moderation.states import CASE_TRANSITIONS

__all__ = [
    "MAIL_HANDLER",
    "ProductGiven",
    "acknowledge",
    "actions",
    "dismiss",
    "escalate",
    "export_document",
    "fetch_document",
    "fill",
    "reopen",
]


@dataclass(frozen=True)
class ProductGiven:
    """A suspected product as a person enters it."""

    name: str
    substance: str | None = None
    owner: ProductOwner | None = None


def actions(actor: Actor, status: CaseStatus) -> list[CaseAction]:
    """Return what the actor may do to a case in a status."""
    return [CaseAction(action) for action in transitions.actions_for(actor, CASE_TRANSITIONS, status)]


def fill(
    session: Session,
    actor: Actor,
    *,
    case_id: str,
    row_version: int,
    reporter: str | None = None,
    patient: str | None = None,
    reporter_known: bool | None = None,
    patient_known: bool | None = None,
    products: Collection[ProductGiven] | None = None,
    reactions: Collection[str] | None = None,
    seriousness: Collection[Seriousness] | None = None,
    situations: Collection[Situation] | None = None,
    narrative: str | None = None,
    vigilance: Vigilance | None = None,
    criteria_on: date | None = None,
) -> Case:
    """Complete a case; None leaves a field as it is, an empty value empties it.

    `criteria_on` is the day on which the four criteria were known, when that was later than the comment itself.
    """
    case = _opened(session, case_id, row_version)
    given = {"reporter": reporter, "patient": patient, "narrative": narrative}
    changed = _set_texts(case, given)
    changed += _set_flags(case, reporter_known, patient_known, vigilance)
    changed += _set_codes(case, seriousness, situations)
    if products is not None:
        changed += _replace_products(session, case, products)
    if reactions is not None:
        changed += _replace_reactions(session, case, reactions)
    _settle_clocks(session, case, criteria_on)
    details = {"fields": sorted(changed), "day_zero": case.day_zero.isoformat() if case.day_zero else None}
    transitions.apply(session, actor, case, CASE_TRANSITIONS, CaseAction.FILL, details=details)
    _touch(session, case)
    return case


def _opened(session: Session, case_id: str, row_version: int) -> Case:
    case = lock_case(session, case_id)
    if case.row_version != row_version:
        raise StaleVersion(N_("Ce cas a changé depuis que vous l'avez ouvert. Relisez-le, puis recommencez."))
    return case


def _touch(session: Session, case: Case) -> None:
    """Change the row even when only its products or reactions did, so that a stale screen is seen."""
    case.updated_at = clock.now()
    flag_modified(case, "updated_at")
    session.flush()


def _set_texts(case: Case, given: dict[str, str | None]) -> list[str]:
    changed = []
    for name, value in given.items():
        if value is not None and (storable_text(value).strip() or None) != getattr(case, name):
            setattr(case, name, storable_text(value).strip() or None)
            changed.append(name)
    return changed


def _set_flags(
    case: Case, reporter_known: bool | None, patient_known: bool | None, vigilance: Vigilance | None
) -> list[str]:
    given = {"reporter_known": reporter_known, "patient_known": patient_known, "vigilance": vigilance}
    changed = [name for name, value in given.items() if value is not None and value != getattr(case, name)]
    for name in changed:
        setattr(case, name, given[name])
    return changed


def _set_codes(
    case: Case, seriousness: Collection[Seriousness] | None, situations: Collection[Situation] | None
) -> list[str]:
    changed = []
    if seriousness is not None:
        case.seriousness = [each.value for each in Seriousness if each in seriousness]
        case.serious = bool(case.seriousness)
        changed.append("seriousness")
    if situations is not None:
        case.situations = [each.value for each in Situation if each in situations]
        changed.append("situations")
    return changed


def _replace_products(session: Session, case: Case, products: Collection[ProductGiven]) -> list[str]:
    wanted = [(storable_text(p.name).strip(), p.substance or None, p.owner) for p in products if p.name.strip()]
    held = products_of(session, case.id)
    if wanted == [(p.name, p.substance, p.owner) for p in held]:
        return []
    for product in held:
        session.delete(product)
    for n, (name, substance, owner) in enumerate(wanted, 1):
        session.add(SuspectProduct(case_id=case.id, n=n, name=name, substance=substance, owner=owner))
    return ["products"]


def _replace_reactions(session: Session, case: Case, reactions: Collection[str]) -> list[str]:
    wanted = [storable_text(words).strip() for words in reactions if words.strip()]
    held = reactions_of(session, case.id)
    if wanted == [reaction.verbatim for reaction in held]:
        return []
    for reaction in held:
        session.delete(reaction)
    for n, words in enumerate(wanted, 1):
        session.add(Reaction(case_id=case.id, n=n, verbatim=words))
    return ["reactions"]


def _settle_clocks(session: Session, case: Case, criteria_on: date | None = None) -> None:
    """Set day zero once the four criteria are known, and the authority's date from it; neither is ever taken back."""
    known_from, today = paris_day(case.awareness_at), paris_day(clock.now())
    if criteria_on and not known_from <= criteria_on <= today:
        raise InvalidInput(
            N_("Les quatre critères ont été connus entre le {first} (prise de connaissance) et aujourd'hui."),
            first=f"{known_from:%d/%m/%Y}",
        )
    session.flush()
    if not criteria.missing(facts_of(session, case)):
        case.day_zero = criteria_on or case.day_zero or known_from
    if case.day_zero:
        case.authority_due_on = authority_due(
            case.day_zero, case.vigilance, serious=case.serious, seriousness=case.seriousness
        )


def escalate(session: Session, actor: Actor, *, case_id: str, row_version: int) -> Case:
    """Send a case to pharmacovigilance, complete or not: its document is kept, and a mail with it is in the outbox."""
    case = _opened(session, case_id, row_version)
    _settle_clocks(session, case)
    open_criteria = [each.value for each in criteria.missing(facts_of(session, case))]
    transitions.find(CASE_TRANSITIONS, case.status, CaseAction.ESCALATE)
    check(actor, Permission.CASE_WRITE)
    document = make_document(session, case)
    details = {"missing": open_criteria, "document": document.id, "document_sha256": document.content_sha256}
    transitions.apply(session, actor, case, CASE_TRANSITIONS, CaseAction.ESCALATE, details=details)
    case.forwarded_by = actor.id
    follow(session, case, was=CaseStatus.OPEN)
    outbox.enqueue(
        session,
        kind=EffectKind.MAIL,
        subject_id=case.id,
        key=f"case-mail:{document.id}",
        payload={"case_id": case.id, "document_id": document.id},
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
    case = _opened(session, case_id, row_version)
    transitions.apply(session, actor, case, CASE_TRANSITIONS, CaseAction.DISMISS, reason=reason.value)
    case.dismissal = reason.value
    follow(session, case, was=CaseStatus.OPEN)
    return case


def reopen(session: Session, actor: Actor, *, case_id: str, row_version: int, reason: str) -> Case:
    """Take a case up again: new facts, or a decision to correct. Its clocks have never stopped."""
    case = _opened(session, case_id, row_version)
    was = case.status
    transitions.apply(session, actor, case, CASE_TRANSITIONS, CaseAction.REOPEN, reason=reason)
    case.dismissal = None
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
