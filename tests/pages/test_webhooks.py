"""/webhooks/NETWORK, as a network without a session calls it: kept first, acknowledged then, forged never."""

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from app_pages import _webhooks
from app_pages._gate import Gate
from connectors.x_webhook import SIGNATURE_HEADER, signature
from models import session as database
from models.engine_room import WebhookDelivery
from models.session import reading
from moderation import webhooks
from settings import get_settings

SECRET = "le secret de l'application"
BODY = b'{"for_user_id":"1000"}'
APP = Starlette(routes=_webhooks.ROUTES, middleware=[Middleware(Gate)])


@pytest.fixture
def network(sqlite_db, monkeypatch) -> TestClient:
    monkeypatch.setenv("COVIGIE_X_APP_SECRET", SECRET)
    get_settings.cache_clear()
    return TestClient(APP, base_url="https://covigie.example")


def tell(network, body=BODY, *, signed=BODY, path="/webhooks/x"):
    return network.post(path, content=body, headers={SIGNATURE_HEADER: signature(signed, SECRET)}).status_code


def kept() -> list[tuple[str, int]]:
    with reading() as session:
        return [(row.body, row.times) for row in session.exec(select(WebhookDelivery))]


def test_a_genuine_notification_is_kept_as_it_came_and_a_replay_is_counted(network):
    assert tell(network) == 200
    assert tell(network) == 200
    assert kept() == [(BODY.decode(), 2)]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"signed": b"else"}, 401),
        ({"body": BODY + b" "}, 401),
        ({"path": "/webhooks/youtube"}, 404),
        ({"path": "/webhooks/nowhere"}, 404),
        ({"body": b" " * (webhooks.LONGEST_BODY + 1)}, 413),
    ],
)
def test_what_is_not_the_networks_is_not_kept(network, sent, status):
    assert tell(network, **sent) == status
    assert kept() == []


def test_it_is_not_acknowledged_when_it_cannot_be_kept(network, monkeypatch):
    monkeypatch.setenv("COVIGIE_DATABASE_URL", "sqlite:////nowhere/at/all.db")
    get_settings.cache_clear()
    database.engine.cache_clear()
    assert tell(network) == 503


def test_the_networks_question_is_answered_and_a_strangers_is_not(network):
    answer = network.get("/webhooks/x", params={"crc_token": "tok"})
    assert answer.json() == {"response_token": signature(b"tok", SECRET)}
    assert [network.get(path).status_code for path in ("/webhooks/x", "/webhooks/nowhere")] == [403, 403]


def test_plain_http_from_elsewhere_is_refused(network):
    assert TestClient(APP, base_url="http://covigie.example").post("/webhooks/x", content=BODY).status_code == 403
