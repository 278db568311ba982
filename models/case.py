"""A case for pharmacovigilance, and the answer to the person who wrote."""

from datetime import date, datetime

from sqlalchemy import LargeBinary, false
from sqlmodel import Field, Index, UniqueConstraint

from models.base import Table, enum_column, identifier, json_column, moment
from models.enums import (
    AgeGroup,
    AgeUnit,
    Answer,
    CaseStatus,
    DrugAction,
    DrugRole,
    ProductKind,
    ProductOwner,
    ReactionOutcome,
    ReplyKind,
    ReplyStatus,
    ReplyTopic,
    ReporterQualification,
    Sex,
    TextStatus,
    Vigilance,
    WaiverReason,
)


class Case(Table, table=True):
    """One patient, one story. The four minimum criteria (GVP VI.B.2) may be missing: it is recorded all the same.

    `awareness_at`: the earliest moment at which the company had it. `day_zero`: the calendar day (Europe/Paris) on
    which the four criteria were known. Nothing pauses `forward_due_at` and `authority_due_on`. `dismissal` is the
    code of the reason why it is no case after all (NoneReason, or the outcome `product_mention`).

    `patient` is the description in the reporter's words; `patient_initials`, age, group and sex are the fields of
    ICH E2B(R3) D.1 to D.5, `reporter_country` an ISO 3166-1 alpha-2 code. `latest_info_on`: the calendar day (Paris)
    of the newest information (C.1.5); `follow_up_n`: how often the case was sent again with new information.
    `public_threat`: a device's serious threat to public health, which shortens the authority's delay.

    `day_zero_evidence` says what day zero rests on, as `awareness_evidence` does for the awareness
    (`moderation.awareness`). `confirmed_by` is the person who last read and recorded the fields; before, they are what
    the detectors found. `duplicate_of` is the case of which this one is a duplicate: both are kept.
    """

    __tablename__ = "pv_case"
    __table_args__ = (
        Index("ix_pv_case_due", "status", "forward_due_at"),
        Index("ix_pv_case_touched", "opened_at", "row_version"),
        Index("ix_pv_case_around", "duplicate_of", "awareness_at"),
    )

    id: str = identifier()
    number: str = Field(unique=True)
    status: CaseStatus = enum_column(CaseStatus, index=True)
    vigilance: Vigilance = enum_column(Vigilance)
    opened_by: str | None = Field(default=None, foreign_key="user_account.id")
    opened_at: datetime = moment()
    awareness_at: datetime = moment()
    awareness_evidence: str
    day_zero: date | None = None
    day_zero_evidence: str | None = None
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
    reporter_qualification: ReporterQualification | None = enum_column(ReporterQualification, nullable=True)
    reporter_country: str | None = None
    patient_initials: str | None = None
    patient_age: int | None = None
    patient_age_unit: AgeUnit | None = enum_column(AgeUnit, nullable=True)
    patient_age_group: AgeGroup | None = enum_column(AgeGroup, nullable=True)
    patient_sex: Sex | None = enum_column(Sex, nullable=True)
    history: str | None = None
    latest_info_on: date | None = None
    follow_up_n: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    public_threat: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    narrative: str | None = None
    confirmed_at: datetime | None = moment(nullable=True)
    confirmed_by: str | None = Field(default=None, foreign_key="user_account.id")
    forwarded_at: datetime | None = moment(nullable=True)
    forwarded_by: str | None = Field(default=None, foreign_key="user_account.id")
    acknowledged_at: datetime | None = moment(nullable=True)
    acknowledged_by: str | None = None
    pv_reference: str | None = None
    dismissal: str | None = None
    duplicate_of: str | None = Field(default=None, foreign_key="pv_case.id", index=True)
    updated_at: datetime = moment()
    row_version: int = 1


class CaseComment(Table, table=True):
    """Which revisions of which comments a case rests on; a revision stays when the author wrote a newer one."""

    __tablename__ = "case_comment"

    case_id: str = Field(foreign_key="pv_case.id", primary_key=True)
    revision_id: str = Field(foreign_key="comment_revision.id", primary_key=True)
    comment_id: str = Field(foreign_key="comment.id", index=True)


class SuspectProduct(Table, table=True):
    """A product suspected in a case, as the reporter named it; `n` is its place in the list.

    `started_on` and `ended_on` are dates as far as they are known: "2026", "2026-03" or "2026-03-14". `abated`: the
    reaction went after stopping; `recurred`: it came back after taking the product again (CIOMS I, 20 and 21).
    A product counts as ours unless it is a competitor's: by the register, or because a person excluded it, with the
    reason in `excluded_because`.
    """

    __tablename__ = "suspect_product"
    __table_args__ = (Index("ix_suspect_product_named", "name", "case_id"),)

    id: str = identifier()
    case_id: str = Field(foreign_key="pv_case.id", index=True)
    n: int
    name: str = Field(index=True)
    substance: str | None = None
    owner: ProductOwner | None = enum_column(ProductOwner, nullable=True)
    kind: ProductKind | None = enum_column(ProductKind, nullable=True)
    role: DrugRole | None = enum_column(DrugRole, nullable=True)
    dose: str | None = None
    indication: str | None = None
    batch: str | None = None
    started_on: str | None = None
    ended_on: str | None = None
    action: DrugAction | None = enum_column(DrugAction, nullable=True)
    abated: Answer | None = enum_column(Answer, nullable=True)
    recurred: Answer | None = enum_column(Answer, nullable=True)
    excluded_because: str | None = None
    excluded_by: str | None = Field(default=None, foreign_key="user_account.id")


class Reaction(Table, table=True):
    """A suspected reaction of a case: the reporter's words, and later a coded term; `n` is its place.

    `llt_code` is a lowest level term of MedDRA, `term` its name, `meddra_version` the version that both are from;
    `started_on` and `ended_on` as for a product. `revision_id`, `start` and `end` say where the words stand, when
    they were marked in a comment (Python indices). The seriousness of the case is that of each of its reactions.
    """

    __tablename__ = "reaction"

    id: str = identifier()
    case_id: str = Field(foreign_key="pv_case.id", index=True)
    n: int
    verbatim: str
    term: str | None = None
    llt_code: str | None = None
    meddra_version: str | None = None
    outcome: ReactionOutcome | None = enum_column(ReactionOutcome, nullable=True)
    started_on: str | None = None
    ended_on: str | None = None
    revision_id: str | None = Field(default=None, foreign_key="comment_revision.id")
    start: int | None = None
    end: int | None = None


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
    """A reply of the library: one version of one text in one language, with its last day.

    `content_sha256` is what the circuit signs: words, uses, choices and last day. `choices` are the values that each
    placeholder may take; `ended_reason` says why it was refused, replaced or withdrawn.
    """

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
    status: TextStatus = enum_column(TextStatus)
    author_id: str | None = Field(default=None, foreign_key="user_account.id")
    products: list[str] = json_column(default_factory=list)
    situations: list[str] = json_column(default_factory=list)
    choices: dict[str, list[str]] = json_column(default_factory=dict)
    proposed_at: datetime | None = moment(nullable=True)
    ended_reason: str | None = None
    row_version: int = 1


class Reply(Table, table=True):
    """An answer to one revision of a comment, or the reasoned decision to give none. It never delays the case.

    `given` are the values of a library text's placeholders. A free answer keeps what was proposed beside what its
    approver signed; with a library text in it, that text stands in it word for word. Retention may empty one that was
    private; hash, date and reason stay.
    """

    __tablename__ = "reply"
    __table_args__ = (Index("ix_reply_comment", "comment_id", "status"),)

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
    kind: ReplyKind | None = enum_column(ReplyKind, nullable=True)
    topic: ReplyTopic | None = enum_column(ReplyTopic, nullable=True)
    given: dict[str, str] | None = json_column(nullable=True, default=None)
    private: bool = False
    proposed_text: str | None = None
    approver_id: str | None = Field(default=None, foreign_key="user_account.id")
    signature_id: str | None = Field(default=None, foreign_key="signature.id")
    refusal: str | None = None
    purged_at: datetime | None = moment(nullable=True)
    purge_reason: str | None = None
    row_version: int = 1
