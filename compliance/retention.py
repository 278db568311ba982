"""Emptying what may no longer be kept, and keeping what proves that it was there: hash, date, reason.

Frozen evidence is never emptied: what was hidden or deleted must be shown to an inspector (GDPR art. 17(3)(c), public
health). A purge names in the audit trail the evidence that still holds what it emptied.
"""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import Actor
from errors import RuleViolated
from i18n import N_
from models.comment import CommentRevision, RawEvent
from models.media import MediaBytes
from models.post import Variant
from models.session import get
from models.visibility import Evidence


def purge_raw_event(session: Session, actor: Actor, *, event_id: str, reason: str) -> None:
    """Empty the payload of a raw event; its hash, the date, the reason and the evidence frozen from it stay."""
    event = get(session, RawEvent, event_id, lock=True)
    if event.payload is None:
        return
    event.payload, event.purged_at, event.purge_reason = None, clock.now(), _stated(reason)
    resting = select(CommentRevision.comment_id).where(CommentRevision.raw_event_id == event_id)
    new = {"payload_sha256": event.payload_sha256} | _kept(session, col(Evidence.comment_id).in_(resting))
    audit.record(session, actor, AuditAction.RECORD_PURGE, "raw_event", event_id, new=new, reason=reason)


def purge_revision(session: Session, actor: Actor, *, revision_id: str, reason: str) -> None:
    """Empty the text of a comment's revision; its hash, the date, the reason and the evidence that holds it stay."""
    revision = get(session, CommentRevision, revision_id, lock=True)
    if revision.text is None:
        return
    revision.text, revision.purged_at, revision.purge_reason = None, clock.now(), _stated(reason)
    new = {"text_sha256": revision.text_sha256} | _kept(session, col(Evidence.comment_id) == revision.comment_id)
    audit.record(session, actor, AuditAction.RECORD_PURGE, "comment_revision", revision_id, new=new, reason=reason)


def purge_media(session: Session, actor: Actor, *, sha256: str, reason: str) -> None:
    """Empty a file that no version of a post shows; its hash, the date and the reason stay, and it cannot come back.

    Raises RuleViolated for one that a version shows: it is under the hash that was, or may be, signed.
    """
    kept = get(session, MediaBytes, sha256, lock=True)
    if kept.data is None:
        return
    if session.exec(select(Variant.id).where(col(Variant.payload_json).contains(sha256)).limit(1)).first():
        raise RuleViolated(N_("Ce fichier est joint à une version d'une publication : il est gardé avec elle."))
    kept.data, kept.thumbnail = None, None
    kept.purged_at, kept.purge_reason = clock.now(), _stated(reason)
    audit.record(session, actor, AuditAction.RECORD_PURGE, "media", sha256, new={"sha256": sha256}, reason=reason)


def _kept(session: Session, resting: ColumnElement[bool]) -> dict[str, Any]:
    """Name the frozen evidence that still holds what is emptied: neither of the two goes, or stays, in silence."""
    kept = session.exec(select(Evidence.id).where(resting).order_by(col(Evidence.id))).all()
    return {"evidence_kept": list(kept)} if kept else {}


def _stated(reason: str) -> str:
    if not reason.strip():
        raise RuleViolated(N_("Indiquez une raison : elle sera jointe à la décision."))
    return reason.strip()
