"""What the page of the rota, My work and the banner show: frozen rows; an address is never among them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, func, select

from compliance import clock, opening_hours
from compliance.permissions import Actor, Permission, allows, check
from models.case import Case
from models.enums import AlarmKind, AlarmStatus, DeliveryStatus, Rung
from models.on_call import OnCallAlarm, OnCallDelivery, OnCallPage, OnCallShift, OnCallWay
from models.user import User
from moderation import on_call
from moderation.alarm_causes import RUNNING
from moderation.on_call_rules import gaps, in_office

SHOWN_WEEKS = 4
LAST_ALARMS = timedelta(days=7)
MOST_ALARMS = 20
MINE = 5


@dataclass(frozen=True)
class ShiftRow:
    """A shift as the page shows it; `now`: it runs. `mine`: the actor's."""

    shift_id: str
    user_id: str
    name: str
    rank: int
    starts_at: datetime
    ends_at: datetime
    now: bool
    mine: bool
    row_version: int


@dataclass(frozen=True)
class WayRow:
    """A way to reach a person: its name and service, whether it worked."""

    way_id: str
    user_id: str
    person: str
    name: str
    service: str
    delivered_at: datetime | None
    failed_at: datetime | None
    last_error: str


@dataclass(frozen=True)
class PageRow:
    """One call: who, why, when, what came of its ways."""

    name: str
    rung: Rung
    step: int
    paged_at: datetime
    outcomes: tuple[DeliveryStatus, ...]
    failed: bool


@dataclass(frozen=True)
class AlarmRow:
    """An alarm with its calls, and who is on it."""

    alarm_id: str
    kind: AlarmKind
    status: AlarmStatus
    raised_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str
    pages: tuple[PageRow, ...]


@dataclass(frozen=True)
class OfficeRow:
    """A place in the list of office hours."""

    user_id: str
    name: str
    away_until: date | None


@dataclass(frozen=True)
class RotaView:
    """The coming weeks: shifts, the spans that nobody holds, who can hold one, who is called in office hours."""

    shifts: tuple[ShiftRow, ...]
    gaps: tuple[tuple[datetime, datetime], ...]
    office: tuple[OfficeRow, ...]
    people: tuple[tuple[str, str], ...]
    ways: tuple[WayRow, ...]
    alarms: tuple[AlarmRow, ...]
    in_office: bool
    may_keep: bool


def rota(session: Session, actor: Actor, *, weeks: int = SHOWN_WEEKS) -> RotaView:
    """Return the rota of the coming weeks, with the alarms of the last seven days, newest first."""
    _check_sees(actor)
    now, shifts = clock.now(), opening_hours.current(session)
    until = now + timedelta(weeks=weeks)
    names = _names(session)
    duties = on_call.duties(session, now, until)
    people = tuple((user.id, user.printed_name) for user in on_call.servers(session))
    return RotaView(
        shifts=_shift_rows(session, actor, [duty.shift_id for duty in duties], names),
        gaps=tuple(gaps(duties, now, until, shifts)),
        office=tuple(OfficeRow(p.user_id, names[p.user_id], p.away_until) for p in on_call.office(session)),
        people=tuple(sorted(people, key=lambda person: person[1])),
        ways=_way_rows(session, names),
        alarms=_alarm_rows(session, _recent(session), names) if allows(actor, Permission.ON_CALL_SERVE) else (),
        in_office=in_office(now, shifts),
        may_keep=allows(actor, Permission.ON_CALL_KEEP),
    )


def _check_sees(actor: Actor) -> None:
    if not allows(actor, Permission.ON_CALL_SERVE):
        check(actor, Permission.ON_CALL_KEEP)


def _names(session: Session) -> dict[str, str]:
    return dict(session.exec(select(User.id, User.printed_name)).all())


def _shift_rows(
    session: Session, actor: Actor, shift_ids: Collection[str], names: dict[str, str]
) -> tuple[ShiftRow, ...]:
    wanted = select(OnCallShift).where(col(OnCallShift.id).in_(shift_ids))
    rows = session.exec(wanted.order_by(col(OnCallShift.starts_at), col(OnCallShift.rank))).all()
    now = clock.now()
    return tuple(
        ShiftRow(
            shift_id=row.id,
            user_id=row.user_id,
            name=names[row.user_id],
            rank=row.rank,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            now=row.starts_at <= now < row.ends_at,
            mine=row.user_id == actor.id,
            row_version=row.row_version,
        )
        for row in rows
    )


def _way_rows(session: Session, names: dict[str, str]) -> tuple[WayRow, ...]:
    kept = select(OnCallWay).where(col(OnCallWay.removed_at).is_(None))
    rows = session.exec(kept.order_by(col(OnCallWay.user_id), col(OnCallWay.rank))).all()
    return tuple(
        WayRow(
            way_id=row.id,
            user_id=row.user_id,
            person=names[row.user_id],
            name=row.name,
            service=row.service,
            delivered_at=row.delivered_at,
            failed_at=row.failed_at,
            last_error=row.last_error or "",
        )
        for row in rows
    )


def _recent(session: Session) -> Sequence[OnCallAlarm]:
    wanted = select(OnCallAlarm).where(OnCallAlarm.raised_at > clock.now() - LAST_ALARMS)
    return session.exec(wanted.order_by(col(OnCallAlarm.raised_at).desc()).limit(MOST_ALARMS)).all()


def _alarm_rows(session: Session, alarms: Sequence[OnCallAlarm], names: dict[str, str]) -> tuple[AlarmRow, ...]:
    ids = [alarm.id for alarm in alarms]
    wanted = select(OnCallPage).where(col(OnCallPage.alarm_id).in_(ids))
    pages = session.exec(wanted.order_by(col(OnCallPage.step), col(OnCallPage.paged_at), col(OnCallPage.id))).all()
    page_ids = [page.id for page in pages]
    delivered = session.exec(
        select(OnCallDelivery).where(col(OnCallDelivery.page_id).in_(page_ids)).order_by(col(OnCallDelivery.n))
    ).all()
    return tuple(
        AlarmRow(
            alarm_id=alarm.id,
            kind=alarm.kind,
            status=alarm.status,
            raised_at=alarm.raised_at,
            acknowledged_at=alarm.acknowledged_at,
            acknowledged_by=names.get(alarm.acknowledged_by or "", ""),
            pages=tuple(
                PageRow(
                    name=names[page.user_id],
                    rung=page.rung,
                    step=page.step,
                    paged_at=page.paged_at,
                    outcomes=tuple(each.status for each in delivered if each.page_id == page.id),
                    failed=page.failed_at is not None,
                )
                for page in pages
                if page.alarm_id == alarm.id
            ),
        )
        for alarm in alarms
    )


def find_alarm(session: Session, actor: Actor, alarm_id: str) -> AlarmRow | None:
    """Return the alarm that a link leads to, however old; None when there is none."""
    check(actor, Permission.ON_CALL_SERVE)
    alarm = session.get(OnCallAlarm, alarm_id)
    return _alarm_rows(session, [alarm], _names(session))[0] if alarm else None


def calling_me(session: Session, actor: Actor) -> tuple[AlarmRow, ...]:
    """Return the open alarms that called the actor, emergencies first; nothing for a person who is never on call."""
    if not allows(actor, Permission.ON_CALL_SERVE):
        return ()
    called = select(OnCallPage.alarm_id).where(OnCallPage.user_id == actor.id)
    wanted = select(OnCallAlarm).where(OnCallAlarm.status == AlarmStatus.OPEN, col(OnCallAlarm.id).in_(called))
    alarms = session.exec(wanted.order_by(col(OnCallAlarm.raised_at))).all()
    if not alarms:
        return ()
    ordered = sorted(alarms, key=lambda alarm: alarm.kind is not AlarmKind.EMERGENCY)
    return _alarm_rows(session, ordered, _names(session))


def late_cases(session: Session) -> int:
    """Return how many cases should be with pharmacovigilance by now and are not."""
    late = select(func.count()).where(col(Case.status).in_(RUNNING), Case.forward_due_at <= clock.now())
    return session.exec(late).one()


def my_shifts(session: Session, actor: Actor) -> tuple[ShiftRow, ...]:
    """Return the actor's next shifts, the one that runs first."""
    if not allows(actor, Permission.ON_CALL_SERVE):
        return ()
    wanted = select(OnCallShift).where(
        OnCallShift.user_id == actor.id, col(OnCallShift.removed_at).is_(None), OnCallShift.ends_at > clock.now()
    )
    rows = session.exec(wanted.order_by(col(OnCallShift.starts_at)).limit(MINE)).all()
    return _shift_rows(session, actor, [row.id for row in rows], _names(session))
