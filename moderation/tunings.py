"""Which tuning of the detection holds: that of the newest signed change, or what the product ships."""

import json
from functools import lru_cache

import structlog
from sqlmodel import Session, col, select

from compliance.canonical import canonical, sha256_of
from models.detection import DetectionChange
from models.enums import DetectionStatus
from moderation.detectors.tuning import AS_SHIPPED, Tuning, read

HOLDING = (DetectionStatus.SIGNED, DetectionStatus.IN_FORCE)
MARK = 12

log = structlog.get_logger()


def change_in_force(session: Session) -> DetectionChange | None:
    """Return the signed change that holds, None before the first."""
    held = select(DetectionChange).where(col(DetectionChange.status).in_(HOLDING))
    return session.exec(held.order_by(col(DetectionChange.n).desc()).limit(1)).first()


def tuning_in_force(session: Session) -> Tuning:
    """Return what the detectors are to use."""
    change = change_in_force(session)
    return tuning_of(change) if change else AS_SHIPPED


def tuning_of(change: DetectionChange) -> Tuning:
    """Return the tuning of a change; an unreadable one, or one that is not what was signed, clears nothing.

    The shipped rules then go on flagging, so that the most urgent still comes first, and all the rest stays in front
    of a person: to fall back on them alone would clear what the company had asked to see.
    """
    intact = content_digest(change) == change.content_sha256
    return _known(change.n, change.content_sha256, canonical(change.content), intact=intact)


def former_tuning(session: Session, change: DetectionChange) -> Tuning:
    """Return what held before a change was signed, or holds while it is not."""
    signed = select(DetectionChange).where(
        col(DetectionChange.signed_at).is_not(None), col(DetectionChange.n) < change.n
    )
    last = session.exec(signed.order_by(col(DetectionChange.n).desc()).limit(1)).first()
    return tuning_of(last) if last else AS_SHIPPED


def content_digest(change: DetectionChange) -> str:
    """Return the SHA-256 over what a change proposes, which never changes."""
    return sha256_of([change.n, change.content, change.delta, change.reason])


@lru_cache(maxsize=8)
def _known(n: int, digest: str, content: str, *, intact: bool) -> Tuning:
    try:
        if not intact:
            raise ValueError("not what was signed")  # noqa: TRY301
        return read(json.loads(content), n, digest[:MARK])
    except (ValueError, KeyError, TypeError):
        log.exception("tuning unreadable: nothing is cleared", change=n)
        return Tuning(n=n, mark=digest[:MARK], unreadable=True)
