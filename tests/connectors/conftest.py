"""One sandbox for all tests of this folder, emptied before each."""

from collections.abc import Iterator

import httpx
import pytest

from connectors.sandbox import COMPANY, OAUTH2, Running, running_sandbox
from tests.connectors.world import X_CALLS, World


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory) -> Iterator[Running]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture(scope="session")
def http(sandbox: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.url, trust_env=False) as client:
        yield client


@pytest.fixture
def world(sandbox: Running, http: httpx.Client) -> World:
    http.post("/_sandbox/reset").raise_for_status()
    return World("x", sandbox.url, COMPANY, OAUTH2, http, X_CALLS)
