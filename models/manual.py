"""Where no interface shows what is said: who looks there by hand, at which hour, and what they found."""

from datetime import datetime, time

from sqlmodel import Field, UniqueConstraint

from models.base import Table, enum_column, identifier, moment
from models.enums import BlindSpot


class ManualCheck(Table, table=True):
    """A standing check of one blind spot of one account, every day: its owner, and the hour in Paris."""

    __tablename__ = "manual_check"
    __table_args__ = (UniqueConstraint("account_id", "spot"),)

    id: str = identifier()
    account_id: str = Field(foreign_key="account.id", index=True)
    spot: BlindSpot = enum_column(BlindSpot)
    owner_id: str = Field(foreign_key="user_account.id", index=True)
    at: time
    set_by: str = Field(foreign_key="user_account.id")
    set_at: datetime = moment()
    row_version: int = 1


class ManualLook(Table, table=True):
    """One person looked: at what, when, how many things said they found; never changed afterwards."""

    __tablename__ = "manual_look"

    id: str = identifier()
    account_id: str = Field(foreign_key="account.id", index=True)
    spot: BlindSpot = enum_column(BlindSpot)
    looked_by: str = Field(foreign_key="user_account.id")
    looked_at: datetime = moment(index=True)
    found: int = 0
    note: str = ""
