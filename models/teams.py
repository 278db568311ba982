"""Channels of Microsoft Teams that are told what waits for a signature."""

from datetime import datetime

from sqlmodel import Field

from models.base import Table, enum_column, identifier, moment
from models.enums import Role


class TeamChannel(Table, table=True):
    """One channel: for a circuit, for a role, for both or for everything. Its address is a secret, kept encrypted.

    `last_error` and `failed_at`: why and when the last message did not arrive; empty since one did.
    """

    __tablename__ = "team_channel"

    id: str = identifier()
    name: str
    circuit_key: str | None = None
    role: Role | None = enum_column(Role, nullable=True)
    address_encrypted: str
    created_by: str | None = Field(default=None, foreign_key="user_account.id")
    created_at: datetime = moment()
    delivered_at: datetime | None = moment(nullable=True)
    failed_at: datetime | None = moment(nullable=True)
    last_error: str | None = None
    closed_at: datetime | None = moment(nullable=True)
    row_version: int = 1
