"""Telling channels of Microsoft Teams what waits for a signature: asked for, half way, late; each once a channel.

A card leads to the exact version with its signing dialog, and signs nothing. What does not arrive is shown to the
administrators and tried again; no step ever waits for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from compliance import audit, clock, outbox, secrets
from compliance.audit import AuditAction
from compliance.outbox import Handler
from compliance.people import check_admin
from compliance.permissions import Actor
from connectors.teams import is_safe, send_message
from errors import InvalidInput, RuleViolated
from i18n import N_
from models.base import new_id
from models.engine_room import OutboxEffect
from models.enums import EffectKind, Role, RoundStatus, StepStatus
from models.post import Post, PostVersion
from models.review import Circuit, ReviewRound, ReviewStep
from models.session import get
from models.teams import TeamChannel
from settings import get_settings
from workflow.reminders import reminders_due
from workflow.rounds import time_of
from workflow.team_cards import ASKED, TRIAL, step_card, trial_card


@dataclass(frozen=True)
class ChannelRow:
    """A channel as the administrators see it: never its address. `circuit_name` is a msgid, empty for all."""

    channel_id: str
    name: str
    circuit_name: str
    role: Role | None
    created_at: datetime
    delivered_at: datetime | None
    failed_at: datetime | None
    last_error: str


@dataclass(frozen=True)
class CardPlan:
    """A card ready to leave; the address is in no log."""

    address: str = field(repr=False)
    message: dict[str, Any]


def connect_channel(
    session: Session, actor: Actor, *, name: str, address: str, circuit_key: str = "", role: Role | None = None
) -> TeamChannel:
    """Write down a channel, for one circuit, one role, both or everything; its address is kept encrypted.

    Raises InvalidInput without a name, or for an address that is not https.
    """
    check_admin(actor)
    if not name.strip():
        raise InvalidInput(N_("Donnez un nom au canal : c'est celui que l'équipe lui donne dans Teams."))
    if not is_safe(address.strip()):
        raise InvalidInput(N_("Collez l'adresse https que Teams a donnée pour ce canal (« Workflows » ou connecteur)."))
    channel = TeamChannel(
        id=new_id(),
        name=name.strip(),
        circuit_key=circuit_key or None,
        role=role,
        address_encrypted="",
        created_by=actor.id,
        created_at=clock.now(),
    )
    channel.address_encrypted = secrets.encrypt(address.strip(), account_id=channel.id)
    session.add(channel)
    session.flush()
    new = {"circuit": circuit_key or None, "role": role.value if role else None}
    audit.record(session, actor, AuditAction.TEAMS_CONNECT, "teamchannel", channel.id, new=new)
    return channel


def close_channel(session: Session, actor: Actor, *, channel_id: str) -> TeamChannel:
    """Send nothing more to a channel, and forget its address."""
    check_admin(actor)
    channel = get(session, TeamChannel, channel_id, lock=True)
    if channel.closed_at is not None:
        raise RuleViolated(N_("Ce canal est déjà fermé. Rechargez la page."))
    channel.closed_at, channel.address_encrypted = clock.now(), ""
    audit.record(session, actor, AuditAction.TEAMS_CLOSE, "teamchannel", channel.id, new={"closed": True})
    return channel


def try_channel(session: Session, actor: Actor, *, channel_id: str) -> OutboxEffect:
    """Send a card that says that the channel works."""
    check_admin(actor)
    channel = get(session, TeamChannel, channel_id)
    return outbox.enqueue(session, **_card(channel, TRIAL, channel.id, f"{channel.id}:{clock.now().isoformat()}", {}))


def channels(session: Session, actor: Actor) -> tuple[ChannelRow, ...]:
    """Return the channels that are told, oldest first."""
    check_admin(actor)
    names = {circuit.key: circuit.name for circuit in session.exec(select(Circuit).order_by(col(Circuit.n)))}
    return tuple(
        ChannelRow(
            channel_id=each.id,
            name=each.name,
            circuit_name=names.get(each.circuit_key or "", each.circuit_key or ""),
            role=each.role,
            created_at=each.created_at,
            delivered_at=each.delivered_at,
            failed_at=each.failed_at,
            last_error=each.last_error or "",
        )
        for each in _open_channels(session)
    )


def _open_channels(session: Session) -> Sequence[TeamChannel]:
    told = select(TeamChannel).where(col(TeamChannel.closed_at).is_(None))
    return session.exec(told.order_by(col(TeamChannel.created_at), col(TeamChannel.id))).all()


def queue_cards(session: Session) -> int:
    """Write the cards of the open steps that are due now, once a channel each; return how many are new."""
    told = _open_channels(session)
    if not told:
        return 0
    query = select(ReviewStep, ReviewRound, Circuit.key).where(
        ReviewStep.status == StepStatus.OPEN,
        ReviewRound.id == ReviewStep.round_id,
        ReviewRound.status == RoundStatus.OPEN,
        Circuit.id == ReviewRound.circuit_id,
    )
    new = 0
    for step, review_round, key in session.exec(query.order_by(col(ReviewStep.id))).all():
        wanted = [each for each in told if each.circuit_key in {None, key} and each.role in {None, step.role}]
        due = reminders_due(time_of(session, step, review_round), clock.now())
        new += sum(_queue_once(session, channel, what, step) for channel in wanted for what in (ASKED, *sorted(due)))
    return new


def _queue_once(session: Session, channel: TeamChannel, what: str, step: ReviewStep) -> bool:
    """Write a card unless it stands; what was asked before the channel was there is not told as new."""
    opened = step.entered_at.isoformat() if step.entered_at else ""
    if what == ASKED and step.entered_at is not None and step.entered_at < channel.created_at:
        return False
    key = f"{step.id}:{opened}:{channel.id}"
    return outbox.enqueue_once(session, **_card(channel, what, step.id, key, {"opened": opened}))


def _card(channel: TeamChannel, what: str, subject_id: str, key: str, more: dict[str, str]) -> dict[str, Any]:
    """Return the effect of a card, as the outbox takes it."""
    return {
        "kind": EffectKind.TEAMS,
        "subject_id": subject_id,
        "key": f"teams:{what}:{key}",
        "payload": {"card": what, "channel_id": channel.id} | more,
        "not_before": clock.now(),
    }


def prepare(session: Session, effect: OutboxEffect) -> CardPlan | None:
    """Write the card of a step that is still open as it was, for a channel that is still told; else none."""
    channel = get(session, TeamChannel, effect.payload["channel_id"])
    if channel.closed_at is not None:
        return None
    what = effect.payload["card"]
    message = trial_card(channel.name) if what == TRIAL else _step_message(session, effect, what)
    if message is None:
        return None
    return CardPlan(secrets.decrypt(channel.address_encrypted, account_id=channel.id), message)


def _step_message(session: Session, effect: OutboxEffect, what: str) -> dict[str, Any] | None:
    step = get(session, ReviewStep, effect.subject_id)
    opened = step.entered_at.isoformat() if step.entered_at else ""
    if step.status is not StepStatus.OPEN or opened != effect.payload["opened"]:
        return None
    review_round = get(session, ReviewRound, step.round_id)
    post = get(session, Post, review_round.post_id)
    return step_card(what, post, get(session, PostVersion, review_round.version_id), step)


def call(plan: CardPlan, reconcile: bool) -> dict[str, Any]:  # noqa: ARG001 - a card cannot be looked up
    """Send the card; after a lost answer again: twice is better than never."""
    send_message(plan.address, plan.message, timeout=get_settings().network_timeout)
    return {"delivered": True}


def conclude(session: Session, effect: OutboxEffect, _result: dict[str, Any]) -> None:
    """Write that the channel works."""
    channel = get(session, TeamChannel, effect.payload["channel_id"], lock=True)
    channel.delivered_at, channel.failed_at, channel.last_error = clock.now(), None, None


def failed(session: Session, effect: OutboxEffect, reason: str) -> None:
    """Write why the channel does not work, for the administrators; the step goes on."""
    channel = get(session, TeamChannel, effect.payload["channel_id"], lock=True)
    channel.failed_at, channel.last_error = clock.now(), reason


TEAMS_HANDLER = Handler(prepare, call, conclude, refuse=failed, delayed=failed)
