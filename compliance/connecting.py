"""A person's way to a network's page of consent and back: the account is connected only when all of it is right.

The state that goes along serves once, for ten minutes, for the person and the account that it was made for (RFC 6749,
10.12; RFC 9700, 4.7). Code and token are in no row, no log and no event: the token is kept encrypted, the rest is
forgotten. The network is asked outside any transaction.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import structlog
from sqlmodel import Session, select

from compliance import accounts, applications, audit, clock
from compliance.audit import AuditAction
from compliance.people import check_admin
from compliance.permissions import Actor
from compliance.secrets import decrypt, encrypt
from connectors.base import Account as Identity
from connectors.base import Token
from connectors.consent import Place, consent_of, consent_page, missing
from errors import AppError, AuthExpired, ConnectorError, NotPermitted, RateLimited, Rejected, Unavailable
from models.account import Account
from models.base import new_id
from models.connection import ConnectionRequest
from models.enums import AccountStatus, ConnectionOutcome, Network
from models.session import get, transaction
from settings import get_settings

log = structlog.get_logger()

GOOD_FOR = timedelta(minutes=10)
UNKNOWN, USED = "unknown", "used"
"""A way back that nobody asked for, and one that has served: there is no row to show for either."""
LONGEST = 4_096
C = ConnectionOutcome


@dataclass(frozen=True, slots=True)
class Return:
    """What a network sent back with the person; anything may stand there."""

    state: str = field(repr=False)
    code: str = field(default="", repr=False)
    error: str = ""


@dataclass(frozen=True, slots=True)
class Came:
    """What came of asking the network: the outcome, the token to keep when all is right, facts for the sentence."""

    outcome: ConnectionOutcome
    facts: Mapping[str, Any] = field(default_factory=dict)
    identity: Identity | None = None
    token: Token | None = None


def begin(session: Session, actor: Actor, *, account_id: str) -> str:
    """Write down that a person goes to connect an account; return the address of the network's page of consent."""
    check_admin(actor)
    if actor.id is None:
        raise NotPermitted
    account = get(session, Account, account_id)
    application = applications.application_of(account.network)
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    address = consent_page(
        account.network.value, application, state=state, verifier=verifier, base_url=applications.base_url_of(account)
    )
    now = clock.now()
    session.add(
        ConnectionRequest(
            id=new_id(), account_id=account.id, user_id=actor.id, network=account.network,
            state_sha256=_hashed(state), verifier_encrypted=encrypt(verifier, account_id=account.id),
            redirect_uri=application.redirect_uri, created_at=now, expires_at=now + GOOD_FOR,
            outcome=C.WAITING, facts={},
        )
    )  # fmt: skip
    session.flush()
    new = {"network": account.network.value}
    audit.record(session, actor, AuditAction.ACCOUNT_CONNECT_ASK, "account", account.id, new=new)
    return address


def _hashed(state: str) -> str:
    return sha256(state.encode()).hexdigest()


def come_back(actor: Actor, *, network: Network, back: Return) -> str:
    """Use the state up, exchange the code, keep the token when all is right.

    Returns the id of the request, whose outcome the page says; `UNKNOWN` or `USED` when the state is no good to this
    person: nothing is asked of the network then.
    """
    with transaction() as session:
        check_admin(actor)
        request = _take(session, actor, network, back.state)
        if isinstance(request, str):
            return request
        account = get(session, Account, request.account_id)
    came = _answer(request, account, back)
    with transaction() as session:
        _settle(session, actor, request.id, came)
    return request.id


def _take(session: Session, actor: Actor, network: Network, state: str) -> ConnectionRequest | str:
    """Find the request of a state and use it up, whatever then becomes of it; another's state stays unknown."""
    found = select(ConnectionRequest).where(ConnectionRequest.state_sha256 == _hashed(state[:LONGEST]))
    row = session.exec(found.with_for_update()).first()
    if row is None or row.network is not network or row.user_id != actor.id:
        audit.record(session, actor, AuditAction.ACCOUNT_CONNECT_FAIL, "network", network.value, new={"state": UNKNOWN})
        return UNKNOWN
    if row.used_at is not None:
        return USED
    row.used_at = clock.now()
    session.flush()
    return row


def _answer(request: ConnectionRequest, account: Account, back: Return) -> Came:
    """Decide what became of it; the network is asked when there is a code that can still be used."""
    if clock.now() >= request.expires_at:
        return Came(C.EXPIRED)
    if not back.code or len(back.code) > LONGEST:
        return Came(C.DENIED) if back.error else Came(C.REFUSED, {"why": ""})
    try:
        return _checked(account, _ask(request, account, back.code))
    except (ConnectorError, AppError) as error:
        log.warning("account not connected", account=account.id, error=type(error).__name__)
        return _failure(error, back.code)


def _failure(error: Exception, code: str) -> Came:
    """Return what an error of the network stands for; what it says goes along, without the code if it quotes it."""
    if isinstance(error, Rejected | AuthExpired):
        return Came(C.REFUSED, {"why": error.reason.replace(code, "…")[:200]})
    if isinstance(error, Unavailable | RateLimited):
        return Came(C.UNREACHABLE)
    return Came(C.REFUSED, {"why": str(error)[:200]})


def _ask(request: ConnectionRequest, account: Account, code: str) -> tuple[tuple[Identity, Token], ...]:
    """Return the accounts that the person may act for, each with its token."""
    settings, network = get_settings(), account.network.value
    # The address of then, to the letter: the setting may have changed meanwhile.
    application = replace(applications.application_of(account.network), redirect_uri=request.redirect_uri)
    verifier = decrypt(request.verifier_encrypted or "", account_id=account.id)
    wanted = Identity(account.external_id or "", account.handle, account.display_name)
    place = Place(applications.base_url_of(account), wanted, settings.network_timeout)
    return consent_of(network).token(code, application, verifier, place)


def _checked(account: Account, granted: tuple[tuple[Identity, Token], ...]) -> Came:
    """Compare what was granted with what is needed, and whose account it is with the one that is registered."""
    lacking = missing(account.network.value, granted[0][1]) if granted else ()
    if lacking:
        return Came(C.LACKING, {"lacking": list(lacking)})
    ours = [(who, token) for who, token in granted if is_account(account, who)]
    if not ours:
        return Came(C.WRONG_ACCOUNT, {"other": granted[0][0].handle if granted else ""})
    identity, token = ours[0]
    if token.expires_at is not None and token.expires_at <= clock.now():
        return Came(C.CLOCK)
    return Came(C.CONNECTED, {}, identity, token)


def is_account(account: Account, who: Identity) -> bool:
    """Whether the network speaks of the registered account: by its id, by its handle while no id is known."""
    if account.external_id:
        return who.id == account.external_id
    return bool(who.id) and who.handle.lower() == account.handle.lstrip("@").lower()


def _settle(session: Session, actor: Actor, request_id: str, came: Came) -> None:
    """Keep the token when there is one, and write down what became of the request."""
    request = get(session, ConnectionRequest, request_id, lock=True)
    request.outcome, request.facts, request.verifier_encrypted = came.outcome, dict(came.facts), None
    account = get(session, Account, request.account_id, lock=True)
    new = {"network": account.network.value, "outcome": came.outcome.value}
    if came.token is None or came.identity is None:
        audit.record(session, actor, AuditAction.ACCOUNT_CONNECT_FAIL, "account", account.id, new=new)
        return
    accounts.keep_token(account, came.token)
    account.external_id, account.status = came.identity.id, AccountStatus.ACTIVE
    audit.record(session, actor, AuditAction.ACCOUNT_CONNECT, "account", account.id, new=new)
