"""An answer on its way: sent once, looked for before it is sent again, confirmed only when the network shows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from compliance import accounts, clock, outbox, transitions
from compliance.outbox import Handler
from compliance.permissions import SYSTEM
from connectors.base import Channel, PublishedPost, Receipt, ReplyNotAllowed
from connectors.private import MessageChannel, Thread, messages_of
from errors import (
    AppError,
    AuthExpired,
    ConnectorError,
    DeliveryUnknown,
    NotShownYet,
    Rejected,
    RuleViolated,
)
from i18n import N_
from models.account import Account
from models.case import Reply
from models.comment import Comment, CommentRevision
from models.engine_room import OutboxEffect
from models.enums import PRIVATE_KINDS, EffectKind, EffectStatus, ReplyAction, ReplyFacet, ReplyStatus, VisibilityFacet
from models.session import get
from moderation import facets
from moderation.answering import check_takes
from moderation.as_approved import check_same
from moderation.states import REPLY_TRANSITIONS

CLOCK_SKEW = timedelta(minutes=2)
CONFIRM_AFTER = timedelta(seconds=20)
MOST_LOOKS = 12


@dataclass(frozen=True)
class ReplyPlan:
    """What the call needs. `remote_id` is set when the answer left and only its confirmation is missing.

    `look_first`: an earlier try may have had its effect. `taken` are the network's ids of other answers of ours.
    `thread`: where a private message is answered; None for what is answered in public.
    """

    account: Account
    target: str
    text: str
    key: str
    since: datetime
    look_first: bool
    taken: frozenset[str]
    remote_id: str | None
    looks: int
    thread: Thread | None = None


def prepare(session: Session, effect: OutboxEffect) -> ReplyPlan | None:
    """Check everything again before the first call: the text's approval, the comment's sight and words."""
    reply, comment = _locked(session, effect)
    confirming = effect.payload.get("step") == "confirm"
    if reply.status is not (ReplyStatus.SENT if confirming else ReplyStatus.QUEUED):
        return None
    revision = get(session, CommentRevision, reply.revision_id)
    if effect.first_called_at is None and not confirming:
        _check_still_fit(session, reply, comment, revision)
    return ReplyPlan(
        account=get(session, Account, comment.account_id),
        target=revision.external_id,
        text=reply.text or "",
        key=effect.idempotency_key,
        since=_first_tried(session, reply) - CLOCK_SKEW,
        look_first=_tried_before(session, effect, reply),
        taken=_other_answers(session, reply),
        remote_id=reply.remote_id if confirming else None,
        looks=effect.attempts,
        thread=_thread(comment),
    )


def _thread(comment: Comment) -> Thread | None:
    private = comment.kind in PRIVATE_KINDS
    return Thread(comment.conversation_id or "", comment.author_id) if private else None


def _locked(session: Session, effect: OutboxEffect) -> tuple[Reply, Comment]:
    """Return an answer and its comment under lock, the comment first, as everyone does."""
    comment = get(session, Comment, get(session, Reply, effect.subject_id).comment_id, lock=True)
    return get(session, Reply, effect.subject_id, lock=True), comment


def _check_still_fit(session: Session, reply: Reply, comment: Comment, revision: CommentRevision) -> None:
    check_same(session, reply)
    if comment.visibility is VisibilityFacet.DELETED_BY_AUTHOR:
        raise RuleViolated(N_("L'auteur a supprimé son commentaire avant l'envoi de la réponse."))
    check_takes(session, comment, reply.text or "", private=reply.private)
    if revision.n != comment.revision_n:
        raise RuleViolated(N_("L'auteur a modifié son commentaire avant l'envoi de la réponse. Relisez-le."))


def _first_tried(session: Session, reply: Reply) -> datetime:
    """Return when these words were first written as an answer to this text of the comment."""
    written: list[datetime] = list(session.exec(_same_words(reply, Reply.created_at)))
    return min(written)


def _same_words(reply: Reply, column: Any) -> Any:
    """Select a column of the answers with these words to this text: whoever answers anew may find the first one."""
    return select(column).where(
        Reply.comment_id == reply.comment_id,
        Reply.revision_id == reply.revision_id,
        Reply.text_sha256 == reply.text_sha256,
    )


def _tried_before(session: Session, effect: OutboxEffect, reply: Reply) -> bool:
    earlier = select(OutboxEffect.id).where(
        col(OutboxEffect.subject_id).in_(_same_words(reply, Reply.id)),
        OutboxEffect.id != effect.id,
        col(OutboxEffect.first_called_at).is_not(None),
        OutboxEffect.status != EffectStatus.CANCELLED,
    )
    return session.exec(earlier).first() is not None


def _other_answers(session: Session, reply: Reply) -> frozenset[str]:
    others = select(Reply.remote_id).where(
        Reply.comment_id == reply.comment_id, Reply.id != reply.id, Reply.status == ReplyStatus.CONFIRMED
    )
    return frozenset(remote_id for remote_id in session.exec(others) if remote_id)


def call(plan: ReplyPlan, reconcile: bool) -> dict[str, Any]:
    """Send the answer, or find the one that left; `confirmed` says whether the network shows it as it was sent."""
    channel = _channel(plan.account)
    if plan.remote_id:
        return _confirm(channel, plan, plan.remote_id)
    found = _left_already(channel, plan) if reconcile or plan.look_first else None
    if found:
        return {"remote_id": found.remote_id, "confirmed": channel.same_text(plan.text, found)}
    try:
        receipt = _send(channel, plan)
    except Rejected:
        # A network that refuses may have published all the same: nobody is told "failed", or answered twice, for that.
        if left := _left_after_all(channel, plan):
            return {"remote_id": left.remote_id, "confirmed": channel.same_text(plan.text, left)}
        raise
    return {"remote_id": receipt.remote_id, "confirmed": _shows(channel, plan, receipt.remote_id)}


def _send(channel: Channel, plan: ReplyPlan) -> Receipt:
    if plan.thread is None:
        return channel.reply(plan.target, plan.text, plan.key)
    return _messages(channel).answer_message(plan.thread, plan.text, plan.key)


def _messages(channel: Channel) -> MessageChannel:
    messages = messages_of(channel)
    if messages is None:
        raise ReplyNotAllowed("this network takes no private message from a program")
    return messages


def _read_back(channel: Channel, plan: ReplyPlan, remote_id: str) -> PublishedPost | None:
    return _messages(channel).read_message(remote_id) if plan.thread else channel.read_back(remote_id)


def _left_after_all(channel: Channel, plan: ReplyPlan) -> PublishedPost | None:
    """Look for an answer that the network said it refused; DeliveryUnknown where nobody can look now."""
    try:
        return _left_already(channel, plan)
    except ConnectorError as error:
        raise DeliveryUnknown(error.reason) from error


def _channel(account: Account) -> Channel:
    try:
        return accounts.open_channel(account)
    except AppError as error:
        raise AuthExpired(str(error)) from error


def _left_already(channel: Channel, plan: ReplyPlan) -> PublishedPost | None:
    if plan.thread:
        found = _messages(channel).find_message(plan.thread, plan.text, plan.since)
    else:
        found = channel.find_own(plan.text, plan.since, in_reply_to=plan.target)
    return found if found and found.remote_id not in plan.taken else None


def _shows(channel: Channel, plan: ReplyPlan, remote_id: str) -> bool:
    """Read the answer back; a failure here must not lose the id of what left: it is confirmed later."""
    try:
        published = _read_back(channel, plan, remote_id)
    except ConnectorError:
        return False
    return published is not None and channel.same_text(plan.text, published)


def _confirm(channel: Channel, plan: ReplyPlan, remote_id: str) -> dict[str, Any]:
    published = _read_back(channel, plan, remote_id)
    if published and channel.same_text(plan.text, published):
        return {"remote_id": remote_id, "confirmed": True}
    if plan.looks >= MOST_LOOKS:
        raise Rejected(N_("Le réseau ne montre pas la réponse envoyée."))
    raise NotShownYet(N_("Le réseau ne montre pas encore la réponse envoyée."))


def conclude(session: Session, effect: OutboxEffect, result: dict[str, Any]) -> None:
    """Write what the network said: sent, and confirmed when it shows the answer; otherwise look again soon."""
    reply, comment = _locked(session, effect)
    details = {"remote_id": result["remote_id"]}
    if reply.status is ReplyStatus.QUEUED:
        transitions.apply(session, SYSTEM, reply, REPLY_TRANSITIONS, ReplyAction.SEND, details=details)
        reply.sent_at, reply.remote_id = clock.now(), result["remote_id"]
    if reply.status is not ReplyStatus.SENT:
        return
    if not result["confirmed"]:
        _look_again(session, reply, comment)
        return
    transitions.apply(session, SYSTEM, reply, REPLY_TRANSITIONS, ReplyAction.CONFIRM, details=details)
    reply.confirmed_at, reply.last_error = clock.now(), None
    revision = get(session, CommentRevision, reply.revision_id)
    current = revision.n == comment.revision_n
    facets.write(comment, facets.answered(facets.read(comment), current=current))


def _look_again(session: Session, reply: Reply, comment: Comment) -> None:
    outbox.enqueue(
        session,
        kind=EffectKind.REPLY,
        subject_id=reply.id,
        key=f"reply:{reply.id}:confirm:{reply.remote_id}",
        payload={"reply_id": reply.id, "step": "confirm"},
        account_id=comment.account_id,
        not_before=clock.now() + CONFIRM_AFTER,
    )


def refuse(session: Session, effect: OutboxEffect, reason: str) -> None:
    """Show that the answer failed, and let the person wait again."""
    reply, comment = _locked(session, effect)
    if reply.status not in (ReplyStatus.QUEUED, ReplyStatus.SENT):
        return
    transitions.apply(session, SYSTEM, reply, REPLY_TRANSITIONS, ReplyAction.FAIL, reason="refused")
    reply.last_error = reason
    if comment.reply is ReplyFacet.QUEUED:
        comment.reply = ReplyFacet.OWED


def delayed(session: Session, effect: OutboxEffect, reason: str) -> None:
    """Show why an answer is still on its way."""
    get(session, Reply, effect.subject_id, lock=True).last_error = reason


def written(plan: ReplyPlan) -> str:
    """Say whether the call wrote an answer, and whether there is a link in it."""
    return "" if plan.remote_id else "link_writes" if "://" in plan.text else "writes"


REPLY_HANDLER = Handler(prepare, call, conclude, refuse, delayed, written)
