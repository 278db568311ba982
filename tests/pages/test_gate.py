"""The gate: who has no session reaches no page and no websocket; a form that is not ours changes nothing."""

from datetime import timedelta

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from app_pages import _health, _sign_in
from app_pages._auth import LOOPBACK_COOKIE, SECURE_COOKIE
from app_pages._gate import Gate, csrf_of
from app_pages._sign_in import local_path
from compliance import clock, people, sign_in
from compliance.permissions import SYSTEM
from models.compliance import AuditEvent
from models.enums import Role
from models.session import reading, transaction
from models.user import User
from settings import get_settings
from tests.factories import PASSWORD, person
from tests.pages.conftest import session_token

HTTP, HTTPS = "http://localhost:8501", "https://covigie.helior.example"


async def _page(_request):
    return PlainTextResponse("a page")


async def _socket(websocket):
    await websocket.accept()
    await websocket.send_text("a script ran")
    await websocket.close()


APP = Starlette(
    routes=[
        *_sign_in.ROUTES,
        *_health.ROUTES,
        WebSocketRoute("/_stcore/stream", _socket),
        Route("/{path:path}", _page, methods=["GET", "POST"]),
    ],
    middleware=[Middleware(Gate)],
)


def client(base: str = HTTP, **cookies: str) -> TestClient:
    return TestClient(APP, base_url=base, cookies=cookies, follow_redirects=False)


@pytest.fixture
def claire(sqlite_db):
    return person(Role.REGULATORY, login="claire", name="Claire Moreau")


def submit(browser: TestClient, *, login="claire", password=PASSWORD, origin=HTTP, csrf=None, **fields):
    shown = browser.get("/sign-in")
    token = shown.text.split('name="csrf" value="')[1].split('"')[0] if csrf is None else csrf
    data = {"login": login, "password": password, "csrf": token, **fields}
    return browser.post("/sign-in", data=data, headers={"origin": origin} if origin else {})


@pytest.mark.parametrize(
    "path", ["/", "/mon-travail", "/static/js/index.js", "/_stcore/host-config", "/media/secret.docx", "/sign-inside"]
)
def test_a_request_without_a_session_is_sent_to_sign_in(sqlite_db, path):
    answer = client().get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("token", ["", "made-up", "x" * 4000])
def test_a_made_up_cookie_is_no_session(sqlite_db, token):
    assert client(**{LOOPBACK_COOKIE: token}).get("/").status_code == 303


def test_the_way_back_is_kept(sqlite_db):
    assert client().get("/cas?id=12").headers["location"] == "/sign-in?next=/cas%3Fid%3D12"


def test_a_write_without_a_session_is_refused(sqlite_db):
    assert client().post("/_stcore/upload_file/x").status_code == 401


def test_a_session_opens_the_pages(claire):
    assert client(**{LOOPBACK_COOKIE: session_token(claire)}).get("/").text == "a page"


def _deactivate(actor):
    with transaction() as session:
        people.deactivate_user(session, SYSTEM, user_id=actor.id, reason="départ")


def test_the_session_of_a_closed_access_opens_nothing(claire):
    token = session_token(claire)
    _deactivate(claire)
    assert client(**{LOOPBACK_COOKIE: token}).get("/").status_code == 303


def test_a_session_that_idled_out_opens_nothing(claire):
    token = session_token(claire)
    with clock.at(clock.now() + timedelta(minutes=get_settings().idle_minutes)):
        assert client(**{LOOPBACK_COOKIE: token}).get("/").status_code == 303


def open_socket(browser: TestClient, **headers: str) -> str:
    with browser.websocket_connect("/_stcore/stream", headers=headers) as socket:
        return str(socket.receive_text())


def test_a_websocket_with_a_session_from_our_own_page_opens(claire):
    assert (
        open_socket(client(**{LOOPBACK_COOKIE: session_token(claire)}), origin=HTTP, host="localhost:8501")
        == "a script ran"
    )


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "http://localhost:9999", "null", ""])
def test_a_websocket_from_elsewhere_closes_before_any_script(claire, origin):
    browser = client(**{LOOPBACK_COOKIE: session_token(claire)})
    with pytest.raises(WebSocketDisconnect):
        open_socket(browser, host="localhost:8501", **({"origin": origin} if origin else {}))


def test_a_websocket_without_a_session_closes_before_any_script(sqlite_db):
    with pytest.raises(WebSocketDisconnect):
        open_socket(client(), origin=HTTP, host="localhost:8501")


def test_plain_http_from_another_machine_is_refused_with_a_sentence(claire):
    browser = client("http://covigie.helior.example", **{LOOPBACK_COOKIE: session_token(claire)})
    for path in ("/", "/sign-in"):
        answer = browser.get(path)
        assert answer.status_code == 403
        assert "https" in answer.text
    with pytest.raises(WebSocketDisconnect):
        open_socket(browser, origin="http://covigie.helior.example")


def test_every_answer_carries_the_security_headers(claire):
    for answer in (client().get("/"), client().get("/sign-in"), client().get("/healthz")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy
        assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
    assert "strict-transport-security" not in client().get("/sign-in").headers
    assert "strict-transport-security" in client(HTTPS).get("/sign-in").headers


# ------------------------------------------------------------------------------------------------ sign-in


def test_sign_in_sets_an_opaque_cookie_that_scripts_cannot_read(claire):
    answer = submit(client())
    assert answer.status_code == 303
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(f"{LOOPBACK_COOKIE}="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    token = cookie.split("=", 1)[1].split(";")[0]
    assert len(token) >= 40
    with reading() as session:
        assert sign_in.current_actor(session, token).login == "claire"


def test_sign_in_over_https_sets_a_secure_host_cookie(claire):
    answer = submit(client(HTTPS), origin=HTTPS)
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(f"{SECURE_COOKIE}="))
    assert {"Secure", "Path=/", "HttpOnly"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_a_wrong_password_is_counted_and_the_login_stays_typed(claire):
    answer = submit(client(), password="<b>faux</b>")
    assert answer.status_code == 401
    assert "Encore 4 essai" in answer.text
    assert 'value="claire"' in answer.text
    assert "faux" not in answer.text
    with reading() as session:
        assert session.get(User, claire.id).failed_attempts == 1


def test_a_hostile_login_is_shown_as_text(sqlite_db):
    answer = submit(client(), login='"><script>alert(1)</script>')
    assert answer.status_code == 401
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    ("origin", "csrf"), [(HTTP, "made-up"), (HTTP, ""), ("https://elsewhere.example", None), ("null", None), ("", None)]
)
def test_a_form_that_is_not_ours_signs_nobody_in_and_counts_nothing(claire, origin, csrf):
    answer = submit(client(), password="faux", origin=origin, csrf=csrf)
    assert answer.status_code == 403
    with reading() as session:
        assert session.get(User, claire.id).failed_attempts == 0


@pytest.mark.parametrize(
    "asked",
    [
        "https://elsewhere.example",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "",
        "/sign-out",
        "/\r\nx: y",
        "/_stcore/x",
    ],
)
def test_sign_in_leads_nowhere_but_to_our_own_pages(asked):
    assert local_path(asked) == "/"


def test_sign_in_leads_to_the_page_asked_for(claire):
    assert submit(client(), next="/cas?id=12").headers["location"] == "/cas?id=12"


def test_a_form_with_too_many_fields_or_a_file_is_refused(sqlite_db):
    answer = client().post("/sign-in", data={f"f{n}": "x" for n in range(50)}, headers={"origin": HTTP})
    assert answer.status_code == 400


def test_sign_out_ends_the_session_for_good(claire):
    token = session_token(claire)
    browser = client(**{LOOPBACK_COOKIE: token})
    answer = browser.post("/sign-out", data={"csrf": csrf_of(token)}, headers={"origin": HTTP})
    assert answer.headers["location"] == "/sign-in"
    assert client(**{LOOPBACK_COOKIE: token}).get("/").status_code == 303
    with reading() as session:
        assert session.exec(select(AuditEvent).where(AuditEvent.action == "session:sign_out")).one()


@pytest.mark.parametrize(("origin", "csrf"), [(HTTP, "made-up"), ("https://elsewhere.example", None)])
def test_nobody_signs_another_person_out(claire, origin, csrf):
    token = session_token(claire)
    browser = client(**{LOOPBACK_COOKIE: token})
    sent = csrf_of(token) if csrf is None else csrf
    assert browser.post("/sign-out", data={"csrf": sent}, headers={"origin": origin}).status_code == 403
    assert browser.get("/").text == "a page"


def test_demonstration_accounts_are_listed_in_the_demonstration_only(claire, monkeypatch):
    assert "claire" not in client().get("/sign-in").text
    monkeypatch.setenv("COVIGIE_DEMO", "true")
    get_settings.cache_clear()
    shown = client().get("/sign-in").text
    assert "Claire Moreau" in shown
    assert "Affaires réglementaires" in shown


def test_the_language_is_remembered_and_a_made_up_one_is_not(sqlite_db):
    browser = client()
    browser.get("/language?to=en")
    assert 'lang="en"' in browser.get("/sign-in").text
    browser.get("/language?to=<b>")
    assert 'lang="en"' in browser.get("/sign-in").text
