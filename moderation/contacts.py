"""What a person did about a case outside Covigie, written down: whom they told or asked, when, how, what proves it."""

from datetime import datetime

from sqlmodel import Session, col, select

from compliance import audit, clock, transitions
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput, RuleViolated
from i18n import N_
from models.case import Case
from models.case_following import CaseContact
from models.enums import CaseAction, CaseStatus, ContactKind, ContactMeans
from moderation import criteria
from moderation.case_report import facts_of, products_of, ruling_of
from moderation.following_up import number_pending
from moderation.given import clean
from moderation.opening import follow, unchanged_case
from moderation.states import CASE_TRANSITIONS
from moderation.vigilance import counts_as_ours


def hand_over(
    session: Session,
    actor: Actor,
    *,
    case_id: str,
    row_version: int,
    recipient: str,
    means: ContactMeans,
    at: datetime,
    evidence: str,
) -> CaseContact:
    """Note that the company whose product it is was told. It ends a case in which no product counts as ours.

    Refused while every product counts as ours: exclude one first, with its reason.
    """
    case = unchanged_case(session, case_id, row_version)
    check(actor, Permission.CASE_WRITE)
    products = products_of(session, case.id)
    if all(counts_as_ours(product.owner) for product in products):
        raise RuleViolated(
            N_("Tous les produits de ce cas comptent comme nôtres : excluez d'abord celui d'une autre entreprise.")
        )
    contact = _noted(session, actor, case, ContactKind.OTHER_COMPANY, recipient, means, at, evidence)
    if case.status is CaseStatus.OPEN and ruling_of(session, case).foreign:
        details = {"contact": contact.id}
        number_pending(session, case)
        transitions.apply(session, actor, case, CASE_TRANSITIONS, CaseAction.HAND_OVER, details=details)
        follow(session, case, was=CaseStatus.OPEN)
    return contact


def note_contact(
    session: Session,
    actor: Actor,
    *,
    case_id: str,
    row_version: int,
    kind: ContactKind,
    recipient: str,
    means: ContactMeans,
    at: datetime,
    evidence: str,
) -> CaseContact:
    """Note that quality was told, or that the person was asked for what is missing; the case and its clocks go on."""
    if kind is ContactKind.OTHER_COMPANY:
        return hand_over(
            session, actor, case_id=case_id, row_version=row_version, recipient=recipient, means=means, at=at,
            evidence=evidence,
        )  # fmt: skip
    case = unchanged_case(session, case_id, row_version)
    check(actor, Permission.CASE_WRITE)
    return _noted(session, actor, case, kind, recipient, means, at, evidence)


def _noted(
    session: Session,
    actor: Actor,
    case: Case,
    kind: ContactKind,
    recipient: str,
    means: ContactMeans,
    at: datetime,
    evidence: str,
) -> CaseContact:
    if not (clean(recipient) and clean(evidence)):
        raise InvalidInput(
            N_("Dites à qui, et ce qui le prouve (référence du courriel, numéro d'appel, accusé du portail).")
        )
    if at > clock.now() or at < case.awareness_at.replace(second=0, microsecond=0):
        raise InvalidInput(N_("Cette démarche date d'après la prise de connaissance, et n'est pas dans l'avenir."))
    asked = criteria.missing(facts_of(session, case)) if kind is ContactKind.FOLLOW_UP else ()
    contact = CaseContact(
        case_id=case.id,
        kind=kind,
        means=means,
        recipient=clean(recipient) or "",
        evidence=clean(evidence) or "",
        criteria=[criterion.value for criterion in asked],
        at=at,
        recorded_by=actor.id or "",
        recorded_at=clock.now(),
    )
    session.add(contact)
    session.flush()
    new = {"contact": contact.id, "kind": kind.value, "means": means.value}
    audit.record(session, actor, AuditAction.CASE_CONTACT, "case", case.id, new=new)
    return contact


def contacts_of(session: Session, case_id: str) -> list[CaseContact]:
    """Return what was done about a case, newest first."""
    found = select(CaseContact).where(CaseContact.case_id == case_id)
    return list(session.exec(found.order_by(col(CaseContact.at).desc(), col(CaseContact.id).desc())))
