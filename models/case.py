"""A case for pharmacovigilance, and the answer to the person who wrote."""

from datetime import date, datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, UniqueConstraint

from models.base import Table, enum_column, identifier, json_column, moment
from models.enums import CaseStatus, ProductOwner, ReplyStatus, Vigilance, WaiverReason


class Case(Table, table=True):
    """One patient, one story. The four minimum criteria (GVP VI.B.2) may be missing: it is recorded all the same.

    `awareness_at`: the earliest moment at which the company had it. `day_zero`: the calendar day (Europe/Paris) on
    which the four criteria were known. Nothing pauses `forward_due_at` and `authority_due_on`. `dismissal` is the
    code of the reason why it is no case after all (NoneReason, or the outcome `product_mention`).
    """

    __tablename__ = "pv_case"

    id: str = identifier()
    number: str = Field(unique=True)
    status: CaseStatus = enum_column(CaseStatus, index=True)
    vigilance: Vigilance = enum_column(Vigilance)
    opened_by: str | None = Field(default=None, foreign_key="user_account.id")
    opened_at: datetime = moment()
    awareness_at: datetime = moment()
    awareness_evidence: str
    day_zero: date | None = None
    forward_due_at: datetime = moment()
    authority_due_on: date | None = None
    serious: bool = False
    seriousness: list[str] = json_column(default_factory=list)
    situations: list[str] = json_column(default_factory=list)
    outcomes: list[str] = json_column(default_factory=list)
    reporter: str | None = None
    patient: str | None = None
    reporter_known: bool = False
    patient_known: bool = False
    narrative: str | None = None
    forwarded_at: datetime | None = moment(nullable=True)
    forwarded_by: str | None = Field(default=None, foreign_key="user_account.id")
    acknowledged_at: datetime | None = moment(nullable=True)
    acknowledged_by: str | None = None
    pv_reference: str | None = None
    dismissal: str | None = None
    updated_at: datetime = moment()
    row_version: int = 1


class CaseComment(Table, table=True):
    """Which revisions of which comments a case rests on; a revision stays when the author wrote a newer one."""

    __tablename__ = "case_comment"

    case_id: str = Field(foreign_key="pv_case.id", primary_key=True)
    revision_id: str = Field(foreign_key="comment_revision.id", primary_key=True)
    comment_id: str = Field(foreign_key="comment.id", index=True)


class SuspectProduct(Table, table=True):
    """A product suspected in a case, as the reporter named it; `n` is its place in the list."""

    __tablename__ = "suspect_product"

    id: str = identifier()
    case_id: str = Field(foreign_key="pv_case.id", index=True)
    n: int
    name: str
    substance: str | None = None
    owner: ProductOwner | None = enum_column(ProductOwner, nullable=True)


class Reaction(Table, table=True):
    """A suspected reaction of a case: the reporter's words, and later a coded term; `n` is its place."""

    __tablename__ = "reaction"

    id: str = identifier()
    case_id: str = Field(foreign_key="pv_case.id", index=True)
    n: int
    verbatim: str
    term: str | None = None


class CaseDocument(Table, table=True):
    """A document made of a case, for good; what was sent is what is kept here."""

    __tablename__ = "case_document"

    id: str = identifier()
    case_id: str = Field(foreign_key="pv_case.id", index=True)
    kind: str
    filename: str
    content: bytes = Field(sa_type=LargeBinary)
    content_sha256: str
    made_at: datetime = moment()


class ApprovedText(Table, table=True):
    """A reply that the circuit approved: one version of one text in one language, with its last day."""

    __tablename__ = "approved_text"
    __table_args__ = (UniqueConstraint("key", "language", "n"),)

    id: str = identifier()
    key: str
    language: str
    n: int
    title: str
    text: str
    content_sha256: str
    intents: list[str] = json_column(default_factory=list)
    valid_until: date | None = None
    approved_at: datetime | None = moment(nullable=True)
    withdrawn_at: datetime | None = moment(nullable=True)


class Reply(Table, table=True):
    """An answer to one revision of a comment, or the reasoned decision to give none. It never delays the case."""

    __tablename__ = "reply"

    id: str = identifier()
    comment_id: str = Field(foreign_key="comment.id", index=True)
    revision_id: str = Field(foreign_key="comment_revision.id")
    approved_text_id: str | None = Field(default=None, foreign_key="approved_text.id")
    text: str | None = None
    text_sha256: str | None = None
    author_id: str = Field(foreign_key="user_account.id")
    status: ReplyStatus = enum_column(ReplyStatus, index=True)
    due_at: datetime = moment()
    created_at: datetime = moment()
    sent_at: datetime | None = moment(nullable=True)
    confirmed_at: datetime | None = moment(nullable=True)
    remote_id: str | None = None
    waiver_reason: WaiverReason | None = enum_column(WaiverReason, nullable=True)
    last_error: str | None = None
    row_version: int = 1
