"""An alarm: raised once for its cause, it calls one person after the other until somebody is on it.

Everybody locks in this order: the watch's turn, the alarm, then the audit chain; so that nobody waits in a circle, and
two workers raise and climb once.
"""

from collections.abc import Sequence
from itertools import groupby

from sqlmodel import Session, col, select

from compliance import audit, clock, opening_hours, people, transitions
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM, Actor, Permission, check
from errors import RuleViolated
from i18n import N_
from models.base import new_id
from models.engine_room import Counter
from models.enums import AlarmAction, AlarmKind, AlarmStatus, Rung
from models.on_call import OnCallAlarm, OnCallPage, OnCallSubject
from models.session import get, transaction
from moderation import alarm_causes, on_call, paging
from moderation.alarm_causes import Cause
from moderation.on_call_rules import Call, Climb, first_rungs, next_call
from moderation.states import ALARM_TRANSITIONS

TURN = "on-call watch"
LIVE = (AlarmStatus.OPEN, AlarmStatus.ACKNOWLEDGED)


def watch() -> None:
    """Close what is settled, raise what is due, call whom it is the turn of; for the worker's clock."""
    for step in (close_settled, raise_due, climb_all):
        with transaction() as session:
            _take_turn(session)
            step(session)


def watch_accounts() -> None:
    """Raise what silent accounts call for, once an account; for the worker's clock, which closes and calls besides."""
    with transaction() as session:
        _take_turn(session)
        raise_for(session, alarm_causes.silent_accounts(session, clock.now()))


def _take_turn(session: Session) -> None:
    if session.get(Counter, TURN, with_for_update=True) is None:
        session.add(Counter(name=TURN))
        session.flush()


def _locked(session: Session, *states: AlarmStatus) -> Sequence[OnCallAlarm]:
    wanted = select(OnCallAlarm).where(col(OnCallAlarm.status).in_(states)).order_by(col(OnCallAlarm.id))
    return session.exec(wanted.with_for_update(), execution_options={"populate_existing": True}).all()


def close_settled(session: Session) -> int:
    """Close the alarms whose cause is gone; return how many."""
    settled = [alarm for alarm in _locked(session, *LIVE) if alarm_causes.gone(session, alarm)]
    for alarm in settled:
        alarm.closed_at = clock.now()
        transitions.apply(session, SYSTEM, alarm, ALARM_TRANSITIONS, AlarmAction.CLOSE, reason="cause gone")
    return len(settled)


def raise_due(session: Session) -> int:
    """Raise an alarm for every cause that calls nobody yet; return how many are new.

    The emergencies of one run are one alarm. A clock joins the open alarm of its kind: nobody is called a hundred times
    for a hundred cases that came at once.
    """
    now = clock.now()
    new = raise_for(session, alarm_causes.emergencies(session) + alarm_causes.pv_clocks(session, now))
    key = alarm_causes.unread_before_rest(session, now)
    if key and session.exec(select(OnCallAlarm.id).where(OnCallAlarm.key == key)).first() is None:
        _open(session, AlarmKind.UNTRIAGED, key, 0)
        new += 1
    return new


def raise_for(session: Session, causes: Sequence[Cause]) -> int:
    """Raise what these causes call for; return how many alarms are new."""
    live = {alarm.kind: alarm for alarm in _locked(session, AlarmStatus.OPEN)}
    new = 0
    for kind, group in groupby(sorted(causes, key=lambda cause: cause.kind), key=lambda cause: cause.kind):
        joined = None if kind is AlarmKind.EMERGENCY else live.get(kind)
        new += joined is None
        _raise(session, joined, kind, list(group))
    return new


def _raise(session: Session, alarm: OnCallAlarm | None, kind: AlarmKind, causes: list[Cause]) -> None:
    first = causes[0]
    alarm = alarm or _open(session, kind, f"{kind}:{first.subject_id}:{first.n}", len(causes))
    for cause in causes:
        session.add(
            OnCallSubject(
                alarm_id=alarm.id, kind=kind, subject_kind=cause.subject_kind, subject_id=cause.subject_id, n=cause.n
            )
        )
    session.flush()


def _open(session: Session, kind: AlarmKind, key: str, count: int) -> OnCallAlarm:
    alarm = OnCallAlarm(id=new_id(), kind=kind, key=key, status=AlarmStatus.OPEN, raised_at=clock.now())
    session.add(alarm)
    session.flush()
    new = {"alarm": kind.value, "count": count, "status": alarm.status.value}
    audit.record(session, SYSTEM, AuditAction.ALARM_RAISE, "oncallalarm", alarm.id, new=new)
    return alarm


def climb_all(session: Session) -> int:
    """Call whom it is the turn of, for every open alarm; return how many people were called."""
    return sum(climb(session, alarm) for alarm in _locked(session, AlarmStatus.OPEN))


def climb(session: Session, alarm: OnCallAlarm) -> int:
    """Call the next rung of an open alarm, when it is time; the alarm is locked. Return how many were called."""
    now = clock.now()
    shifts = opening_hours.current(session)
    rungs = first_rungs(now, on_call.duties(session, now, now), on_call.office(session), shifts)
    everybody = [user.id for user in on_call.servers(session)]
    call = next_call(alarm.kind, climbed(session, alarm.id), rungs, everybody, now)
    if call is None:
        return 0
    pages = [_page(session, alarm, call, user_id) for user_id in call.user_ids]
    for page in pages:
        if not paging.deliver_next(session, page):
            page.failed_at = now
    session.flush()
    unreached = call.rung is not Rung.EVERYBODY and all(page.failed_at for page in pages)
    return len(pages) + (climb(session, alarm) if unreached else 0)


def climbed(session: Session, alarm_id: str) -> list[Climb]:
    """Return the rungs that an alarm reached, in their order."""
    wanted = select(OnCallPage).where(OnCallPage.alarm_id == alarm_id)
    pages = session.exec(wanted.order_by(col(OnCallPage.step), col(OnCallPage.user_id))).all()
    return [_rung(step, list(group)) for step, group in groupby(pages, key=lambda page: page.step)]


def _rung(step: int, pages: list[OnCallPage]) -> Climb:
    people = frozenset(page.user_id for page in pages)
    failed = [page.failed_at for page in pages if page.failed_at is not None]
    at = max(failed) if len(failed) == len(pages) else pages[0].paged_at
    return Climb(step, people, Rung(pages[0].rung), at, failed=len(failed) == len(pages))


def _page(session: Session, alarm: OnCallAlarm, call: Call, user_id: str) -> OnCallPage:
    page = OnCallPage(
        id=new_id(), alarm_id=alarm.id, step=call.step, user_id=user_id, rung=call.rung, paged_at=clock.now()
    )
    session.add(page)
    session.flush()
    new = {"user": user_id, "step": call.step, "rung": call.rung.value, "page": page.id}
    audit.record(session, SYSTEM, AuditAction.ALARM_PAGE, "oncallalarm", alarm.id, new=new)
    return page


def acknowledge(session: Session, actor: Actor, *, alarm_id: str) -> OnCallAlarm:
    """Say "I am on it": nobody else is called. Raises RuleViolated when another person is, or the cause is gone."""
    check(actor, Permission.ON_CALL_SERVE)
    alarm = get(session, OnCallAlarm, alarm_id, lock=True)
    if alarm.status is AlarmStatus.CLOSED:
        raise RuleViolated(N_("Cette alerte est close : ce qui l'a levée est traité."))
    if alarm.acknowledged_at is not None:
        raise RuleViolated(
            N_("{name} s'en occupe depuis {at}. Appelez cette personne si vous voulez l'aider."),
            name=people.name_of(session, alarm.acknowledged_by),
            at=f"{clock.paris(alarm.acknowledged_at):%H:%M}",
        )
    alarm.acknowledged_at, alarm.acknowledged_by = clock.now(), actor.id
    transitions.apply(session, actor, alarm, ALARM_TRANSITIONS, AlarmAction.ACKNOWLEDGE)
    return alarm
