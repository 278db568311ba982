"""The queues: who skipped what, where rules sent a comment, what may still be undone, how a person wants to work."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, Index, UniqueConstraint

from models.base import Table, enum_column, identifier, json_column, moment
from models.enums import RoutedQueue, RouteOutcome, RuleSetStatus, SkipReason


class CommentSkip(Table, table=True):
    """One person left one version of a comment to the others, for a reason. It hides nothing from anybody else."""

    __tablename__ = "comment_skip"
    __table_args__ = (UniqueConstraint("comment_id", "revision_n", "user_id"),)

    id: str = identifier()
    comment_id: str = Field(foreign_key="comment.id", index=True)
    revision_n: int
    user_id: str = Field(foreign_key="user_account.id", index=True)
    reason: SkipReason = enum_column(SkipReason)
    skipped_at: datetime = moment()


class CommentRoute(Table, table=True):
    """A comment stands in a queue because rules say so; settled by a person, opened again by a new text.

    `rules` are the ids of the rules that applied, `rules_n` the number of their set, `revision_n` the version read.
    """

    __tablename__ = "comment_route"
    __table_args__ = (
        UniqueConstraint("comment_id", "queue"),
        Index("ix_comment_route_open", "queue", "settled_at"),
    )

    id: str = identifier()
    comment_id: str = Field(foreign_key="comment.id", index=True)
    queue: RoutedQueue = enum_column(RoutedQueue)
    rules: list[str] = json_column()
    rules_n: int
    revision_n: int
    routed_at: datetime = moment()
    settled_at: datetime | None = moment(nullable=True)
    settled_by: str | None = Field(default=None, foreign_key="user_account.id")
    outcome: RouteOutcome | None = enum_column(RouteOutcome, nullable=True)
    row_version: int = 1


class RoutingRuleSet(Table, table=True):
    """All routing rules as somebody wants them; in force once pharmacovigilance signed its hash, until the next."""

    __tablename__ = "routing_rule_set"

    id: str = identifier()
    n: int = Field(unique=True)
    rules: list[dict[str, Any]] = json_column()
    reason: str
    content_sha256: str
    status: RuleSetStatus = enum_column(RuleSetStatus, index=True)
    proposed_by: str = Field(foreign_key="user_account.id")
    proposed_at: datetime = moment()
    signature_id: str | None = Field(default=None, foreign_key="signature.id")
    signed_by: str | None = Field(default=None, foreign_key="user_account.id")
    closed_at: datetime | None = moment(nullable=True)
    row_version: int = 1


class UndoPoint(Table, table=True):
    """What a decision found and what it left, so that it can be taken back as long as nothing else happened.

    `before` holds the facets and the case before it; `hard` says that the text was a distressing one.
    """

    __tablename__ = "undo_point"

    id: str = identifier()
    batch_id: str = Field(index=True)
    decision_id: str = Field(foreign_key="triage_decision.id", unique=True)
    comment_id: str = Field(foreign_key="comment.id", index=True)
    user_id: str = Field(foreign_key="user_account.id", index=True)
    before: dict[str, Any] = json_column()
    after_row_version: int
    case_id: str | None = Field(default=None, foreign_key="pv_case.id")
    case_row_version: int | None = None
    hard: bool = False
    decided_at: datetime = moment()
    undone_at: datetime | None = moment(nullable=True)


class ModeratorSetting(Table, table=True):
    """How one person wants to work: distressing texts veiled, a break proposed after so many of them, a break now."""

    __tablename__ = "moderator_setting"

    user_id: str = Field(foreign_key="user_account.id", primary_key=True)
    veil: bool = False
    break_after: int = 10
    paused_at: datetime | None = moment(nullable=True)
    resumed_at: datetime | None = moment(nullable=True)
    row_version: int = 1
