"""Signatures of an earlier version that stand on a later one."""

from datetime import datetime

from sqlmodel import Field, UniqueConstraint

from models.base import Table, identifier, json_column, moment


class CarriedSignature(Table, table=True):
    """A step that needed no new signature: whose stands for it, given on which version, after which changes.

    The signature stays bound to the content that its signer read (`signed_sha256`); that it stands on another one
    (`carried_sha256`) is the matrix's word, which is asked again before anything is published.
    """

    __tablename__ = "carried_signature"
    __table_args__ = (UniqueConstraint("step_id"),)

    id: str = identifier()
    round_id: str = Field(foreign_key="review_round.id", index=True)
    step_id: str = Field(foreign_key="review_step.id")
    signature_id: str = Field(foreign_key="signature.id")
    version_id: str = Field(foreign_key="post_version.id")
    signed_sha256: str
    carried_sha256: str
    changes: list[str] = json_column()
    matrix: str
    carried_at: datetime = moment()


class ReapprovalMatrix(Table, table=True):
    """One version of the matrix of re-approval, signed by the responsible pharmacist; version 1 is the delivered one.

    `kept` is {change: [meanings of signature that stand]}; `content_sha256` covers it with its number.
    """

    __tablename__ = "reapproval_matrix"

    id: str = identifier()
    n: int = Field(unique=True)
    kept: dict[str, list[str]] = json_column()
    content_sha256: str
    reason: str
    signature_id: str = Field(foreign_key="signature.id")
    signed_by: str = Field(foreign_key="user_account.id")
    signed_at: datetime = moment()
