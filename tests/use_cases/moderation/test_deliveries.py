"""Signed deliveries: kept as they came before anything reads them, taken once, read by the worker like a file."""

import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from app_pages import _intake
from app_pages._gate import Gate
from compliance import clock
from compliance.permissions import SYSTEM
from models.comment import Comment
from models.door import SignedDelivery
from models.session import reading, transaction
from moderation import deliveries, signed
from tests.comment_factories import ADVERSE, NOON, community_manager, count

SOURCE = "Site public"
NOW = str(int(NOON.timestamp()))
ONE = {"id": 7, "text": ADVERSE, "posted_at": "2026-11-18T09:00:00Z", "author": "lila"}


def body(*objects) -> bytes:
    return json.dumps(list(objects)).encode()


@pytest.fixture
def post(db):
    """Deliver a body to the route, through the gate, at noon; returns its status."""
    with transaction() as session:
        secret = deliveries.new_key(session, SYSTEM, source=SOURCE)
    app = Starlette(routes=_intake.ROUTES, middleware=[Middleware(Gate)])
    client = TestClient(app, base_url="http://localhost:8501")

    def posted(content: bytes, *, at=NOW, source=SOURCE, signature=None) -> int:
        given = signature or signed.signature_of(secret, at, content)
        headers = {"x-covigie-timestamp": at, "x-covigie-signature": given.encode("latin-1")}
        with clock.at(NOON):
            return client.post(f"/intake/{source}", content=content, headers=headers).status_code

    return posted


def read() -> None:
    with clock.at(NOON + timedelta(minutes=4)):
        deliveries.read_deliveries()


def test_a_signature_is_the_hmac_of_moment_point_and_body():
    told = hmac.new(b"secret", b'1700000000.{"a":1}', "sha256").hexdigest()
    assert signed.signature_of("secret", "1700000000", b'{"a":1}') == f"sha256={told}"


def test_a_signed_body_is_kept_then_read_and_known_since_it_was_delivered(post):
    assert post(body(ONE)) == 202
    assert (count(SignedDelivery), count(Comment)) == (1, 0)
    read()
    with reading() as session:
        one = session.exec(select(Comment)).one()
    assert (one.external_id, one.awareness_at) == ("7", NOON)
    assert one.posted_at == datetime(2026, 11, 18, 9, tzinfo=UTC)
    assert count(SignedDelivery, SignedDelivery.body.is_(None)) == 1


def test_the_same_body_again_is_the_same_delivery(post):
    assert [post(body(ONE)), post(body(ONE))] == [202, 202]
    read()
    assert post(body(ONE)) == 202
    read()
    assert (count(SignedDelivery), count(Comment)) == (1, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"signature": "sha256=00"}, {"signature": "\xe9"}, {"source": "inconnue"}, {"at": "hier"}, {"at": "9" * 40},
        {"at": str(int(NOW) - 301)}, {"at": str(int(NOW) + 301)},
    ],
)  # fmt: skip
def test_what_is_not_signed_now_by_a_known_source_is_not_even_kept(post, wrong):
    assert post(body(ONE), **wrong) == 401
    assert count(SignedDelivery) == 0


def test_a_body_that_is_too_large_is_refused_before_it_is_held(post):
    assert post(b" " * 1_000_001) == 413


def test_what_cannot_be_read_is_told_and_the_rest_comes_in(post):
    post(body(ONE, {"text": "sans date"}, "rien", {"text": "demain", "posted_at": "2027-01-01"}))
    post(b"{pas du json")
    post(json.dumps([ONE] * 1_001).encode())
    read()
    assert count(Comment) == 1
    with reading() as session:
        told = deliveries.open_deliveries(session)
    assert sorted(one.wrong for one, _source in told) == [1, 1, 3]
    agent = community_manager()
    for one, _source in told:
        with transaction() as session:
            deliveries.settle_delivery(session, agent, delivery_id=one.id, row_version=one.row_version)
    with reading() as session:
        assert deliveries.open_deliveries(session) == []
    assert count(SignedDelivery, SignedDelivery.body.is_not(None)) == 0


def test_a_new_key_ends_the_one_before(post):
    with transaction() as session:
        deliveries.new_key(session, SYSTEM, source=SOURCE)
    assert post(body(ONE)) == 401
