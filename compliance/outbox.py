"""Effects outside: a row first, then the call, then what came of it; after an unknown outcome, look before retrying.

    claim + prepare   one transaction: lease the row, re-check everything, note that a call may happen from now on
    call              outside any transaction; may be the second one, then it looks (`reconcile`) before it acts
    conclude          one transaction: the record, the audit event, the row

A crash at any line leaves a lease that runs out; whoever takes the row then is told to reconcile. What goes to an
account whose network does not answer waits untouched behind the account's breaker, and says why.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from compliance import breakers, clock, metering
from connectors.registry import capabilities_of
from errors import AppError, AuthExpired, ConnectorError, DeliveryUnknown, RateLimited, Rejected, Unavailable
from models.account import Account
from models.coverage import AccountBreaker
from models.engine_room import OutboxEffect
from models.enums import BreakerStatus, EffectKind, EffectStatus
from models.session import get, transaction
from settings import get_settings

SHORTEST_PAUSE = timedelta(seconds=1)
FIRST_PAUSE = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(minutes=15)
AUTH_PAUSE = timedelta(minutes=5)
WAITING = (EffectStatus.PENDING, EffectStatus.CALLING, EffectStatus.UNKNOWN)

log = structlog.get_logger()


def lease() -> timedelta:
    """Return how long a row is held: longer than a network may take to answer."""
    return timedelta(seconds=get_settings().lease_seconds)


def _nothing(_session: Session, _effect: OutboxEffect, _reason: str) -> None:
    """Leave the subject of a delayed effect as it is."""


def _free(_plan: Any) -> str:
    """Say that a call writes nothing that a network bills."""
    return ""


@dataclass(frozen=True)
class Handler:
    """How one kind of effect is carried out.

    `prepare(session, effect)` returns what the call needs, or None when it must not be done (its record says why).
    `call(plan, reconcile)` acts on the network; `conclude(session, effect, result)` writes what came of it;
    `refuse(session, effect, reason)` writes that it failed for good; `delayed(session, effect, reason)` that it waits.
    `written(plan)` names what it writes in public: `writes`, `link_writes` (with a link), or nothing.
    """

    prepare: Callable[[Session, OutboxEffect], Any | None]
    call: Callable[[Any, bool], dict[str, Any]]
    conclude: Callable[[Session, OutboxEffect, dict[str, Any]], None]
    refuse: Callable[[Session, OutboxEffect, str], None]
    delayed: Callable[[Session, OutboxEffect, str], None] = _nothing
    written: Callable[[Any], str] = _free


@dataclass(frozen=True)
class Claim:
    """A leased effect, what its call needs, and whether an earlier call may have had its effect."""

    effect_id: str
    kind: EffectKind
    plan: Any
    reconcile: bool
    account_id: str | None = None


def enqueue(
    session: Session,
    *,
    kind: EffectKind,
    subject_id: str,
    key: str,
    payload: dict[str, Any],
    not_before: datetime,
    account_id: str | None = None,
) -> OutboxEffect:
    """Write the intent of an effect, on an account's network where it has one; the same key twice is one effect."""
    known = find(session, key)
    if known:
        return known
    effect = _write(session, kind=kind, subject_id=subject_id, key=key, payload=payload, not_before=not_before)
    effect.account_id = account_id
    session.flush()
    return effect


def enqueue_once(
    session: Session, *, kind: EffectKind, subject_id: str, key: str, payload: dict[str, Any], not_before: datetime
) -> bool:
    """Write the intent of an effect unless it stands; say whether it is new."""
    if find(session, key):
        return False
    _write(session, kind=kind, subject_id=subject_id, key=key, payload=payload, not_before=not_before)
    return True


def find(session: Session, key: str) -> OutboxEffect | None:
    """Return the effect of a key."""
    return session.exec(select(OutboxEffect).where(OutboxEffect.idempotency_key == key)).first()


def _write(
    session: Session, *, kind: EffectKind, subject_id: str, key: str, payload: dict[str, Any], not_before: datetime
) -> OutboxEffect:
    effect = OutboxEffect(
        kind=kind,
        subject_id=subject_id,
        idempotency_key=key,
        payload=payload,
        status=EffectStatus.PENDING,
        not_before=not_before,
        created_at=clock.now(),
    )
    session.add(effect)
    session.flush()
    return effect


def cancel(session: Session, *, subject_id: str) -> int:
    """Cancel a subject's effects that were never called; return how many may still happen, or did."""
    effects = session.exec(select(OutboxEffect).where(OutboxEffect.subject_id == subject_id).with_for_update()).all()
    for effect in effects:
        if effect.status is EffectStatus.PENDING and effect.first_called_at is None:
            effect.status = EffectStatus.CANCELLED
    return sum(effect.status is not EffectStatus.CANCELLED for effect in effects)


def run_one(holder: str, handlers: Mapping[EffectKind, Handler]) -> bool:
    """Carry out one due effect; return False when none is due."""
    with transaction() as session:
        effect = _lease(session, holder, list(handlers))
        if effect is None:
            return _tell_held(session, handlers)
        claim = _prepare(session, effect, handlers[effect.kind])
        if claim is None and effect.account_id:
            breakers.give_back(session, effect.account_id)
    if claim:
        _carry_out(holder, claim, handlers[claim.kind])
    return True


def _due(kinds: list[EffectKind]) -> Any:
    now = clock.now()
    free = or_(col(OutboxEffect.lease_until).is_(None), col(OutboxEffect.lease_until) < now)
    return (
        select(OutboxEffect)
        .where(col(OutboxEffect.kind).in_(kinds), col(OutboxEffect.status).in_(WAITING), free)
        .where(OutboxEffect.not_before <= now)
        .order_by(col(OutboxEffect.not_before), col(OutboxEffect.id))
        .limit(1)
        .with_for_update(of=OutboxEffect, skip_locked=True)
    )


def _lease(session: Session, holder: str, kinds: list[EffectKind]) -> OutboxEffect | None:
    now = clock.now()
    closed_to_us = select(AccountBreaker.account_id).where(breakers.held(now))
    called = or_(col(OutboxEffect.account_id).is_(None), col(OutboxEffect.account_id).not_in(closed_to_us))
    effect: OutboxEffect | None = session.exec(_due(kinds).where(called)).first()
    if effect is None or (effect.account_id and not breakers.claim(session, effect.account_id)):
        return None
    effect.lease_holder, effect.lease_until = holder, now + lease()
    effect.attempts += 1
    return effect


def _tell_held(session: Session, handlers: Mapping[EffectKind, Handler]) -> bool:
    """Say once why a due effect waits behind its account's breaker, and change nothing else of it.

    Nothing is said of one whose process died while it called: whether it left is found out first.
    """
    stopped = col(AccountBreaker.status) == BreakerStatus.STOPPED
    said = col(OutboxEffect.last_error)
    untold = or_(said.is_(None), and_(stopped, said != breakers.STOPPED), and_(~stopped, said != breakers.WAITS))
    wanted = _due(list(handlers)).where(
        OutboxEffect.account_id == AccountBreaker.account_id,
        OutboxEffect.status != EffectStatus.CALLING,
        breakers.held(clock.now()),
        untold,
    )
    effect: OutboxEffect | None = session.exec(wanted).first()
    if effect is None or effect.account_id is None:
        return False
    breaker = breakers.find(session, effect.account_id)
    token = breaker is not None and breaker.status is BreakerStatus.STOPPED
    effect.last_error = breakers.STOPPED if token else breakers.WAITS
    handlers[effect.kind].delayed(session, effect, effect.last_error)
    return True


def _prepare(session: Session, effect: OutboxEffect, handler: Handler) -> Claim | None:
    reconcile = effect.first_called_at is not None
    try:
        with session.begin_nested():
            plan = handler.prepare(session, effect)
    except AppError as error:
        handler.refuse(session, effect, str(error))
        _close(effect, EffectStatus.FAILED, error=str(error))
        return None
    except Exception as error:
        # Not ours to judge: it waits and is tried again, and stops no other effect.
        log.exception("effect not prepared", effect=effect.id, kind=effect.kind)
        _put_off(effect, Unavailable(type(error).__name__), unknown=reconcile)
        return None
    if plan is None:
        _close(effect, EffectStatus.CANCELLED)
        return None
    effect.status = EffectStatus.CALLING
    effect.first_called_at = effect.first_called_at or clock.now()
    return Claim(effect.id, effect.kind, plan, reconcile, effect.account_id)


def _carry_out(holder: str, claim: Claim, handler: Handler) -> None:
    try:
        result = handler.call(claim.plan, claim.reconcile)
    except ConnectorError as error:
        log.warning("effect not done", effect=claim.effect_id, kind=claim.kind, error=type(error).__name__)
        _failed(holder, claim, handler, error)
        if claim.account_id:
            breakers.tell(claim.account_id, error)
        return
    except Exception as error:
        log.exception("effect in doubt", effect=claim.effect_id, kind=claim.kind)
        _failed(holder, claim, handler, DeliveryUnknown(type(error).__name__))
        return
    with transaction() as session:
        effect = _held(session, claim, holder)
        if effect:
            handler.conclude(session, effect, result)
            effect.result = result
            _close(effect, EffectStatus.DONE)
            _meter(session, claim, handler)
    if claim.account_id:
        breakers.tell(claim.account_id)


def _meter(session: Session, claim: Claim, handler: Handler) -> None:
    """Add what a call wrote and took to the account's present hour."""
    account = session.get(Account, claim.account_id) if claim.account_id else None
    if account is None:
        return
    capabilities = capabilities_of(account.network.value)
    numbers = {"units": capabilities.cost.get(claim.kind.value, 0) if capabilities else 0}
    written = handler.written(claim.plan)
    metering.note(session, account.id, numbers | ({written: 1} if written else {}))


def _failed(holder: str, claim: Claim, handler: Handler, error: ConnectorError) -> None:
    with transaction() as session:
        _note_failure(session, _held(session, claim, holder), handler, error, reconciling=claim.reconcile)


def _held(session: Session, claim: Claim, holder: str) -> OutboxEffect | None:
    effect = get(session, OutboxEffect, claim.effect_id, lock=True)
    return effect if effect.lease_holder == holder and effect.status is EffectStatus.CALLING else None


def _note_failure(
    session: Session, effect: OutboxEffect | None, handler: Handler, error: ConnectorError, *, reconciling: bool
) -> None:
    if effect is None:
        return
    if isinstance(error, Rejected):
        handler.refuse(session, effect, error.reason)
        _close(effect, EffectStatus.FAILED, error=error.reason)
        return
    _put_off(effect, error, unknown=isinstance(error, DeliveryUnknown) or reconciling)
    handler.delayed(session, effect, error.reason)


def _put_off(effect: OutboxEffect, error: ConnectorError, *, unknown: bool) -> None:
    effect.status = EffectStatus.UNKNOWN if unknown else EffectStatus.PENDING
    effect.first_called_at = effect.first_called_at if unknown else None
    effect.not_before = _next_try(effect, error)
    effect.lease_holder = effect.lease_until = None
    effect.last_error = error.reason


def _next_try(effect: OutboxEffect, error: ConnectorError) -> datetime:
    pause: timedelta = min(FIRST_PAUSE * 2 ** min(effect.attempts - 1, 10), LONGEST_PAUSE)
    now = clock.now()
    if isinstance(error, RateLimited):
        return max(error.retry_at or now + pause, now + SHORTEST_PAUSE)
    return now + (AUTH_PAUSE if isinstance(error, AuthExpired) else pause)


def _close(effect: OutboxEffect, status: EffectStatus, *, error: str | None = None) -> None:
    effect.status = status
    effect.last_error = error
    effect.done_at = clock.now()
    effect.lease_holder = effect.lease_until = None
