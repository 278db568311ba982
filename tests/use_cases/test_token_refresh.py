"""A token is renewed before it ends, and an account that cannot be renewed says so before it falls silent."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlmodel import col, select

from compliance import accounts, clock, token_refresh
from compliance.permissions import SYSTEM
from connectors.refreshing import MARGINS
from connectors.sandbox import running_sandbox
from connectors.sandbox.linkedin.network import COMPANY as PAGE
from connectors.sandbox.linkedin.network import USER
from connectors.sandbox.tiktok.network import COMPANY as PROFILE
from connectors.sandbox.tiktok.network import TOKEN as TIKTOK
from connectors.sandbox.youtube.network import COMPANY as CHANNEL
from connectors.sandbox.youtube.network import TOKEN as YOUTUBE
from models.account import Account
from models.compliance import AuditEvent
from models.enums import AccountStatus, Network
from models.session import reading, transaction

WHO = {
    Network.LINKEDIN: (PAGE, USER),
    Network.TIKTOK: (PROFILE, TIKTOK),
    Network.YOUTUBE: (CHANNEL, YOUTUBE),
}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with running_sandbox(tmp_path_factory.mktemp("sandbox"), smtp=False) as running:
        yield running.url


def connect(sandbox, network, ends_in, **changed) -> Account:
    httpx.post(f"{sandbox}/_sandbox/reset", trust_env=False).raise_for_status()
    who, token = WHO[network]
    held = replace(token, expires_at=clock.now() + ends_in, **changed)
    with transaction() as session:
        return accounts.connect_account(
            session, SYSTEM, network=network, handle=who.handle, display_name=who.name, external_id=who.id,
            token=held, base_url=f"{sandbox}/{network.value}",
        )  # fmt: skip


def account() -> Account:
    with reading() as session:
        return session.exec(select(Account)).one()


def told() -> list[str]:
    with reading() as session:
        return [event.action for event in session.exec(select(AuditEvent).order_by(col(AuditEvent.seq)))]


@pytest.mark.parametrize("network", WHO)
def test_a_token_is_renewed_before_it_ends_and_works(sandbox, db, network):
    before = connect(sandbox, network, MARGINS[network.value] / 2)
    assert token_refresh.refresh_tokens() == 1
    after = account()
    assert after.token_encrypted != before.token_encrypted
    assert accounts.token_of(after).access != WHO[network][1].access
    assert after.token_expires_at > clock.now() + MARGINS[network.value]
    assert accounts.open_channel(after).whoami().id == WHO[network][0].id
    assert told()[-1] == "account:token_renew"
    assert token_refresh.refresh_tokens() == 0, "not again"


def test_a_token_with_time_left_is_let_be(sandbox, db):
    connect(sandbox, Network.LINKEDIN, MARGINS["linkedin"] + timedelta(days=1))
    assert token_refresh.refresh_tokens() == 0


@pytest.mark.parametrize(
    ("ends_in", "status"),
    [(timedelta(minutes=5), AccountStatus.ACTIVE), (-timedelta(minutes=5), AccountStatus.AUTH_EXPIRED)],
)
def test_what_cannot_be_renewed_is_said_once_the_old_token_has_ended(sandbox, db, ends_in, status):
    connect(sandbox, Network.YOUTUBE, ends_in, refresh="")
    assert token_refresh.refresh_tokens() == 0
    assert account().status is status


def test_an_outage_leaves_the_old_token(sandbox, db, monkeypatch):
    before = connect(sandbox, Network.LINKEDIN, timedelta(days=1))
    monkeypatch.setattr(accounts.get_settings(), "network_timeout", 0.2)
    with transaction() as session:
        session.get(Account, before.id).base_url = "http://127.0.0.1:9"
    assert token_refresh.refresh_tokens() == 0
    assert account().token_encrypted == before.token_encrypted
    assert account().status is AccountStatus.ACTIVE


def test_a_token_that_somebody_gave_meanwhile_stands(sandbox, db, monkeypatch):
    connect(sandbox, Network.LINKEDIN, timedelta(days=1))
    renew = token_refresh.refresh

    def meanwhile(*args, **fields):
        token = renew(*args, **fields)
        connect(sandbox, Network.LINKEDIN, timedelta(days=60), access="newer")
        return token

    monkeypatch.setattr(token_refresh, "refresh", meanwhile)
    assert token_refresh.refresh_tokens() == 0
    assert accounts.token_of(account()).access == "newer"
