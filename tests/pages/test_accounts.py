"""The page of accounts: what is wrong and what to do; connecting one, by the way to the sandbox's page and back."""

import re

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from app_pages import _oauth
from app_pages._auth import SECURE_COOKIE
from app_pages._gate import Gate
from compliance import account_health
from compliance.permissions import SYSTEM
from connectors.sandbox import running_sandbox
from models.account import Account
from models.connection import AccountHealth
from models.enums import Network, Reach, Role, Telling
from models.session import reading, transaction
from settings import get_settings
from tests.connection_factories import begin, connected, install, registered
from tests.connectors.consenting import consent
from tests.factories import person
from tests.pages.conftest import press, said_error, session_token, text_of

APP = Starlette(routes=_oauth.ROUTES, middleware=[Middleware(Gate)])
HOME = "https://covigie.labos-helior.example"
PAGE = "accounts.py"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with running_sandbox(tmp_path_factory.mktemp("sandbox"), smtp=False) as running:
        yield running.url


@pytest.fixture
def julie(sandbox, sqlite_db, monkeypatch):
    httpx.post(f"{sandbox}/_sandbox/reset", trust_env=False).raise_for_status()
    monkeypatch.setenv("COVIGIE_PUBLIC_URL", HOME)
    install(monkeypatch, sandbox)
    return person(Role.ADMINISTRATOR, login="julie")


def token_of(account_id: str) -> str | None:
    with reading() as session:
        return session.get(Account, account_id).token_encrypted


def come(browser: TestClient, place: httpx.URL) -> str:
    """Follow a network's redirect to our own route; return where that leads."""
    assert str(place).startswith(f"{HOME}/oauth/")
    answer = browser.get(place.raw_path.decode(), follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["location"]


def browser_of(actor=None) -> TestClient:
    cookies = {SECURE_COOKIE: session_token(actor)} if actor else {}
    return TestClient(APP, base_url=HOME, cookies=cookies)


def told_by(open_page, actor, place: str):
    assert place.startswith("/comptes?retour=")
    return open_page(PAGE, actor, retour=place.partition("=")[2])


@pytest.mark.parametrize("network", [Network.X, Network.TIKTOK])
def test_an_account_is_connected_from_the_page_to_the_network_and_back(open_page, julie, network):
    account = registered(network)
    at = open_page(PAGE, julie)
    assert "pas connecté : rien" in text_of(at)
    press(at, f"connect_{account.id}")
    (link,) = at.get("link_button")
    place = come(browser_of(julie), consent(link.proto.url))
    at = told_by(open_page, julie, place)
    assert "est connecté à" in at.success[0].value
    assert token_of(account.id)
    drawn = text_of(at)
    assert "répond et reconnaît ce compte" in drawn
    assert "autorisations nécessaires sont accordées" in drawn


def test_a_wrong_account_is_told_and_nothing_is_kept(open_page, julie):
    account = registered(Network.LINKEDIN)
    place = come(browser_of(julie), consent(begin(julie, account), other=True))
    at = told_by(open_page, julie, place)
    assert "ne gère pas @laboratoires-helior, mais : @autre-page" in said_error(at)
    assert token_of(account.id) is None


def test_a_refusal_at_the_network_is_told(open_page, julie):
    place = come(browser_of(julie), consent(begin(julie, registered(Network.FACEBOOK)), allow=False))
    assert "refusée chez Facebook" in told_by(open_page, julie, place).warning[0].value


def test_a_session_that_ended_meanwhile_leads_to_sign_in_without_the_code(open_page, julie):
    account = registered(Network.X)
    back = consent(begin(julie, account))
    place = come(browser_of(), back)
    assert place == "/sign-in?next=/comptes%3Fretour%3Dsession"
    assert "recommencez" in told_by(open_page, julie, "/comptes?retour=session").warning[0].value.lower()
    assert token_of(account.id) is None


@pytest.mark.parametrize("told", ["unknown", "used", "made-up", "session"])
def test_a_return_that_is_none_is_a_sentence(open_page, julie, told):
    at = open_page(PAGE, julie, retour=told)
    assert not at.exception
    assert "recommencez" in at.warning[0].value.lower()


def test_the_route_answers_what_it_knows_alone(julie):
    browser = browser_of(julie)
    assert browser.get("/oauth/phone/callback").status_code == 404
    assert browser.post("/oauth/x/callback").status_code == 405
    answer = browser.get("/oauth/x/callback?code=c&state=s", follow_redirects=False)
    assert (answer.headers["location"], answer.headers["cache-control"]) == ("/comptes?retour=unknown", "no-store")


def test_it_is_looked_at_on_demand_and_what_the_network_says_stands_there(open_page, julie, sandbox):
    account = connected(Network.X)
    at = open_page(PAGE, julie)
    assert "pas encore été vérifié" in text_of(at)
    fault = {"kind": "status", "value": 503}
    httpx.post(f"{sandbox}/_sandbox/faults", json=fault, trust_env=False).raise_for_status()
    press(at, f"check_{account.id}")
    assert "pas répondu" in text_of(at)
    assert "Le réseau dit : X answered 503" in text_of(at)


def test_notifications_are_asked_for_and_said(open_page, julie):
    account = connected(Network.TIKTOK)
    account_health.check_account(SYSTEM, account_id=account.id)
    at = open_page(PAGE, julie)
    press(at, f"notify_{account.id}")
    assert "nous notifiera" in at.success[0].value
    assert "nous notifie des nouveaux commentaires" in text_of(at)


def test_a_network_that_does_not_accept_our_address_is_quoted(open_page, julie):
    account = connected(Network.X)
    at = open_page(PAGE, julie)
    press(at, f"notify_{account.id}")
    assert "n'a pas accepté" in said_error(at)
    assert "Le réseau dit" in text_of(at)


def test_what_the_installation_lacks_is_named(open_page, julie, monkeypatch):
    account = registered(Network.X)
    monkeypatch.delenv("COVIGIE_X_CLIENT_ID")
    get_settings.cache_clear()
    at = open_page(PAGE, julie)
    assert "COVIGIE_X_CLIENT_ID" in text_of(at)
    assert next(button for button in at.button if button.key == f"connect_{account.id}").disabled


def test_an_account_is_written_down_with_the_addresses_for_its_network(open_page, julie):
    at = open_page(PAGE, julie)
    at.text_input(key="account_handle").set_value("@LabosHelior")
    at.selectbox(key="account_network").set_value(Network.TIKTOK)
    press(at, "account_register")
    assert "enregistré" in at.success[0].value
    assert {block.value for block in at.code} == {f"{HOME}/oauth/tiktok/callback/", f"{HOME}/webhooks/tiktok"}
    press(at, "account_register")
    assert "sans espace" in said_error(at)


def test_what_a_network_says_is_no_markup(open_page, julie):
    account = connected(Network.X)
    with transaction() as session:
        session.add(
            AccountHealth(
                account_id=account.id, checked_at=account.created_at, reach=Reach.REFUSED, telling=Telling.NO,
                reason="<script>alert(1)</script>", missing_scopes=["<b>x</b>"],
            )
        )  # fmt: skip
    drawn = text_of(open_page(PAGE, julie))
    assert not re.search(r"<script>alert|<b>x", drawn)
