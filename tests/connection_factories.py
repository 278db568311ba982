"""An installation whose applications the sandbox knows, and a person who goes to a network's page and comes back."""

from dataclasses import replace

from compliance import accounts, connecting
from compliance.connecting import Return
from compliance.permissions import SYSTEM, Actor
from connectors.base import Account as Identity
from connectors.base import Token
from connectors.sandbox.networks import network_of
from demo.connecting import applications
from models.account import Account
from models.enums import Network
from models.session import transaction
from settings import get_settings
from tests.connectors.applications import NETWORKS, base_url
from tests.connectors.consenting import brought


def install(monkeypatch, sandbox_url: str) -> None:
    """Point the settings at the sandbox, with the applications that it knows."""
    for name, value in applications().items():
        monkeypatch.setenv(name, value)
    for network in NETWORKS:
        monkeypatch.setenv(f"COVIGIE_{network.upper()}_BASE_URL", base_url(sandbox_url, network))
    get_settings.cache_clear()


def registered(network: Network, *, with_id: bool = True) -> Account:
    """Write the company's account down, without a token; `with_id` as one that was connected before."""
    who = network_of(network.value).company
    with transaction() as session:
        row = accounts.register_account(session, SYSTEM, network=network, handle=who.handle, display_name=who.name)
        row.external_id = who.id if with_id else None
        return row


def connected(network: Network, **changed: object) -> Account:
    """Connect the company's account with the sandbox's own token."""
    spoken = network_of(network.value)
    token = next(token for kind, token, _ in spoken.tokens if kind.startswith(("user", "page")))
    with transaction() as session:
        return accounts.connect_account(
            session, SYSTEM, network=network, handle=spoken.company.handle, display_name=spoken.company.name,
            external_id=spoken.company.id, token=replace(token, **changed),  # type: ignore[arg-type]
        )  # fmt: skip


def connected_as(who: Identity, network: Network, token: Token) -> Account:
    """Connect an account of a network with this token."""
    with transaction() as session:
        return accounts.connect_account(
            session, SYSTEM, network=network, handle=who.handle, display_name=who.name, external_id=who.id, token=token
        )


def begin(actor: Actor, account: Account) -> str:
    with transaction() as session:
        return connecting.begin(session, actor, account_id=account.id)


def returned(page: str, **answer: object) -> Return:
    """Answer a network's page as a browser would."""
    back = brought(page, **answer)
    return Return(back.get("state", ""), back.get("code", ""), back.get("error", ""))


def connect(actor: Actor, account: Account, **answer: object) -> str:
    """Walk the whole way; return what `come_back` says."""
    back = returned(begin(actor, account), **answer)
    return connecting.come_back(actor, network=account.network, back=back)
