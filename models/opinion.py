"""Opinions under conditions, which approve nothing, and who has read which step."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from models.base import Table, enum_column, identifier, json_column, moment
from models.enums import ConditionStatus, Role


class ConditionalOpinion(Table, table=True):
    """A signed opinion under conditions on a version. It is no decision: nothing that counts approvals sees it.

    `conditions` is a list of {"text": str, "exact": str, "replacement": str}; with `exact` the condition is a wording.
    `terms_json` is the canonical text of version and conditions; its SHA-256 is the content of the signature.
    """

    __tablename__ = "conditional_opinion"

    id: str = identifier()
    post_id: str = Field(foreign_key="post.id", index=True)
    version_id: str = Field(foreign_key="post_version.id")
    round_id: str = Field(foreign_key="review_round.id")
    step_id: str = Field(foreign_key="review_step.id", index=True)
    role: Role = enum_column(Role)
    user_id: str = Field(foreign_key="user_account.id")
    signature_id: str = Field(foreign_key="signature.id", unique=True)
    status: ConditionStatus = enum_column(ConditionStatus, index=True)
    conditions: list[dict[str, Any]] = json_column()
    terms_json: str
    given_at: datetime = moment()
    answer: str | None = None
    answered_by: str | None = Field(default=None, foreign_key="user_account.id")
    answered_at: datetime | None = moment(nullable=True)
    closed_by: str | None = Field(default=None, foreign_key="user_account.id")
    closed_at: datetime | None = moment(nullable=True)
    close_reason: str | None = None
    row_version: int = 1


class StepReading(Table, table=True):
    """That a person opened the text of a step that they may sign; only what was opened is signed among several."""

    __tablename__ = "step_reading"

    step_id: str = Field(foreign_key="review_step.id", primary_key=True)
    user_id: str = Field(foreign_key="user_account.id", primary_key=True)
    opened_at: datetime = moment()
