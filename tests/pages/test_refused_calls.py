"""Calls that prove nothing are slowed and counted; who proves to be right never waits for them."""

from datetime import timedelta

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from app_pages import _intake, _refused_calls, _webhooks
from app_pages._gate import Gate
from compliance import clock, refused_calls
from compliance.permissions import SYSTEM
from connectors.x_webhook import SIGNATURE_HEADER, signature
from models.engine_room import RefusedCalls
from models.enums import Role
from models.session import reading, transaction
from moderation import deliveries, signed, webhooks
from settings import get_settings
from tests.comment_factories import NOON
from tests.factories import person
from tests.pages.conftest import text_of

SECRET = "le secret de l'application"
BODY = b'{"for_user_id":"1000"}'
SOURCE = "Site public"
NOW = str(int(NOON.timestamp()))
APP = Starlette(routes=[*_webhooks.ROUTES, *_intake.ROUTES], middleware=[Middleware(Gate)])


@pytest.fixture(autouse=True)
def still(monkeypatch):
    """Time stands, so that no bucket fills again by itself."""
    moments = {"now": 1000.0}
    monkeypatch.setattr(refused_calls, "monotonic", lambda: moments["now"])
    return moments


@pytest.fixture
def caller(sqlite_db, monkeypatch):
    monkeypatch.setenv("COVIGIE_X_APP_SECRET", SECRET)
    get_settings.cache_clear()
    return lambda host="203.0.113.7": TestClient(APP, base_url="https://covigie.example", client=(host, 50_000))


def tell(client, *, signed_as=BODY, path="/webhooks/x", **headers):
    return client.post(path, content=BODY, headers={SIGNATURE_HEADER: signature(signed_as, SECRET), **headers})


def forge(client, n=1):
    return [tell(client, signed_as=b"autre").status_code for _ in range(n)]


def test_twenty_wrong_calls_are_told_what_is_wrong_then_how_long_to_wait(caller, still):
    client = caller()
    assert forge(client, 20) == [401] * 20
    slowed = tell(client, signed_as=b"autre")
    assert (slowed.status_code, slowed.headers["retry-after"]) == (429, "3")
    still["now"] += 3.1
    assert forge(client, 2) == [401, 429]


def test_who_is_right_never_waits_even_at_the_same_address_and_under_the_same_name(caller):
    client = caller()
    assert forge(client, 25)[-1] == 429
    assert tell(client).status_code == 200
    assert tell(caller("198.51.100.1")).status_code == 200


def test_a_key_that_many_addresses_try_is_slowed_as_one(caller):
    hosts = [f"203.0.113.{n}" for n in range(1, 23)]
    assert [forge(caller(host))[0] for host in hosts] == [401] * 20 + [429] * 2


def test_an_ipv6_network_is_one_caller_and_an_ipv4_within_ipv6_is_itself():
    assert refused_calls._place("2001:db8::1") == refused_calls._place("2001:db8::ffff:1")
    assert refused_calls._place("2001:db8::1") != refused_calls._place("2001:db8:0:1::1")
    assert refused_calls._place("::ffff:203.0.113.7") == "203.0.113.7"
    assert refused_calls._place("testclient") == "testclient"


def test_the_memory_of_callers_is_bounded_and_forgets_the_oldest(monkeypatch):
    monkeypatch.setattr(refused_calls, "MOST_BUCKETS", 5)
    for n in range(8):
        refused_calls.wait_after("intake", f"203.0.113.{n}", f"nom {n}")
    assert [name for _door, name in refused_calls._addresses] == [f"203.0.113.{n}" for n in range(3, 8)]
    assert len(refused_calls._keys) == 5


def deliver(client, secret, *, source=SOURCE, stamp=NOW, content=b"[]", **headers):
    given = {"x-covigie-timestamp": stamp, "x-covigie-signature": signed.signature_of(secret, stamp, content)}
    with clock.at(NOON):
        return client.post(f"/intake/{source}", content=content, headers=given | headers).status_code


def test_deliveries_are_slowed_likewise_and_counted_under_the_names_that_we_know_alone(caller, monkeypatch):
    monkeypatch.setattr(refused_calls, "BETWEEN_WRITES", 0.0)
    with transaction() as session:
        secret = deliveries.new_key(session, SYSTEM, source=SOURCE)
    client = caller()
    assert [deliver(client, "faux") for _ in range(22)] == [401] * 20 + [429] * 2
    assert deliver(client, "faux", source="inventé") == 429
    assert deliver(client, secret) == 202
    with reading() as session:
        rows = session.exec(select(RefusedCalls).order_by(RefusedCalls.key)).all()
    assert [(row.door, row.key, row.refused, row.slowed) for row in rows] == [
        ("intake", "", 1, 1),
        ("intake", SOURCE, 22, 2),
    ]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (f"/intake/{SOURCE}", {}, 401),
        (f"/intake/{SOURCE}", {"x-covigie-timestamp": NOW, "x-covigie-signature": "sha256=court"}, 401),
        ("/webhooks/x", {}, 401),
        ("/webhooks/nulle-part", {}, 404),
    ],
)
def test_a_body_that_cannot_be_genuine_is_not_read(caller, path, headers, status):
    assert _unread(caller(), path, headers) == status


@pytest.mark.parametrize("path", [f"/intake/{SOURCE}", "/webhooks/x"])
def test_a_body_that_announces_too_much_is_refused_before_it_is_read(caller, path):
    most = max(deliveries.LARGEST, webhooks.LONGEST_BODY) + 1
    good = {"x-covigie-timestamp": NOW, "x-covigie-signature": f"sha256={'0' * 64}", SIGNATURE_HEADER: "sha256=x"}
    assert _unread(caller(), path, good | {"content-length": str(most)}) == 413


def test_a_body_without_a_length_is_read_no_further_than_its_most(caller):
    parts = (b" " * 100_000 for _ in range(40))
    answer = caller().post("/webhooks/x", content=parts, headers={SIGNATURE_HEADER: "sha256=x"})
    assert answer.status_code == 413


def _unread(client, path, headers) -> int:
    """Call and return the status; reading the body is a failure."""

    async def never(_request, _most):
        raise AssertionError("the body was read")

    with pytest.MonkeyPatch.context() as patch, clock.at(NOON):
        if "content-length" not in headers:
            for module in (_intake, _webhooks):
                patch.setattr(module, "body_of", never)
        else:
            patch.setattr(_refused_calls.Request, "stream", never)
        return client.post(path, content=b"{}", headers=headers).status_code


def test_the_coverage_screen_counts_them_and_says_what_to_look_at(caller, open_page):
    forge(caller(), 22)
    at = open_page("coverage.py", person(Role.PV_OFFICER))
    told = text_of(at)
    assert "22 refusés, dont 2 priés" in told
    assert "vérifiez le secret de" in told


def test_counts_of_one_day_add_up_and_a_week_is_shown(db, monkeypatch):
    monkeypatch.setattr(refused_calls, "BETWEEN_WRITES", 0.0)
    for days, slowed in ((8, False), (1, True), (1, False), (0, False)):
        with clock.at(NOON - timedelta(days=days)):
            assert refused_calls.tally("intake", SOURCE, slowed=slowed)
            with transaction() as session:
                refused_calls.write_down(session)
    with clock.at(NOON):
        refused_calls.tally("intake", SOURCE, slowed=True)
        with reading() as session:
            (row,) = refused_calls.refused_lately(session)
    assert (row.refused, row.slowed, row.last_at) == (4, 2, NOON)
