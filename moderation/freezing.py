"""Freezing a comment as evidence: what was said, where, by whom, with all around it, under one hash.

Frozen in the transaction of the intent to hide or delete, so that neither exists without the other. The audit event
holds the hash: a record changed in the database does not agree with the trail.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.canonical import canonical, sha256_text
from compliance.permissions import Actor
from errors import RuleViolated
from i18n import N_
from models.account import Account
from models.case import Reply
from models.comment import Comment, CommentRevision, RawEvent
from models.compliance import AuditEvent
from models.enums import ReplyStatus
from models.publication import Publication
from models.session import get
from models.visibility import Evidence

FORMAT = 1
MOST_LINES = 2000


@dataclass(frozen=True)
class Proof:
    """What a verification found: does the content have its hash, and does the audit trail hold the same?"""

    content_holds: bool
    in_trail: bool

    @property
    def holds(self) -> bool:
        """Say whether both do."""
        return self.content_holds and self.in_trail


def freeze(session: Session, actor: Actor, comment: Comment, revision: CommentRevision) -> Evidence:
    """Freeze a comment under lock, at one of its revisions; raises RuleViolated when its text was emptied."""
    if revision.text is None:
        raise RuleViolated(
            N_("Le texte de ce commentaire a été effacé à son terme : sa preuve ne peut plus être gelée.")
        )
    now = clock.now()
    content = canonical(_content(session, comment, revision, now))
    evidence = Evidence(
        comment_id=comment.id,
        revision_id=revision.id,
        content=content,
        content_sha256=sha256_text(content),
        frozen_by=actor.id,
        frozen_at=now,
    )
    session.add(evidence)
    session.flush()
    new = {"comment": comment.id, "revision": revision.n, "content_sha256": evidence.content_sha256}
    audit.record(session, actor, AuditAction.EVIDENCE_FREEZE, "evidence", evidence.id, new=new)
    return evidence


def verify(session: Session, evidence_id: str) -> Proof:
    """Compare a record with its hash, and with the hash that the audit trail holds."""
    evidence = get(session, Evidence, evidence_id)
    frozen = select(AuditEvent).where(
        AuditEvent.entity == "evidence",
        AuditEvent.entity_id == evidence_id,
        AuditEvent.action == AuditAction.EVIDENCE_FREEZE.value,
    )
    digest = sha256_text(evidence.content)
    told = [(event.new or {}).get("content_sha256") for event in session.exec(frozen)]
    return Proof(digest == evidence.content_sha256, told == [digest])


def read_content(evidence: Evidence) -> dict[str, Any]:
    """Return the content of a record as it was frozen."""
    content: dict[str, Any] = json.loads(evidence.content)
    return content


def _content(session: Session, comment: Comment, revision: CommentRevision, now: datetime) -> dict[str, Any]:
    account = get(session, Account, comment.account_id)
    raw = get(session, RawEvent, revision.raw_event_id)
    return {
        "covigie": "comment-evidence",
        "format": FORMAT,
        "frozen_at": now.isoformat(),
        "text": revision.text,
        "text_sha256": revision.text_sha256,
        "permalink": comment.permalink,
        "comment": _identity(comment),
        "author": {"id": comment.author_id, "handle": comment.author_handle, "pseudonym": comment.author_pseudonym},
        "account": {"id": account.id, "network": account.network.value, "handle": account.handle},
        "publication": _publication(session, comment),
        "revision": _version(revision),
        "revisions": [_version(one) | {"text": one.text} for one in _revisions(session, comment)],
        "raw": {
            "payload": raw.payload,
            "payload_sha256": raw.payload_sha256,
            "source": raw.source.value,
            "received_at": raw.received_at.isoformat(),
        },
        "thread": _thread(session, comment),
    }


def _identity(comment: Comment) -> dict[str, Any]:
    return {
        "id": comment.id,
        "external_id": comment.external_id,
        "parent": comment.parent_external_id,
        "conversation": comment.conversation_id,
        "posted_at": comment.posted_at.isoformat(),
        "received_at": comment.received_at.isoformat(),
        "awareness_at": comment.awareness_at.isoformat(),
    }


def _version(revision: CommentRevision) -> dict[str, Any]:
    return {
        "n": revision.n,
        "external_id": revision.external_id,
        "text_sha256": revision.text_sha256,
        "media": list(revision.media),
        "seen_at": revision.seen_at.isoformat(),
    }


def _revisions(session: Session, comment: Comment) -> list[CommentRevision]:
    all_of_it = select(CommentRevision).where(CommentRevision.comment_id == comment.id)
    return list(session.exec(all_of_it.order_by(col(CommentRevision.n))))


def _publication(session: Session, comment: Comment) -> dict[str, Any] | None:
    found = session.get(Publication, comment.publication_id) if comment.publication_id else None
    return {"id": found.id, "remote_id": found.remote_id, "url": found.remote_url} if found else None


def _thread(session: Session, comment: Comment) -> dict[str, Any]:
    """Return the conversation up to now, and our confirmed answers in it; `total` tells where it was longer."""
    if not comment.conversation_id:
        return {"total": 0, "comments": [], "answers": []}
    here = (col(Comment.account_id) == comment.account_id) & (col(Comment.conversation_id) == comment.conversation_id)
    total = session.exec(select(func.count()).select_from(Comment).where(here)).one()
    found = session.exec(
        select(Comment, CommentRevision)
        .where(here, CommentRevision.comment_id == Comment.id, CommentRevision.n == Comment.revision_n)
        .order_by(col(Comment.posted_at), col(Comment.id))
        .limit(MOST_LINES)
    ).all()
    within = select(Comment.id).where(here)
    ours = select(Reply).where(col(Reply.comment_id).in_(within), Reply.status == ReplyStatus.CONFIRMED)
    return {
        "total": total,
        "comments": [_line(one, revision) for one, revision in found],
        "answers": [_answer(reply) for reply in session.exec(ours.order_by(col(Reply.id)))],
    }


def _line(comment: Comment, revision: CommentRevision) -> dict[str, Any]:
    return {
        "external_id": comment.external_id,
        "parent": comment.parent_external_id,
        "author": comment.author_pseudonym,
        "posted_at": comment.posted_at.isoformat(),
        "text": revision.text,
        "text_sha256": revision.text_sha256,
    }


def _answer(reply: Reply) -> dict[str, Any]:
    sent = reply.sent_at or reply.created_at
    return {"comment_id": reply.comment_id, "remote_id": reply.remote_id, "text": reply.text, "at": sent.isoformat()}
