"""What was published, and what is kept to prove it."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, UniqueConstraint

from models.base import Table, enum_column, identifier, moment
from models.enums import DependencyKind, Network, PublicationStatus, SeriesStatus, StopScope, StopStatus


class Publication(Table, table=True):
    """One variant on its way to one account. The effect itself runs through the outbox.

    `series_id`: it repeats what is published already, as one of a series.
    """

    __tablename__ = "publication"
    __table_args__ = (UniqueConstraint("variant_id", "due_at"),)

    id: str = identifier()
    post_id: str = Field(foreign_key="post.id", index=True)
    version_id: str = Field(foreign_key="post_version.id")
    variant_id: str = Field(foreign_key="variant.id")
    account_id: str = Field(foreign_key="account.id")
    network: Network = enum_column(Network)
    due_at: datetime = moment(index=True)
    status: PublicationStatus = enum_column(PublicationStatus, index=True)
    scheduled_by: str = Field(foreign_key="user_account.id")
    variant_sha256: str
    remote_id: str | None = Field(default=None, index=True)
    remote_url: str | None = None
    published_at: datetime | None = moment(nullable=True)
    readback_at: datetime | None = moment(nullable=True)
    readback_sha256: str | None = None
    receipt_json: str | None = None
    last_error: str | None = None
    series_id: str | None = Field(default=None, max_length=26, index=True)
    row_version: int = 1


class RepeatSeries(Table, table=True):
    """A published post that is published again, the same content at later slots; `ended_because` says why it ended."""

    __tablename__ = "repeat_series"

    id: str = identifier()
    post_id: str = Field(foreign_key="post.id", index=True)
    version_id: str = Field(foreign_key="post_version.id")
    every_weeks: int | None = None
    status: SeriesStatus = enum_column(SeriesStatus, index=True)
    created_by: str = Field(foreign_key="user_account.id")
    created_at: datetime = moment()
    cut_short: str | None = None
    ended_because: str | None = None
    ended_by: str | None = Field(default=None, foreign_key="user_account.id")
    ended_at: datetime | None = moment(nullable=True)
    row_version: int = 1


class TakedownTask(Table, table=True):
    """Something live rests on what is no longer valid: somebody takes it down, and says so.

    `kind` and `ref`: what it rested on (a visa's number; the id of a product, claim or consent).
    """

    __tablename__ = "takedown_task"

    id: str = identifier()
    publication_id: str = Field(foreign_key="publication.id", index=True)
    kind: DependencyKind = enum_column(DependencyKind)
    ref: str
    reason: str
    opened_at: datetime = moment()
    closed_at: datetime | None = moment(nullable=True)
    closed_by: str | None = Field(default=None, foreign_key="user_account.id")
    note: str | None = None
    row_version: int = 1


class EmergencyStop(Table, table=True):
    """Nothing of its scope leaves until two people have released it.

    `target` is a network's value, a campaign's name or a product's id; empty for everything.
    """

    __tablename__ = "emergency_stop"

    id: str = identifier()
    scope: StopScope = enum_column(StopScope)
    target: str = ""
    reason: str
    status: StopStatus = enum_column(StopStatus, index=True)
    started_by: str = Field(foreign_key="user_account.id")
    started_at: datetime = moment()
    asked_by: str | None = Field(default=None, foreign_key="user_account.id")
    asked_at: datetime | None = moment(nullable=True)
    released_by: str | None = Field(default=None, foreign_key="user_account.id")
    released_at: datetime | None = moment(nullable=True)
    row_version: int = 1


class ArchiveRecord(Table, table=True):
    """The dossier of a publication, for good: the document, its hash, the facts in it as JSON."""

    __tablename__ = "archive_record"

    id: str = identifier()
    post_id: str = Field(foreign_key="post.id", index=True)
    publication_id: str = Field(foreign_key="publication.id", unique=True)
    version_id: str = Field(foreign_key="post_version.id")
    filename: str
    dossier: bytes = Field(sa_type=LargeBinary)
    dossier_sha256: str
    facts_json: str
    created_at: datetime = moment()
