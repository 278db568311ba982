"""Changes of the detection: what pharmacovigilance proposed, what its trial found, who signed it."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, UniqueConstraint

from models.base import Table, enum_column, identifier, json_column, moment
from models.enums import DetectionStatus, DifferenceKind, Network


class DetectionChange(Table, table=True):
    """One version of what the company sets of its detection: proposed, tried on stored comments, signed, in force.

    `content` is the whole result (keys as in `moderation.detectors.tuning`), `delta` what the author changed;
    `content_sha256` covers content, delta and reason, which never change. `cursor` is the id of the last revision
    read; `read_n` of `to_read` are done. `run_sha256` covers what the trial found: it is signed with the content.
    `first_seen_at`: when the oldest text that was read came. `failure`: why the last trial stopped, a sentence.
    """

    __tablename__ = "detection_change"

    id: str = identifier()
    n: int = Field(unique=True)
    content: dict[str, Any] = json_column()
    delta: dict[str, Any] = json_column()
    reason: str
    content_sha256: str
    status: DetectionStatus = enum_column(DetectionStatus, index=True)
    author_id: str = Field(foreign_key="user_account.id")
    proposed_at: datetime = moment()
    days: int = 0
    to_read: int = 0
    read_n: int = 0
    cursor: str = ""
    started_at: datetime | None = moment(nullable=True)
    first_seen_at: datetime | None = moment(nullable=True)
    ready_at: datetime | None = moment(nullable=True)
    run_sha256: str | None = None
    failure: str | None = None
    signature_id: str | None = Field(default=None, foreign_key="signature.id")
    signed_at: datetime | None = moment(nullable=True)
    in_force_at: datetime | None = moment(nullable=True)
    withdrawn_by: str | None = Field(default=None, foreign_key="user_account.id")
    withdrawn_at: datetime | None = moment(nullable=True)
    row_version: int = 1


class DetectionDifference(Table, table=True):
    """One stored text that a change judges otherwise than the detection in force.

    `before` and `after` hold verdicts and places, no words, so that erasing the text erases it. `late`: the text came
    after the trial, and was compared after the signature. `reopened_at`: when it was screened again for good.
    """

    __tablename__ = "detection_difference"
    __table_args__ = (UniqueConstraint("change_id", "revision_id"),)

    id: str = identifier()
    change_id: str = Field(foreign_key="detection_change.id", index=True)
    comment_id: str = Field(foreign_key="comment.id")
    revision_id: str = Field(foreign_key="comment_revision.id")
    kind: DifferenceKind = enum_column(DifferenceKind)
    network: Network = enum_column(Network)
    language: str
    before: dict[str, Any] = json_column()
    after: dict[str, Any] = json_column()
    late: bool = False
    reopened_at: datetime | None = moment(nullable=True)
