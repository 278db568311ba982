"""One reason for a finding that stands on several accounts: people read it once, the record stays one per account."""

from collections.abc import Sequence

from sqlmodel import Session

from compliance.permissions import Actor
from models.enums import Disposition
from models.post import Finding
from models.rules import FindingOverride
from workflow.findings import dispose_finding
from workflow.overriding import ask_override

Seen = Sequence[tuple[str, int]]


def dispose_findings(
    session: Session, actor: Actor, *, seen: Seen, disposition: Disposition, reason: str
) -> tuple[Finding, ...]:
    """Close findings with one reason, all or none; `seen` are their ids with the row versions that were shown."""
    return tuple(
        dispose_finding(
            session, actor, finding_id=finding_id, row_version=row_version, disposition=disposition, reason=reason
        )
        for finding_id, row_version in seen
    )


def ask_overrides(session: Session, actor: Actor, *, seen: Seen, reason: str) -> tuple[FindingOverride, ...]:
    """Ask with one reason for the override of findings, all or none; each is signed by itself."""
    return tuple(
        ask_override(session, actor, finding_id=finding_id, row_version=row_version, reason=reason)
        for finding_id, row_version in seen
    )
