"""GET /healthz: what a supervisor needs, without sign-in and without personal data."""

from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from app_pages import _health
from app_pages._gate import Gate
from compliance import clock
from models import session as database
from models.account import Account, CoverageRecord
from models.engine_room import Heartbeat
from models.enums import AccountStatus, Network
from models.session import transaction
from settings import get_settings

APP = Starlette(routes=_health.ROUTES, middleware=[Middleware(Gate)])


def health(expected: int = 200):
    answer = TestClient(APP, base_url="http://10.0.0.7").get("/healthz")
    assert answer.status_code == expected
    return answer.json()


def test_an_installation_just_made_is_healthy_and_says_that_no_worker_ran(db):
    assert health() == {
        "database": "ok",
        "worker": None,
        "polls": [],
        "comments": {"received": 0, "flagged": 0, "skimmed": 0, "cleared": 0, "unscreened": 0},
    }


def test_the_worker_and_the_last_poll_of_each_account_are_told_by_their_age(db):
    now = clock.now()
    with transaction() as session:
        session.add(Heartbeat(process="worker", beat_at=now - timedelta(seconds=7)))
        account = _account(session, "read", now)
        for seconds, succeeded, error in ((300, True, None), (40, False, "rate_limited")):
            session.add(
                CoverageRecord(
                    account_id=account, polled_at=now - timedelta(seconds=seconds), succeeded=succeeded, error=error
                )
            )
        _account(session, "silent", now)
    with clock.at(now):
        told = health()
    assert told["worker"] == 7
    assert [(poll["network"], poll["age"], poll["outcome"]) for poll in told["polls"]] == [
        ("x", 40, "rate_limited"),
        ("x", None, "never"),
    ]


def _account(session, handle, now):
    account = Account(
        network=Network.X, handle=handle, display_name=handle, status=AccountStatus.ACTIVE, created_at=now
    )
    session.add(account)
    session.flush()
    return account.id


@pytest.mark.parametrize("path", ["nowhere/covigie.db", "empty.db"])
def test_a_database_that_does_not_answer_is_a_503(tmp_path, monkeypatch, path):
    monkeypatch.setenv("COVIGIE_DATABASE_URL", f"sqlite:///{tmp_path / path}")
    get_settings.cache_clear()
    database.engine.cache_clear()
    assert health(503)["database"] == "unreachable"
