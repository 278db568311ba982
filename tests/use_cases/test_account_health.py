"""How an account fares is looked up once a day or on demand, kept, and shown without asking any network."""

from datetime import timedelta

import httpx
import pytest
from sqlmodel import col, select

from compliance import account_health, account_rows, breakers, clock, notifying
from compliance.permissions import SYSTEM
from connectors.sandbox import running_sandbox
from connectors.sandbox.x_push import CONSUMER_SECRET
from errors import AuthExpired, InvalidInput, NotPermitted
from models.account import Account
from models.compliance import AuditEvent
from models.connection import AccountHealth, WebhookSubscription
from models.enums import AccountStatus, Mark, Network, Reach, Role, SubscriptionStatus, Telling
from models.session import reading, transaction
from settings import get_settings
from tests.connection_factories import connect, connected, install, registered
from tests.connectors.listening import listening_here
from tests.factories import person

S = SubscriptionStatus


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with running_sandbox(tmp_path_factory.mktemp("sandbox"), smtp=False) as running:
        yield running.url


@pytest.fixture
def there(sandbox, db, monkeypatch):
    httpx.post(f"{sandbox}/_sandbox/reset", trust_env=False).raise_for_status()
    install(monkeypatch, sandbox)
    return sandbox


@pytest.fixture
def julie(there):
    return person(Role.ADMINISTRATOR, login="julie")


def look(account: Account) -> AccountHealth:
    return account_health.check_account(SYSTEM, account_id=account.id)


def rows(actor) -> tuple[account_rows.AccountRow, ...]:
    with reading() as session:
        return account_rows.accounts(session, actor)


def strike(sandbox: str, **fault) -> None:
    httpx.post(f"{sandbox}/_sandbox/faults", json=fault, trust_env=False).raise_for_status()


def ask(actor, account: Account) -> WebhookSubscription:
    with transaction() as session:
        wish = notifying.ask(session, actor, account_id=account.id)
    return notifying.carry_out(wish)


@pytest.mark.parametrize("network", [Network.X, Network.INSTAGRAM, Network.LINKEDIN, Network.YOUTUBE])
def test_an_account_that_works_fares_well(there, network):
    found = look(connected(network))
    assert found.reach is Reach.OK
    assert found.clock_seconds in range(-30, 31)
    assert found.telling is (Telling.NEVER if network is Network.YOUTUBE else Telling.NO)


@pytest.mark.parametrize(
    ("fault", "reach"),
    [
        ({"kind": "revoke_token"}, Reach.AUTH_EXPIRED),
        ({"kind": "rate_limit", "value": 600}, Reach.LIMITED),
        ({"kind": "status", "value": 503}, Reach.UNREACHABLE),
        ({"kind": "html_200"}, Reach.UNREACHABLE),
        ({"kind": "status", "value": 404}, Reach.REFUSED),
    ],
)
def test_what_is_wrong_is_found_and_kept(there, julie, fault, reach):
    account = connected(Network.X)
    strike(there, **fault)
    found = look(account)
    assert (found.reach, found.telling) == (reach, Telling.UNKNOWN)
    assert (found.limited_until is not None) is (reach is Reach.LIMITED)
    (row,) = rows(julie)
    assert row.status is (AccountStatus.AUTH_EXPIRED if reach is Reach.AUTH_EXPIRED else AccountStatus.ACTIVE)
    assert row.healthy is False
    assert row.reason


def test_a_token_of_another_account_is_found(there):
    account = connected(Network.X)
    with transaction() as session:
        session.get(Account, account.id).external_id = "1"
    assert look(account).reach is Reach.WRONG_ACCOUNT


def test_an_account_without_token_asks_nothing(there):
    assert look(registered(Network.X)).reach is Reach.NOT_CONNECTED


def test_the_clocks_are_compared(there):
    account = connected(Network.X)
    with clock.at(clock.now() - timedelta(minutes=7)):
        found = look(account)
    assert 410 < (found.clock_seconds or 0) < 430


def test_a_connection_tells_its_rights_and_that_it_renews(julie):
    account = registered(Network.X)
    connect(julie, account)
    found = look(account)
    assert (found.scopes_told, found.missing_scopes, found.renewable) == (True, [], True)


def test_the_worker_looks_once_a_day_at_what_is_connected(there):
    registered(Network.TIKTOK)
    account = connected(Network.X)
    assert (account_health.check_due(), account_health.check_due()) == (1, 0)
    with clock.at(clock.now() + timedelta(hours=25)):
        assert account_health.check_due() == 1
    with reading() as session:
        assert session.exec(select(AccountHealth.account_id)).all() == [account.id]


def test_a_refused_token_is_shown_again_each_hour_and_one_that_is_taken_again_reopens_the_account(there):
    """Networks refuse a good token by mistake too: nobody should have to notice that for comments to come in."""
    account = connected(Network.X)
    breakers.tell(account.id, AuthExpired("refused"))
    with transaction() as session:
        session.get(Account, account.id).status = AccountStatus.AUTH_EXPIRED
    strike(there, kind="revoke_token")
    assert account_health.check_due() == 1
    httpx.post(f"{there}/_sandbox/tokens", json={"action": "restore"}, trust_env=False).raise_for_status()
    with clock.at(clock.now() + timedelta(minutes=50)):
        assert account_health.check_due() == 0
        assert breakers.waits(account.id) == "AuthExpired"
    with clock.at(clock.now() + timedelta(minutes=70)):
        assert account_health.check_due() == 1
        assert breakers.waits(account.id) == ""


def test_the_page_asks_no_network(there, julie, monkeypatch):
    look(connected(Network.X))
    for network in Network:
        monkeypatch.setenv(f"COVIGIE_{network.value.upper()}_BASE_URL", "http://127.0.0.1:9")
    get_settings.cache_clear()
    (row,) = rows(julie)
    assert row.lines[0].mark is Mark.GOOD


def test_only_an_administrator_looks(there):
    account = connected(Network.X)
    camille = person(Role.COMMUNITY_MANAGER, login="camille")
    for attempt in (
        lambda session: account_rows.accounts(session, camille),
        lambda session: account_health.may_check(session, camille, account_id=account.id),
        lambda session: notifying.ask(session, camille, account_id=account.id),
    ):
        with pytest.raises(NotPermitted), transaction() as session:
            attempt(session)


# --- notifications -------------------------------------------------------------------------------------------------


def test_a_network_is_asked_to_tell_us_and_the_wish_and_its_result_are_kept(there, julie, monkeypatch):
    account = connected(Network.X)
    look(account)
    with listening_here() as (ours, home):
        ours.network, ours.secret = "x", CONSUMER_SECRET
        monkeypatch.setenv("COVIGIE_PUBLIC_URL", home)
        get_settings.cache_clear()
        wish = ask(julie, account)
        assert (wish.status, wish.reason, wish.callback_url) == (S.DONE, "", f"{home}/webhooks/x")
        assert rows(julie)[0].told
        assert look(account).telling is Telling.YES
    with reading() as session:
        events = session.exec(select(AuditEvent).order_by(col(AuditEvent.seq))).all()
    acts = [(event.action, event.actor_id) for event in events if "notify" in event.action]
    assert acts == [("account:notify_ask", julie.id), ("account:notify", None)]


def test_tiktok_which_says_nothing_is_believed_what_was_done(there, julie):
    account = connected(Network.TIKTOK)
    assert look(account).telling is Telling.NO
    assert ask(julie, account).status is S.DONE
    assert look(account).telling is Telling.YES


def test_a_network_that_refuses_is_quoted(there, julie):
    account = connected(Network.X)
    wish = ask(julie, account)
    assert (wish.status, "400" in wish.reason) == (S.FAILED, True)
    assert rows(julie)[0].failed == wish.reason


def test_a_wish_that_was_cut_short_is_finished_by_the_worker(there, julie):
    account = connected(Network.TIKTOK)
    with transaction() as session:
        notifying.ask(session, julie, account_id=account.id)
    assert notifying.finish() == 0
    with clock.at(clock.now() + timedelta(minutes=3)):
        assert notifying.finish() == 1
        assert notifying.finish() == 0


def test_what_cannot_be_asked_is_a_sentence(there, julie, monkeypatch):
    with transaction() as session:
        with pytest.raises(InvalidInput, match="n'envoie pas"):
            notifying.ask(session, julie, account_id=connected_youtube(session).id)
        with pytest.raises(InvalidInput, match="pas connecté"):
            notifying.ask(session, julie, account_id=bare_x(session).id)


def connected_youtube(session) -> Account:
    row = Account(
        network=Network.YOUTUBE, handle="y", display_name="Y", status=AccountStatus.ACTIVE, created_at=clock.now()
    )
    session.add(row)
    return row


def bare_x(session) -> Account:
    row = Account(network=Network.X, handle="x", display_name="X", status=AccountStatus.PAUSED, created_at=clock.now())
    session.add(row)
    return row


def test_without_a_public_https_address_the_network_is_not_asked(there, julie, monkeypatch):
    account = connected(Network.X)
    with transaction() as session:
        session.get(Account, account.id).base_url = "https://api.x.com"
    with pytest.raises(InvalidInput, match="COVIGIE_PUBLIC_URL"), transaction() as session:
        notifying.ask(session, julie, account_id=account.id)


def test_without_its_settings_the_network_is_not_asked(there, julie, monkeypatch):
    account = connected(Network.X)
    monkeypatch.delenv("COVIGIE_X_BEARER_TOKEN")
    get_settings.cache_clear()
    with pytest.raises(InvalidInput, match="COVIGIE_X_BEARER_TOKEN"), transaction() as session:
        notifying.ask(session, julie, account_id=account.id)
