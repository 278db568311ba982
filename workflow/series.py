"""A series of repetitions as it stands and as it ends: by somebody, or because what it rests on no longer holds."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from compliance import clock, outbox, transitions
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM, Actor, Permission
from compliance.transitions import Table, Transition
from errors import RuleViolated
from i18n import N_
from models.enums import PublicationStatus, SeriesAction, SeriesStatus
from models.publication import Publication, RepeatSeries, TakedownTask
from models.session import expect_version, get
from workflow.publications import take_back
from workflow.states import PUBLICATION_TRANSITIONS, PublicationAction

_S, _A = SeriesStatus, SeriesAction
_STOP = Transition(_S.STOPPED, Permission.POST_SCHEDULE, AuditAction.SERIES_STOP, reason=True)

SERIES_TRANSITIONS: Table = {
    (_S.RUNNING, _A.LAPSE): Transition(_S.LAPSED, Permission.ENGINE, AuditAction.SERIES_LAPSE, reason=True),
    (_S.RUNNING, _A.STOP): _STOP,
    (_S.LAPSED, _A.STOP): _STOP,
}


def repetitions(session: Session, series_id: str, *, lock: bool = False) -> Sequence[Publication]:
    """Return the publications of a series, oldest slot first."""
    query = select(Publication).where(Publication.series_id == series_id)
    query = query.order_by(col(Publication.due_at), col(Publication.id))
    return session.exec(query.with_for_update() if lock else query).all()


def refuse_taken_down(session: Session, post_id: str) -> None:
    """Refuse to repeat what must be taken down: something that it rested on lapsed, whatever the rules find."""
    asked = select(TakedownTask.id).where(
        TakedownTask.publication_id == Publication.id,
        Publication.post_id == post_id,
        col(TakedownTask.closed_at).is_(None),
    )
    if session.exec(asked).first():
        raise RuleViolated(N_("Une parution de cette publication doit être retirée du réseau : rien n'est répété."))


def lapse_series(session: Session, series_id: str, reason: str) -> None:
    """End a series whose next repetition may not leave; what was held stays, for somebody to see."""
    series = get(session, RepeatSeries, series_id, lock=True)
    if series.status is not SeriesStatus.RUNNING:
        return
    for publication in repetitions(session, series_id, lock=True):
        if publication.status is PublicationStatus.SCHEDULED and not outbox.cancel(session, subject_id=publication.id):
            transitions.apply(session, SYSTEM, publication, PUBLICATION_TRANSITIONS, PublicationAction.GIVE_UP)
    transitions.apply(session, SYSTEM, series, SERIES_TRANSITIONS, SeriesAction.LAPSE, reason=reason)
    series.ended_because, series.ended_at = reason, clock.now()
    session.flush()


def stop_series(
    session: Session, actor: Actor, *, series_id: str, row_version: int | None, reason: str
) -> RepeatSeries:
    """Stop a series: what has not left does not leave, what is out stays.

    Raises RuleViolated without a reason, or when something is leaving at this moment.
    """
    series = get(session, RepeatSeries, series_id, lock=True)
    expect_version(series, row_version)
    transitions.apply(session, actor, series, SERIES_TRANSITIONS, SeriesAction.STOP, reason=reason)
    take_back(session, actor, repetitions(session, series_id, lock=True))
    series.ended_because, series.ended_by, series.ended_at = reason.strip(), actor.id, clock.now()
    session.flush()
    return series
