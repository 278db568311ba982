"""What every way of answering shares: which comment, whether it can be reached, how an answer gets on its way."""

from datetime import timedelta

from sqlmodel import Session, select

from compliance import clock, outbox, transitions
from compliance.canonical import sha256_text
from compliance.permissions import Actor
from connectors.registry import capabilities_of, reply_length
from errors import RuleViolated, StaleVersion
from i18n import N_
from models.base import new_id
from models.case import Reply
from models.comment import Comment
from models.engine_room import OutboxEffect
from models.enums import PRIVATE_KINDS, EffectKind, ReplyAction, ReplyFacet, ReplyKind, ReplyStatus
from models.session import get
from moderation import answer_rules, private_rules
from moderation.private_reading import last_written_at
from moderation.reply_drafts import discard
from moderation.states import REPLY_TRANSITIONS
from moderation.triage import current_revision
from settings import get_settings

PENDING = N_("Un texte attend déjà son approbation pour ce commentaire. Retirez-le d'abord pour répondre autrement.")


def unanswered(session: Session, actor: Actor, comment_id: str, row_version: int, *, replaces: bool = False) -> Comment:
    """Return a comment that waits for an answer, under lock, as the person saw it.

    A text that waits for its approval holds other answers back (`replaces`: it is taken back instead); one written to
    a former text of the comment is always taken back.
    """
    comment = get(session, Comment, comment_id, lock=True)
    if comment.reply not in (ReplyFacet.OWED, ReplyFacet.DRAFTED):
        raise RuleViolated(N_("Ce commentaire a déjà une réponse, en route ou confirmée, ou n'en attend plus."))
    if comment.row_version != row_version:
        raise StaleVersion(N_("Ce commentaire a changé depuis son affichage (texte, décision ou analyse). Relisez-le."))
    if comment.reply is ReplyFacet.DRAFTED and not replaces:
        raise RuleViolated(PENDING)
    waiting = select(Reply).where(Reply.comment_id == comment.id, Reply.status == ReplyStatus.TO_APPROVE)
    for reply in session.exec(waiting.with_for_update()).all():
        transitions.apply(session, actor, reply, REPLY_TRANSITIONS, ReplyAction.TAKE_BACK)
    return comment


def check_takes(session: Session, comment: Comment, text: str, *, private: bool) -> None:
    """Refuse what the network or the comment's visibility does not allow: nothing is written then."""
    capabilities = capabilities_of(comment.network.value)
    if comment.kind in PRIVATE_KINDS:
        last = last_written_at(session, comment)
        private_rules.check_answer(comment.network, text, capabilities, last_written_at=last, now=clock.now())
        return
    answer_rules.check_reachable(comment.visibility, capabilities)
    if private and (refusal := answer_rules.private_refusal(capabilities)):
        raise RuleViolated(refusal)
    answer_rules.check_length(text, lambda words: reply_length(comment.network.value, words))


def write(session: Session, actor: Actor, comment: Comment, text: str, kind: ReplyKind, *, private: bool) -> Reply:
    """Write an answer down as a draft; what is said leaves from there."""
    reply = Reply(
        id=new_id(),
        comment_id=comment.id,
        revision_id=current_revision(session, comment).id,
        text=text,
        text_sha256=sha256_text(text),
        author_id=actor.id or "",
        status=ReplyStatus.DRAFT,
        due_at=comment.reply_due_at,
        created_at=clock.now(),
        kind=kind,
        private=private or comment.kind in PRIVATE_KINDS,
    )
    session.add(reply)
    session.flush()
    return reply


def queue(
    session: Session,
    actor: Actor,
    reply: Reply,
    comment: Comment,
    action: ReplyAction,
    *,
    signature_id: str | None = None,
) -> None:
    """Put an answer on its way: it leaves after the seconds in which it can be called back."""
    details = {"comment": comment.id, "text": reply.approved_text_id, "text_sha256": reply.text_sha256}
    transitions.apply(session, actor, reply, REPLY_TRANSITIONS, action, details=details, signature_id=signature_id)
    comment.reply = ReplyFacet.QUEUED
    tries = len(session.exec(select(OutboxEffect.id).where(OutboxEffect.subject_id == reply.id)).all())
    outbox.enqueue(
        session,
        kind=EffectKind.REPLY,
        subject_id=reply.id,
        key=f"reply:{reply.id}:{tries + 1}",
        payload={"reply_id": reply.id, "step": "send"},
        account_id=comment.account_id,
        not_before=clock.now() + timedelta(seconds=get_settings().reply_undo_seconds),
    )
    discard(session, comment.id, reply.author_id)
    session.flush()
