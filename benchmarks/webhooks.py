"""From a comment written on a network to the queue, told by webhook: the whole chain, real processes, real HTTP.

    python -m benchmarks.webhooks [--comments 200] [--a-second 2] [--burst 1000] [--poll 0]

The networks' sandbox, the application and the worker run as in production, on an empty SQLite database. First comments
come one by one; then all of a burst at once, of which none may be lost. Printed: seconds from a comment's writing to
its notification, to its place in the queue (half and 95 of 100), and to its analysis. With `--poll SECONDS` nobody is
notified: the account is read at that interval.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

import httpx
from sqlmodel import col, func, select

from compliance import accounts
from compliance.permissions import SYSTEM
from connectors.sandbox import COMPANY, OAUTH2, running_sandbox
from connectors.webhooks import named_in
from models import migrate
from models import session as database
from models.comment import Comment, CommentRevision, ScreeningRecord
from models.engine_room import WebhookDelivery
from models.enums import Network
from models.session import reading, transaction
from settings import get_settings
from tests.browser.conftest import free_port
from tests.terms_factories import sign_terms

ROOT = Path(__file__).parents[1]
SECRET = "secret"
WORDS = "@LabosHelior j'ai des vertiges depuis que je prends Cardexine, numéro {n}"
LONGEST = 900.0


def configure(folder: Path, sandbox: str) -> None:
    """Set what every process of this run reads."""
    os.environ |= {
        "COVIGIE_DATABASE_URL": f"sqlite:///{folder / 'covigie.db'}",
        "COVIGIE_DATA_DIR": str(folder),
        "COVIGIE_X_BASE_URL": sandbox,
        "COVIGIE_X_APP_SECRET": SECRET,
    }
    get_settings.cache_clear()
    database.engine.cache_clear()
    migrate.upgrade()
    sign_terms()
    with transaction() as session:
        accounts.connect_account(
            session, SYSTEM, network=Network.X, handle=COMPANY.handle, display_name=COMPANY.name,
            external_id=COMPANY.id, token=OAUTH2,
        )  # fmt: skip


def start(*arguments: str) -> "subprocess.Popen[bytes]":
    """Start a process of the product."""
    quiet = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=quiet, stderr=quiet)


def wait_for(url: str) -> None:
    """Wait until the application answers."""
    until = time.monotonic() + 90
    while time.monotonic() < until:
        try:
            if httpx.get(url, timeout=2, trust_env=False).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise SystemExit("the application did not start")


def write(http: httpx.Client, texts: list[str], a_second: float) -> dict[str, datetime]:
    """Write comments at a pace, all at once for none; return when each was written, by its id."""
    if not a_second:
        now = datetime.now(UTC)
        ids = http.post("/_sandbox/comments", json=[{"text": text} for text in texts], timeout=300).json()["ids"]
        return dict.fromkeys(ids, now)
    written: dict[str, datetime] = {}
    began = time.monotonic()
    for n, text in enumerate(texts):
        time.sleep(max(0.0, began + n / a_second - time.monotonic()))
        moment = datetime.now(UTC)
        written[http.post("/_sandbox/comments", json={"text": text}).json()["id"]] = moment
    return written


def report(name: str, written: dict[str, datetime], before: int = 0) -> None:
    """Wait until all are analysed beside those before, then print how long it took."""
    until = time.monotonic() + LONGEST
    while analysed() < before + len(written) and time.monotonic() < until:
        time.sleep(0.5)
    with reading() as session:
        found = session.exec(
            select(Comment.external_id, Comment.received_at, ScreeningRecord.screened_at)
            .join(CommentRevision, col(CommentRevision.comment_id) == col(Comment.id))
            .join(ScreeningRecord, col(ScreeningRecord.revision_id) == col(CommentRevision.id))
        ).all()
    mine = [(received - written[one], screened - written[one]) for one, received, screened in found if one in written]
    queue, done = ([wait[n].total_seconds() for wait in mine] for n in (0, 1))
    print(f"{name}: {len(written)} written, {len(mine)} in the queue, {len(written) - len(mine)} lost")
    told = {one: wait for one, wait in _told().items() if one in written}
    notified = [(told[one] - moment).total_seconds() for one, moment in written.items() if one in told]
    for what, waits in (("to its notification", notified), ("to the queue", queue), ("to its analysis", done)):
        if not waits:
            continue
        cut = quantiles(waits, n=20)
        print(f"  {what}: half in {cut[9]:.2f} s, 95 of 100 in {cut[18]:.2f} s, at most {max(waits):.2f} s")


def _told() -> dict[str, datetime]:
    """Return when the notification of each comment was taken, by the comment's id on the network."""
    with reading() as session:
        rows = session.exec(select(WebhookDelivery.body, WebhookDelivery.received_at)).all()
    return {one: received for body, received in rows for one in named_in(Network.X.value, body)}


def analysed() -> int:
    """Return how many comments have been analysed."""
    with reading() as session:
        return session.exec(select(func.count()).select_from(ScreeningRecord)).one()


def main() -> None:
    """Run both parts and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=int, default=200)
    parser.add_argument("--a-second", type=float, default=2.0)
    parser.add_argument("--burst", type=int, default=1000)
    parser.add_argument("--poll", type=int, default=0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, running_sandbox(Path(name) / "sandbox", smtp=False) as sandbox:
        if chosen.poll:
            os.environ["COVIGIE_POLL_SECONDS"] = str(chosen.poll)
        configure(Path(name), sandbox.url)
        port = free_port()
        processes = [start("-m", "uvicorn", "app:app", "--port", str(port)), start("cli.py", "worker")]
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz")
            with httpx.Client(base_url=sandbox.url, trust_env=False) as http:
                hook = {"network": "x", "url": f"http://127.0.0.1:{port}/webhooks/x", "secret": SECRET}
                if not chosen.poll:
                    http.post("/_sandbox/hooks", json=hook).raise_for_status()
                texts = [WORDS.format(n=n) for n in range(chosen.comments)]
                report(f"{chosen.a_second:g} a second", write(http, texts, chosen.a_second))
                wave = [WORDS.format(n=f"{n} de la vague") for n in range(chosen.burst)]
                report("all at once", write(http, wave, 0), chosen.comments)
        finally:
            for process in processes:
                process.terminate()
                process.wait(timeout=30)


if __name__ == "__main__":
    main()
