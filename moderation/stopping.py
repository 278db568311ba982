"""Holding back answers that have not left: for their author who calls them back, or because their text fell.

The outbox's row is locked before the comment and the answer, as the worker does, so that exactly one of the two wins.
"""

from sqlmodel import Session, col, select

from compliance import transitions
from compliance.permissions import SYSTEM
from i18n import N_, _
from models.case import Reply
from models.comment import Comment
from models.engine_room import OutboxEffect
from models.enums import EffectStatus, ReplyAction, ReplyFacet, ReplyStatus
from models.session import get
from moderation.states import REPLY_TRANSITIONS

FELL = N_("Le texte approuvé a été retiré avant l'envoi de cette réponse. Choisissez-en un autre.")
MAY_LEAVE = (EffectStatus.PENDING, EffectStatus.CALLING, EffectStatus.UNKNOWN)


def hold_back(session: Session, reply_id: str) -> bool:
    """Cancel the sending of an answer; False when it left, or is leaving: nothing was changed then."""
    effects = select(OutboxEffect).where(OutboxEffect.subject_id == reply_id, col(OutboxEffect.status).in_(MAY_LEAVE))
    live = session.exec(effects.order_by(col(OutboxEffect.id)).with_for_update()).all()
    held = all(effect.status is EffectStatus.PENDING and effect.first_called_at is None for effect in live)
    for effect in live if held else ():
        effect.status = EffectStatus.CANCELLED
    return bool(live) and held


def stop_queued(session: Session, text_id: str) -> int:
    """Stop the answers of a library text that have not left; the people wait again. Return how many."""
    queued = select(Reply.id).where(Reply.approved_text_id == text_id, Reply.status == ReplyStatus.QUEUED)
    return sum(_stop(session, reply_id) for reply_id in session.exec(queued.order_by(col(Reply.id))).all())


def _stop(session: Session, reply_id: str) -> bool:
    if not hold_back(session, reply_id):
        return False
    comment = get(session, Comment, get(session, Reply, reply_id).comment_id, lock=True)
    reply = get(session, Reply, reply_id, lock=True)
    transitions.apply(session, SYSTEM, reply, REPLY_TRANSITIONS, ReplyAction.FAIL, reason="text withdrawn")
    reply.last_error = _(FELL)
    if comment.reply is ReplyFacet.QUEUED:
        comment.reply = ReplyFacet.OWED
    return True
