"""Who writes waits for who is writing, gets the turn when it is free, and is told when it never comes."""

import sqlite3
import threading
import time

import pytest
from sqlmodel import select, text

from compliance import clock
from models import session as database
from models.engine_room import Heartbeat
from models.session import DatabaseBusy, reading, transaction


def beat(process: str) -> None:
    with transaction() as session:
        session.add(Heartbeat(process=process, beat_at=clock.now()))


def beats() -> list[str]:
    with reading() as session:
        return list(session.exec(select(Heartbeat.process).order_by(Heartbeat.process)))


@pytest.fixture
def other(sqlite_url):
    """Another process's connection, which holds the turn to write."""
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


def test_a_writer_gets_the_turn_that_another_process_gives_back(sqlite_db, other):
    waiting = [threading.Thread(target=beat, args=(name,)) for name in ("first", "second")]
    for thread in waiting:
        thread.start()
    time.sleep(0.05)
    assert beats() == [], "who reads does not wait"
    other.execute("COMMIT")
    for thread in waiting:
        thread.join(10)
    assert beats() == ["first", "second"]


def test_a_turn_that_never_comes_is_said_and_nothing_is_kept(sqlite_db, other, monkeypatch):
    monkeypatch.setattr(database, "BUSY_MILLISECONDS", 30)
    with pytest.raises(DatabaseBusy):
        beat("late")
    other.execute("COMMIT")
    beat("next")
    assert beats() == ["next"], "the queue is free again"


def test_waiting_changes_nothing_else_of_the_connection(sqlite_db):
    beat("one")
    with reading() as session:
        assert session.execute(text("PRAGMA busy_timeout")).scalar() == database.BUSY_MILLISECONDS


def test_what_is_wrong_with_the_file_is_no_waiting(sqlite_db, monkeypatch):
    raw = sqlite3.connect(":memory:", isolation_level=None)
    raw.execute("BEGIN")
    with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
        database._take_turn(raw)
    assert not database._queue.locked()
