"""Beside public comments: what we wrote in private threads, and whether each other door of an account is read."""

from datetime import datetime

from sqlmodel import Field, Index, UniqueConstraint

from models.base import Table, enum_column, identifier, moment
from models.enums import BlindSpot


class ThreadMessage(Table, table=True):
    """What the account itself wrote in a private thread, from here or elsewhere: the context of what it answers.

    Retention may empty it; the network's id, date and reason stay, so that it does not come in again.
    """

    __tablename__ = "thread_message"
    __table_args__ = (
        UniqueConstraint("account_id", "external_id"),
        Index("ix_thread_message_thread", "account_id", "thread_id", "sent_at"),
    )

    id: str = identifier()
    account_id: str = Field(foreign_key="account.id")
    thread_id: str
    external_id: str
    text: str
    sent_at: datetime = moment()
    seen_at: datetime = moment()
    purged_at: datetime | None = moment(nullable=True)
    purge_reason: str | None = None


class DoorReading(Table, table=True):
    """How the last reading of one door of an account went: a door that is not read is looked at by hand.

    `read_at`: the last one that succeeded. `error` is the class of what went wrong with the last, `message` the
    network's words. `cap_hit_at`: when the network last showed less than there was.
    """

    __tablename__ = "door_reading"

    account_id: str = Field(foreign_key="account.id", primary_key=True)
    spot: BlindSpot = enum_column(BlindSpot, primary_key=True)
    tried_at: datetime = moment()
    read_at: datetime | None = moment(nullable=True)
    error: str | None = None
    message: str | None = None
    cap_hit_at: datetime | None = moment(nullable=True)
    next_allowed_at: datetime | None = moment(nullable=True)
