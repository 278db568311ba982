"""What is known of the overrides of findings: whether one holds, and when it falls. `workflow.overriding` makes them.

An override is bound to one finding on one content. It falls with the passage that it is about, with the wording of its
rule, and with the version: on the next version the finding is open again, and both people sign again.
"""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from compliance import clock, transitions
from compliance.permissions import SYSTEM
from compliance.signatures import signature_holds
from i18n import N_, _
from models.enums import OverrideAction, OverrideStatus, Role
from models.post import Finding, Post, PostVersion
from models.review import Signature
from models.rules import FindingOverride
from models.session import get
from workflow.policies import GivenSignature
from workflow.rounds import author_ids
from workflow.rule_policies import override_holds
from workflow.rule_states import OVERRIDE_TRANSITIONS

STANDING = (OverrideStatus.ASKED, OverrideStatus.GRANTED)
NEW_VERSION = N_("Le contenu a changé : une nouvelle version se signe à nouveau.")
NOT_FOUND = N_("Le passage ou la règle a changé : ce constat n'est plus celui qui a été levé.")


def standing_override(session: Session, finding_id: str) -> FindingOverride | None:
    """Return the override of a finding that is asked for or granted, or None."""
    held = select(FindingOverride).where(FindingOverride.finding_id == finding_id)
    return session.exec(held.where(col(FindingOverride.status).in_(STANDING))).first()


def overrides_of(session: Session, version_id: str) -> Sequence[FindingOverride]:
    """Return every override of a version's findings, oldest first."""
    held = select(FindingOverride).where(FindingOverride.version_id == version_id)
    return session.exec(held.order_by(col(FindingOverride.asked_at), col(FindingOverride.id))).all()


def signatures_of(session: Session, override: FindingOverride) -> tuple[Signature, ...]:
    """Return the signatures that an override has so far."""
    keys = (override.pharmacist_signature_id, override.legal_signature_id)
    return tuple(get(session, Signature, key) for key in keys if key)


def signed_roles(override: FindingOverride) -> frozenset[Role]:
    """Return as what an override is signed so far."""
    held = {Role.RESPONSIBLE_PHARMACIST: override.pharmacist_signature_id, Role.LEGAL: override.legal_signature_id}
    return frozenset(role for role, key in held.items() if key)


def is_lifted(session: Session, finding: Finding) -> bool:
    """Say whether a finding is lifted by two signatures that still hold on the content of its version (fail closed)."""
    override = standing_override(session, finding.id)
    if override is None or override.status is not OverrideStatus.GRANTED:
        return False
    version = get(session, PostVersion, finding.version_id)
    given = tuple(_given(session, each) for each in signatures_of(session, override))
    authors = author_ids(session, get(session, Post, version.post_id))
    return override_holds(finding.id, given, version.content_sha256, authors)


def _given(session: Session, signature: Signature) -> GivenSignature:
    return GivenSignature(
        step_id=signature.subject_id,
        user_id=signature.user_id,
        role=signature.role,
        meaning=signature.meaning,
        content_sha256=signature.content_sha256,
        holds=signature_holds(session, signature),
    )


def lapse(session: Session, override: FindingOverride, reason: str) -> None:
    """End an override that no longer stands on what was signed; `reason` is a French msgid."""
    transitions.apply(session, SYSTEM, override, OVERRIDE_TRANSITIONS, OverrideAction.LAPSE, reason=_(reason))
    override.closed_at, override.closing_reason = clock.now(), reason


def lapse_earlier(session: Session, version: PostVersion) -> None:
    """End the overrides of a post's earlier versions."""
    if version.parent_id is None:
        return
    held = (
        select(FindingOverride)
        .join(PostVersion, col(PostVersion.id) == col(FindingOverride.version_id))
        .where(PostVersion.post_id == version.post_id, PostVersion.n < version.n)
        .where(col(FindingOverride.status).in_(STANDING))
    )
    for override in session.exec(held).all():
        lapse(session, override, NEW_VERSION)


def lapse_of(session: Session, finding_id: str) -> None:
    """End the override of a finding that is no longer found."""
    override = standing_override(session, finding_id)
    if override is not None:
        lapse(session, override, NOT_FOUND)
