"""Periodic work: the clock writes one row a job and slot, any worker takes it, a job run twice changes nothing.

What is due stays in rows of its own (comments, effects, publications); a lost or doubled run changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select

from compliance import clock
from compliance.outbox import lease
from models.engine_room import Heartbeat, Job, Lease
from models.enums import JobStatus
from models.session import get, transaction

KEPT = timedelta(days=7)
LEADER = "clock"
LEADER_LEASE = timedelta(seconds=15)

log = structlog.get_logger()


@dataclass(frozen=True)
class Periodic:
    """A job and the seconds between two of its slots."""

    kind: str
    seconds: int
    run: Callable[[], object]


def slot_of(moment: datetime, seconds: int) -> str:
    """Return the name of the slot that a moment falls in."""
    return datetime.fromtimestamp(moment.timestamp() // seconds * seconds, moment.tzinfo).isoformat()


def lead(holder: str) -> bool:
    """Take or keep the clock's turn; one process at a time has it, another takes over when the lease runs out."""
    now = clock.now()
    try:
        with transaction() as session:
            lease = session.get(Lease, LEADER, with_for_update=True)
            if lease is None:
                session.add(Lease(name=LEADER, holder=holder, expires_at=now + LEADER_LEASE))
                return True
            if lease.holder != holder and lease.expires_at > now:
                return False
            lease.holder, lease.expires_at = holder, now + LEADER_LEASE
            return True
    except IntegrityError:
        return False


def tick(periodic: Periodic) -> None:
    """Write the row of a job's present slot, unless it stands, or an earlier one still waits."""
    slot = slot_of(clock.now(), periodic.seconds)
    try:
        with transaction() as session:
            waiting = select(Job).where(
                col(Job.kind) == periodic.kind, or_(col(Job.slot) == slot, col(Job.status) == JobStatus.DUE)
            )
            if session.exec(waiting).first() is None:
                session.add(Job(kind=periodic.kind, slot=slot, status=JobStatus.DUE, created_at=clock.now()))
    except IntegrityError:
        log.debug("slot already there", kind=periodic.kind, slot=slot)


def run_due(holder: str, jobs: Mapping[str, Periodic]) -> bool:
    """Take one due run and do it; return False when none is due."""
    with transaction() as session:
        job = _take(session, holder, list(jobs))
        if job is None:
            return False
        job_id, kind = job.id, job.kind
    error = _run(jobs[kind])
    with transaction() as session:
        job = get(session, Job, job_id, lock=True)
        job.status = JobStatus.FAILED if error else JobStatus.DONE
        job.error, job.finished_at = error, clock.now()
    return True


def _take(session: Session, holder: str, kinds: list[str]) -> Job | None:
    now = clock.now()
    abandoned = (col(Job.status) == JobStatus.RUNNING) & (col(Job.lease_until) < now)
    due = (
        select(Job)
        .where(col(Job.kind).in_(kinds), or_(col(Job.status) == JobStatus.DUE, abandoned))
        .order_by(col(Job.created_at))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job = session.exec(due).first()
    if job:
        job.status, job.lease_holder, job.lease_until = JobStatus.RUNNING, holder, now + lease()
        job.attempts += 1
    return job


def _run(periodic: Periodic) -> str | None:
    try:
        periodic.run()
    except Exception as error:
        log.exception("job failed", kind=periodic.kind)
        return f"{type(error).__name__}: {error}"[:500]
    return None


def beat(process: str, **details: object) -> None:
    """Leave a sign of life."""
    with transaction() as session:
        heart = session.get(Heartbeat, process) or Heartbeat(process=process)
        heart.beat_at, heart.details = clock.now(), details
        session.add(heart)


def sweep() -> None:
    """Remove runs that ended more than a week ago."""
    with transaction() as session:
        old = col(Job.finished_at) < clock.now() - KEPT
        session.execute(delete(Job).where(old, col(Job.status).in_([JobStatus.DONE, JobStatus.FAILED])))
