"""The rota: who is on call from when to when, the list of office hours, and how each person is reached.

A shift is never rewritten behind anybody's back: every change is an event of the audit trail.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from compliance import audit, clock, outbox, secrets
from compliance.audit import AuditAction
from compliance.people import holders_of
from compliance.permissions import ROLES, Actor, Permission, check
from connectors.pager import service_of
from errors import InvalidInput, RuleViolated
from i18n import N_
from models.base import new_id
from models.engine_room import OutboxEffect
from models.enums import EffectKind
from models.on_call import OfficeRank, OnCallShift, OnCallWay
from models.session import expect_version, get
from models.user import User
from moderation.on_call_rules import Duty, OfficePlace, check_free, check_shift, weekly

SERVING = [role for role, rights in ROLES.items() if Permission.ON_CALL_SERVE in rights]
MOST_WEEKS = 53


def servers(session: Session) -> Sequence[User]:
    """Return the active people who may be on call, by id."""
    return holders_of(session, SERVING)


def duties(session: Session, first: datetime, after: datetime) -> list[Duty]:
    """Return the shifts that touch the time between two moments; a person who lost the right holds none."""
    wanted = select(OnCallShift).where(
        col(OnCallShift.removed_at).is_(None), OnCallShift.ends_at > first, OnCallShift.starts_at < after
    )
    able = {user.id for user in servers(session)}
    rows = session.exec(wanted.order_by(col(OnCallShift.starts_at), col(OnCallShift.rank))).all()
    return [_duty(row) for row in rows if row.user_id in able]


def _duty(row: OnCallShift) -> Duty:
    return Duty(row.user_id, row.rank, row.starts_at, row.ends_at, row.id)


def office(session: Session) -> list[OfficePlace]:
    """Return the list of office hours; while nobody wrote one, everybody who may be on call, by name."""
    people = {user.id: user for user in servers(session)}
    rows = session.exec(select(OfficeRank).order_by(col(OfficeRank.rank))).all()
    listed = [OfficePlace(row.user_id, row.rank, row.away_until) for row in rows if row.user_id in people]
    if listed:
        return listed
    named = sorted(people.values(), key=lambda user: user.printed_name)
    return [OfficePlace(user.id, rank) for rank, user in enumerate(named, 1)]


def add_shift(
    session: Session,
    actor: Actor,
    *,
    user_id: str,
    rank: int,
    starts_at: datetime,
    ends_at: datetime,
    weeks: int = 1,
    every: int = 1,
) -> list[OnCallShift]:
    """Put a person on call, once or each `every` weeks for `weeks` times, at the same hours of Paris.

    All or none: raises InvalidInput or RuleViolated for a shift in the past, one that overlaps another of its rank,
    or a person without the rights of pharmacovigilance.
    """
    check(actor, Permission.ON_CALL_KEEP)
    check_shift(rank, starts_at, ends_at, clock.now())
    if not (1 <= weeks <= MOST_WEEKS and 1 <= every <= MOST_WEEKS):
        raise InvalidInput(N_("Répétez une astreinte sur un an au plus (53 semaines)."))
    _check_serves(session, user_id)
    return [_add(session, actor, user_id, rank, *span) for span in weekly(starts_at, ends_at, weeks, every)]


def _check_serves(session: Session, user_id: str) -> None:
    if user_id not in {user.id for user in servers(session)}:
        raise RuleViolated(
            N_(
                "Cette personne n'a pas les droits de pharmacovigilance : elle ne pourrait pas traiter une urgence. "
                "Choisissez un chargé de pharmacovigilance ou le pharmacien responsable."
            )
        )


def _add(
    session: Session, actor: Actor, user_id: str, rank: int, starts_at: datetime, ends_at: datetime
) -> OnCallShift:
    check_free(user_id, rank, starts_at, ends_at, duties(session, starts_at, ends_at))
    row = OnCallShift(
        id=new_id(),
        user_id=user_id,
        rank=rank,
        starts_at=starts_at,
        ends_at=ends_at,
        created_by=actor.id,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, AuditAction.SHIFT_ADD, "on_call_shift", row.id, new=_told(row))
    return row


def _told(row: OnCallShift) -> dict[str, object]:
    span = {"from": row.starts_at.isoformat(), "to": row.ends_at.isoformat()}
    return {"user": row.user_id, "rank": row.rank} | span


def remove_shift(session: Session, actor: Actor, *, shift_id: str, row_version: int | None) -> OnCallShift:
    """Take a shift out of the rota; the row stays."""
    check(actor, Permission.ON_CALL_KEEP)
    row = _changeable(session, shift_id, row_version)
    row.removed_at = clock.now()
    session.flush()
    audit.record(session, actor, AuditAction.SHIFT_REMOVE, "on_call_shift", row.id, old=_told(row))
    return row


def _changeable(session: Session, shift_id: str, row_version: int | None) -> OnCallShift:
    row = get(session, OnCallShift, shift_id, lock=True)
    expect_version(row, row_version)
    if row.removed_at is not None or row.ends_at <= clock.now():
        raise RuleViolated(N_("Cette astreinte est passée ou retirée : elle ne change plus. Rechargez la page."))
    return row


def exchange(
    session: Session,
    actor: Actor,
    *,
    shift_id: str,
    row_version: int | None,
    user_id: str = "",
    against_id: str = "",
) -> OnCallShift:
    """Hand a shift to another person (`user_id`), or exchange it against one of another person (`against_id`)."""
    check(actor, Permission.ON_CALL_KEEP)
    row = _changeable(session, shift_id, row_version)
    against = _changeable(session, against_id, None) if against_id else None
    taker, giver = against.user_id if against else user_id, row.user_id
    if taker == giver:
        raise InvalidInput(N_("Choisissez une autre personne : celle-ci tient déjà cette astreinte."))
    _check_serves(session, taker)
    changing = {row.id, against.id if against else ""}
    row.user_id = taker
    if against:
        _check_serves(session, giver)
        against.user_id = giver
    session.flush()
    for changed in (row, against) if against else (row,):
        others = [d for d in duties(session, changed.starts_at, changed.ends_at) if d.shift_id not in changing]
        check_free(changed.user_id, changed.rank, changed.starts_at, changed.ends_at, others)
        old, new = {"user": giver if changed is row else taker}, _told(changed)
        audit.record(session, actor, AuditAction.SHIFT_EXCHANGE, "on_call_shift", changed.id, old=old, new=new)
    return row


def set_office(session: Session, actor: Actor, *, user_ids: Sequence[str], away: dict[str, date] | None = None) -> None:
    """Write the list of office hours, first called first; `away`: the last day of absence of those who are away."""
    check(actor, Permission.ON_CALL_KEEP)
    if not user_ids or len(set(user_ids)) != len(user_ids):
        raise InvalidInput(N_("Choisissez au moins une personne, chacune une fois, dans l'ordre des appels."))
    for user_id in user_ids:
        _check_serves(session, user_id)
    for row in session.exec(select(OfficeRank)).all():
        session.delete(row)
    session.flush()
    for rank, user_id in enumerate(user_ids, 1):
        session.add(OfficeRank(user_id=user_id, rank=rank, away_until=(away or {}).get(user_id)))
    session.flush()
    days = {user_id: day.isoformat() for user_id, day in (away or {}).items() if user_id in user_ids}
    new = {"users": list(user_ids), "away": days}
    audit.record(session, actor, AuditAction.OFFICE_LIST, "on_call_office", "office", new=new)


def ways_of(session: Session, user_id: str) -> Sequence[OnCallWay]:
    """Return the ways to reach a person, in the order in which they are tried."""
    kept = select(OnCallWay).where(OnCallWay.user_id == user_id, col(OnCallWay.removed_at).is_(None))
    return session.exec(kept.order_by(col(OnCallWay.rank), col(OnCallWay.id))).all()


def add_way(session: Session, actor: Actor, *, user_id: str, name: str, address: str) -> OnCallWay:
    """Add a way to reach a person, tried after those that stand; its address is kept encrypted and never shown."""
    _check_may_keep(actor, user_id)
    _check_serves(session, user_id)
    if not name.strip():
        raise InvalidInput(N_("Donnez un nom à ce moyen de joindre, par exemple « Téléphone de garde »."))
    way = OnCallWay(
        id=new_id(),
        user_id=user_id,
        rank=max((each.rank for each in ways_of(session, user_id)), default=0) + 1,
        name=name.strip(),
        service=service_of(address),
        address_encrypted="",
        created_at=clock.now(),
    )
    way.address_encrypted = secrets.encrypt(address.strip(), account_id=way.id)
    session.add(way)
    session.flush()
    new = {"user": user_id, "service": way.service, "rank": way.rank}
    audit.record(session, actor, AuditAction.WAY_ADD, "on_call_way", way.id, new=new)
    return way


def _check_may_keep(actor: Actor, user_id: str) -> None:
    check(actor, Permission.ON_CALL_KEEP)
    if not user_id:
        raise InvalidInput(N_("Choisissez la personne à joindre."))


def remove_way(session: Session, actor: Actor, *, way_id: str) -> OnCallWay:
    """Use a way no more, and forget its address."""
    way = get(session, OnCallWay, way_id, lock=True)
    _check_may_keep(actor, way.user_id)
    if way.removed_at is not None:
        raise RuleViolated(N_("Ce moyen de joindre est déjà retiré. Rechargez la page."))
    way.removed_at, way.address_encrypted = clock.now(), ""
    session.flush()
    audit.record(session, actor, AuditAction.WAY_REMOVE, "on_call_way", way.id, old={"user": way.user_id})
    return way


def try_way(session: Session, actor: Actor, *, way_id: str) -> OutboxEffect:
    """Send a text that says that the way works."""
    way = get(session, OnCallWay, way_id)
    _check_may_keep(actor, way.user_id)
    now = clock.now()
    payload = {"trial": way.id}
    key = f"page:trial:{way.id}:{now.isoformat()}"
    return outbox.enqueue(session, kind=EffectKind.PAGE, subject_id=way.id, key=key, payload=payload, not_before=now)
