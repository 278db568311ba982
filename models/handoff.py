"""What left for pharmacovigilance, what came back, and what both sides sign about it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import LargeBinary
from sqlmodel import Field, UniqueConstraint

from models.base import Table, enum_column, identifier, json_column, moment
from models.enums import PvMailDoubt, PvMailKind, PvMailStatus, PvOutcome, StatementKind


class SentMail(Table, table=True):
    """A mail about a case to pharmacovigilance: `n` is 0 for the case itself, then the number of the reminder.

    Written before the mail leaves, so that its answer is recognised even when the mail server's was lost.
    """

    __tablename__ = "sent_mail"

    message_id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="pv_case.id", index=True)
    n: int
    made_at: datetime = moment()


class ReceivedMail(Table, table=True):
    """A mail of the mailbox of acknowledgements, kept as it came; the same one delivered again is the same row.

    `identity` is the hash of what makes two deliveries one mail. `doubt`: why it acknowledged nothing by itself.
    `sent_at` is what the mail says, None where it says nothing that can be read. Retention empties bytes, sender,
    subject and excerpt of one that concerns no case, `purged_at`.
    """

    __tablename__ = "received_mail"

    id: str = identifier()
    identity: str = Field(unique=True, max_length=64)
    raw: bytes = Field(sa_type=LargeBinary)
    received_at: datetime = moment(index=True)
    sent_at: datetime | None = moment(nullable=True)
    sender: str
    subject: str
    excerpt: str
    kind: PvMailKind = enum_column(PvMailKind)
    status: PvMailStatus = enum_column(PvMailStatus, index=True)
    doubt: PvMailDoubt | None = enum_column(PvMailDoubt, nullable=True)
    case_id: str | None = Field(default=None, foreign_key="pv_case.id", index=True)
    pv_reference: str | None = None
    reason: str | None = None
    handled_by: str | None = Field(default=None, foreign_key="user_account.id")
    handled_at: datetime | None = moment(nullable=True)
    purged_at: datetime | None = moment(nullable=True)
    purge_reason: str | None = None
    row_version: int = 1


class MailboxCursor(Table, table=True):
    """How far a mailbox was read (RFC 3501: a UID counts under its UIDVALIDITY), and since when it refuses."""

    __tablename__ = "mailbox_cursor"

    mailbox: str = Field(primary_key=True)
    validity: int = 0
    uid: int = 0
    read_at: datetime | None = moment(nullable=True)
    failed_since: datetime | None = moment(nullable=True)
    last_error: str | None = None
    row_version: int = 1


class PvList(Table, table=True):
    """Pharmacovigilance's own list of what it received over a period, as imported; the newest of a period counts.

    `rows` is a list of {"case": str, "pv_reference": str, "received_on": ISO day or "", "outcome": str}.
    """

    __tablename__ = "pv_list"

    id: str = identifier()
    first_day: date
    last_day: date
    filename: str
    sha256: str = Field(max_length=64)
    rows: list[dict[str, Any]] = json_column()
    imported_by: str = Field(foreign_key="user_account.id")
    imported_at: datetime = moment()


class CaseOutcome(Table, table=True):
    """What pharmacovigilance said became of a case, typed in where no list says it."""

    __tablename__ = "case_outcome"

    case_id: str = Field(foreign_key="pv_case.id", primary_key=True)
    outcome: PvOutcome = enum_column(PvOutcome)
    told_by: str = Field(foreign_key="user_account.id")
    told_at: datetime = moment()
    row_version: int = 1


class Statement(Table, table=True):
    """What both sides sign: the content of a period or a day, frozen. A change makes the next one, never this one."""

    __tablename__ = "statement"
    __table_args__ = (UniqueConstraint("kind", "first_day", "last_day", "n"),)

    id: str = identifier()
    kind: StatementKind = enum_column(StatementKind)
    first_day: date
    last_day: date
    n: int
    content: dict[str, Any] = json_column()
    content_sha256: str = Field(max_length=64)
    made_by: str = Field(foreign_key="user_account.id")
    made_at: datetime = moment()
