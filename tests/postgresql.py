"""One PostgreSQL database for the tests of a process: emptied before each, made anew when one changed more than rows.

To copy the template for each test costs more than most tests do. Emptying cannot bring back what is no row, so that is
compared with the template's: the database of a test that dropped a trigger is dropped too.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool

TEMPLATE = "template_covigie"
NAME = "covigie_tests"

# A copy is one page by page: its lines of PostgreSQL's own tables stand where the template's do, and whoever changes a
# line writes a new one, somewhere else, under the number of its transaction. So who wrote a line and where it stands
# tells of any change, in a quarter of the time that reading it takes. 16384 is the first number that is not PostgreSQL's.
FIRST_OWN = 16384
LINE = "concat_ws(' ', tableoid, ctid, xmin)"
OWN = {
    "pg_trigger": "oid",
    "pg_proc": "oid",
    "pg_constraint": "oid",
    "pg_index": "indexrelid",
    "pg_attribute": "attrelid",
    "pg_attrdef": "oid",
    "pg_type": "oid",
    "pg_rewrite": "oid",
    "pg_sequence": "seqrelid",
}
SHAPES = (
    *(f"SELECT {LINE} FROM {table} WHERE {key} >= {FIRST_OWN}" for table, key in OWN.items()),
    # Vacuum writes into this one, so it is read; left out is what vacuum writes.
    (
        "SELECT concat_ws(' ', relname, relnamespace, relkind, relowner, relpersistence, relhastriggers, relhasrules,"
        " relrowsecurity, relforcerowsecurity, relreplident, relacl::text, reloptions::text)"
        f" FROM pg_class WHERE oid >= {FIRST_OWN}"
    ),
    f"SELECT {LINE} FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'",
    f"SELECT {LINE} FROM pg_extension",
    f"SELECT {LINE} FROM pg_event_trigger",
    (
        "SELECT setrole::text || setconfig::text FROM pg_db_role_setting LEFT JOIN pg_database ON pg_database.oid = setdatabase"
        " WHERE setdatabase = 0 OR datname = current_database()"
    ),
)

# The triggers refuse to empty the tables, which is what they are for; `replica` passes them by, in this transaction.
EMPTY = """
SET LOCAL session_replication_role = replica;
DO $$
DECLARE name regclass; start bigint;
BEGIN
  FOR name IN SELECT oid FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relname = ANY ('{kept}')
  LOOP EXECUTE 'DELETE FROM ' || name; END LOOP;
  FOR name, start IN SELECT seqrelid, seqstart FROM pg_sequence
  LOOP PERFORM setval(name, start, false); END LOOP;
END $$
"""
OTHERS = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
FILLED = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname"

_connected: dict[str, Engine] = {}


@dataclass(frozen=True)
class Server:
    """A server with a migrated template; `admin` is the URL of its database `postgres`."""

    admin: str
    kept: tuple[str, ...]
    shape: str

    def url(self, name: str) -> str:
        return url_of(self.admin, name)


def url_of(admin: str, name: str) -> str:
    return admin.replace("/postgres?", f"/{name}?")


def run(url: str, *statements: str) -> None:
    """Run statements that stand in no transaction."""
    with connected(url, isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))


@contextmanager
def connected(url: str, **options: str) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool, **options)
    with engine.connect() as connection:
        yield connection


def _stays_connected(url: str) -> Engine:
    # A new connection reads anew all that PostgreSQL knows of the tables, which takes longer than to empty them.
    if url not in _connected:
        _connected[url] = create_engine(url, pool_size=1, max_overflow=0, pool_pre_ping=True)
    return _connected[url]


def leave() -> None:
    """Close what stays connected from test to test: the server stops."""
    while _connected:
        _connected.popitem()[1].dispose()


def read(admin: str, name: str = TEMPLATE) -> Server:
    """Return the server with what its template is: the tables that the migrations fill, and all that is no row."""
    with connected(url_of(admin, name)) as connection:
        tables = connection.execute(text(FILLED)).scalars().all()
        kept = tuple(name for name in tables if connection.execute(text(f"SELECT EXISTS (TABLE {name})")).scalar())
        return Server(admin, kept, shape(connection, kept))


def shape(connection: Connection, kept: tuple[str, ...]) -> str:
    """Return one value for all that a test may not change: what is no row, and the rows of the migrations."""
    lines = " UNION ALL ".join([*SHAPES, *(f"SELECT t::text FROM {name} t" for name in kept)])
    return str(connection.execute(text(f"SELECT sum(hashtextextended(line, 0)) FROM ({lines}) AS l(line)")).scalar())


def create(server: Server, name: str = NAME) -> None:
    """Make the database anew, as the migrations leave it."""
    run(server.admin, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")


def empty(server: Server, name: str = NAME) -> None:
    """Bring the database to what the migrations leave, whatever a test did to it."""
    if not emptied(server, name):
        create(server, name)


def emptied(server: Server, name: str = NAME) -> bool:
    """Remove every row that the migrations did not write; False when more than rows is changed, and nothing is kept."""
    with _stays_connected(server.url(name)).connect() as connection:
        connection.execute(text(OTHERS))
        if shape(connection, server.kept) != server.shape:
            return False
        connection.exec_driver_sql(EMPTY.format(kept="{" + ",".join(server.kept) + "}"))
        connection.commit()
        return True
