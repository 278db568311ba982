"""The audit chain and the keys that seal it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field

from models.base import Table, json_column, moment


class AuditEvent(Table, table=True):
    """Who did what to what, when, why: append-only by trigger, chained by hash.

    `old` and `new` hold ids, states and hashes; never the text of a comment, a handle or a case field, so that
    erasure stays possible and the chain still verifies.
    """

    __tablename__ = "audit_event"

    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    at: datetime = moment()
    actor_id: str | None = Field(default=None, foreign_key="user_account.id")
    actor_login: str
    action: str = Field(index=True)
    entity: str
    entity_id: str = Field(index=True)
    old: dict[str, Any] | None = json_column(nullable=True, default=None)
    new: dict[str, Any] | None = json_column(nullable=True, default=None)
    reason: str | None = None
    prev_hash: str
    hash: str = Field(unique=True)


class ChainHead(Table, table=True):
    """The head of the chain at a moment, sealed by the installation's key."""

    __tablename__ = "chain_head"

    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    hash: str
    key_id: str
    seal: str
    sealed_at: datetime = moment()


class PublicKey(Table, table=True):
    """A public key of the installation; retired ones stay, so that old seals still verify."""

    __tablename__ = "public_key"

    key_id: str = Field(primary_key=True)
    public_pem: str
    created_at: datetime = moment()
    retired_at: datetime | None = moment(nullable=True)
