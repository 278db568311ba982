"""The one place that opens and commits a session.

Whoever opens the session commits it, only `transaction()` opens one, and no network call happens inside it.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session

from errors import AppError, NotFound, StaleVersion
from models import tables  # noqa: F401 - a session knows every table
from models.base import Table
from settings import get_settings

Row = TypeVar("Row", bound=Table)
BUSY_MILLISECONDS = 15_000
TRY_SECONDS = 0.002
PAGE_BYTES = 8_192
_queue = threading.Lock()


BUSY_SIGNS = ("database is locked", "deadlock detected", "could not serialize")


class DatabaseBusy(AppError):
    """La base de données est occupée. Rien n'a été enregistré : recommencez dans quelques secondes."""


def open_engine(url: str) -> Engine:
    """Return an engine for a URL: SQLite in WAL mode whose writers queue, or PostgreSQL."""
    if not url.startswith("sqlite"):
        return create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=20, max_overflow=20)
    engine = create_engine(url, hide_parameters=True, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        f"page_size={PAGE_BYTES}",
        "journal_mode=WAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MILLISECONDS}",
        "synchronous=FULL",
        "recursive_triggers=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    # A writer takes its turn at the start: a reader that turns writer half way would fail instead of waiting.
    if connection.get_execution_options().get("reading"):
        connection.exec_driver_sql("BEGIN")
    elif not _take_turn(connection.connection.dbapi_connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _take_turn(raw: sqlite3.Connection) -> bool:
    """Begin to write as soon as nobody else does; False when the turn did not come in time.

    SQLite by itself sleeps up to a tenth of a second between two tries, so that who writes often shuts the others out.
    One thread of a process tries at a time, and often.
    """
    until = time.monotonic() + BUSY_MILLISECONDS / 1000
    if not _queue.acquire(timeout=BUSY_MILLISECONDS / 1000):
        return False
    try:
        raw.execute("PRAGMA busy_timeout=0")
        while not _begins(raw):
            if time.monotonic() > until:
                return False
            time.sleep(TRY_SECONDS)
        return True
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        _queue.release()


def _begins(raw: sqlite3.Connection) -> bool:
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


@lru_cache
def engine() -> Engine:
    """Return this process's engine."""
    get_settings().data_dir.mkdir(parents=True, exist_ok=True)
    return open_engine(get_settings().database)


@contextmanager
def transaction() -> Iterator[Session]:
    """Open a session, commit it at the end, roll it back when anything is raised.

    Raises StaleVersion when another person changed a row meanwhile, DatabaseBusy when SQLite's turn never came.
    """
    with Session(engine(), expire_on_commit=False) as session:
        try:
            yield session
            session.commit()
        except StaleDataError as error:
            raise StaleVersion from error
        except OperationalError as error:
            if any(sign in str(error) for sign in BUSY_SIGNS):
                raise DatabaseBusy from error
            raise
        except PoolTimeout as error:
            raise DatabaseBusy from error


@lru_cache(1)
def _reading_engine(bind: Engine) -> Engine:
    return bind.execution_options(reading=True)


@contextmanager
def reading() -> Iterator[Session]:
    """Open a session that only reads: it waits for no writer, and nothing of it is kept."""
    with Session(_reading_engine(engine()), expire_on_commit=False, autoflush=False) as session:
        yield session


def get(session: Session, kind: type[Row], key: str | None, *, lock: bool = False) -> Row:
    """Return a row by its key, locked for this transaction when asked; raises NotFound."""
    row = session.get(kind, key, with_for_update=lock) if key else None
    if row is None:
        raise NotFound
    return row


def expect_version(row: Any, row_version: int | None) -> None:
    """Refuse when the row is no longer the one that the person saw (None: the caller saw none)."""
    if row_version is not None and row.row_version != row_version:
        raise StaleVersion
