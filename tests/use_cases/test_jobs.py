"""The clock writes one row a slot; any worker takes it; a dead one's work is taken over."""

from datetime import UTC, datetime, timedelta

from sqlmodel import select

from compliance import clock, jobs
from compliance.jobs import Periodic
from models.engine_room import Heartbeat, Job
from models.enums import JobStatus
from models.session import reading, transaction

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def rows() -> list[Job]:
    with reading() as session:
        return list(session.exec(select(Job)))


def test_a_slot_has_one_row_however_often_the_clock_ticks(db):
    job = Periodic("poll", 60, lambda: None)
    for second in (0, 1, 59):
        with clock.at(NOON + timedelta(seconds=second)):
            jobs.tick(job)
    assert [row.slot for row in rows()] == ["2026-11-20T12:00:00+00:00"]


def test_a_job_that_waits_is_not_piled_up(db):
    job = Periodic("poll", 60, lambda: None)
    for minute in range(5):
        with clock.at(NOON + timedelta(minutes=minute)):
            jobs.tick(job)
    assert len(rows()) == 1


def test_a_due_job_runs_once(db):
    ran = []
    job = Periodic("poll", 60, lambda: ran.append(1))
    with clock.at(NOON):
        jobs.tick(job)
        assert jobs.run_due("w1", {"poll": job})
        assert not jobs.run_due("w1", {"poll": job})
    assert (ran, rows()[0].status) == ([1], JobStatus.DONE)


def test_a_job_that_fails_is_written_down_and_the_next_slot_runs(db):
    def fail() -> None:
        raise ValueError("no")

    with clock.at(NOON):
        jobs.tick(Periodic("poll", 60, fail))
        assert jobs.run_due("w1", {"poll": Periodic("poll", 60, fail)})
    assert (rows()[0].status, rows()[0].error) == (JobStatus.FAILED, "ValueError: no")
    ran = []
    good = Periodic("poll", 60, lambda: ran.append(1))
    with clock.at(NOON + timedelta(minutes=1)):
        jobs.tick(good)
        assert jobs.run_due("w1", {"poll": good})
    assert ran == [1]


def test_the_job_of_a_dead_worker_is_taken_over(db):
    job = Periodic("poll", 60, lambda: None)
    with clock.at(NOON):
        jobs.tick(job)
    with transaction() as session:
        row = session.exec(select(Job)).one()
        row.status, row.lease_holder, row.lease_until = JobStatus.RUNNING, "dead", NOON + jobs.lease()
    with clock.at(NOON + jobs.lease() - timedelta(seconds=1)):
        assert not jobs.run_due("w2", {"poll": job})
    with clock.at(NOON + jobs.lease() + timedelta(seconds=1)):
        assert jobs.run_due("w2", {"poll": job})


def test_one_process_leads_and_another_takes_over(db):
    with clock.at(NOON):
        assert jobs.lead("a")
        assert not jobs.lead("b")
        assert jobs.lead("a")
    with clock.at(NOON + jobs.LEADER_LEASE + timedelta(seconds=1)):
        assert jobs.lead("b")
        assert not jobs.lead("a")


def test_a_heartbeat_is_one_row_a_process(db):
    for second in range(3):
        with clock.at(NOON + timedelta(seconds=second)):
            jobs.beat("worker", pid=1)
    with reading() as session:
        assert session.exec(select(Heartbeat)).one().beat_at == NOON + timedelta(seconds=2)
