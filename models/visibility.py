"""What was taken out of the public's sight: frozen evidence, acts, the author's contest, the policy of names."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, Index

from models.base import Table, enum_column, identifier, moment
from models.enums import (
    ActKind,
    ActOrigin,
    ActStatus,
    ContestStatus,
    HideReason,
    NamedKind,
    NameMeasure,
    Network,
    VisibilityFacet,
)


class Evidence(Table, table=True):
    """A comment as it stood before it was hidden or deleted; written once, never changed, never removed.

    `content` is canonical JSON (`moderation.freezing`): text, revisions, thread, raw payload, permalink, times,
    account, author. `content_sha256` is the SHA-256 of its UTF-8 bytes; the audit trail holds it too. Retention
    empties revisions and raw events, not this copy: pharmacovigilance must be able to show what it received.
    """

    __tablename__ = "evidence"

    id: str = identifier()
    comment_id: str = Field(foreign_key="comment.id", index=True)
    revision_id: str = Field(foreign_key="comment_revision.id")
    content: str
    content_sha256: str
    frozen_by: str | None = Field(default=None, foreign_key="user_account.id")
    frozen_at: datetime = moment()


class VisibilityAct(Table, table=True):
    """One act on a comment's visibility; `before` is what the public saw when it was asked for.

    `asked_by` is None for a policy and for what was done on the network; `approved_by` is the second person of a
    deletion. `evidence_id` is None only for showing again. Never removed.
    """

    __tablename__ = "visibility_act"
    __table_args__ = (
        Index("ix_visibility_act_comment", "comment_id", "asked_at"),
        CheckConstraint("kind = 'unhide' OR evidence_id IS NOT NULL", name="evidence_first"),
    )

    id: str = identifier()
    comment_id: str = Field(foreign_key="comment.id")
    revision_id: str = Field(foreign_key="comment_revision.id")
    evidence_id: str | None = Field(default=None, foreign_key="evidence.id")
    kind: ActKind = enum_column(ActKind)
    origin: ActOrigin = enum_column(ActOrigin)
    status: ActStatus = enum_column(ActStatus, index=True)
    before: VisibilityFacet = enum_column(VisibilityFacet)
    reason: HideReason | None = enum_column(HideReason, nullable=True)
    note: str | None = None
    asked_by: str | None = Field(default=None, foreign_key="user_account.id")
    asked_at: datetime = moment()
    approved_by: str | None = Field(default=None, foreign_key="user_account.id")
    approved_at: datetime | None = moment(nullable=True)
    ended_at: datetime | None = moment(nullable=True)
    last_error: str | None = None
    row_version: int = 1


class VisibilityContest(Table, table=True):
    """An author asks why their comment went; `source_comment_id` is the comment in which they ask, if they did so.

    `words` are what they said, typed in by who received it. Never removed.
    """

    __tablename__ = "visibility_contest"

    id: str = identifier()
    comment_id: str = Field(foreign_key="comment.id", index=True)
    act_id: str = Field(foreign_key="visibility_act.id")
    source_comment_id: str | None = Field(default=None, foreign_key="comment.id")
    words: str
    status: ContestStatus = enum_column(ContestStatus, index=True)
    opened_by: str = Field(foreign_key="user_account.id")
    opened_at: datetime = moment()
    due_at: datetime = moment()
    decided_by: str | None = Field(default=None, foreign_key="user_account.id")
    decided_at: datetime | None = moment(nullable=True)
    decision: str | None = None
    row_version: int = 1


class NamePolicy(Table, table=True):
    """What one network's comments that name a kind of product call for; the newest row in force counts.

    `approved_by`: hiding at once needs a second person, of pharmacovigilance; until then the row is not in force.
    """

    __tablename__ = "name_policy"

    id: str = identifier()
    network: Network = enum_column(Network)
    named: NamedKind = enum_column(NamedKind)
    measure: NameMeasure = enum_column(NameMeasure)
    reason: str
    set_by: str = Field(foreign_key="user_account.id")
    set_at: datetime = moment()
    approved_by: str | None = Field(default=None, foreign_key="user_account.id")
    approved_at: datetime | None = moment(nullable=True)
    row_version: int = 1
