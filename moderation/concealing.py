"""An act on its way: nothing leaves without its evidence; confirmed only when the network says so.

Hiding and showing again may be asked twice without harm, but after an unknown outcome the network is still read
first. An act that failed gives the comment back to where the public sees it, with the reason.
"""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from compliance import accounts, clock, transitions
from compliance.outbox import Handler
from compliance.permissions import SYSTEM
from connectors.base import Channel, Sight
from errors import ConnectorError, DeliveryUnknown, Rejected, RuleViolated
from i18n import N_
from models.account import Account
from models.comment import Comment, CommentRevision
from models.engine_room import OutboxEffect
from models.enums import ActKind, ActStatus, ActStep, VisibilityAction
from models.session import get
from models.visibility import VisibilityAct
from moderation.freezing import verify
from moderation.intake import note_deleted
from moderation.visibility_states import ACT_TRANSITIONS, ON_ITS_WAY, VISIBILITY_TRANSITIONS, given_up

WANTED = {ActKind.HIDE: Sight.HIDDEN, ActKind.UNHIDE: Sight.SHOWN, ActKind.DELETE: Sight.GONE}
MOST_TRIES = 12
NOT_SHOWN = N_("Le réseau ne montre pas ce qui lui a été demandé.")
GONE = N_("Le réseau ne montre plus ce commentaire : son auteur l'a supprimé.")


@dataclass(frozen=True)
class ConcealPlan:
    """What the call needs: the account, the network's id of the text, what is asked, how often it was tried."""

    account: Account
    target: str
    kind: ActKind
    tries: int


def prepare(session: Session, effect: OutboxEffect) -> ConcealPlan | None:
    """Check everything again before the call: the evidence, what the public sees, the words."""
    act, comment = _locked(session, effect)
    if act.status is not ActStatus.QUEUED:
        return None
    revision = get(session, CommentRevision, act.revision_id)
    if comment.visibility is not ON_ITS_WAY[act.kind]:
        raise RuleViolated(GONE)
    if act.kind is not ActKind.UNHIDE:
        _check_evidence(session, act)
        if effect.first_called_at is None and revision.n != comment.revision_n:
            raise RuleViolated(N_("L'auteur a modifié son commentaire avant que le réseau soit appelé. Relisez-le."))
    return ConcealPlan(get(session, Account, comment.account_id), revision.external_id, act.kind, effect.attempts)


def _locked(session: Session, effect: OutboxEffect) -> tuple[VisibilityAct, Comment]:
    """Return an act and its comment under lock, the comment first, as everyone does."""
    comment = get(session, Comment, get(session, VisibilityAct, effect.subject_id).comment_id, lock=True)
    return get(session, VisibilityAct, effect.subject_id, lock=True), comment


def _check_evidence(session: Session, act: VisibilityAct) -> None:
    if act.evidence_id is None or not verify(session, act.evidence_id).holds:
        raise RuleViolated(
            N_("La preuve gelée ne se vérifie plus : rien n'a été demandé au réseau. Prévenez l'assurance qualité.")
        )


def call(plan: ConcealPlan, reconcile: bool) -> dict[str, Any]:
    """Ask the network, after a look when an earlier call may have had its effect; say what it shows now."""
    channel = accounts.open_channel(plan.account)
    if reconcile:
        seen = channel.sight(plan.target)
        if seen in (WANTED[plan.kind], Sight.GONE):
            return {"seen": seen.value, "by": "sight"}
        if plan.tries >= MOST_TRIES:
            raise Rejected(NOT_SHOWN)
    _ask(channel, plan)
    return _shown(channel, plan)


def _ask(channel: Channel, plan: ConcealPlan) -> None:
    asking = {
        ActKind.HIDE: channel.hide,
        ActKind.UNHIDE: channel.unhide,
        ActKind.DELETE: channel.delete_comment,
    }
    asking[plan.kind](plan.target)


def _shown(channel: Channel, plan: ConcealPlan) -> dict[str, Any]:
    """Return what the network shows; where it does not tell of hiding, its answer to the call is what it says."""
    if plan.kind is not ActKind.DELETE and not channel.capabilities.tells_hidden:
        return {"seen": WANTED[plan.kind].value, "by": "answer"}
    try:
        seen = channel.sight(plan.target)
    except ConnectorError as error:
        raise DeliveryUnknown(error.reason) from error
    if seen is not WANTED[plan.kind]:
        raise DeliveryUnknown(NOT_SHOWN)
    return {"seen": seen.value, "by": "sight"}


def conclude(session: Session, effect: OutboxEffect, result: dict[str, Any]) -> None:
    """Write what the network said: done, or gone before we came."""
    act, comment = _locked(session, effect)
    if act.status is not ActStatus.QUEUED:
        return
    if result["seen"] == Sight.GONE and act.kind is not ActKind.DELETE:
        note_deleted(session, comment.account_id, [comment.external_id])
        _fail(session, act, comment, GONE)
        return
    transitions.apply(session, SYSTEM, act, ACT_TRANSITIONS, ActStep.FINISH, details=dict(result))
    act.ended_at, act.last_error = clock.now(), None
    if comment.visibility is ON_ITS_WAY[act.kind]:
        _move(session, comment, VisibilityAction.CONFIRM, act)


def refuse(session: Session, effect: OutboxEffect, reason: str) -> None:
    """Show that the act failed, and give the comment back to where the public sees it."""
    act, comment = _locked(session, effect)
    if act.status is ActStatus.QUEUED:
        _fail(session, act, comment, reason)


def _fail(session: Session, act: VisibilityAct, comment: Comment, reason: str) -> None:
    transitions.apply(session, SYSTEM, act, ACT_TRANSITIONS, ActStep.FAIL, reason="refused")
    act.ended_at, act.last_error = clock.now(), reason
    if comment.visibility is ON_ITS_WAY[act.kind]:
        _move(session, comment, given_up(act.kind, act.before), act)


def _move(session: Session, comment: Comment, action: VisibilityAction, act: VisibilityAct) -> None:
    details = {"act": act.id}
    transitions.apply(session, SYSTEM, comment, VISIBILITY_TRANSITIONS, action, details=details, column="visibility")


def delayed(session: Session, effect: OutboxEffect, reason: str) -> None:
    """Show why an act is still on its way."""
    get(session, VisibilityAct, effect.subject_id, lock=True).last_error = reason


HIDE_HANDLER = Handler(prepare, call, conclude, refuse, delayed)
