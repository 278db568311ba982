"""What changed between two stored versions, as the matrix of delta re-approval reads it."""

import json

from sqlmodel import Session, select

from models.enums import Disposition, Severity
from models.post import PostVersion
from models.product import Product
from workflow.claim_uses import uses_of
from workflow.findings import findings_of, variants_of
from workflow.reapproval import Change, Snapshot, differences

WEIGHTY = frozenset(Severity) - {Severity.INFO}


def changes_between(session: Session, old: PostVersion, new: PostVersion) -> frozenset[Change]:
    """Return every kind of change from one version to another; a claim said otherwise, or no longer, is sensitive."""
    found = differences(snapshot(session, old), snapshot(session, new), product_terms(session))
    same = _said(session, old) == _said(session, new)
    return found if same else found | {Change.SENSITIVE}


def _said(session: Session, version: PostVersion) -> frozenset[tuple[str, str, str]]:
    """Return the claims that a version says, by account and field."""
    return frozenset((use.claim_id, use.account_id, use.field) for use in uses_of(session, version.id))


def snapshot(session: Session, version: PostVersion) -> Snapshot:
    """Return a version as the matrix compares it."""
    payloads = {each.account_id: json.loads(each.payload_json) for each in variants_of(session, version.id)}
    return Snapshot(json.loads(version.canonical_json), payloads)


def product_terms(session: Session) -> frozenset[str]:
    """Return the names, substances and aliases of the register, casefolded."""
    products = session.exec(select(Product)).all()
    return frozenset(
        name.casefold() for each in products for name in (each.name, each.substance, *each.aliases) if name
    )


def new_findings(session: Session, old: PostVersion, new: PostVersion) -> bool:
    """Say whether the rules find something in a version that they did not find in an earlier one."""
    return bool(_found(session, new) - _found(session, old))


def _found(session: Session, version: PostVersion) -> frozenset[tuple[str, ...]]:
    accounts = {each.id: each.account_id for each in variants_of(session, version.id)}
    return frozenset(
        (accounts.get(each.variant_id or "", ""), each.rule_id, each.severity, each.field, each.excerpt or "")
        for each in findings_of(session, version.id)
        if each.severity in WEIGHTY and each.disposition is not Disposition.FIXED
    )
