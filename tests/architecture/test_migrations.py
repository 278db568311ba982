"""The migrations build the tables of the models, from nothing, on both databases."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from models import migrate
from models.base import Table
from models.session import engine


def test_migrations_build_the_models_tables(db):
    migrate.check()


def test_an_upgrade_from_nothing_brings_every_table(db):
    tables = set(inspect(engine()).get_table_names())
    assert set(Table.metadata.tables) <= tables


def newest():
    return ScriptDirectory.from_config(migrate.configuration()).get_current_head()


def test_an_upgrade_twice_changes_nothing(db):
    migrate.upgrade()
    with engine().connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [newest()]


def test_no_upgrade_loses_what_keeps_rows_for_good(tmp_path):
    """SQLite builds a table anew for many a change, and forgets its triggers."""
    configuration = migrate.configuration(f"sqlite:///{tmp_path / 'step.db'}")
    kept: set[str] = set()
    for script in reversed(list(ScriptDirectory.from_config(configuration).walk_revisions())):
        command.upgrade(configuration, script.revision)
        with closing(sqlite3.connect(tmp_path / "step.db")) as connection:
            found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            triggers = {name for (name,) in found}
        assert kept <= triggers
        kept = triggers


def test_whoever_opens_a_session_knows_every_table():
    """A command imports little: a foreign key to a table that nobody imported stops it half way."""
    script = "import models.session; from models.base import Table; print(len(Table.metadata.sorted_tables))"
    root = Path(__file__).parents[2]
    shown = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    assert int(shown.stdout) == len(Table.metadata.tables)
