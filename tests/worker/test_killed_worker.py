"""A worker killed at any moment, again and again: nothing is lost, nothing is done twice."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlmodel import func, select

from compliance import audit, clock
from connectors.sandbox import COMPANY, OAUTH2, running_sandbox
from models.account import Account
from models.case import Case
from models.comment import Comment, CommentRevision, ScreeningRecord
from models.engine_room import Heartbeat
from models.enums import Network, PostStatus, PublicationStatus, PvFacet, Screening
from models.publication import ArchiveRecord, Publication
from models.session import reading, transaction
from settings import get_settings
from tests import post_factories
from tests.connectors.world import X_CALLS, World
from tests.factories import committee
from tests.terms_factories import sign_terms

ROOT = Path(__file__).parents[2]
PACE = {"COVIGIE_POLL_SECONDS": "1", "COVIGIE_LEASE_SECONDS": "3", "COVIGIE_NETWORK_TIMEOUT": "2"}
WORDS = ("Merci pour cette journée !", "J'ai des vertiges depuis que je prends Cardexine", "Bravo à toute l'équipe")


@pytest.fixture
def world(tmp_path, sqlite_db, monkeypatch):
    with (
        running_sandbox(tmp_path / "sandbox", smtp=False) as running,
        httpx.Client(base_url=running.url, trust_env=False) as http,
    ):
        for name, value in (PACE | {"COVIGIE_X_BASE_URL": running.url}).items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        yield World("x", running.url, COMPANY, OAUTH2, http, X_CALLS)


def prepare(posts: int) -> list[str]:
    """Connect the company's account and schedule posts for the next seconds; return their texts."""
    people = committee()
    sign_terms()
    account = post_factories.account(Network.X, COMPANY.handle)
    with transaction() as session:
        row = session.get(Account, account.id)
        row.external_id = COMPANY.id
        from compliance.accounts import _written
        from compliance.secrets import encrypt

        row.token_encrypted = encrypt(_written(OAUTH2), account_id=row.id)
    texts = [f"Course solidaire du dimanche, kilomètre {n}." for n in range(1, posts + 1)]
    for n, words in enumerate(texts):
        post = post_factories.post_at(PostStatus.APPROVED, people, words, account=account)
        author = next(iter(people.values()))
        post_factories.schedule(author, post.id, clock.now() + timedelta(seconds=5 + 2 * n))
    return texts


def start() -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "cli.py", "worker"],
        cwd=ROOT,
        start_new_session=True,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def kill(worker: subprocess.Popen) -> None:
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def settled(expected: int, posts: int, started: datetime) -> bool:
    with reading() as session:
        if session.get_one(Heartbeat, "worker").beat_at < started:
            return False
        screened = session.exec(select(func.count()).select_from(ScreeningRecord)).one()
        archived = session.exec(select(func.count()).select_from(ArchiveRecord)).one()
    return screened >= expected and archived >= posts


def run_and_kill(world: World, kills: int, posts: int) -> tuple[list[str], int]:
    texts, written, chance = prepare(posts), 0, random.Random(kills)
    worker, started = start(), clock.now()
    for _ in range(kills):
        for _ in range(chance.randint(3, 9)):
            world.comment(f"{chance.choice(WORDS)} ({written})", mention=True)
            written += 1
        time.sleep(chance.uniform(1.5, 6.0))
        kill(worker)
        worker, started = start(), clock.now()
    deadline = time.monotonic() + 90
    while not settled(written, posts, started) and time.monotonic() < deadline:
        time.sleep(0.5)
    worker.terminate()
    assert worker.wait(timeout=20) == 0, "a worker that is asked to stop ends cleanly"
    return texts, written


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.soak)])
def test_killing_the_worker_loses_nothing_and_doubles_nothing(world, kills):
    posts = max(3, kills // 2)
    texts, written = run_and_kill(world, kills, posts)
    with reading() as session:
        comments = session.exec(select(Comment)).all()
        revisions = session.exec(select(func.count()).select_from(CommentRevision)).one()
        screenings = session.exec(select(func.count()).select_from(ScreeningRecord)).one()
        cases = session.exec(select(func.count()).select_from(Case)).one()
        states = session.exec(select(Publication.status)).all()
        archived = session.exec(select(func.count()).select_from(ArchiveRecord)).one()
        report = audit.verify_chain(session)
    there = {item["id"] for item in world.items() if item["author_id"] != COMPANY.id}
    assert {comment.external_id for comment in comments} == there
    assert (len(comments), revisions, screenings) == (written, written, written)
    flagged = sum(comment.screening is Screening.FLAGGED for comment in comments)
    assert flagged == cases == sum(comment.pv is PvFacet.POSSIBLE for comment in comments)
    assert flagged > 0
    assert {words: len(world.published(words)) for words in texts} == dict.fromkeys(texts, 1)
    assert (set(states), archived) == ({PublicationStatus.PUBLISHED}, posts)
    assert report.problem is None
