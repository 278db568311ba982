"""Who is on call, how they are reached, what called them, and what came of each call."""

from datetime import date, datetime

from sqlmodel import Field, UniqueConstraint

from models.base import Table, enum_column, identifier, json_column, moment
from models.enums import AlarmKind, AlarmStatus, DeliveryStatus, Rung


class OnCallShift(Table, table=True):
    """One person on call from one moment to another; rank 1 is called first. Removed or exchanged, the row stays."""

    __tablename__ = "on_call_shift"

    id: str = identifier()
    user_id: str = Field(foreign_key="user_account.id", index=True)
    rank: int
    starts_at: datetime = moment()
    ends_at: datetime = moment(index=True)
    created_by: str | None = Field(default=None, foreign_key="user_account.id")
    created_at: datetime = moment()
    removed_at: datetime | None = moment(nullable=True)
    row_version: int = 1


class OfficeRank(Table, table=True):
    """The place of a person in the list of office hours; `away_until`: their last day of absence (Paris)."""

    __tablename__ = "on_call_office"

    user_id: str = Field(foreign_key="user_account.id", primary_key=True)
    rank: int
    away_until: date | None = None
    row_version: int = 1


class OnCallWay(Table, table=True):
    """A way to reach a person, tried in the order of `rank`. The address is a secret, kept encrypted.

    `last_error` and `failed_at`: why and when the last call did not arrive; empty since one did.
    """

    __tablename__ = "on_call_way"

    id: str = identifier()
    user_id: str = Field(foreign_key="user_account.id", index=True)
    rank: int
    name: str
    service: str
    address_encrypted: str
    created_at: datetime = moment()
    delivered_at: datetime | None = moment(nullable=True)
    failed_at: datetime | None = moment(nullable=True)
    last_error: str | None = None
    removed_at: datetime | None = moment(nullable=True)
    row_version: int = 1


class OnCallAlarm(Table, table=True):
    """Something that calls people until one of them says "I am on it", or until its cause is gone.

    `key` names the cause and is unique: two workers raise one alarm.
    """

    __tablename__ = "on_call_alarm"

    id: str = identifier()
    kind: AlarmKind = enum_column(AlarmKind)
    key: str = Field(unique=True)
    status: AlarmStatus = enum_column(AlarmStatus, index=True)
    raised_at: datetime = moment(index=True)
    acknowledged_at: datetime | None = moment(nullable=True)
    acknowledged_by: str | None = Field(default=None, foreign_key="user_account.id")
    closed_at: datetime | None = moment(nullable=True)
    row_version: int = 1


class OnCallSubject(Table, table=True):
    """What an alarm is about: a comment or a case. `n`: how often it called before (0: the first time)."""

    __tablename__ = "on_call_subject"
    __table_args__ = (UniqueConstraint("kind", "subject_id", "n"),)

    id: str = identifier()
    alarm_id: str = Field(foreign_key="on_call_alarm.id", index=True)
    kind: AlarmKind = enum_column(AlarmKind)
    subject_kind: str
    subject_id: str = Field(index=True)
    n: int = 0


class OnCallPage(Table, table=True):
    """One call of one person for one alarm; `step` is the rung of the ladder that was reached, from 0.

    `failed_at`: no way to reach the person worked, and the alarm climbed at once.
    """

    __tablename__ = "on_call_page"
    __table_args__ = (UniqueConstraint("alarm_id", "step", "user_id"),)

    id: str = identifier()
    alarm_id: str = Field(foreign_key="on_call_alarm.id", index=True)
    step: int
    user_id: str = Field(foreign_key="user_account.id", index=True)
    rung: Rung = enum_column(Rung)
    paged_at: datetime = moment()
    failed_at: datetime | None = moment(nullable=True)


class OnCallDelivery(Table, table=True):
    """One call by one way; without `way_id`, by a mail to the person's own address. `n` counts a call's ways."""

    __tablename__ = "on_call_delivery"
    __table_args__ = (UniqueConstraint("page_id", "n"),)

    id: str = identifier()
    page_id: str = Field(foreign_key="on_call_page.id", index=True)
    n: int
    way_id: str | None = Field(default=None, foreign_key="on_call_way.id")
    status: DeliveryStatus = enum_column(DeliveryStatus)
    queued_at: datetime = moment()
    ended_at: datetime | None = moment(nullable=True)
    error: str | None = None
    row_version: int = 1


class OpeningHours(Table, table=True):
    """The business hours that an administrator set: pairs of "HH:MM" of Paris. The newest row holds from `set_at`."""

    __tablename__ = "opening_hours"

    id: str = identifier()
    shifts: list[list[str]] = json_column()
    set_by: str | None = Field(default=None, foreign_key="user_account.id")
    set_at: datetime = moment()
