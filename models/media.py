"""Pictures and films, each stored once, under the SHA-256 of its bytes."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field

from models.base import Table, enum_column, json_column, moment
from models.enums import MediaKind


class Media(Table, table=True):
    """What is known of a file, for good; `traces` are `MediaTrace` values; bytes, pixels, milliseconds."""

    __tablename__ = "media"

    sha256: str = Field(primary_key=True, max_length=64)
    name: str
    kind: MediaKind = enum_column(MediaKind)
    mime: str
    size: int
    width: int
    height: int
    duration_ms: int | None = None
    animated: bool = False
    traces: list[str] = json_column()
    copy_of: str | None = Field(default=None, foreign_key="media.sha256", max_length=64)
    added_by: str = Field(foreign_key="user_account.id")
    added_at: datetime = moment()


class MediaBytes(Table, table=True):
    """The bytes of a file, exactly as they came; apart, so that a list reads none. Only retention empties them."""

    __tablename__ = "media_bytes"

    sha256: str = Field(foreign_key="media.sha256", primary_key=True, max_length=64)
    data: bytes | None = Field(default=None, sa_type=LargeBinary)
    thumbnail: bytes | None = Field(default=None, sa_type=LargeBinary)
    purged_at: datetime | None = moment(nullable=True)
    purge_reason: str | None = None
