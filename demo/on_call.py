"""The demonstration's rota: the officer and the pharmacist week by week, a week-end that nobody holds, an alarm."""

from datetime import datetime, time, timedelta

from sqlmodel import Session, select

from compliance import clock, outbox
from compliance.permissions import Actor
from demo.stage import Stage
from models.enums import AlarmKind, EffectKind, Role
from models.on_call import OnCallAlarm
from models.session import reading, transaction
from moderation import alarms, analysing, intake, on_call, page_outcomes
from settings import get_settings

CALLED_HOURS_AGO, ANSWERED_AFTER = 2, timedelta(minutes=4)
WEEK, UNTIL_FRIDAY = timedelta(weeks=1), timedelta(days=4, hours=9)
EMERGENCY = "Ma fille a avalé toute la boîte de Sérénix, elle ne se réveille pas, que faire ?"
CALLS = {EffectKind.PAGE: page_outcomes.PAGE_HANDLER}


def keep_watch(stage: Stage) -> None:
    """Write the rota and the ways to reach its people; let the emergencies of the day call, and somebody answer."""
    officer, pharmacist = stage.holder(Role.PV_OFFICER), stage.holder(Role.RESPONSIBLE_PHARMACIST)
    with stage.at(stage.now - timedelta(hours=CALLED_HOURS_AGO)) as moment:
        _write_rota(officer, pharmacist)
        stage.ask("comments", [{"text": EMERGENCY, "at": (moment - timedelta(minutes=1)).isoformat(), "mention": True}])
        intake.poll_account(stage.account_id)
        while analysing.analyse_pending(100):
            pass
        alarms.watch()
        while outbox.run_one("demo", CALLS):
            pass
    with stage.at(stage.now - timedelta(hours=CALLED_HOURS_AGO) + ANSWERED_AFTER):
        _answer(officer)


def _write_rota(officer: Actor, pharmacist: Actor) -> None:
    monday = _last_monday(clock.now())
    with transaction() as session:
        for n, (first, second) in enumerate([(officer, pharmacist), (pharmacist, officer), (officer, pharmacist)]):
            for rank, person in enumerate((first, second), 1):
                _put(session, person, rank, monday + n * WEEK, WEEK)
        _put(session, pharmacist, 1, monday + 3 * WEEK, UNTIL_FRIDAY)
        on_call.set_office(session, officer, user_ids=[officer.id or "", pharmacist.id or ""])
        for person in (officer, pharmacist):
            on_call.add_way(session, officer, user_id=person.id or "", name="Courriel de garde", address=_mail(person))


def _put(session: Session, person: Actor, rank: int, first: datetime, length: timedelta) -> None:
    starts, ends = clock.from_paris(first), clock.from_paris(first + length)
    on_call.add_shift(session, person, user_id=person.id or "", rank=rank, starts_at=starts, ends_at=ends)


def _last_monday(now: datetime) -> datetime:
    """Return the last Monday at nine, as the clocks of Paris show it."""
    here = clock.paris(now)
    monday = datetime.combine(here.date() - timedelta(days=here.weekday()), time(9))
    return monday if monday <= here.replace(tzinfo=None) else monday - WEEK


def _mail(person: Actor) -> str:
    """Return an apprise address that writes to the demonstration's own mailbox."""
    settings = get_settings()
    there = f"mailto://{settings.smtp_host}:{settings.smtp_port}"
    return f"{there}?from={settings.mail_from}&to={person.login}@helior.example"


def _answer(officer: Actor) -> None:
    with reading() as session:
        open_ones = session.exec(select(OnCallAlarm.id).where(OnCallAlarm.kind == AlarmKind.EMERGENCY)).all()
    for alarm_id in open_ones:
        with transaction() as session:
            alarms.acknowledge(session, officer, alarm_id=alarm_id)
