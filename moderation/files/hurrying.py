"""Thousands of rows at once: what the database would do row by row is left out, and done once for all of them."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import JSON, ColumnElement, literal, text
from sqlmodel import Session, col, func, select

from models.account import Account
from models.tally import CommentTally
from moderation import facets

CACHE_KILOBYTES = 65_536
LOG_PAGES = 65_536
STATES = ("flagged", "skimmed", "cleared", "unscreened")
TALLY = "comment_tally_came"
Row = tuple[object, ...]


def among(session: Session, column: str, values: Collection[str]) -> ColumnElement[bool]:
    """Return that a column is one of many thousand values, sent as one list and not as thousands of parameters."""
    unfold = func.json_each if session.get_bind().dialect.name == "sqlite" else func.json_array_elements_text
    told = unfold(literal(list(values), JSON(none_as_null=True))).table_valued("value")
    return col(column).in_(select(told.c.value))


def execute(session: Session, statement: str, rows: Sequence[Row]) -> None:
    """Write rows by a statement whose places are question marks."""
    written = statement if session.get_bind().dialect.name == "sqlite" else statement.replace("?", "%s")
    session.connection().exec_driver_sql(written, list(rows))


@contextmanager
def hurried(session: Session, account: Account, count: int) -> Iterator[None]:
    """Let SQLite leave out what takes it two thirds of its time, for `count` newly arrived comments of one account.

    Its checks of enumerations, because each value is a member of its own; and its sums after each row, which are
    added here at once.
    """
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    connection = session.connection()
    connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
    connection.exec_driver_sql(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
    connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
    try:
        with _added_up_at_once(session, account, count):
            yield
    finally:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")


@contextmanager
def _added_up_at_once(session: Session, account: Account, count: int) -> Iterator[None]:
    """Take the trigger of the sums away and put it back in the caller's transaction: no other one sees it gone."""
    connection = session.connection()
    made = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": TALLY}).scalar_one()
    connection.exec_driver_sql(f"DROP TRIGGER {TALLY}")
    yield
    connection.exec_driver_sql(made)
    states = {state: count * (facets.ARRIVED.screening.value == state) for state in STATES}
    session.add(CommentTally(account_id=account.id, received=count, **states))
