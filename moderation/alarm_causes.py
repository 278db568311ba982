"""What calls the person on call: emergencies nobody decided on, PV clocks, a queue unread before a week-end, silence.

Only reads. A cause that called already is not named again: its row of `on_call_subject` says so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, or_
from sqlmodel import Session, col, func, select

from compliance import clock, opening_hours
from models.case import Case, CaseComment
from models.comment import Comment
from models.enums import AlarmKind, AlarmStatus, CaseStatus, PvFacet, Screening
from models.on_call import OnCallAlarm, OnCallSubject
from moderation import listening
from moderation.deadlines import forward_due
from moderation.on_call_rules import eve_of_rest, soon_at
from moderation.queries.queue import Queue, queue_length, waiting_in
from settings import get_settings

COMMENT, CASE, ACCOUNT = "comment", "case", "account"
RUNNING = (CaseStatus.OPEN, CaseStatus.QUEUED)
UNSEEN = tuple(each for each in Screening if each is not Screening.SKIMMED)
MOST = 500


@dataclass(frozen=True)
class Cause:
    """Something that must call: the kind of alarm, what it is about, how often that called before."""

    kind: AlarmKind
    subject_kind: str
    subject_id: str
    n: int = 0


def undecided() -> ColumnElement[bool]:
    """Return the condition of an emergency on which nobody decided; its parts follow the queue's index."""
    suspected = (col(Comment.pv) == PvFacet.POSSIBLE) & col(Comment.screening).in_(list(Screening))
    unsuspected = (col(Comment.pv) == PvFacet.NONE) & col(Comment.screening).in_(UNSEEN)
    return or_(suspected, unsuspected) & col(Comment.emergency).is_(True)


def emergencies(session: Session) -> list[Cause]:
    """Return the undecided emergencies that call nobody now; one that was decided and came back calls again."""
    calling = _calling(AlarmKind.EMERGENCY).where(OnCallSubject.subject_id == Comment.id)
    wanted = select(Comment.id).where(undecided(), ~calling.exists()).order_by(col(Comment.id)).limit(MOST)
    return [
        Cause(AlarmKind.EMERGENCY, COMMENT, comment_id, _called(session, AlarmKind.EMERGENCY, comment_id))
        for comment_id in session.exec(wanted).all()
    ]


def _calling(kind: AlarmKind) -> Any:
    """Select the subjects that an alarm of a kind calls for now."""
    open_ones = (OnCallAlarm.id == OnCallSubject.alarm_id) & (OnCallAlarm.status != AlarmStatus.CLOSED)
    return select(OnCallSubject.subject_id).where(OnCallSubject.kind == kind, open_ones)


def _called(session: Session, kind: AlarmKind, subject_id: str) -> int:
    counted = select(func.count()).where(OnCallSubject.subject_id == subject_id, OnCallSubject.kind == kind)
    return session.exec(counted).one()


def silent_accounts(session: Session, now: datetime) -> list[Cause]:
    """Return the silent accounts that call nobody now; one that spoke and fell silent again calls again."""
    calling = set(session.exec(_calling(AlarmKind.SILENT)))
    silent = sorted(set(listening.silences(session, now)) - calling)
    return [Cause(AlarmKind.SILENT, ACCOUNT, each, _called(session, AlarmKind.SILENT, each)) for each in silent]


def pv_clocks(session: Session, now: datetime) -> list[Cause]:
    """Return the cases and the unread comments whose PV clock is late, or has run for three quarters of its time."""
    return _case_clocks(session, now) + _comment_clocks(session, now)


def _case_clocks(session: Session, now: datetime) -> list[Cause]:
    wanted = (
        select(Case.id, Case.awareness_at, Case.forward_due_at)
        .where(col(Case.status).in_(RUNNING), ~_said(AlarmKind.PV_LATE, Case.id))
        .order_by(col(Case.forward_due_at))
        .limit(MOST)
    )
    found = []
    for case_id, awareness_at, due_at in session.exec(wanted).all():
        kind = _clock_kind(awareness_at, due_at, now)
        if kind:
            found.append(Cause(kind, CASE, case_id))
    return _unsaid(session, found)


def _comment_clocks(session: Session, now: datetime) -> list[Cause]:
    """Return those of unread comments; one that rests in a case runs on the case's clock."""
    hours = get_settings().forward_hours
    in_case = exists().where(col(CaseComment.comment_id) == Comment.id)
    wanted = (
        select(Comment.id, Comment.awareness_at)
        .where(waiting_in(Queue.PV), ~in_case, ~_said(AlarmKind.PV_LATE, Comment.id))
        .where(Comment.awareness_at <= now - timedelta(hours=hours) / 2)
        .order_by(col(Comment.awareness_at))
        .limit(MOST)
    )
    found = []
    for comment_id, awareness_at in session.exec(wanted).all():
        kind = _clock_kind(awareness_at, forward_due(awareness_at, hours), now)
        if kind:
            found.append(Cause(kind, COMMENT, comment_id))
    return _unsaid(session, found)


def _clock_kind(awareness_at: datetime, due_at: datetime, now: datetime) -> AlarmKind | None:
    if now >= due_at:
        return AlarmKind.PV_LATE
    return AlarmKind.PV_SOON if now >= soon_at(awareness_at, due_at) else None


def _said(kind: AlarmKind, subject_id: object) -> ColumnElement[bool]:
    return exists().where(col(OnCallSubject.kind) == kind, col(OnCallSubject.subject_id) == subject_id)


def _unsaid(session: Session, found: list[Cause]) -> list[Cause]:
    ids = [cause.subject_id for cause in found]
    rows = session.exec(
        select(OnCallSubject.kind, OnCallSubject.subject_id).where(col(OnCallSubject.subject_id).in_(ids))
    )
    said = set(rows.all())
    return [cause for cause in found if (cause.kind, cause.subject_id) not in said]


def unread_before_rest(session: Session, now: datetime) -> str:
    """Return the key of the alarm for a queue that waits in the last hour before a week-end; empty when none is due."""
    day = eve_of_rest(now, opening_hours.current(session))
    return f"{AlarmKind.UNTRIAGED}:{day}" if day and queue_length(session).waiting else ""


def gone(session: Session, alarm: OnCallAlarm) -> bool:
    """Say whether nothing of an alarm's cause is left: all decided, forwarded, read or heard again."""
    if alarm.kind is AlarmKind.UNTRIAGED:
        return queue_length(session).waiting == 0
    subjects = select(OnCallSubject.subject_id).where(OnCallSubject.alarm_id == alarm.id)
    if alarm.kind is AlarmKind.SILENT:
        return not set(session.exec(subjects)) & set(listening.silences(session, clock.now()))
    still = undecided() if alarm.kind is AlarmKind.EMERGENCY else waiting_in(Queue.PV)
    comments = select(Comment.id).where(still, col(Comment.id).in_(subjects)).limit(1)
    cases = select(Case.id).where(col(Case.status).in_(RUNNING), col(Case.id).in_(subjects)).limit(1)
    return session.exec(comments).first() is None and session.exec(cases).first() is None
