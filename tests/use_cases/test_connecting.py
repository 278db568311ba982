"""A person connects an account by the network's page of consent: all is right and kept, or nothing is."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlmodel import col, select

from compliance import account_rows, accounts, applications, clock, connecting
from compliance.connecting import UNKNOWN, USED, Return
from compliance.permissions import SYSTEM
from connectors.sandbox import running_sandbox
from connectors.sandbox.networks import network_of
from errors import InvalidInput, NotPermitted
from models.account import Account
from models.compliance import AuditEvent
from models.connection import ConnectionRequest
from models.enums import AccountStatus, ConnectionOutcome, Network, Role
from models.session import reading, transaction
from settings import get_settings
from tests.connection_factories import begin, connect, install, registered, returned
from tests.factories import person

C = ConnectionOutcome
SIX = applications.CONNECTED


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with running_sandbox(tmp_path_factory.mktemp("sandbox"), smtp=False) as running:
        yield running.url


@pytest.fixture
def there(sandbox, monkeypatch):
    httpx.post(f"{sandbox}/_sandbox/reset", trust_env=False).raise_for_status()
    install(monkeypatch, sandbox)
    return sandbox


@pytest.fixture
def julie(db, there):
    return person(Role.ADMINISTRATOR, login="julie")


def account() -> Account:
    with reading() as session:
        return session.exec(select(Account)).one()


def request() -> ConnectionRequest:
    with reading() as session:
        return session.exec(select(ConnectionRequest)).one()


def told() -> list[AuditEvent]:
    with reading() as session:
        of_accounts = select(AuditEvent).where(col(AuditEvent.action).startswith("account:"))
        events = session.exec(of_accounts.order_by(col(AuditEvent.seq)))
        return list(events.all())


def outcome_of(actor, request_id):
    with reading() as session:
        row = account_rows.outcome(session, actor, request_id)
    return row and (row.outcome, dict(row.facts))


@pytest.mark.parametrize("network", SIX)
def test_the_whole_way_connects_the_account(julie, network):
    registered(network, with_id=network is Network.INSTAGRAM)
    done = connect(julie, account())
    assert outcome_of(julie, done) == (C.CONNECTED, {})
    row = account()
    assert (row.status, row.external_id) == (AccountStatus.ACTIVE, network_of(network.value).company.id)
    assert accounts.open_channel(row).whoami().id == row.external_id
    assert [event.action for event in told()][-2:] == ["account:connect_ask", "account:connect"]
    assert {event.actor_id for event in told()[-2:]} == {julie.id}


def test_neither_code_nor_state_nor_token_is_anywhere(julie, capsys):
    registered(Network.X)
    back = returned(begin(julie, account()))
    assert back.state not in repr(back)
    assert back.code not in repr(back)
    connecting.come_back(julie, network=Network.X, back=back)
    token = accounts.token_of(account())
    secrets = {back.state, back.code, token.access, token.refresh}
    held = " ".join([request().model_dump_json(), account().model_dump_json(), *(str(e.model_dump()) for e in told())])
    out = capsys.readouterr()
    for secret in secrets:
        assert secret not in held + out.out + out.err
    assert request().verifier_encrypted is None


@pytest.mark.parametrize(
    ("answer", "outcome", "facts"),
    [
        ({"allow": False}, C.DENIED, {}),
        ({"other": True}, C.WRONG_ACCOUNT, {"other": "compte-perso"}),
        (
            {"without": ("https://www.googleapis.com/auth/youtube.upload",)},
            C.LACKING,
            {"lacking": ["https://www.googleapis.com/auth/youtube.upload"]},
        ),
    ],
)
def test_what_is_not_right_keeps_nothing_and_says_why(julie, answer, outcome, facts):
    registered(Network.YOUTUBE)
    done = connect(julie, account(), **answer)
    assert outcome_of(julie, done) == (outcome, facts)
    assert account().token_encrypted is None
    last = told()[-1]
    assert (last.action, last.new) == ("account:connect_fail", {"network": "youtube", "outcome": outcome.value})


def test_a_state_serves_once(julie):
    registered(Network.X)
    back = returned(begin(julie, account()))
    assert connecting.come_back(julie, network=Network.X, back=back) == request().id
    kept = account().token_encrypted
    assert connecting.come_back(julie, network=Network.X, back=back) == USED
    assert account().token_encrypted == kept


def test_a_state_is_no_good_after_ten_minutes(julie):
    registered(Network.X)
    back = returned(begin(julie, account()))
    with clock.at(clock.now() + timedelta(minutes=10, seconds=1)):
        done = connecting.come_back(julie, network=Network.X, back=back)
    assert outcome_of(julie, done) == (C.EXPIRED, {})
    assert account().token_encrypted is None


def test_anothers_state_is_no_good_and_stays_the_others(julie):
    registered(Network.X)
    back = returned(begin(julie, account()))
    paul = person(Role.ADMINISTRATOR, login="paul")
    assert connecting.come_back(paul, network=Network.X, back=back) == UNKNOWN
    assert connecting.come_back(julie, network=Network.YOUTUBE, back=back) == UNKNOWN
    assert account().token_encrypted is None
    done = connecting.come_back(julie, network=Network.X, back=back)
    assert outcome_of(julie, done) == (C.CONNECTED, {})
    assert outcome_of(paul, done) is None


@pytest.mark.parametrize(
    "back", [Return(""), Return("x" * 9_999, "code"), Return("unknown", "code"), Return("é\x00", "code")]
)
def test_a_made_up_return_asks_no_network(julie, back):
    registered(Network.X)
    assert connecting.come_back(julie, network=Network.X, back=back) == UNKNOWN


@pytest.mark.parametrize("code", ["", "made-up", "x" * 9_999])
def test_a_made_up_code_is_refused(julie, code):
    registered(Network.X)
    back = replace(returned(begin(julie, account())), code=code)
    outcome, facts = outcome_of(julie, connecting.come_back(julie, network=Network.X, back=back)) or (None, {})
    assert outcome is C.REFUSED
    assert code == "" or code not in str(facts)


def test_an_outage_says_to_come_again(julie, there):
    registered(Network.X)
    back = returned(begin(julie, account()))
    httpx.post(f"{there}/_sandbox/faults", json={"kind": "status", "path": "/2/oauth2"}, trust_env=False)
    done = connecting.come_back(julie, network=Network.X, back=back)
    assert outcome_of(julie, done) == (C.UNREACHABLE, {})


def test_a_clock_that_is_far_ahead_is_told(julie, monkeypatch):
    registered(Network.YOUTUBE)
    with clock.at(clock.now() + timedelta(hours=3)):
        done = connect(julie, account())
    assert outcome_of(julie, done) == (C.CLOCK, {})
    assert account().token_encrypted is None


def test_an_account_that_works_keeps_its_token_when_the_way_fails(julie):
    registered(Network.X)
    connect(julie, account())
    kept = account().token_encrypted
    connect(julie, account(), other=True)
    assert (account().token_encrypted, account().status) == (kept, AccountStatus.ACTIVE)


def test_only_an_administrator_who_is_a_person_goes(julie):
    registered(Network.X)
    for actor in (SYSTEM, person(Role.COMMUNITY_MANAGER, login="camille")):
        with pytest.raises(NotPermitted):
            begin(actor, account())
    back = returned(begin(julie, account()))
    with pytest.raises(NotPermitted):
        connecting.come_back(person(Role.QUALITY, login="q"), network=Network.X, back=back)


def test_without_our_application_the_missing_settings_are_named(julie, monkeypatch):
    registered(Network.LINKEDIN)
    monkeypatch.delenv("COVIGIE_LINKEDIN_CLIENT_ID")
    get_settings.cache_clear()
    with pytest.raises(InvalidInput, match="COVIGIE_LINKEDIN_CLIENT_ID"):
        begin(julie, account())


@pytest.mark.parametrize(("typed", "kept"), [("@LabosHelior ", "LabosHelior"), ("labos.helior", "labos.helior")])
def test_an_account_is_written_down_as_it_is_typed(julie, typed, kept):
    with transaction() as session:
        accounts.write_down(session, julie, network=Network.TIKTOK, handle=typed, display_name="")
    assert (account().handle, account().display_name, account().status) == (kept, kept, AccountStatus.PAUSED)


@pytest.mark.parametrize("typed", ["", "@", "labos helior", "x" * 201])
def test_what_is_no_handle_is_not_written_down(julie, typed):
    with pytest.raises(InvalidInput), transaction() as session:
        accounts.write_down(session, julie, network=Network.TIKTOK, handle=typed, display_name="")
