"""Changing the detection: propose, try on stored comments, sign by another officer, in force for what comes.

The worker does the trial and, once it is signed, opens again what turned positive (`moderation.shadow`).
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel import Session, col, delete, func, select

from compliance import audit, clock, signatures, transitions
from compliance.audit import AuditAction
from compliance.canonical import sha256_of
from compliance.permissions import Actor, Permission, allows, check
from compliance.sign_in import roles_of
from errors import InvalidInput, RuleViolated
from i18n import N_
from models.base import new_id
from models.detection import DetectionChange, DetectionDifference
from models.enums import DetectionAction, DetectionStatus, Role, SignatureMeaning, TermKind
from models.product import Product
from models.session import expect_version, get
from moderation.detection_rules import Delta, SigningFacts, Term, changed, read_terms
from moderation.detection_states import DETECTION_TRANSITIONS, PENDING
from moderation.detectors.classifier_folder import mark_of
from moderation.detectors.tuning import Classifier, content_of
from moderation.tunings import change_in_force, content_digest, tuning_in_force
from settings import get_settings


@dataclass(frozen=True)
class Opened:
    """What the signing dialog shows."""

    nonce_id: str
    role: Role
    meaning: SignatureMeaning
    version_n: int
    content_sha256: str


def propose_change(
    session: Session, actor: Actor, *, suspect: str = "", nicknames: str = "", harmless: str = "",
    removed: Collection[Term] = (), promise: int | None = None, classifier: str = "", classifier_label: str = "",
    classifier_percent: int = 50, reason: str,
) -> DetectionChange:  # fmt: skip
    """Write down a change on top of what is in force; it never changes, another one takes its place.

    Lists are typed one term a line. `promise` 1..5 % or None, `classifier` a folder's name or "": as the settings say.
    """
    check(actor, Permission.DETECTION_CHANGE)
    if not reason.strip():
        raise InvalidInput(N_("Dites pourquoi la détection change : la raison est signée avec le changement."))
    _refuse_second(session)
    products = session.exec(select(Product.name)).all()
    typed = {TermKind.SUSPECT: suspect, TermKind.NICKNAME: nicknames, TermKind.HARMLESS: harmless}
    added = tuple(term for kind, lines in typed.items() for term in read_terms(kind, lines, products))
    chosen = _classifier(classifier, classifier_label, classifier_percent)
    delta = Delta(added, tuple(removed), promise, chosen)
    change = _written(session, actor, delta, content_of(changed(tuning_in_force(session), delta)), reason.strip())
    session.add(change)
    session.flush()
    told = {"n": change.n, "sha256": change.content_sha256, "added": len(added), "removed": len(delta.removed)}
    audit.record(
        session, actor, AuditAction.DETECTION_PROPOSE, "detectionchange", change.id, new=told, reason=change.reason
    )
    return change


def _refuse_second(session: Session) -> None:
    if pending_change(session):
        raise RuleViolated(N_("Un changement est déjà en préparation : attendez sa signature, ou retirez-le."))
    held = change_in_force(session)
    if held and content_digest(held) != held.content_sha256:
        raise RuleViolated(N_("Le changement en vigueur est illisible : prévenez un administrateur."))


def _written(session: Session, actor: Actor, delta: Delta, content: dict[str, Any], reason: str) -> DetectionChange:
    change = DetectionChange(
        id=new_id(),
        n=(session.exec(select(func.max(DetectionChange.n))).one() or 0) + 1,
        content=content,
        delta={"added": [asdict(term) for term in delta.added], "removed": [asdict(term) for term in delta.removed]},
        reason=reason,
        content_sha256="",
        status=DetectionStatus.DRAFT,
        author_id=actor.id or "",
        proposed_at=clock.now(),
    )
    change.content_sha256 = content_digest(change)
    return change


def _classifier(name: str, label: str, percent: int) -> Classifier | None:
    """Return the chosen classifier with the mark of its files, which is signed; None for the one of the settings."""
    if not name:
        return None
    if name not in classifiers():
        raise InvalidInput(N_("Le classifieur « {name} » n'est plus là : voyez un administrateur."), name=name)
    where = get_settings().classifiers_dir
    return Classifier(name, mark_of(where / name), label.strip(), percent) if where else None


def classifiers() -> list[str]:
    """Return the names of the classifiers that an administrator laid out; none when the settings name no folder."""
    where = get_settings().classifiers_dir
    if where is None or not where.is_dir():
        return []
    return sorted(path.name for path in where.iterdir() if (path / "config.json").is_file())


def pending_change(session: Session) -> DetectionChange | None:
    """Return the change that is on its way, of which there is one at most."""
    return session.exec(select(DetectionChange).where(col(DetectionChange.status).in_(PENDING))).first()


def to_sign(session: Session, actor: Actor) -> bool:
    """Say whether a tried change waits for the signature of this person, who did not propose it."""
    if not allows(actor, Permission.DETECTION_CHANGE):
        return False
    change = pending_change(session)
    return change is not None and change.status is DetectionStatus.READY and change.author_id != actor.id


def start_run(session: Session, actor: Actor, *, change_id: str, row_version: int | None) -> DetectionChange:
    """Have a change tried on the stored comments of the last days; what an earlier trial found is forgotten."""
    change = _locked(session, change_id, row_version)
    days = get_settings().shadow_days
    _apply(session, actor, change, DetectionAction.RUN, details={"n": change.n, "days": days})
    _forget(session, change)
    change.days, change.started_at = days, clock.now()
    change.cursor, change.to_read, change.read_n = "", 0, 0
    change.first_seen_at = change.ready_at = change.run_sha256 = change.failure = None
    session.flush()
    return change


def withdraw_change(
    session: Session, actor: Actor, *, change_id: str, row_version: int | None, reason: str
) -> DetectionChange:
    """Give a change up, whatever its trial found: nothing of it stays but its record."""
    change = _locked(session, change_id, row_version)
    _apply(session, actor, change, DetectionAction.WITHDRAW, reason=reason.strip(), details={"n": change.n})
    _forget(session, change)
    change.withdrawn_by, change.withdrawn_at = actor.id, clock.now()
    session.flush()
    return change


def open_signing(session: Session, actor: Actor, *, change_id: str, seen_sha256: str) -> Opened:
    """Open the signing dialog of a change; refuses at once whoever may not sign it."""
    change = get(session, DetectionChange, change_id)
    refuse(session, actor, change, seen_sha256)
    digest = signed_digest(change)
    nonce_id = signatures.open_signing(session, actor, subject_id=change.id, content_sha256=digest)
    return Opened(nonce_id, Role.PV_OFFICER, SignatureMeaning.DETECTION_CHANGE, change.n, digest)


def sign_change(
    session: Session, actor: Actor, *, change_id: str, row_version: int | None, seen_sha256: str, nonce_id: str
) -> DetectionChange:
    """Put a tried change in force for what is screened from now on; the worker then opens what turned positive."""
    change = _locked(session, change_id, row_version)
    facts = refuse(session, actor, change, seen_sha256)
    before = change_in_force(session)
    signature = signatures.sign(
        session,
        actor,
        nonce_id=nonce_id,
        role=Role.PV_OFFICER,
        meaning=SignatureMeaning.DETECTION_CHANGE,
        subject_kind="detection_change",
        subject_id=change.id,
        content_sha256=signed_digest(change),
    )
    details = {"n": change.n, "sha256": change.content_sha256, "run": change.run_sha256}
    _apply(session, actor, change, DetectionAction.SIGN, facts=facts, signature_id=signature.id, details=details)
    if before:
        _apply(session, actor, before, DetectionAction.REPLACE, details={"n": before.n, "by": change.n})
    change.signature_id, change.signed_at, change.cursor = signature.id, signature.signed_at, ""
    session.flush()
    return change


def refuse(session: Session, actor: Actor, change: DetectionChange, seen_sha256: str) -> SigningFacts:
    """Return what the rules of signing judge by; refuses whoever may not sign, before anything is signed."""
    transition = transitions.find(DETECTION_TRANSITIONS, change.status, DetectionAction.SIGN)
    check(actor, Permission.DETECTION_CHANGE)
    facts = _facts(session, actor, change, seen_sha256)
    for condition in transition.when:
        condition(facts)
    return facts


def _facts(session: Session, actor: Actor, change: DetectionChange, seen_sha256: str) -> SigningFacts:
    """Roles are those held now."""
    held = actor.roles & roles_of(session, actor.id) if actor.id else frozenset()
    intact = content_digest(change) == change.content_sha256
    return SigningFacts(actor.id, change.author_id, held, intact, signed_digest(change) == seen_sha256)


def signed_digest(change: DetectionChange) -> str:
    """Return the SHA-256 that is signed: what is proposed, and what its trial found."""
    return sha256_of([change.content_sha256, change.run_sha256])


def _locked(session: Session, change_id: str, row_version: int | None) -> DetectionChange:
    change = get(session, DetectionChange, change_id, lock=True)
    expect_version(change, row_version)
    return change


def _forget(session: Session, change: DetectionChange) -> None:
    session.execute(delete(DetectionDifference).where(col(DetectionDifference.change_id) == change.id))


def _apply(
    session: Session, actor: Actor, change: DetectionChange, action: DetectionAction, *, reason: str | None = None,
    signature_id: str | None = None, details: dict[str, Any] | None = None, facts: SigningFacts | None = None,
) -> None:  # fmt: skip
    transitions.apply(
        session, actor, change, DETECTION_TRANSITIONS, action, facts=facts, reason=reason, signature_id=signature_id,
        details=details,
    )  # fmt: skip
