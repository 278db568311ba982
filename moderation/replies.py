"""Answering a person: an approved text leaves through the outbox; answered means that the network confirmed it."""

from sqlmodel import Session, select

from compliance import audit, clock, outbox, transitions
from compliance.audit import AuditAction
from compliance.canonical import sha256_text
from compliance.permissions import Actor, Permission, check
from connectors.registry import reply_length
from errors import Rejected, RuleViolated, StaleVersion
from i18n import N_
from models.case import ApprovedText, Reply
from models.comment import Comment
from models.engine_room import OutboxEffect
from models.enums import EffectKind, ReplyAction, ReplyFacet, ReplyStatus, VisibilityFacet, WaiverReason
from models.session import get
from moderation.deadlines import paris_day
from moderation.library import approve_text, check_sendable, texts_for, withdraw_text
from moderation.sending import REPLY_HANDLER
from moderation.states import REPLY_TRANSITIONS
from moderation.triage import current_revision

__all__ = ["REPLY_HANDLER", "answer", "approve_text", "retry", "texts_for", "waive", "withdraw_text"]

OPEN = (ReplyFacet.OWED, ReplyFacet.DRAFTED)


def answer(session: Session, actor: Actor, *, comment_id: str, row_version: int, approved_text_id: str) -> Reply:
    """Answer a comment with an approved text: the answer is written down, and leaves through the outbox."""
    check(actor, Permission.REPLY_SEND)
    comment = _unanswered(session, comment_id, row_version)
    if comment.visibility is VisibilityFacet.DELETED_BY_AUTHOR:
        raise RuleViolated(N_("L'auteur a supprimé ce commentaire : classez-le sans réponse, avec cette raison."))
    text = get(session, ApprovedText, approved_text_id)
    check_sendable(text, paris_day(clock.now()))
    _check_length(comment, text)
    reply = Reply(
        comment_id=comment.id,
        revision_id=current_revision(session, comment).id,
        approved_text_id=text.id,
        text=text.text,
        text_sha256=sha256_text(text.text),
        author_id=actor.id or "",
        status=ReplyStatus.DRAFT,
        due_at=comment.reply_due_at,
        created_at=clock.now(),
    )
    session.add(reply)
    session.flush()
    _queue(session, actor, reply, comment, ReplyAction.QUEUE)
    return reply


def _check_length(comment: Comment, text: ApprovedText) -> None:
    """Refuse what the network would refuse, before the person is told that an answer is on its way."""
    try:
        count, limit = reply_length(comment.network.value, text.text)
    except Rejected as error:
        raise RuleViolated(N_("Covigie ne sait pas répondre sur ce réseau. Répondez sur la page du réseau.")) from error
    if count > limit:
        raise RuleViolated(
            N_("Ce texte est trop long pour ce réseau : {count} caractères pour {limit} permis. Prenez-en un autre."),
            count=count,
            limit=limit,
        )


def _unanswered(session: Session, comment_id: str, row_version: int) -> Comment:
    comment = get(session, Comment, comment_id, lock=True)
    if comment.reply not in OPEN:
        raise RuleViolated(N_("Ce commentaire a déjà une réponse, en route ou confirmée, ou n'en attend plus."))
    if comment.row_version != row_version:
        raise StaleVersion(N_("Ce commentaire a changé depuis son affichage (texte, décision ou analyse). Relisez-le."))
    return comment


def _queue(session: Session, actor: Actor, reply: Reply, comment: Comment, action: ReplyAction) -> None:
    details = {"comment": comment.id, "text": reply.approved_text_id, "text_sha256": reply.text_sha256}
    transitions.apply(session, actor, reply, REPLY_TRANSITIONS, action, details=details)
    comment.reply = ReplyFacet.QUEUED
    tries = len(session.exec(select(OutboxEffect.id).where(OutboxEffect.subject_id == reply.id)).all())
    outbox.enqueue(
        session,
        kind=EffectKind.REPLY,
        subject_id=reply.id,
        key=f"reply:{reply.id}:{tries + 1}",
        payload={"reply_id": reply.id, "step": "send"},
        not_before=clock.now(),
    )
    session.flush()


def retry(session: Session, actor: Actor, *, reply_id: str, row_version: int) -> Reply:
    """Send again an answer that failed; the network is read first when the earlier one may have left."""
    comment = get(session, Comment, get(session, Reply, reply_id).comment_id, lock=True)
    reply = get(session, Reply, reply_id, lock=True)
    if reply.row_version != row_version or comment.reply not in OPEN:
        raise StaleVersion(N_("Cette réponse a changé depuis son affichage. Relisez-la, puis recommencez."))
    if reply.revision_id != current_revision(session, comment).id:
        raise RuleViolated(N_("L'auteur a modifié son commentaire depuis. Relisez-le, et choisissez une réponse."))
    text = get(session, ApprovedText, reply.approved_text_id)
    check_sendable(text, paris_day(clock.now()))
    _check_length(comment, text)
    _queue(session, actor, reply, comment, ReplyAction.RETRY)
    reply.last_error = None
    return reply


def waive(session: Session, actor: Actor, *, comment_id: str, row_version: int, reason: WaiverReason) -> Reply:
    """Decide that a comment gets no answer, with the coded reason; the person no longer counts as waiting."""
    check(actor, Permission.REPLY_WAIVE)
    comment = _unanswered(session, comment_id, row_version)
    now = clock.now()
    reply = Reply(
        comment_id=comment.id,
        revision_id=current_revision(session, comment).id,
        author_id=actor.id or "",
        status=ReplyStatus.WAIVED,
        due_at=comment.reply_due_at,
        created_at=now,
        confirmed_at=now,
        waiver_reason=reason,
    )
    session.add(reply)
    comment.reply = ReplyFacet.WAIVED
    session.flush()
    new = {"comment": comment.id, "status": ReplyStatus.WAIVED.value}
    audit.record(session, actor, AuditAction.REPLY_WAIVE, "reply", reply.id, new=new, reason=reason.value)
    return reply
