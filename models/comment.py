"""What people wrote to us: as it came, as it stands, as it was screened, what was decided on it."""

from datetime import datetime
from typing import Any

from sqlalchemy import false, text
from sqlmodel import Field, Index, UniqueConstraint

from models.base import Table, enum_column, identifier, json_column, moment
from models.enums import (
    CommentKind,
    EventSource,
    FindingKind,
    Network,
    NoneReason,
    ProductFacet,
    ProductOwner,
    PvFacet,
    ReplyFacet,
    Screening,
    TombstoneKind,
    VisibilityFacet,
)

DUE = text("analysis_due")
DUE_LIVE = text("analysis_due AND network <> 'file'")
CLEARED = text("screening = 'cleared'")
ECHOES_DUE = text("echoes_due")
IN_THREAD, ANSWERS, UNDER_OURS = (
    text(f"{column} IS NOT NULL") for column in ("conversation_id", "parent_external_id", "publication_id")
)
ERASABLE = text("erased_at IS NULL AND network <> 'file'")
OWED = text("reply IN ('owed', 'drafted', 'queued')")


class RawEvent(Table, table=True):
    """A payload as the network sent it, before anything reads it. Retention may empty it; hash, date, reason stay."""

    __tablename__ = "raw_event"
    __table_args__ = (UniqueConstraint("account_id", "external_id", "payload_sha256"),)

    id: str = identifier()
    account_id: str = Field(foreign_key="account.id")
    source: EventSource = enum_column(EventSource)
    external_id: str
    payload: str | None
    payload_sha256: str
    received_at: datetime = moment()
    purged_at: datetime | None = moment(nullable=True)
    purge_reason: str | None = None


class Comment(Table, table=True):
    """What one person left in one place. It has facets, not a status; its words are in its revisions.

    `posted_at` (the network's time), `received_at` (ours), `first_displayed_at` (a person saw it) and `forwarded_at`
    (it left for pharmacovigilance) are kept apart. Awareness is the earliest moment at which the company, or the
    system under a signed policy, had it. `revision_n` is the revision that the network shows now: a late delivery of
    an older text is kept with a higher number and changes nothing. `analysis_due`: a revision waits for the detectors.
    `echoes_due`: a case was opened on it, and the answers that agree with it have not been looked at since.
    `erased_at`: its texts and its author were erased at the end of their keeping; the rest stays. `kind`: where it was
    left; what was said in private has the thread for its conversation.
    """

    __tablename__ = "comment"
    __table_args__ = (
        UniqueConstraint("account_id", "external_id"),
        Index("ix_comment_queue", "pv", "screening", "emergency", "serious", "awareness_at"),
        Index("ix_comment_waiting", "reply", "reply_due_at"),
        Index("ix_comment_thread", "account_id", "conversation_id", "author_id", "posted_at", "id", "reply"),
        Index(
            "ix_comment_owed",
            "emergency",
            "reply_due_at",
            "id",
            "account_id",
            "conversation_id",
            "author_id",
            "posted_at",
            "reply",
            sqlite_where=OWED,
            postgresql_where=OWED,
        ),
        Index("ix_comment_skim", "pv_score", sqlite_where=CLEARED, postgresql_where=CLEARED),
        Index("ix_comment_screened", "screening", "received_at"),
        Index(
            "ix_comment_unread_near",
            "screening",
            "pv",
            "product",
            "pv_score",
            sqlite_where=CLEARED,
            postgresql_where=CLEARED,
        ),
        Index(
            "ix_comment_unread",
            "screening",
            "pv",
            "product",
            "received_at",
            "pv_score",
            "id",
            sqlite_where=CLEARED,
            postgresql_where=CLEARED,
        ),
        Index("ix_comment_touched", "received_at", "row_version", "first_displayed_at"),
        Index("ix_comment_analysis", "received_at", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_comment_analysis_live", "received_at", sqlite_where=DUE_LIVE, postgresql_where=DUE_LIVE),
        Index("ix_comment_conversation_id", "conversation_id", sqlite_where=IN_THREAD, postgresql_where=IN_THREAD),
        Index("ix_comment_parent_external_id", "parent_external_id", sqlite_where=ANSWERS, postgresql_where=ANSWERS),
        Index("ix_comment_publication_id", "publication_id", sqlite_where=UNDER_OURS, postgresql_where=UNDER_OURS),
        Index(
            "ix_comment_erasable",
            "account_id",
            "received_at",
            "id",
            sqlite_where=ERASABLE,
            postgresql_where=ERASABLE,
        ),
        Index("ix_comment_echoes", "received_at", sqlite_where=ECHOES_DUE, postgresql_where=ECHOES_DUE),
    )

    id: str = identifier()
    account_id: str = Field(foreign_key="account.id")
    network: Network = enum_column(Network)
    external_id: str
    conversation_id: str | None = None
    parent_external_id: str | None = None
    publication_id: str | None = Field(default=None, foreign_key="publication.id")
    author_id: str = Field(index=True)
    author_handle: str | None
    author_pseudonym: str
    permalink: str | None = None
    kind: CommentKind = enum_column(CommentKind, default=CommentKind.COMMENT, server_default=text("'comment'"))
    posted_at: datetime = moment()
    received_at: datetime = moment()
    first_displayed_at: datetime | None = moment(nullable=True)
    forwarded_at: datetime | None = moment(nullable=True)
    awareness_at: datetime = moment()
    screening: Screening = enum_column(Screening)
    pv: PvFacet = enum_column(PvFacet)
    product: ProductFacet = enum_column(ProductFacet)
    visibility: VisibilityFacet = enum_column(VisibilityFacet)
    reply: ReplyFacet = enum_column(ReplyFacet)
    reply_due_at: datetime = moment()
    language: str = "und"
    emergency: bool = False
    serious: bool = False
    pv_score: float = 0.0
    revision_n: int = 1
    analysis_due: bool = True
    echoes_due: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    holder_id: str | None = Field(default=None, foreign_key="user_account.id")
    lease_until: datetime | None = moment(nullable=True)
    erased_at: datetime | None = moment(nullable=True)
    row_version: int = 1


class CommentRevision(Table, table=True):
    """One text of a comment. Retention may empty it; hash, date and reason stay.

    `text` has no character that a database refuses (each is replaced by a visible one); `text_sha256` is of the text
    as received. `external_id` is the network's id of this version (answers go to it), `edits` the number of versions
    that the network counted then, `media` the kinds of what hangs on it.
    """

    __tablename__ = "comment_revision"
    __table_args__ = (UniqueConstraint("comment_id", "n"),)

    id: str = identifier()
    comment_id: str = Field(foreign_key="comment.id")
    n: int
    external_id: str
    edits: int = 1
    text: str | None
    text_sha256: str
    media: list[str] = json_column(default_factory=list)
    raw_event_id: str = Field(foreign_key="raw_event.id")
    seen_at: datetime = moment()
    purged_at: datetime | None = moment(nullable=True)
    purge_reason: str | None = None


class Tombstone(Table, table=True):
    """A comment left the public's sight; what it said is kept, and no clock stops."""

    __tablename__ = "tombstone"

    id: str = identifier()
    comment_id: str = Field(foreign_key="comment.id", index=True)
    kind: TombstoneKind = enum_column(TombstoneKind)
    by: str | None = None
    first_missing_at: datetime = moment()
    confirmed_at: datetime | None = moment(nullable=True)


class ScreeningRecord(Table, table=True):
    """What the detectors made of one revision, with their versions; `why` holds rule ids and labels, no quotation."""

    __tablename__ = "screening"
    __table_args__ = (UniqueConstraint("revision_id", "detectors_sha256"),)

    id: str = identifier()
    revision_id: str = Field(foreign_key="comment_revision.id", index=True)
    outcome: Screening = enum_column(Screening)
    pv_score: float
    situations: list[str] = json_column()
    serious: bool
    emergency: bool
    intent: str
    language: str
    why: list[Any] = json_column()
    unscreened_reason: str | None = None
    detectors: dict[str, str] = json_column()
    detectors_sha256: str
    screened_at: datetime = moment()


class DetectorFinding(Table, table=True):
    """What a detector found in a revision. It holds places, not words, so that erasing the text erases it.

    `start` and `end` are Python indices into the text; both None when the finding comes from what stands around it.
    `owner` and `substance` are those of a product, as the register had them then.
    """

    __tablename__ = "detector_finding"

    id: str = identifier()
    screening_id: str = Field(foreign_key="screening.id", index=True)
    detector: str
    version: str
    rule: str
    kind: FindingKind = enum_column(FindingKind)
    label: str
    start: int | None = None
    end: int | None = None
    owner: ProductOwner | None = enum_column(ProductOwner, nullable=True)
    substance: str | None = None


class TriageDecision(Table, table=True):
    """What one person decided on one revision of a comment.

    `card` is what the reason of « none » needs: the number of a case, a product and its company, a reference
    (`moderation.decision_cards`); None where the reason needs nothing.
    """

    __tablename__ = "triage_decision"
    __table_args__ = (Index("ix_triage_decision_decided", "decided_at", "user_id"),)

    id: str = identifier()
    comment_id: str = Field(foreign_key="comment.id", index=True)
    revision_id: str = Field(foreign_key="comment_revision.id")
    user_id: str = Field(foreign_key="user_account.id")
    outcomes: list[str] = json_column()
    none_reason: NoneReason | None = enum_column(NoneReason, nullable=True)
    note: str | None = None
    card: dict[str, str] | None = json_column(nullable=True, default=None)
    decided_at: datetime = moment()
