"""What several migrations do, each database in its own way: widen a column's values, keep rows for good."""

import re
from collections.abc import Iterable
from enum import StrEnum

import sqlalchemy as sa
from alembic import op


def widen(table: str, column: str, constraint: str, added: tuple[str, ...]) -> None:
    """Let a column hold more values.

    SQLite's text of the table is changed, as its manual describes: to build the table anew would lose its triggers,
    and remove rows that others point to.
    """
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        definition = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"
        kept = re.findall("'([^']*)'", connection.execute(sa.text(definition), {"name": constraint}).scalar_one())
        listed = ", ".join(f"'{value}'" for value in (*kept, *added))
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({column} IN ({listed}))")
        return
    old = f"CONSTRAINT {constraint} CHECK ({column} IN ("
    new = old + "".join(f"'{value}', " for value in added)
    stated = "UPDATE sqlite_master SET sql = replace(sql, :old, :new) WHERE type = 'table' AND name = :table"
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(sa.text(stated), {"old": old, "new": new, "table": table})
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def add_choice(table: str, column: str, constraint: str, kind: type[StrEnum]) -> None:
    """Add an empty column that holds one of an enumeration's values; both databases take the check with the column."""
    listed = ", ".join(f"'{member.value}'" for member in kind)
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR(64) CONSTRAINT {constraint} CHECK ({column} IN ({listed}))"
    )


def keep(*, for_good: Iterable[str] = (), never_removed: Iterable[str] = ()) -> None:
    """Refuse every change of the rows of some tables, and the removal of rows of others."""
    written, removed = tuple(for_good), (*for_good, *never_removed)
    whens = [(table, "delete") for table in removed] + [(table, "update") for table in written]
    if op.get_bind().dialect.name == "postgresql":
        whens += [(table, "truncate") for table in removed]
    for table, when in whens:
        refuse(table, when)


def refuse(table: str, when: str, condition: str = "") -> None:
    """Refuse an update, a delete or a truncate of a table's rows, where a condition on NEW and OLD holds."""
    postgres = op.get_bind().dialect.name == "postgresql"
    each = f"FOR EACH {'STATEMENT' if when == 'truncate' else 'ROW'} " if postgres else ""
    guard = f"WHEN ({condition}) " if condition else ""
    refusal = (
        "EXECUTE FUNCTION refuse_change()" if postgres else f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )
    op.execute(f"CREATE TRIGGER {table}_refuses_{when} BEFORE {when.upper()} ON {table} {each}{guard}{refusal}")
