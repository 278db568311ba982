"""Emptying what may no longer be kept, and keeping what proves that it was there: hash, date, reason.

Frozen evidence is never emptied: what was hidden or deleted must be shown to an inspector (GDPR art. 17(3)(c), public
health). A purge names in the audit trail the evidence that still holds what it emptied.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, literal, null, tuple_, update
from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.canonical import sha256_text
from compliance.permissions import Actor
from errors import RuleViolated
from i18n import N_
from models.answer import ReplyDraft
from models.case import Reply
from models.comment import Comment, CommentRevision, RawEvent
from models.door import InboxMail
from models.engine_room import OutboxEffect
from models.enums import EffectStatus, PvMailStatus
from models.handoff import ReceivedMail
from models.media import MediaBytes
from models.post import Variant
from models.private import ThreadMessage
from models.session import get
from models.visibility import Evidence

ERASED_AUTHOR = "erased:"
NO_PSEUDONYM = "—"
ENDED = (EffectStatus.DONE, EffectStatus.FAILED, EffectStatus.CANCELLED)


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


def purge_comments(session: Session, actor: Actor, *, comment_ids: Sequence[str], reason: str) -> int:
    """Empty comments that are under lock: texts, payloads, author, link; return how many texts were emptied.

    Their hashes, facets, dates and the network's ids stay: what was counted still adds up, and nothing comes in twice.
    One audit event for all of them; the frozen evidence that still holds one of them is named.
    """
    ids, now, why = sorted(comment_ids), clock.now(), _stated(reason)
    texts = (col(CommentRevision.comment_id).in_(ids), col(CommentRevision.text).is_not(None))
    hashes = session.exec(select(CommentRevision.text_sha256).where(*texts).order_by(col(CommentRevision.id))).all()
    emptied = {"purged_at": now, "purge_reason": why}
    named = session.exec(select(Comment.account_id, Comment.external_id).where(col(Comment.id).in_(ids))).all()
    payloads = tuple_(col(RawEvent.account_id), col(RawEvent.external_id)).in_([tuple(each) for each in named])
    nobody = {"author_id": literal(ERASED_AUTHOR) + col(Comment.id), "author_handle": None, "permalink": None}
    changed = {"author_pseudonym": NO_PSEUDONYM, "erased_at": now, "row_version": col(Comment.row_version) + 1}
    for each in (
        update(CommentRevision).where(*texts).values(text=None, **emptied),
        update(RawEvent).where(payloads, col(RawEvent.payload).is_not(None)).values(payload=None, **emptied),
        update(Comment).where(col(Comment.id).in_(ids)).values(**nobody, **changed),
    ):
        session.execute(each.execution_options(synchronize_session=False))
    session.expire_all()
    new = {"count": len(ids), "first": ids[0], "last": ids[-1], "texts_sha256": sha256_text("".join(hashes))}
    new |= _kept(session, col(Evidence.comment_id).in_(ids))
    audit.record(session, actor, AuditAction.RECORD_PURGE, "comment", ids[-1], new=new, reason=why)
    return len(hashes)


def purge_answers(session: Session, actor: Actor, *, comment_ids: Sequence[str], reason: str) -> int:
    """Empty what was answered in private to comments under lock, what is still a draft too; return how many answers.

    Their hashes, dates and the network's ids stay. What left keeps its outcome, and nothing of what it said.
    """
    theirs = (col(Reply.comment_id).in_(comment_ids), col(Reply.private), col(Reply.purged_at).is_(None))
    found = session.exec(select(Reply.id, Reply.text_sha256).where(*theirs).order_by(col(Reply.id))).all()
    drafts = delete(ReplyDraft).where(col(ReplyDraft.comment_id).in_(comment_ids))
    session.execute(drafts.execution_options(synchronize_session=False))
    if not found:
        return 0
    ids, emptied = [reply_id for reply_id, _sha in found], {"purged_at": clock.now(), "purge_reason": _stated(reason)}
    words = {"text": None, "proposed_text": None, "given": null(), "refusal": None, "last_error": None}
    ended = (col(OutboxEffect.subject_id).in_(ids), col(OutboxEffect.status).in_(ENDED))
    for each in (
        update(Reply).where(col(Reply.id).in_(ids)).values(**words, **emptied, row_version=col(Reply.row_version) + 1),
        update(OutboxEffect).where(*ended).values(payload={}, last_error=None),
    ):
        session.execute(each.execution_options(synchronize_session=False))
    session.expire_all()
    _record_own(session, actor, "reply", ids, [sha or "" for _id, sha in found], reason)
    return len(ids)


def purge_thread_messages(session: Session, actor: Actor, *, message_ids: Sequence[str], reason: str) -> None:
    """Empty what we wrote in private threads; the network's ids stay, so that it does not come in again."""
    ids = sorted(message_ids)
    theirs = select(ThreadMessage.text).where(col(ThreadMessage.id).in_(ids)).order_by(col(ThreadMessage.id))
    hashes = [sha256_text(text) for text in session.exec(theirs)]
    emptied = update(ThreadMessage).where(col(ThreadMessage.id).in_(ids))
    values = {"text": "", "purged_at": clock.now(), "purge_reason": _stated(reason)}
    session.execute(emptied.values(**values).execution_options(synchronize_session=False))
    session.expire_all()
    _record_own(session, actor, "thread_message", ids, hashes, reason)


def _record_own(
    session: Session, actor: Actor, entity: str, ids: Sequence[str], hashes: Sequence[str], reason: str
) -> None:
    new = {"count": len(ids), "first": ids[0], "last": ids[-1], "texts_sha256": sha256_text("".join(hashes))}
    audit.record(session, actor, AuditAction.RECORD_PURGE, entity, ids[-1], new=new, reason=reason.strip())


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


def purge_mail_names(session: Session, actor: Actor, *, comment_id: str, reason: str) -> None:
    """Empty the names of what was attached to a mail from the public; how many there were, kind and size stay."""
    mail = get(session, InboxMail, comment_id, lock=True)
    if mail.purged_at is not None:
        return
    mail.attachments = [["", *told] for _name, *told in mail.attachments]
    mail.purged_at, mail.purge_reason = clock.now(), _stated(reason)
    new = {"attachments": len(mail.attachments)}
    audit.record(session, actor, AuditAction.RECORD_PURGE, "inbox_mail", comment_id, new=new, reason=reason)


def purge_received_mail(session: Session, actor: Actor, *, mail_id: str, reason: str) -> None:
    """Empty a mail of the mailbox of acknowledgements; its hash stays, so that it does not come in again.

    Raises RuleViolated for one that concerns a case: it belongs to the case (GVP module VI).
    """
    mail = get(session, ReceivedMail, mail_id, lock=True)
    if mail.purged_at is not None:
        return
    if mail.case_id is not None or mail.status is PvMailStatus.WAITING:
        raise RuleViolated(N_("Ce courriel appartient à un cas, ou attend quelqu'un : il est gardé."))
    mail.raw, mail.sender, mail.subject, mail.excerpt = b"", "", "", ""
    mail.purged_at, mail.purge_reason = clock.now(), _stated(reason)
    new = {"identity": mail.identity}
    audit.record(session, actor, AuditAction.RECORD_PURGE, "received_mail", mail_id, new=new, reason=reason)


def _kept(session: Session, resting: ColumnElement[bool]) -> dict[str, Any]:
    """Name the frozen evidence that still holds what is emptied: neither of the two goes, or stays, in silence."""
    kept = session.exec(select(Evidence.id).where(resting).order_by(col(Evidence.id))).all()
    return {"evidence_kept": list(kept)} if kept else {}


def _stated(reason: str) -> str:
    if not reason.strip():
        raise RuleViolated(N_("Indiquez une raison : elle sera jointe à la décision."))
    return reason.strip()
