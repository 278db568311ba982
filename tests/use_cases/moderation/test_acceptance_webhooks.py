"""What a network tells by itself, from its call on our address to the queue: each case on every network that tells."""

import json

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app_pages import _webhooks
from compliance import refused_calls
from connectors.sandbox import hooks
from connectors.sandbox.hooks_table import signed
from models.engine_room import WebhookDelivery
from models.session import reading
from moderation import hearing
from settings import get_settings
from tests.acceptance import plays
from tests.comment_factories import ADVERSE, count
from tests.stages import Stage

SECRET = "le secret de l'application"
APPLICATIONS = ("X", "META", "LINKEDIN", "TIKTOK")


@pytest.fixture
def application(monkeypatch) -> TestClient:
    """Our own address, as the networks call it."""
    for name in APPLICATIONS:
        monkeypatch.setenv(f"COVIGIE_{name}_APP_SECRET", SECRET)
    get_settings.cache_clear()
    for memory in (hearing._allowances, hearing._resting):
        memory.clear()
    return TestClient(Starlette(routes=_webhooks.ROUTES), base_url="https://covigie.example")


def notice(stage: Stage, comment: str) -> bytes:
    """Return what the network sends when a comment is written."""
    return json.dumps(hooks.SHAPES[stage.network](stage.world.account.id, (comment, stage.post), hooks.ADD)).encode()


def notify(application: TestClient, stage: Stage, body: bytes, secret: str = SECRET) -> int:
    """Send a notification as the network does; return the status that it is answered."""
    headers = signed(stage.network, body, secret)
    return application.post(f"/webhooks/{stage.network}", content=body, headers=headers).status_code


@plays("told")
def test_a_notification_is_read_at_once_and_five_times_the_same_is_one(application, stage: Stage):
    said = stage.says(ADVERSE)
    body = notice(stage, said)
    assert {notify(application, stage, body) for _ in range(5)} == {200}
    assert (hearing.hear(), hearing.hear()) == (1, 0)
    with reading() as session:
        assert session.exec(select(WebhookDelivery.times)).all() == [5]
    assert set(stage.stored()) == {said}


@plays("forged")
def test_a_notification_with_a_wrong_signature_is_refused_and_the_screen_says_so(application, stage: Stage):
    said = stage.says(ADVERSE)
    assert notify(application, stage, notice(stage, said), "un autre secret") == 401
    assert count(WebhookDelivery) == 0
    with reading() as session:
        assert (stage.network, 1) in {(row.key, row.refused) for row in refused_calls.refused_lately(session)}
    stage.poll()
    assert set(stage.stored()) == {said}


# ------------------------------------------------------------------------ edited, deleted, hidden
