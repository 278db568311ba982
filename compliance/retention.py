"""Emptying what may no longer be kept, and keeping what proves that it was there: hash, date, reason."""

from sqlmodel import Session

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import Actor
from errors import RuleViolated
from i18n import N_
from models.comment import CommentRevision, RawEvent
from models.session import get


def purge_raw_event(session: Session, actor: Actor, *, event_id: str, reason: str) -> None:
    """Empty the payload of a raw event; its hash, the date and the reason stay."""
    event = get(session, RawEvent, event_id, lock=True)
    if event.payload is None:
        return
    event.payload, event.purged_at, event.purge_reason = None, clock.now(), _stated(reason)
    new = {"payload_sha256": event.payload_sha256}
    audit.record(session, actor, AuditAction.RECORD_PURGE, "raw_event", event_id, new=new, reason=reason)


def purge_revision(session: Session, actor: Actor, *, revision_id: str, reason: str) -> None:
    """Empty the text of a comment's revision; its hash, the date and the reason stay."""
    revision = get(session, CommentRevision, revision_id, lock=True)
    if revision.text is None:
        return
    revision.text, revision.purged_at, revision.purge_reason = None, clock.now(), _stated(reason)
    new = {"text_sha256": revision.text_sha256}
    audit.record(session, actor, AuditAction.RECORD_PURGE, "comment_revision", revision_id, new=new, reason=reason)


def _stated(reason: str) -> str:
    if not reason.strip():
        raise RuleViolated(N_("Indiquez une raison : elle sera jointe à la décision."))
    return reason.strip()
