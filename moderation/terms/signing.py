"""A network's terms sheet: prepared with its days, signed by legal and by the data protection officer, in force.

Until the second signature nothing changes; a revoked sheet stops the polling of its network at once.
"""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from compliance import audit, clock, signatures, transitions
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, allows, check
from compliance.sign_in import roles_of
from errors import InvalidInput, RuleViolated
from i18n import N_
from models.base import new_id
from models.enums import Network, Role, SignatureMeaning, TermsAction, TermsStatus
from models.review import Signature
from models.session import expect_version, get
from models.terms import TermsSheet
from moderation.terms import sheet, sheets
from moderation.terms.in_force import intact
from moderation.terms.sheet import MEANING, SigningFacts, signs_as
from moderation.terms.states import PENDING, TERMS_TRANSITIONS

SUBJECT = "terms_sheet"


@dataclass(frozen=True)
class Opened:
    """What the signing dialog shows."""

    nonce_id: str
    role: Role
    meaning: SignatureMeaning
    version_n: int
    content_sha256: str


def propose_sheet(
    session: Session, actor: Actor, *, network: Network, days_kept: int, days_after_deletion: int, reason: str = ""
) -> TermsSheet:
    """Prepare today's sheet of a network for signature, with the days kept; what is prepared never changes.

    Other days than those proposed need a reason. One sheet of a network at a time is on its way.
    """
    check(actor, Permission.TERMS_SIGN)
    terms = sheets.SHEETS.get(network)
    if terms is None:
        raise InvalidInput(N_("Ce réseau n'a pas de feuille de conditions."))
    said = sheet.check_days(terms, days_kept, days_after_deletion, reason)
    if pending_sheet(session, network):
        raise RuleViolated(N_("Une feuille de ce réseau attend déjà ses signatures : signez-la, ou retirez-la."))
    row = _written(session, actor, terms, days_kept, days_after_deletion, said)
    session.add(row)
    session.flush()
    told = {"network": network.value, "n": row.n, "terms_version": row.terms_version, "sha256": row.content_sha256}
    days = {"days_kept": days_kept, "days_after_deletion": days_after_deletion}
    audit.record(session, actor, AuditAction.TERMS_PROPOSE, "termssheet", row.id, new=told | days, reason=said or None)
    return row


def _written(
    session: Session, actor: Actor, terms: sheet.NetworkTerms, days_kept: int, days_after_deletion: int, reason: str
) -> TermsSheet:
    last = session.exec(select(func.max(TermsSheet.n)).where(TermsSheet.network == terms.network)).one()
    digest = sheets.digest_of(terms)
    return TermsSheet(
        id=new_id(),
        network=terms.network,
        n=(last or 0) + 1,
        terms_version=terms.version,
        terms_sha256=digest,
        days_kept=days_kept,
        days_after_deletion=days_after_deletion,
        reason=reason,
        content_sha256=sheet.content_digest(digest, days_kept, days_after_deletion, reason),
        status=TermsStatus.PROPOSED,
        proposed_by=actor.id or "",
        proposed_at=clock.now(),
    )


def pending_sheet(session: Session, network: Network) -> TermsSheet | None:
    """Return the sheet of a network that is on its way, of which there is one at most."""
    waiting = select(TermsSheet).where(TermsSheet.network == network, col(TermsSheet.status).in_(PENDING))
    return session.exec(waiting).first()


def to_sign(session: Session, actor: Actor) -> int:
    """Return how many sheets wait for the signature of this person."""
    if not allows(actor, Permission.TERMS_SIGN):
        return 0
    waiting = session.exec(select(TermsSheet).where(col(TermsSheet.status).in_(PENDING))).all()
    facts = (facts_of(session, actor, row, row.content_sha256) for row in waiting)
    return sum(one.signer_id not in one.signed.values() and signs_as(one) is not None for one in facts)


def open_signing(session: Session, actor: Actor, *, sheet_id: str, seen_sha256: str) -> Opened:
    """Open the signing dialog of a sheet; refuses at once whoever may not sign it."""
    row = get(session, TermsSheet, sheet_id)
    role = refuse(session, actor, row, seen_sha256)[1]
    nonce_id = signatures.open_signing(session, actor, subject_id=row.id, content_sha256=row.content_sha256)
    return Opened(nonce_id, role, MEANING[role], row.n, row.content_sha256)


def sign_sheet(
    session: Session, actor: Actor, *, sheet_id: str, row_version: int | None, seen_sha256: str, nonce_id: str
) -> TermsSheet:
    """Sign a sheet in one's role; with the second signature it is in force, in place of the one before."""
    row = _locked(session, sheet_id, row_version)
    facts, role = refuse(session, actor, row, seen_sha256)
    given = signatures.sign(
        session, actor, nonce_id=nonce_id, role=role, meaning=MEANING[role], subject_kind=SUBJECT, subject_id=row.id,
        content_sha256=row.content_sha256,
    )  # fmt: skip
    if row.status is TermsStatus.HALF_SIGNED:
        _replace(session, actor, row)
        row.in_force_at = given.signed_at
    if role is Role.LEGAL:
        row.legal_signature_id = given.id
    else:
        row.protection_signature_id = given.id
    _apply(session, actor, row, TermsAction.SIGN, facts=facts, signature_id=given.id)
    return row


def _replace(session: Session, actor: Actor, row: TermsSheet) -> None:
    held = select(TermsSheet).where(TermsSheet.network == row.network, TermsSheet.status == TermsStatus.IN_FORCE)
    before = session.exec(held.with_for_update()).first()
    if before:
        before.ended_at, before.ended_by = clock.now(), actor.id
        _apply(session, actor, before, TermsAction.REPLACE, details={"by": row.n})


def withdraw_sheet(
    session: Session, actor: Actor, *, sheet_id: str, row_version: int | None, reason: str
) -> TermsSheet:
    """Give up a sheet before both have signed it; what is in force stays so."""
    return _end(session, actor, sheet_id, row_version, TermsAction.WITHDRAW, reason)


def revoke_sheet(session: Session, actor: Actor, *, sheet_id: str, row_version: int | None, reason: str) -> TermsSheet:
    """Take back a sheet in force: its network is not polled any more; what it brought is still erased in its time."""
    return _end(session, actor, sheet_id, row_version, TermsAction.REVOKE, reason)


def _end(
    session: Session, actor: Actor, sheet_id: str, row_version: int | None, action: TermsAction, reason: str
) -> TermsSheet:
    row, said = _locked(session, sheet_id, row_version), " ".join(reason.split())
    _apply(session, actor, row, action, reason=said)
    row.ended_at, row.ended_by, row.ended_reason = clock.now(), actor.id, said
    session.flush()
    return row


def refuse(session: Session, actor: Actor, row: TermsSheet, seen_sha256: str) -> tuple[SigningFacts, Role]:
    """Return what the rules of signing judge by, and as what this person signs; refuses whoever may not."""
    transition = transitions.find(TERMS_TRANSITIONS, row.status, TermsAction.SIGN)
    check(actor, Permission.TERMS_SIGN)
    facts = facts_of(session, actor, row, seen_sha256)
    for condition in transition.when:
        condition(facts)
    role = signs_as(facts)
    assert role is not None  # noqa: S101 - a condition of the transition
    return facts, role


def facts_of(session: Session, actor: Actor, row: TermsSheet, seen_sha256: str) -> SigningFacts:
    """Return what is known when somebody wants to sign a sheet; roles are those held now."""
    held = actor.roles & roles_of(session, actor.id) if actor.id else frozenset()
    terms = sheets.SHEETS.get(row.network)
    current = terms is not None and (terms.version, sheets.digest_of(terms)) == (row.terms_version, row.terms_sha256)
    return SigningFacts(
        actor.id, held, {role: given.user_id for role, given in given_to(session, row).items()}, current, intact(row),
        row.content_sha256 == seen_sha256,
    )  # fmt: skip


def given_to(session: Session, row: TermsSheet) -> dict[Role, Signature]:
    """Return the signatures of a sheet, by the role in which they were given."""
    ids = {Role.LEGAL: row.legal_signature_id, Role.DATA_PROTECTION: row.protection_signature_id}
    return {role: get(session, Signature, given) for role, given in ids.items() if given}


def _locked(session: Session, sheet_id: str, row_version: int | None) -> TermsSheet:
    row = get(session, TermsSheet, sheet_id, lock=True)
    expect_version(row, row_version)
    return row


def _apply(
    session: Session, actor: Actor, row: TermsSheet, action: TermsAction, *, reason: str | None = None,
    signature_id: str | None = None, details: dict[str, Any] | None = None, facts: SigningFacts | None = None,
) -> None:  # fmt: skip
    told = {"network": row.network.value, "n": row.n, "sha256": row.content_sha256} | (details or {})
    transitions.apply(
        session, actor, row, TERMS_TRANSITIONS, action, facts=facts, reason=reason, signature_id=signature_id,
        details=told,
    )  # fmt: skip
