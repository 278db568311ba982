"""Every screen of moderation over a big database: the time of a rerun, against an empty page of the same widgets.

    python -m benchmarks.screens_at_scale [--comments 1000000] [--cases 50000] [--days 365] [--reruns 20] [--keep FILE]
        [--cpu]

The database is SQLite, filled by bulk inserts; the days are counted and the tallies folded once as the worker does.
Each screen is rerun in process (AppTest); its empty page draws the same kinds and numbers of elements and reads
nothing, rerun by rerun in turn with it. Printed: p50 and p95 in milliseconds of both, and the ratio of the p95s.
`--cpu` counts the processor's time of this process in place of the clock's, for a machine that others use too.
`--keep` keeps the database in a file, and takes it as it is where it exists.
"""

import argparse
import os
import sqlite3
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest import mock

from argon2 import PasswordHasher
from sqlalchemy import event
from streamlit.testing.v1 import AppTest

from app_pages import _auth
from benchmarks import big_database
from compliance import passwords, sign_in
from compliance.permissions import Actor
from models import migrate
from models.enums import Role
from models.session import engine, transaction
from moderation import rolling_up, tallying
from settings import get_settings
from tests.factories import PASSWORD, person

SHELL = Path(__file__).parents[1] / "app_pages" / "_shell.py"
ROLES = (Role.PV_OFFICER, Role.COMMUNITY_MANAGER, Role.QUALITY)
SCREENS: tuple[tuple[str, str, Role, dict[str, str]], ...] = (
    ("file PV", "pv_queue.py", Role.PV_OFFICER, {}),
    ("un commentaire", "pv_queue.py", Role.PV_OFFICER, {"comment": "some_comment"}),
    ("parcours", "skim.py", Role.PV_OFFICER, {}),
    ("gens en attente", "people_waiting.py", Role.COMMUNITY_MANAGER, {}),
    ("cas", "cases.py", Role.PV_OFFICER, {}),
    ("un cas", "case.py", Role.PV_OFFICER, {"case": "some_case"}),
    ("couverture", "coverage.py", Role.PV_OFFICER, {}),
    ("qualité", "quality.py", Role.QUALITY, {}),
    ("tableaux de bord", "dashboards.py", Role.QUALITY, {}),
    ("tableaux, 12 mois", "dashboards.py", Role.QUALITY, {"periode": "12 mois"}),
    ("piste d'audit", "audit_trail.py", Role.QUALITY, {}),
    ("mon travail", "my_work.py", Role.PV_OFFICER, {}),
)
DRAWN = {
    "button": "st.button('b', key=f'k{i}')",
    "selectbox": "st.selectbox('s', ['a', 'b'], key=f'k{i}')",
    "text_input": "st.text_input('t', key=f'k{i}')",
    "text_area": "st.text_area('t', key=f'k{i}')",
    "multiselect": "st.multiselect('m', ['a', 'b'], key=f'k{i}')",
    "checkbox": "st.checkbox('c', key=f'k{i}')",
    "radio": "st.radio('r', ['a', 'b'], key=f'k{i}')",
    "number_input": "st.number_input('n', key=f'k{i}')",
    "date_input": "st.date_input('d', key=f'k{i}')",
    "button_group": "st.pills('p', ['a', 'b'], key=f'k{i}')",
    "download_button": "st.download_button('d', data='x', key=f'k{i}', on_click='ignore')",
    "html": "st.html('<div class=\"cv-line\">' + 'x' * 400 + '</div>')",
    "caption": "st.caption('x' * 80)",
    "markdown": "st.markdown('x' * 80)",
    "dataframe": "st.dataframe([{'a': 1, 'b': 2, 'c': 3}] * 6, hide_index=True)",
    "vega_lite_chart": "st.altair_chart(chart, width='stretch')",
    "flex_container": "st.container(key=f'k{i}').html('<i></i>')",
    "column": "st.columns(1)[0].html('<i></i>')",
    "expander": "st.expander(f'e{i}').html('<i></i>')",
    "popover": "st.popover(f'p{i}').html('<i></i>')",
}
"""The kinds of elements that the empty page draws."""

FRAME = """
from app_pages import _shell
known = [entry for entry in _shell.PAGES if entry.path != "vide"]
_shell.PAGES = (*known, _shell.Entry({page!r}, "vide", "Vide", ":material/task:"))
_shell.run()
"""
"""The frame of every page, with the empty page among its own."""

EMPTY = """
import altair as alt
import streamlit as st
chart = alt.Chart({{"values": [{{"x": n, "y": n}} for n in range(60)]}}).mark_bar().encode(x="x:Q", y="y:Q")
{lines}
"""


def drawn(block: Any) -> Iterator[str]:
    """Yield the kinds of what stands in a block of a page, one by one."""
    for node in block.children.values():
        yield str(node.type)
        if hasattr(node, "children"):
            yield from drawn(node)


def empty_page(at: AppTest, path: Path) -> None:
    """Write the script of a page with the same elements, which reads nothing."""
    found = Counter(kind for kind in drawn(at.main) if kind in DRAWN)
    lines = [f"for i in range({k * 1000}, {k * 1000 + found[kind]}): {DRAWN[kind]}" for k, kind in enumerate(DRAWN)]
    path.write_text(EMPTY.format(lines="\n".join(lines)), "utf-8")


def opened(script: str, page: str, params: dict[str, str]) -> AppTest:
    """Return a page as a person has it open."""
    at = AppTest.from_string(script, default_timeout=300).run()
    at.switch_page(page)
    for name, value in params.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, at.exception
    assert not at.error, [one.value for one in at.error]
    return at


def milliseconds(work: Callable[[], object], timer: Callable[[], float] = time.perf_counter) -> float:
    """Return the time that some work takes."""
    started = timer()
    work()
    return 1000 * (timer() - started)


def p95(times: list[float]) -> float:
    """Return the time under which nineteen in twenty stand."""
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


def slow_statements(work: Callable[[], object], least: float) -> None:
    """Print the statements of some work that took `least` milliseconds or more, with SQLite's plan."""
    bind, started = engine(), [0.0]
    found: list[tuple[float, str, Any]] = []

    def before(*_arguments: Any) -> None:
        started[0] = time.perf_counter()

    def after(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        found.append((1000 * (time.perf_counter() - started[0]), statement, parameters))

    event.listen(bind, "before_cursor_execute", before)
    event.listen(bind, "after_cursor_execute", after)
    work()
    event.remove(bind, "before_cursor_execute", before)
    event.remove(bind, "after_cursor_execute", after)
    for took, statement, parameters in found:
        if took >= least:
            print(f"    {took:.0f} ms: {' '.join(statement.split())[-300:]}")
            with closing(bind.raw_connection()) as raw:
                plan = raw.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            print("        " + " | ".join(row[3] for row in plan))


def measure(name: str, page: str, params: dict[str, str], empty: Path, options: argparse.Namespace) -> None:
    """Print one row: a screen and its empty page, rerun in turn."""
    script = FRAME.format(page=str(empty.absolute()))
    empty.touch()
    started = time.perf_counter()
    at = opened(script, str(SHELL.parent / page), params)
    first = 1000 * (time.perf_counter() - started)
    empty_page(at, empty)
    bare = opened(script, str(empty.absolute()), {})
    for one in (at, bare):
        one.run()
    timer = time.process_time if options.cpu else time.perf_counter
    pairs = [(milliseconds(at.run, timer), milliseconds(bare.run, timer)) for _ in range(options.reruns)]
    mine, base = [one for one, _other in pairs], [other for _one, other in pairs]
    told = f"{name:20} {first:9.0f} {statistics.median(mine):9.0f} {p95(mine):9.0f}"
    print(f"{told} {statistics.median(base):9.0f} {p95(base):9.0f} {p95(mine) / p95(base):8.2f}", flush=True)
    if options.slow is not None:
        slow_statements(at.run, options.slow)


def token_of(actor: Actor) -> str:
    """Sign a person in; return the cookie."""
    with transaction() as session:
        token = sign_in.sign_in(session, login=actor.login, password=PASSWORD).token
    assert token
    return token


def prepare(path: Path, options: argparse.Namespace) -> None:
    """Make the database where it is not there yet, and print how long that took."""
    os.environ["COVIGIE_DATABASE_URL"] = f"sqlite:///{path}"
    get_settings.cache_clear()
    engine.cache_clear()
    if path.exists():
        return
    migrate.upgrade(f"sqlite:///{path}")
    for role in ROLES:
        person(role, login=role.value)
    engine().dispose()
    built = milliseconds(lambda: big_database.fill(path, options.comments, options.cases, options.days)) / 1000
    tallying.fold()
    counted = milliseconds(rolling_up.roll_up_touched) / 1000
    again = milliseconds(rolling_up.roll_up_touched) / 1000
    with sqlite3.connect(path) as connection:
        connection.execute("ANALYZE") if options.analyze else None
    print(f"built in {built:.0f} s, days counted in {counted:.0f} s, a round without change {again:.2f} s", flush=True)


def run(path: Path, options: argparse.Namespace) -> None:
    """Measure every screen."""
    prepare(path, options)
    names = big_database.some(path)
    tokens = {role: token_of(Actor(None, role.value, role.value, frozenset({role}))) for role in ROLES}
    head = ("écran", "1re (ms)", "p50", "p95", "vide p50", "vide p95", "rapport")
    print(f"{head[0]:20} " + " ".join(f"{one:>9}" for one in head[1:]), flush=True)
    for name, page, role, params in SCREENS:
        if options.only and options.only not in name:
            continue
        with (
            mock.patch.object(_auth, "cookie_token", return_value=tokens[role]),
            mock.patch.object(_auth, "cookie_language", return_value="fr"),
        ):
            asked = {key: names.get(value, value) for key, value in params.items()}
            measure(name, page, asked, path.with_name("empty_page.py"), options)


def main() -> None:
    """Read the sizes and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--comments", type=int, default=1_000_000)
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--reruns", type=int, default=20)
    parser.add_argument("--only", default="")
    parser.add_argument("--cpu", action="store_true", help="time this process alone: neighbours do not count")
    parser.add_argument("--analyze", action="store_true")
    parser.add_argument("--slow", type=float, help="print the statements that take so many milliseconds or more")
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(passwords, "hasher", return_value=cheap):
        os.environ["COVIGIE_DATA_DIR"] = str(Path(folder) / "var")
        run(options.keep or Path(folder) / "big.db", options)


if __name__ == "__main__":
    main()
