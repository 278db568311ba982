"""Lifting a blocking finding: the author asks with a reason, the responsible pharmacist and legal sign; two people.

Each signature has the finding as its subject and the version's `content_sha256` as its content. Nobody who wrote the
post signs it, and no signature lifts what the law forbids to everyone (`rule_policies.NEVER_LIFTED`).
"""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from compliance import audit, clock, signatures, transitions
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from compliance.sign_in import roles_of
from errors import NotPermitted, RuleViolated
from i18n import N_
from models.base import new_id
from models.enums import Disposition, OverrideAction, OverrideStatus, PostStatus, Role, SignatureMeaning
from models.post import Finding, Post, PostVersion, Variant
from models.review import Signature
from models.rules import FindingOverride
from models.session import expect_version, get
from models.user import User
from workflow import rule_policies
from workflow.findings import words_of
from workflow.overrides import signatures_of, signed_roles, standing_override
from workflow.review import SigningDialog
from workflow.rounds import author_ids
from workflow.rule_policies import OVERRIDERS, OverrideFacts, role_to_sign
from workflow.rule_states import OVERRIDE_TRANSITIONS

CLOSED = frozenset({PostStatus.PUBLISHED, PostStatus.REJECTED})


@dataclass(frozen=True)
class Lifting:
    """An override with all that a signature on it needs."""

    post: Post
    version: PostVersion
    finding: Finding
    override: FindingOverride


def ask_override(
    session: Session, actor: Actor, *, finding_id: str, row_version: int | None, reason: str
) -> FindingOverride:
    """Ask for the override of a blocking finding of the newest version, with the reason that both people will sign.

    Raises RuleViolated for a rule that nobody can lift, a finding that is settled or asked for already, no reason, or
    a version that no longer changes.
    """
    check(actor, Permission.OVERRIDE_ASK)
    finding = get(session, Finding, finding_id)
    version = get(session, PostVersion, finding.version_id)
    post = get(session, Post, version.post_id, lock=True)
    finding = get(session, Finding, finding_id, lock=True)
    expect_version(finding, row_version)
    _check_asked(session, post, version, finding, reason)
    renewed = renewable(session, finding)
    override = FindingOverride(
        id=new_id(),
        finding_id=finding.id,
        version_id=version.id,
        content_sha256=version.content_sha256,
        rule_id=finding.rule_id,
        reason=reason.strip(),
        status=OverrideStatus.ASKED,
        asked_by=actor.id or "",
        asked_at=clock.now(),
        renews_id=renewed.id if renewed else None,
    )
    session.add(override)
    session.flush()
    new = {"finding": finding.id, "rule": finding.rule_id, "pack": finding.pack_version, "version": version.n}
    audit.record(session, actor, AuditAction.OVERRIDE_ASK, "findingoverride", override.id, new=new, reason=reason)
    return override


def _check_asked(session: Session, post: Post, version: PostVersion, finding: Finding, reason: str) -> None:
    """Refuse a request that could not be granted."""
    if version.n != post.version_n or post.status in CLOSED:
        raise RuleViolated(N_("Ce constat porte sur une version qui ne change plus. Ouvrez la dernière version."))
    facts = OverrideFacts(
        rule_id=finding.rule_id,
        severity=finding.severity,
        open=finding.disposition is Disposition.OPEN,
        role=None,
        actor_id=None,
        author_ids=frozenset(),
        seen_sha256="",
        current_sha256="",
        signers=frozenset(),
        signed_roles=frozenset(),
    )
    rule_policies.may_be_lifted(facts)
    if not reason.strip():
        raise RuleViolated(N_("Dites pourquoi ce constat peut être levé : les deux signataires signent cette raison."))
    if standing_override(session, finding.id):
        raise RuleViolated(N_("La levée de ce constat est déjà demandée : elle attend ses signatures."))


def renewable(session: Session, finding: Finding) -> FindingOverride | None:
    """Return the last override, signed twice and lapsed since, of the same sentence under the same rule."""
    version = get(session, PostVersion, finding.version_id)
    lapsed = (
        select(FindingOverride)
        .join(PostVersion, col(PostVersion.id) == col(FindingOverride.version_id))
        .where(PostVersion.post_id == version.post_id, FindingOverride.rule_id == finding.rule_id)
        .where(FindingOverride.status == OverrideStatus.LAPSED)
        .order_by(col(FindingOverride.asked_at).desc(), col(FindingOverride.id).desc())
    )
    return next((each for each in session.exec(lapsed) if _same_sentence(session, each, finding)), None)


def _same_sentence(session: Session, override: FindingOverride, finding: Finding) -> bool:
    earlier = get(session, Finding, override.finding_id)
    both_signed = len(signed_roles(override)) == len(OVERRIDERS)
    same_rule = (earlier.rule_sha256 or earlier.pack_version) == (finding.rule_sha256 or finding.pack_version)
    return both_signed and same_rule and _words(session, earlier) == _words(session, finding)


def _words(session: Session, finding: Finding) -> str:
    return words_of(get(session, Variant, finding.variant_id), finding)


def open_override(session: Session, actor: Actor, *, override_id: str, seen_sha256: str) -> SigningDialog:
    """Open the signing dialog of an override; refuses at once whoever may not sign it."""
    lifting = lifting_of(session, override_id, lock=False)
    role = refuse(session, actor, lifting, seen_sha256)
    sha = lifting.version.content_sha256
    nonce_id = signatures.open_signing(session, actor, subject_id=lifting.finding.id, content_sha256=sha)
    meaning = SignatureMeaning.FINDING_OVERRIDE
    return SigningDialog(nonce_id, role, meaning, signatures.MEANINGS[meaning], lifting.version.n, sha)


def sign_override(
    session: Session, actor: Actor, *, override_id: str, row_version: int | None, seen_sha256: str, nonce_id: str
) -> FindingOverride:
    """Sign an override; the second signature, another person's in the other role, lifts the finding.

    Raises RuleViolated for an author (I3), the same person or role twice, a rule that nobody can lift, StaleVersion
    when the content is not the one seen (I5), TransitionNotAllowed when it is closed, SignatureRefused for the nonce.
    """
    lifting = lifting_of(session, override_id, lock=True)
    role = refuse(session, actor, lifting, seen_sha256)
    override = lifting.override
    expect_version(override, row_version)
    facts = _facts(session, actor, lifting, seen_sha256)
    signature = _sign(session, actor, lifting, role, nonce_id)
    second = bool(facts.signed_roles)
    transitions.apply(
        session,
        actor,
        override,
        OVERRIDE_TRANSITIONS,
        OverrideAction.GRANT if second else OverrideAction.SIGN,
        facts=facts,
        signature_id=signature.id,
        details={"finding": lifting.finding.id, "rule": override.rule_id, "content_sha256": override.content_sha256},
    )
    if role is Role.LEGAL:
        override.legal_signature_id = signature.id
    else:
        override.pharmacist_signature_id = signature.id
    if second:
        _lift(lifting, actor)
    session.flush()
    return override


def _sign(session: Session, actor: Actor, lifting: Lifting, role: Role, nonce_id: str) -> Signature:
    return signatures.sign(
        session,
        actor,
        nonce_id=nonce_id,
        role=role,
        meaning=SignatureMeaning.FINDING_OVERRIDE,
        subject_kind="finding",
        subject_id=lifting.finding.id,
        content_sha256=lifting.version.content_sha256,
    )


def _lift(lifting: Lifting, actor: Actor) -> None:
    now = clock.now()
    lifting.finding.disposition, lifting.finding.disposition_reason = Disposition.OVERRIDDEN, lifting.override.reason
    lifting.finding.disposed_by, lifting.finding.disposed_at = actor.id, now
    lifting.override.closed_by, lifting.override.closed_at = actor.id, now


def refuse_override(
    session: Session, actor: Actor, *, override_id: str, row_version: int | None, reason: str
) -> FindingOverride:
    """Refuse an override, with words for the author; either of the two roles is enough."""
    lifting = lifting_of(session, override_id, lock=True)
    override = lifting.override
    expect_version(override, row_version)
    _roles(session, actor)
    transitions.apply(session, actor, override, OVERRIDE_TRANSITIONS, OverrideAction.REFUSE, reason=reason.strip())
    override.closed_by, override.closed_at, override.closing_reason = actor.id, clock.now(), reason.strip()
    session.flush()
    return override


def refuse(session: Session, actor: Actor, lifting: Lifting, seen_sha256: str) -> Role:
    """Return as what an actor signs an override now; refuses whoever may not, before anything is signed."""
    transition = transitions.find(OVERRIDE_TRANSITIONS, lifting.override.status, OverrideAction.SIGN)
    check(actor, transition.permission)
    facts = _facts(session, actor, lifting, seen_sha256)
    for condition in transition.when:
        condition(facts)
    if facts.role is None:
        raise NotPermitted
    return facts.role


def _facts(session: Session, actor: Actor, lifting: Lifting, seen_sha256: str) -> OverrideFacts:
    signed = signed_roles(lifting.override)
    newest = lifting.version.n == lifting.post.version_n and lifting.post.status not in CLOSED
    return OverrideFacts(
        rule_id=lifting.finding.rule_id,
        severity=lifting.finding.severity,
        open=newest and lifting.finding.disposition is Disposition.OPEN,
        role=role_to_sign(_roles(session, actor), OVERRIDERS, signed),
        actor_id=actor.id,
        author_ids=author_ids(session, lifting.post),
        seen_sha256=seen_sha256,
        current_sha256=lifting.version.content_sha256,
        signers=frozenset(each.user_id for each in signatures_of(session, lifting.override)),
        signed_roles=signed,
    )


def _roles(session: Session, actor: Actor) -> frozenset[Role]:
    """Return the roles that an actor holds at this moment, whatever an open page believes."""
    user = get(session, User, actor.id) if actor.id else None
    if user is None or not user.active:
        raise NotPermitted
    return actor.roles & roles_of(session, user.id)


def lifting_of(session: Session, override_id: str, *, lock: bool) -> Lifting:
    """Return an override with its post, version and finding, locked in this order when asked."""
    override = get(session, FindingOverride, override_id)
    version = get(session, PostVersion, override.version_id)
    post = get(session, Post, version.post_id, lock=lock)
    finding = get(session, Finding, override.finding_id, lock=lock)
    if lock:
        override = get(session, FindingOverride, override_id, lock=True)
    return Lifting(post, version, finding, override)
