"""What people answer for beside the rules: overrides of findings, answers to checklists, changes of the rule pack."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from models.base import Table, enum_column, identifier, json_column, moment
from models.enums import CheckAnswer, OverrideStatus, RuleChangeStatus


class FindingOverride(Table, table=True):
    """The request to lift one blocking finding on one content, and the two signatures that grant it.

    It never outlives its version, its passage or its rule; `renews_id` is the lapsed one of the same sentence.
    """

    __tablename__ = "finding_override"

    id: str = identifier()
    finding_id: str = Field(foreign_key="finding.id", index=True)
    version_id: str = Field(foreign_key="post_version.id", index=True)
    content_sha256: str
    rule_id: str
    reason: str
    status: OverrideStatus = enum_column(OverrideStatus, index=True)
    asked_by: str = Field(foreign_key="user_account.id")
    asked_at: datetime = moment()
    renews_id: str | None = Field(default=None, foreign_key="finding_override.id")
    pharmacist_signature_id: str | None = Field(default=None, foreign_key="signature.id")
    legal_signature_id: str | None = Field(default=None, foreign_key="signature.id")
    closed_by: str | None = Field(default=None, foreign_key="user_account.id")
    closed_at: datetime | None = moment(nullable=True)
    closing_reason: str | None = None
    row_version: int = 1


class ChecklistAnswer(Table, table=True):
    """What one reviewer answered to one point, in the words in which it was asked; written with the decision."""

    __tablename__ = "checklist_answer"

    id: str = identifier()
    decision_id: str = Field(foreign_key="decision.id", index=True)
    check_id: str
    check_version: int
    pack_version: str
    question: dict[str, str] = json_column()
    references: list[str] = json_column()
    answer: CheckAnswer = enum_column(CheckAnswer)
    reason: str | None = None
    answered_by: str = Field(foreign_key="user_account.id")
    answered_at: datetime = moment()


class RuleChange(Table, table=True):
    """One rule as somebody wants it: a draft, tried, then signed twice and in force.

    `text` is the rule's YAML; `base_version` the pack that it was tried on; `content_sha256` covers both, and is what
    is signed. `trial` is what the try found: {"tried": int, "newly": [...], "no_longer": [...]}.
    """

    __tablename__ = "rule_change"

    id: str = identifier()
    n: int = Field(unique=True)
    rule_id: str = Field(index=True)
    text: str
    reason: str
    base_version: str
    content_sha256: str
    status: RuleChangeStatus = enum_column(RuleChangeStatus, index=True)
    author_id: str = Field(foreign_key="user_account.id")
    written_at: datetime = moment()
    trial: dict[str, Any] | None = json_column(nullable=True, default=None)
    tried_at: datetime | None = moment(nullable=True)
    owner_signature_id: str | None = Field(default=None, foreign_key="signature.id")
    regulatory_signature_id: str | None = Field(default=None, foreign_key="signature.id")
    pack_version: str | None = Field(default=None, unique=True)
    closed_at: datetime | None = moment(nullable=True)
    row_version: int = 1
