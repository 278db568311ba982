"""Rows that the worker lives on: effects to carry out, jobs to run, leases, signs of life."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, Index, UniqueConstraint

from models.base import Table, enum_column, identifier, json_column, moment
from models.enums import EffectKind, EffectStatus, JobStatus, Network


class OutboxEffect(Table, table=True):
    """An effect outside: the intent with its idempotency key, then the call, then what came of it.

    After an unknown outcome the network is read before anything is tried again. `account_id`: the account on whose
    network it happens; while that network does not answer, the effect waits as it stands.
    """

    __tablename__ = "outbox_effect"

    id: str = identifier()
    kind: EffectKind = enum_column(EffectKind)
    subject_id: str = Field(index=True)
    account_id: str | None = None
    idempotency_key: str = Field(unique=True)
    payload: dict[str, Any] = json_column()
    status: EffectStatus = enum_column(EffectStatus, index=True)
    not_before: datetime = moment(index=True)
    attempts: int = 0
    lease_holder: str | None = None
    lease_until: datetime | None = moment(nullable=True)
    first_called_at: datetime | None = moment(nullable=True)
    result: dict[str, Any] | None = json_column(nullable=True, default=None)
    last_error: str | None = None
    created_at: datetime = moment()
    done_at: datetime | None = moment(nullable=True)
    row_version: int = 1


class Job(Table, table=True):
    """One run of a periodic job; the clock only makes the row (one a slot), any worker may take it."""

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("kind", "slot"),)

    id: str = identifier()
    kind: str
    slot: str
    status: JobStatus = enum_column(JobStatus, index=True)
    attempts: int = 0
    lease_holder: str | None = None
    lease_until: datetime | None = moment(nullable=True)
    created_at: datetime = moment()
    finished_at: datetime | None = moment(nullable=True)
    error: str | None = None


class Lease(Table, table=True):
    """A turn that one process at a time may hold (the clock's, for instance)."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    holder: str
    expires_at: datetime = moment()


class Heartbeat(Table, table=True):
    """The last sign of life of a process."""

    __tablename__ = "heartbeat"

    process: str = Field(primary_key=True)
    beat_at: datetime = moment()
    details: dict[str, Any] = json_column(default_factory=dict)


class Counter(Table, table=True):
    """The last number given out in a series (case numbers of a year, for instance)."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True)
    value: int = 0


class WebhookDelivery(Table, table=True):
    """A notification of a network, as its bytes came: proven genuine, written down, then acknowledged.

    It tells that there is something to fetch; what is fetched is the truth. The same bytes are written once, however
    often they come (`times`). `heard_at`: when the accounts that it speaks of were read for it. It is removed after the
    days that are signed for its network (`moderation.terms.told`).
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("network", "body_sha256"),
        Index("ix_webhook_delivery_heard", "heard_at"),
        Index("ix_webhook_delivery_received", "network", "received_at"),
    )

    id: str = identifier()
    network: Network = enum_column(Network)
    body: str
    body_sha256: str
    times: int = 1
    received_at: datetime = moment()
    heard_at: datetime | None = moment(nullable=True)


class RefusedCalls(Table, table=True):
    """How many calls one door refused in a day, by key (the name of a source or network; empty: none that we know).

    `slowed` of them were told to wait.
    """

    __tablename__ = "refused_calls"
    __table_args__ = (UniqueConstraint("day", "door", "key"),)

    id: str = identifier()
    day: date
    door: str
    key: str
    refused: int = 0
    slowed: int = 0
    last_at: datetime = moment()
