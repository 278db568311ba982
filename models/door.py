"""The doors beside the networks: how the columns of a source are read, and the files that were imported."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field, Index, UniqueConstraint

from models.base import Table, enum_column, identifier, json_column, moment
from models.enums import CallDirection, FileEncoding, FileKind, ImportStatus, MailGap, RowProblem, Speaker


class FileSource(Table, table=True):
    """What the columns of a source's files were last said to be: field → name of the column."""

    __tablename__ = "file_source"

    account_id: str = Field(foreign_key="account.id", primary_key=True)
    mapping: dict[str, str] = json_column(default_factory=dict)
    encoding: FileEncoding | None = enum_column(FileEncoding, nullable=True)
    updated_at: datetime = moment()
    row_version: int = 1


class FileImport(Table, table=True):
    """One file on its way in. `rows_done` moves in the transaction of the rows: a kill loses none and doubles none.

    `path`: where the file is; `spooled`: it is our own copy, which the worker reads and removes at the end. `size` and
    `sha256` are of its bytes, `bytes_done` how far they were read. `had_at`: since when the company had it, where that
    is before the upload. entered + revised + known + wrong = rows_done. `settled_reason`: what became of wrong rows.
    """

    __tablename__ = "file_import"
    __table_args__ = (Index("ix_file_import_running", "status", "created_at"),)

    id: str = identifier()
    account_id: str = Field(foreign_key="account.id", index=True)
    file_name: str
    path: str
    spooled: bool
    kind: FileKind = enum_column(FileKind)
    encoding: FileEncoding = enum_column(FileEncoding)
    mapping: dict[str, str] = json_column()
    sha256: str = Field(max_length=64, index=True)
    size: int = Field(sa_type=BigInteger)
    had_at: datetime | None = moment(nullable=True)
    status: ImportStatus = enum_column(ImportStatus)
    bytes_done: int = Field(default=0, sa_type=BigInteger)
    rows_done: int = 0
    entered: int = 0
    revised: int = 0
    known: int = 0
    wrong: int = 0
    error: str | None = None
    created_by: str | None = Field(default=None, foreign_key="user_account.id")
    created_at: datetime = moment()
    moved_at: datetime = moment()
    ended_at: datetime | None = moment(nullable=True)
    settled_by: str | None = Field(default=None, foreign_key="user_account.id")
    settled_at: datetime | None = moment(nullable=True)
    settled_reason: str | None = None
    row_version: int = 1


class ImportProblem(Table, table=True):
    """A row that was not entered (`n` counts as a spreadsheet does, the head being 1), and why; never its words."""

    __tablename__ = "import_problem"
    __table_args__ = (UniqueConstraint("import_id", "n"),)

    id: str = identifier()
    import_id: str = Field(foreign_key="file_import.id")
    n: int
    problem: RowProblem = enum_column(RowProblem)


class CallNote(Table, table=True):
    """What is known of a call beside what was said, which is a comment: who spoke, who called, what was promised."""

    __tablename__ = "call_note"

    comment_id: str = Field(foreign_key="comment.id", primary_key=True)
    direction: CallDirection = enum_column(CallDirection)
    speaker: Speaker = enum_column(Speaker)
    called_at: datetime = moment()
    call_back_id: str | None = Field(default=None, foreign_key="call_back.id")
    noted_by: str = Field(foreign_key="user_account.id")
    noted_at: datetime = moment(index=True)


class InboxMail(Table, table=True):
    """What came with a mail, which is a comment: `attachments` are (name, kind, bytes); they are in the payload.

    `gap`: why something of it is in the mailbox alone; somebody looks there, and settles it. Retention empties the
    names, `purged_at`.
    """

    __tablename__ = "inbox_mail"

    comment_id: str = Field(foreign_key="comment.id", primary_key=True)
    attachments: list[Any] = json_column(default_factory=list)
    gap: MailGap | None = enum_column(MailGap, nullable=True, index=True)
    read_at: datetime = moment()
    settled_by: str | None = Field(default=None, foreign_key="user_account.id")
    settled_at: datetime | None = moment(nullable=True)
    purged_at: datetime | None = moment(nullable=True)
    purge_reason: str | None = None
    row_version: int = 1


class SignedDelivery(Table, table=True):
    """A signed body as it came, kept before anything reads it; emptied once all of it is comments, or settled."""

    __tablename__ = "signed_delivery"
    __table_args__ = (
        UniqueConstraint("account_id", "signature"),
        Index("ix_signed_delivery_unread", "read_at", "received_at"),
    )

    id: str = identifier()
    account_id: str = Field(foreign_key="account.id")
    signature: str
    body: bytes | None = Field(default=None, sa_type=LargeBinary)
    received_at: datetime = moment()
    read_at: datetime | None = moment(nullable=True)
    entered: int = 0
    wrong: int = 0
    error: str | None = None
    settled_by: str | None = Field(default=None, foreign_key="user_account.id")
    settled_at: datetime | None = moment(nullable=True)
    row_version: int = 1
