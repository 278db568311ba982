"""The company's accounts on the networks, and what is known of their coverage."""

from datetime import datetime

from sqlmodel import Field, Index, UniqueConstraint

from models.base import Table, enum_column, identifier, moment
from models.enums import AccountStatus, Network


class Account(Table, table=True):
    """An account on a network, the company's or a spokesperson's. Its token is encrypted (`compliance.secrets`)."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("network", "handle"),)

    id: str = identifier()
    network: Network = enum_column(Network)
    handle: str
    display_name: str
    external_id: str | None = None
    spokesperson_id: str | None = Field(default=None, foreign_key="user_account.id")
    base_url: str | None = None
    token_encrypted: str | None = None
    token_expires_at: datetime | None = moment(nullable=True)
    status: AccountStatus = enum_column(AccountStatus)
    next_allowed_at: datetime | None = moment(nullable=True)
    created_at: datetime = moment()
    row_version: int = 1


class Cursor(Table, table=True):
    """How far an account was read; moved in the transaction that stores the rows."""

    __tablename__ = "cursor"

    account_id: str = Field(foreign_key="account.id", primary_key=True)
    source: str = Field(primary_key=True)
    value: str
    moved_at: datetime = moment()


class CoverageRecord(Table, table=True):
    """What one poll of an account brought, or why it brought nothing: silence is never taken for calm."""

    __tablename__ = "coverage_record"
    __table_args__ = (Index("ix_coverage_record_last", "account_id", "polled_at"),)

    id: str = identifier()
    account_id: str = Field(foreign_key="account.id", index=True)
    polled_at: datetime = moment(index=True)
    succeeded: bool
    received: int = 0
    new: int = 0
    cap_hit: bool = False
    network_count: int | None = None
    stored_count: int | None = None
    error: str | None = None
    message: str | None = None
