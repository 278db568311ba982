"""The house rules that a machine can check."""

import ast
import statistics
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("app_pages", "workflow", "moderation", "compliance", "connectors", "models", "demo")
SOURCES = [
    path
    for path in [*ROOT.glob("*.py"), *(p for package in PACKAGES for p in (ROOT / package).rglob("*.py"))]
    if "migrations/versions" not in path.as_posix()
]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions() -> list[tuple[str, int]]:
    """Every function with its number of lines, its docstring left out."""
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                doc = node.body[0] if ast.get_docstring(node) else None
                skipped = (doc.end_lineno - doc.lineno + 1) if doc else 0
                found.append((f"{name(path)}:{node.name}", node.end_lineno - node.lineno + 1 - skipped))
    return found


def test_functions_are_short():
    lengths = [length for _, length in functions()]
    assert statistics.median(lengths) <= 9
    assert statistics.quantiles(lengths, n=10)[-1] <= 30


def test_no_function_is_over_60_lines():
    assert [where for where, length in functions() if length > 60] == []


def test_no_file_is_over_400_lines_and_no_page_over_80():
    sizes = {name(path): len(path.read_text().splitlines()) for path in SOURCES}
    assert {where: size for where, size in sizes.items() if size > 400} == {}
    pages = {where: size for where, size in sizes.items() if where.startswith("app_pages/") and "/_" not in where}
    assert {where: size for where, size in pages.items() if size > 80} == {}


def calls(tree: ast.AST) -> set[str]:
    return {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


@pytest.mark.parametrize("verb", ["commit", "rollback"])
def test_only_transaction_commits(verb):
    allowed = {"models/session.py", "models/migrations/env.py", "connectors/sandbox/store.py"}
    users = {name(p) for p in SOURCES if verb in calls(ast.parse(p.read_text()))}
    assert {where for where in users if not where.startswith("connectors/sandbox/")} <= allowed


def test_models_do_not_import_annotations_from_the_future():
    """It breaks SQLModel's relationships."""
    assert [name(p) for p in SOURCES if "from __future__ import annotations" in p.read_text()] == []


def test_only_pages_know_streamlit():
    users = {name(p) for p in SOURCES if "import streamlit" in p.read_text() or "from streamlit" in p.read_text()}
    assert {where for where in users if where != "app.py" and not where.startswith("app_pages/")} == set()


def test_comments_are_never_drawn_as_markup():
    """Only the page kit may pass `unsafe_allow_html` or call `st.html`: it escapes everything (`_text.py`)."""
    loose = {name(p) for p in SOURCES if "unsafe_allow_html" in p.read_text() or "st.html(" in p.read_text()}
    assert {where for where in loose if not where.startswith("app_pages/_")} == set()


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


@pytest.mark.parametrize(
    "word", ["pypi" + ".org", "files." + "pythonhosted", "--index" + "-url=", "--extra-index" + "-url"]
)
def test_no_file_names_a_package_registry(word):
    found = [name(p) for p in tracked() if p.suffix != ".png" and word in p.read_text(errors="ignore")]
    assert found == []


def test_the_lock_files_carry_hashes():
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text()
        pins = [line for line in text.splitlines() if "==" in line and not line.startswith((" ", "#"))]
        assert pins
        assert all(line.rstrip().endswith("\\") for line in pins)
    assert "torch" not in (ROOT / "requirements.lock").read_text()
