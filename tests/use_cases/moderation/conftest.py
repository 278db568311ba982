"""The X sandbox over HTTP, emptied before each test that asks for it; the worker's loop without the worker."""

from collections.abc import Iterator

import httpx
import pytest

from connectors.sandbox import COMPANY, OAUTH2, Running, running_sandbox
from models import session as database
from settings import get_settings
from tests.connectors.world import X_CALLS, World
from tests.stages import Stage, staged
from tests.visibility_factories import Page, plug


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory) -> Iterator[Running]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def world(sandbox, db, monkeypatch) -> Iterator[World]:
    monkeypatch.setenv("COVIGIE_X_BASE_URL", sandbox.url)
    monkeypatch.setenv("COVIGIE_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("COVIGIE_SMTP_PORT", str(sandbox.smtp_port))
    get_settings.cache_clear()
    with httpx.Client(base_url=sandbox.url, trust_env=False) as http:
        http.post("/_sandbox/reset").raise_for_status()
        yield World("x", sandbox.url, COMPANY, OAUTH2, http, X_CALLS)
        http.request("DELETE", "/_sandbox/faults").raise_for_status()


@pytest.fixture
def network(db, monkeypatch) -> Page:
    """A network's page that tells what is hidden, in X's place."""
    return plug(monkeypatch, Page(tells_hidden=True))


@pytest.fixture
def stage(request, sandbox, monkeypatch) -> Iterator[Stage]:
    """A network that the test names, with our account on it and a post of ours there; see `acceptance.plays`."""
    network, kind = request.param
    monkeypatch.setenv("COVIGIE_DATABASE_URL", request.getfixturevalue(f"{kind}_url"))
    get_settings.cache_clear()
    database.engine.cache_clear()
    with httpx.Client(base_url=sandbox.url, trust_env=False) as http:
        yield staged(network, sandbox, http)
        http.request("DELETE", "/_sandbox/faults").raise_for_status()
        http.post("/_sandbox/clock", json={"at": None}).raise_for_status()
