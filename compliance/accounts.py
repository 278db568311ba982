"""The company's accounts: connecting one, and opening its channel."""

import json
from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session, select

from compliance import audit, breakers, clock
from compliance.audit import AuditAction
from compliance.people import check_admin
from compliance.permissions import Actor
from compliance.secrets import decrypt, encrypt
from connectors.base import Account as Identity
from connectors.base import Channel, Token
from connectors.registry import channel_for
from errors import AuthExpired, ConnectorError, InvalidInput, Rejected
from i18n import N_
from models.account import Account
from models.base import new_id
from models.enums import AccountStatus, Network
from settings import get_settings

LONGEST_NAME = 200


def connect_account(
    session: Session,
    actor: Actor,
    *,
    network: Network,
    handle: str,
    display_name: str,
    external_id: str,
    token: Token,
    base_url: str | None = None,
) -> Account:
    """Connect an account, or connect it again with a new token; the token is kept encrypted.

    `base_url` is where its network answers for it, when that is another address than the installation's.
    """
    check_admin(actor)
    account = session.exec(select(Account).where(Account.network == network, Account.handle == handle)).first()
    if account is None:
        account = Account(
            id=new_id(), network=network, handle=handle, display_name=display_name, created_at=clock.now()
        )
    account.external_id = external_id
    account.base_url = base_url or account.base_url
    account.status = AccountStatus.ACTIVE
    keep_token(account, token)
    session.add(account)
    session.flush()
    breakers.reconnected(session, account.id)
    audit.record(session, actor, AuditAction.ACCOUNT_CONNECT, "account", account.id, new={"network": network.value})
    return account


def register_account(
    session: Session,
    actor: Actor,
    *,
    network: Network,
    handle: str,
    display_name: str,
    spokesperson_id: str | None = None,
) -> Account:
    """Write down an account that is not connected: posts can be written for it, and nothing is read or published.

    With a `spokesperson_id` it is that person's own, and what it shows takes their consent.
    """
    check_admin(actor)
    known = session.exec(select(Account).where(Account.network == network, Account.handle == handle)).first()
    if known is not None:
        raise InvalidInput(N_("Ce compte est déjà enregistré : @{handle}."), handle=handle)
    account = Account(
        id=new_id(),
        network=network,
        handle=handle,
        display_name=display_name,
        spokesperson_id=spokesperson_id,
        status=AccountStatus.PAUSED,
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    new = {"network": network.value, "spokesperson": spokesperson_id}
    audit.record(session, actor, AuditAction.ACCOUNT_REGISTER, "account", account.id, new=new)
    return account


def write_down(session: Session, actor: Actor, *, network: Network, handle: str, display_name: str) -> Account:
    """Register an account as a person types it: a handle with or without @, a name that may be left empty."""
    known = handle.strip().lstrip("@")
    if not known or len(known) > LONGEST_NAME or any(char.isspace() for char in known):
        raise InvalidInput(N_("Donnez le nom d'utilisateur du compte, tel qu'il figure dans son adresse, sans espace."))
    shown = display_name.strip()[:LONGEST_NAME] or known
    return register_account(session, actor, network=network, handle=known, display_name=shown)


def keep_token(account: Account, token: Token) -> None:
    """Keep an account's token, encrypted for that account alone."""
    account.token_expires_at = token.expires_at
    account.token_encrypted = encrypt(_written(token), account_id=account.id)


def token_of(account: Account) -> Token:
    """Return an account's token; raises AuthExpired when it has none."""
    if account.token_encrypted is None:
        raise AuthExpired("this account was never connected")
    return _read(decrypt(account.token_encrypted, account_id=account.id))


def _written(token: Token) -> str:
    return json.dumps(asdict(token), default=datetime.isoformat)


def _read(text: str) -> Token:
    fields = json.loads(text)
    expires, scopes = fields.pop("expires_at"), tuple(fields.pop("scopes", ()))
    return Token(**fields, scopes=scopes, expires_at=datetime.fromisoformat(expires) if expires else None)


def identify(network: Network, handle: str, token: Token) -> Identity:
    """Ask the network whom a token speaks for, before it is kept; raises InvalidInput when it is not this account."""
    unknown = Identity("", handle, handle)
    try:
        known = channel_for(network.value, base_url=address_of(network), token=token, account=unknown).whoami()
    except ConnectorError as error:
        raise InvalidInput(
            N_("Le réseau n'accepte pas ce jeton : {why}. Rien n'a changé."), why=error.reason
        ) from error
    if known.handle.lower() != handle.lstrip("@").lower():
        raise InvalidInput(N_("Ce jeton est celui de @{other}, pas de @{handle}."), other=known.handle, handle=handle)
    return known


def address_of(network: Network) -> str:
    """Return where a network's interface is; `Rejected` when no setting tells: a token goes to no other network."""
    address = getattr(get_settings(), f"{network.value}_base_url", None)
    if not address:
        raise Rejected(f"no setting tells where {network.value} is")
    return str(address)


def open_channel(account: Account) -> Channel:
    """Return the channel of an account; raises AuthExpired when it has no token."""
    token, settings = token_of(account), get_settings()
    return channel_for(
        account.network.value,
        base_url=account.base_url or address_of(account.network),
        token=token,
        account=Identity(account.external_id or "", account.handle, account.display_name),
        timeout=settings.network_timeout,
    )
