"""The references that claims rest on: brought as PDF or DOCX, read once, kept as they came, and how they end.

A reference that ends takes with it every claim that cites it, and so every use of these claims.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from compliance import audit, clock, transitions
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM, Actor, Permission, check
from errors import InvalidInput, NotFound, NotPermitted
from i18n import N_, _
from models.base import new_id
from models.claim import Claim, ClaimQuote, Reference, ReferenceBytes, ReferencePage
from models.enums import ClaimAction, ClaimStatus, ReferenceAction, ReferenceStatus
from models.session import expect_version, get
from workflow.claim_endings import end_claim
from workflow.library_states import REFERENCE_TRANSITIONS
from workflow.media import tidy_name
from workflow.reference_text import kind_of, pages_of


@dataclass(frozen=True)
class ReferenceRow:
    """A reference as a page shows it; `claims` are the texts of the claims that cite it and stand."""

    reference_id: str
    title: str
    citation: str
    filename: str
    pages: int
    status: ReferenceStatus
    valid_until: date | None
    reason: str
    claims: tuple[str, ...]
    row_version: int


@dataclass(frozen=True)
class ReferenceFile:
    """A reference to download, exactly as it was brought."""

    filename: str
    mime: str
    data: bytes


def add_reference(
    session: Session,
    actor: Actor,
    *,
    title: str,
    citation: str,
    filename: str,
    data: bytes,
    valid_until: date | None = None,
) -> Reference:
    """Bring a document: its bytes as they are, and the text of each page, read now and once.

    Raises InvalidInput, with the way out, for a file that is broken, locked, without text or too large, and for one
    that the library holds already.
    """
    check(actor, Permission.CLAIM_KEEP)
    if actor.id is None:
        raise NotPermitted
    if not title.strip() or not citation.strip():
        raise InvalidInput(N_("Donnez un titre à la référence, et la façon dont elle se cite (auteurs, revue, année)."))
    sha256 = hashlib.sha256(data).hexdigest()
    held = session.exec(select(Reference).where(Reference.sha256 == sha256)).first()
    if held is not None:
        raise InvalidInput(N_("La bibliothèque tient déjà ce document : « {title} »."), title=held.title)
    mime, pages = kind_of(data), pages_of(data)
    reference = Reference(
        id=new_id(),
        title=title.strip(),
        citation=citation.strip(),
        filename=tidy_name(filename),
        mime=mime,
        size=len(data),
        sha256=sha256,
        pages=len(pages),
        status=ReferenceStatus.CURRENT,
        valid_until=valid_until,
        added_by=actor.id,
        added_at=clock.now(),
    )
    session.add(reference)
    session.flush()
    _keep(session, reference, data, pages)
    new = {"sha256": sha256, "pages": len(pages), "valid_until": valid_until and valid_until.isoformat()}
    audit.record(session, actor, AuditAction.REFERENCE_ADD, "reference", reference.id, new=new)
    return reference


def _keep(session: Session, reference: Reference, data: bytes, pages: Sequence[str]) -> None:
    session.add(ReferenceBytes(reference_id=reference.id, data=data))
    for n, text in enumerate(pages, 1):
        session.add(ReferencePage(reference_id=reference.id, n=n, text=text))
    session.flush()


def page_texts(session: Session, reference_id: str) -> tuple[str, ...]:
    """Return the text of each page of a reference, in order."""
    held = select(ReferencePage.text).where(ReferencePage.reference_id == reference_id)
    return tuple(session.exec(held.order_by(col(ReferencePage.n))))


def read_reference(session: Session, actor: Actor, *, reference_id: str) -> ReferenceFile:
    """Return a document as it was brought, hashed again."""
    check(actor, Permission.POST_READ)
    reference = get(session, Reference, reference_id)
    data = get(session, ReferenceBytes, reference_id).data
    if hashlib.sha256(data).hexdigest() != reference.sha256:
        raise NotFound(N_("Ce document n'est plus celui qui a été déposé. Prévenez un administrateur."))
    return ReferenceFile(reference.filename, reference.mime, data)


def withdraw_reference(
    session: Session, actor: Actor, *, reference_id: str, row_version: int | None, reason: str
) -> Reference:
    """Take a reference out of the library (retracted, replaced): the claims that cite it end with it."""
    reference = get(session, Reference, reference_id, lock=True)
    expect_version(reference, row_version)
    sentence = _("La référence « {title} » est retirée.").format(title=reference.title)
    _end(session, actor, reference, ReferenceAction.WITHDRAW, reason, f"{sentence} {reason.strip()}")
    return reference


def _end(
    session: Session, actor: Actor, reference: Reference, action: ReferenceAction, reason: str, sentence: str
) -> None:
    transitions.apply(session, actor, reference, REFERENCE_TRANSITIONS, action, reason=reason or None)
    reference.ended_at, reference.reason = clock.now(), reason.strip() or None
    session.flush()
    for claim in claims_citing(session, reference.id):
        if claim.status is ClaimStatus.APPROVED:
            ending = ClaimAction.EXPIRE if action is ReferenceAction.EXPIRE else ClaimAction.WITHDRAW
            end_claim(session, actor, claim, ending, sentence)


def claims_citing(session: Session, reference_id: str) -> Sequence[Claim]:
    """Return the claims that cite a reference."""
    cited = select(ClaimQuote.claim_id).where(ClaimQuote.reference_id == reference_id)
    return session.exec(select(Claim).where(col(Claim.id).in_(cited)).order_by(col(Claim.id))).all()


def expire_references(session: Session) -> list[Reference]:
    """End every reference whose last day has passed in Paris, with the claims that cite it."""
    today = clock.paris(clock.now()).date()
    over = select(Reference).where(
        Reference.status == ReferenceStatus.CURRENT, col(Reference.valid_until).is_not(None),
        col(Reference.valid_until) < today,
    )  # fmt: skip
    references = list(session.exec(over.with_for_update()).all())
    for reference in references:
        sentence = _("La référence « {title} » est arrivée à son terme.").format(title=reference.title)
        _end(session, SYSTEM, reference, ReferenceAction.EXPIRE, "", sentence)
    return references


def list_references(session: Session, actor: Actor) -> tuple[ReferenceRow, ...]:
    """Return the references, those in force first, by title."""
    check(actor, Permission.POST_READ)
    held = session.exec(select(Reference).order_by(col(Reference.title), col(Reference.id))).all()
    order = list(ReferenceStatus)
    return tuple(_row(session, each) for each in sorted(held, key=lambda each: order.index(each.status)))


def _row(session: Session, reference: Reference) -> ReferenceRow:
    standing = (each for each in claims_citing(session, reference.id) if each.status is ClaimStatus.APPROVED)
    return ReferenceRow(
        reference_id=reference.id,
        title=reference.title,
        citation=reference.citation,
        filename=reference.filename,
        pages=reference.pages,
        status=reference.status,
        valid_until=reference.valid_until,
        reason=reference.reason or "",
        claims=tuple(each.text for each in standing),
        row_version=reference.row_version,
    )
