"""An account's way to its network: who asked for the consent, how the account fares, whether the network tells us."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from models.base import Table, enum_column, identifier, json_column, moment
from models.enums import ConnectionOutcome, Network, Reach, SubscriptionStatus, Telling


class ConnectionRequest(Table, table=True):
    """One way to a network's page of consent and back.

    The state that goes with it is kept as its SHA-256 alone, the verifier (PKCE) encrypted until it has served. No code
    and no token is ever here. `facts` fill the sentence that the person reads.
    """

    __tablename__ = "connection_request"

    id: str = identifier()
    account_id: str = Field(foreign_key="account.id", index=True)
    user_id: str = Field(foreign_key="user_account.id")
    network: Network = enum_column(Network)
    state_sha256: str = Field(unique=True)
    verifier_encrypted: str | None = None
    redirect_uri: str
    created_at: datetime = moment()
    expires_at: datetime = moment()
    used_at: datetime | None = moment(nullable=True)
    outcome: ConnectionOutcome = enum_column(ConnectionOutcome)
    facts: dict[str, Any] = json_column()
    row_version: int = 1


class AccountHealth(Table, table=True):
    """What the last look at an account found: the screen reads this and asks no network.

    `clock_seconds`: the network's clock minus ours. `reason` is the network's own word, for whoever helps.
    """

    __tablename__ = "account_health"

    account_id: str = Field(foreign_key="account.id", primary_key=True)
    checked_at: datetime = moment()
    reach: Reach = enum_column(Reach)
    reason: str = ""
    renewable: bool = False
    missing_scopes: list[str] = json_column()
    scopes_told: bool = False
    clock_seconds: int | None = None
    limited_until: datetime | None = moment(nullable=True)
    telling: Telling = enum_column(Telling)


class WebhookSubscription(Table, table=True):
    """One time that a network was asked to tell us by itself: the wish first, then what came of it."""

    __tablename__ = "webhook_subscription"

    id: str = identifier()
    account_id: str = Field(foreign_key="account.id", index=True)
    callback_url: str
    asked_by: str | None = Field(default=None, foreign_key="user_account.id")
    asked_at: datetime = moment()
    status: SubscriptionStatus = enum_column(SubscriptionStatus)
    ended_at: datetime | None = moment(nullable=True)
    reason: str = ""
    row_version: int = 1
