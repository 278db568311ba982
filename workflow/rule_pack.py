"""The rule pack in force: the delivered one, and the signed changes on top of it.

A pack that cannot be read whole, or a change whose signatures do not hold, is no pack: nothing is checked with an older
one in its place, and so nothing is submitted, approved or published (fail closed).
"""

from collections.abc import Sequence
from functools import lru_cache

import structlog
from sqlmodel import Session, col, select

from compliance.canonical import sha256_of
from compliance.signatures import signature_holds
from errors import AppError, InvalidInput, RuleViolated
from i18n import N_
from models.enums import RuleChangeStatus
from models.review import Signature
from models.rules import RuleChange
from workflow import checks
from workflow.checks import Pack
from workflow.policies import GivenSignature
from workflow.rule_policies import change_holds

log = structlog.get_logger()

UNREADABLE = N_(
    "Les règles en vigueur ne peuvent pas être lues : rien n'est soumis, signé ni publié tant qu'elles ne le sont pas. "
    "Prévenez le propriétaire des règles ({reason})."
)


def active_pack(session: Session) -> Pack:
    """Return the pack that every check uses now; raises RuleViolated when it cannot be read whole."""
    changes = changes_in_force(session)
    latest = {change.rule_id: (change, signatures_of_change(session, change)) for change in changes}
    try:
        base = checks.default_pack()
        for change, signed in latest.values():
            _check_signed(change, signed)
        texts = tuple((key, change.text) for key, (change, _signed) in latest.items())
        return _changed(texts, version_of(base, len(changes))) if texts else base
    except AppError as error:
        raise RuleViolated(UNREADABLE, reason=str(error)) from error
    except Exception as error:
        log.exception("the rule pack cannot be read")
        raise RuleViolated(UNREADABLE, reason=type(error).__name__) from error


def pack_to_change(session: Session) -> Pack:
    """Return the pack that a change would join: the one in force; where that cannot be read, the delivered one.

    So a change that no longer fits a new release is mended by signing another one of its rule.
    """
    return checks.default_pack() if trouble(session) else active_pack(session)


def own_pack(session: Session) -> Pack | None:
    """Return the pack in force where it is not the delivered one; raises RuleViolated as `active_pack` does."""
    pack = active_pack(session)
    return None if pack is checks.default_pack() else pack


def trouble(session: Session) -> str:
    """Return why the rules in force cannot be read, in the person's language; empty when they can."""
    try:
        active_pack(session)
    except RuleViolated as error:
        return str(error)
    return ""


def changes_in_force(session: Session) -> Sequence[RuleChange]:
    """Return the changes in force, oldest first: of two of one rule, the later one counts."""
    held = select(RuleChange).where(RuleChange.status == RuleChangeStatus.IN_FORCE)
    return session.exec(held.order_by(col(RuleChange.closed_at), col(RuleChange.n))).all()


def version_of(base: Pack, changes: int) -> str:
    """Return the version of a pack with its changes: the delivered one's, and how many were signed since."""
    return f"{base.version}+{changes}" if changes else base.version


def content_of_change(change: RuleChange) -> str:
    """Return the SHA-256 of what is signed: the rule's very text, its id, and the pack that it joins."""
    return sha256_of({"rule": change.rule_id, "text": change.text, "base": change.base_version})


def signatures_of_change(session: Session, change: RuleChange) -> tuple[GivenSignature, ...]:
    """Return the signatures of a change, each with whether it still holds."""
    keys = (change.owner_signature_id, change.regulatory_signature_id)
    found = (session.get(Signature, key) for key in keys if key)
    return tuple(
        GivenSignature(
            each.subject_id, each.user_id, each.role, each.meaning, each.content_sha256, signature_holds(session, each)
        )
        for each in found
        if each is not None
    )


def _check_signed(change: RuleChange, signed: tuple[GivenSignature, ...]) -> None:
    intact = content_of_change(change) == change.content_sha256
    if not intact or not change_holds(change.id, signed, change.content_sha256):
        raise InvalidInput(
            N_("Le changement {n} de la règle {rule} n'est pas celui qui a été signé."), n=change.n, rule=change.rule_id
        )


@lru_cache(maxsize=4)
def _changed(texts: tuple[tuple[str, str], ...], version: str) -> Pack:
    return checks.with_changes(checks.default_pack(), dict(texts), version=version)
