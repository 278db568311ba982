"""The real application in a child process, and a real Chromium that may talk to nobody else."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from models import session as database
from settings import get_settings
from tests.factories import PASSWORD

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
WAIT = 20_000
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
# The browser itself reports a refused sign-in; and Streamlit looks for its server at two addresses when a page is
# opened by its own address.
REFUSED = ("status of 401", "status of 403")


@dataclass
class Application:
    """The application that runs: where it answers, and where its data is."""

    url: str
    log: Path
    process: "subprocess.Popen[bytes]" = field(repr=False)

    @property
    def socket_url(self) -> str:
        return self.url.replace("http", "ws", 1) + "/_stcore/stream"


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest.fixture
def application(sqlite_db, tmp_path) -> Iterator[Application]:
    """Start `uvicorn app:app` on a free port over the test's database; its passwords are hashed as cheaply."""
    port = free_port()
    log = tmp_path / "application.log"
    environment = {**os.environ, "COVIGIE_DATABASE_URL": sqlite_db, "COVIGIE_DATA_DIR": str(get_settings().data_dir)}
    command = [sys.executable, "-m", "uvicorn", "app:app", "--port", str(port), "--log-level", "warning"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
        try:
            running = Application(f"http://127.0.0.1:{port}", log, process)
            _wait(running)
            yield running
        finally:
            process.terminate()
            process.wait(timeout=20)
    database.engine().dispose()
    assert "Traceback" not in log.read_text(), log.read_text()


def _wait(running: Application) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            if httpx.get(f"{running.url}/healthz", timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
        assert running.process.poll() is None, running.log.read_text()
    raise AssertionError(f"the application did not start: {running.log.read_text()}")


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium where there is one, else Playwright's own."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=WAIT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def context(chromium, application):
    """A browser without cookies, in French, whose every console error and outside request fails the test."""
    held = chromium.new_context(locale="fr-FR", timezone_id="Europe/Paris", viewport={"width": 1280, "height": 900})
    held.set_default_timeout(WAIT)
    errors: list[str] = []
    outside: list[str] = []
    held.on("console", lambda message: errors.append(message.text) if is_unexpected(message) else None)
    held.on("weberror", lambda error: errors.append(str(error.error)))
    held.on("request", lambda request: outside.append(request.url) if is_outside(request.url, application) else None)
    yield held
    held.close()
    assert not outside
    assert not errors


def is_unexpected(message) -> bool:
    refused = any(words in message.text for words in REFUSED)
    return message.type == "error" and not refused and "/_stcore/" not in message.location["url"]


def is_outside(url: str, application: Application) -> bool:
    parts = urlsplit(url)
    return parts.scheme not in {"data", "blob"} and parts.netloc != urlsplit(application.url).netloc


@pytest.fixture
def page(context):
    return context.new_page()


def sign_in(page, application: Application, login: str, password: str = PASSWORD, path: str = "/") -> None:
    """Sign in by the form, as a person does."""
    page.goto(application.url + path)
    page.get_by_label("Identifiant").fill(login)
    page.get_by_label("Mot de passe").fill(password)
    page.get_by_role("button", name="Se connecter").click()


STARTS_MS = 300


def settle(page) -> None:
    """Wait until the page is drawn, as who types does: what is typed while a field is drawn anew is lost with it.

    What was clicked just before takes a moment to start the drawing. A button hears its key only once its own code is
    there; until then a grey box stands in its place.
    """
    from playwright.sync_api import expect

    page.wait_for_timeout(STARTS_MS)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


def shoot(page, name: str) -> None:
    """Keep a screenshot, when a folder for them is given (COVIGIE_SHOTS is no setting of the application)."""
    if folder := os.environ.get("SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
