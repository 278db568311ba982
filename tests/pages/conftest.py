"""The pages in process: AppTest runs the frame and opens a page as a signed-in person."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest

from app_pages import _auth
from app_pages._comment_around import fold_key
from compliance import sign_in
from compliance.permissions import Actor
from models.session import transaction
from tests.factories import PASSWORD

SHELL = Path(__file__).parents[2] / "app_pages" / "_shell.py"

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True, scope="session")
def packages_read_once():
    """Let AppTest look once for components among the installed packages, not once a test: it takes 0.2 s."""
    scan = manifest_scanner.scan_component_manifests
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lru_cache(scan))
        yield


@pytest.fixture(autouse=True, scope="session")
def pages_compiled_once():
    """Let AppTest compile each page once, as the server does, not at each click."""
    compiled = ScriptCache().get_bytecode
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ScriptCache, "get_bytecode", lambda _cache, path: compiled(path))
        yield


@pytest.fixture
def people(sqlite_committee):
    """One person a role."""
    return sqlite_committee


def session_token(actor: Actor) -> str:
    with transaction() as session:
        token = sign_in.sign_in(session, login=actor.login, password=PASSWORD).token
    assert token
    return token


def unfolded(at, comment_id, fold):
    """Return the page once a fold of a comment was opened."""
    at.session_state[fold_key(fold, comment_id)] = True
    return at.run()


def text_of(at: AppTest) -> str:
    """All that `st.html` drew, without the style sheets: their class names would hide what is missing."""
    drawn = "\n".join(str(element.proto.body) for element in at.get("html"))
    return re.sub(r"<style\b.*?</style>", "", drawn, flags=re.DOTALL)


def keyed(elements: Iterable[Any], key: str) -> Any:
    """The element of a key, or, where the key ends in "_", the first that begins so."""
    return next(
        each for each in elements if each.key and (each.key.startswith(key) if key[-1] == "_" else each.key == key)
    )


def press(at: AppTest, key: str) -> None:
    """Press a button, found by its key as `keyed` does; no press ends in a traceback."""
    keyed(at.button, key).click().run()
    assert not at.exception


def said_error(at: AppTest) -> str:
    """What the screen says is wrong, as it reads (Markdown's escapes taken out)."""
    return "\n".join(re.sub(r"\\(.)", r"\1", error.value) for error in at.error)


@pytest.fixture
def open_page(monkeypatch) -> Open:
    """Open a page (its file; none: the first one) as a person; `params` go into the address."""

    def opened(page: str | None, actor: Actor, **params: str) -> AppTest:
        token = session_token(actor)
        monkeypatch.setattr(_auth, "cookie_token", lambda: token)
        monkeypatch.setattr(_auth, "cookie_language", lambda: "fr")
        at = AppTest.from_file(str(SHELL), default_timeout=20).run()
        if page:
            at.switch_page(page)
            for name, value in params.items():
                at.query_params[name] = value
            at.run()
        return at

    return opened
