"""What every table shares: its registry, its column types, its identifiers."""

import os
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from threading import Lock
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Dialect, Enum, MetaData, TypeDecorator, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapper, registry
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_DRAWN = (CROCKFORD * 8).encode("ascii")
LOT = 4
_giving, _given = Lock(), [0]
os.register_at_fork(after_in_child=lambda: _given.__setitem__(0, 0))
PAIRS = [high + low for high in CROCKFORD for low in CROCKFORD]


class Table(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """Base of every table; its own registry, so that a reload of the web application can import models again."""


@event.listens_for(Table, "instrument_class", propagate=True)
def _guard_row_version(mapper: Mapper[Any], _cls: type) -> None:
    """Make every UPDATE of a versioned row name the version that it read, so that a lost race is seen."""
    mapper.version_id_col = mapper.local_table.c.get("row_version")


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. A naive one is refused: it does not say which moment it is."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: say which time zone it is in")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time zone back that SQLite drops, and UTC where a server shows moments in its own zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def values(kind: Iterable[StrEnum]) -> list[str]:
    """Return the stored values of an enumeration."""
    return [member.value for member in kind]


def enum_column(kind: type[StrEnum], **options: Any) -> Any:
    """Return a column that stores an enumeration's value, and refuses another one in Python and in the database."""
    stored = Enum(
        kind,
        native_enum=False,
        validate_strings=True,
        create_constraint=True,
        values_callable=values,
        length=64,
        name=kind.__name__.lower(),
    )
    return Field(sa_column=Column(stored, nullable=options.pop("nullable", False), **options))


def json_column(**options: Any) -> Any:
    """Return a JSON column (JSONB on PostgreSQL)."""
    kind = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    return Field(sa_column=Column(kind, nullable=options.pop("nullable", False)), **options)


def moment(*, nullable: bool = False, index: bool = False) -> Any:
    """Return a column for an aware moment."""
    column: Column[datetime] = Column(UTCDateTime(), nullable=nullable, index=index)
    return Field(default=None, sa_column=column) if nullable else Field(sa_column=column)


def new_id() -> str:
    """Return a new identifier (ULID): 26 characters, sorted as this process made them, the last four drawn by lot.

    Samples are drawn by these four (`moderation.sampling`): nothing but chance may set them.
    """
    return _spelled(_following(1, aligned=1)) + drawn_codes(1, LOT)[0]


def new_ids(count: int) -> list[str]:
    """Return up to a million identifiers at once, in their order, the last four characters of each drawn by lot."""
    stem = _spelled(_following(count, aligned=1 << 20))[:-4]
    return [stem + PAIRS[n >> 10] + PAIRS[n & 1023] + code for n, code in enumerate(drawn_codes(count, LOT))]


def _following(count: int, *, aligned: int) -> int:
    """Return the first of so many numbers that were never given, a multiple of `aligned`, above all before.

    Milliseconds stand above 60 bits drawn by lot; within a millisecond it goes on from the last one, because rows are
    put in the order of their identifiers.
    """
    drawn = (time.time_ns() // 1_000_000) << 60 | int.from_bytes(os.urandom(8)) >> 4
    with _giving:
        first = -(-max(drawn, _given[0] + 1) // aligned) * aligned
        _given[0] = first + count - 1
    return first


def _spelled(number: int) -> str:
    return "".join(CROCKFORD[number >> shift & 31] for shift in range(105, -5, -5))


def drawn_codes(count: int, length: int) -> list[str]:
    """Return codes drawn by lot, of small letters and digits that nobody takes for another."""
    drawn = os.urandom(count * length).translate(_DRAWN).decode("ascii")
    return [drawn[at : at + length] for at in range(0, count * length, length)]


def identifier() -> Any:
    """Return the primary key of a table: an identifier made by us, never by the database."""
    return Field(default_factory=new_id, primary_key=True, max_length=26)
