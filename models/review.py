"""Circuits as data, the rounds that follow them, what was decided and signed."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, UniqueConstraint

from models.base import Table, enum_column, identifier, json_column, moment
from models.enums import (
    DecisionKind,
    Quorum,
    RejectReason,
    Role,
    RoundStatus,
    SignatureMeaning,
    StepStatus,
)


class Circuit(Table, table=True):
    """Which roles review, in which order: one version, never changed once a round ran on it.

    `steps` is a list of {"stage": int, "role": str, "quorum": "any"|"all"|"k_of_n", "needed": int | null,
    "due_hours": int, "by_the_clock": bool, "meaning": str}; steps of one stage are open together. `conditions` say
    which posts it is for: {"qualifications": [str], "with_products": bool | null, "products": [str], "networks": [str],
    "campaign": str, "paid_partner": bool | null}. `approval_days` is for how many days an approval of it is good.
    """

    __tablename__ = "circuit"
    __table_args__ = (UniqueConstraint("key", "n"),)

    id: str = identifier()
    key: str
    n: int
    name: str
    steps: list[dict[str, Any]] = json_column()
    conditions: dict[str, Any] = json_column(default_factory=dict)
    approval_days: int = Field(default=90, sa_column_kwargs={"server_default": "90"})
    active: bool = True
    created_by: str | None = Field(default=None, foreign_key="user_account.id")
    created_at: datetime = moment()


class ReviewRound(Table, table=True):
    """One passage of one version through one circuit."""

    __tablename__ = "review_round"

    id: str = identifier()
    post_id: str = Field(foreign_key="post.id", index=True)
    version_id: str = Field(foreign_key="post_version.id")
    circuit_id: str = Field(foreign_key="circuit.id")
    status: RoundStatus = enum_column(RoundStatus)
    opened_by: str = Field(foreign_key="user_account.id")
    opened_at: datetime = moment()
    closed_at: datetime | None = moment(nullable=True)
    row_version: int = 1


class ReviewStep(Table, table=True):
    """One role's turn in a round; `needed` is how many must sign where the quorum is k of n."""

    __tablename__ = "review_step"

    id: str = identifier()
    round_id: str = Field(foreign_key="review_round.id", index=True)
    stage: int
    role: Role = enum_column(Role)
    quorum: Quorum = enum_column(Quorum)
    meaning: SignatureMeaning = enum_column(SignatureMeaning)
    due_hours: int
    needed: int | None = None
    status: StepStatus = enum_column(StepStatus)
    entered_at: datetime | None = moment(nullable=True)
    due_at: datetime | None = moment(nullable=True)
    row_version: int = 1


class StepOpening(Table, table=True):
    """When somebody of a step's role first opened its text: from here on the step no longer waits, it is worked on."""

    __tablename__ = "step_opening"

    step_id: str = Field(foreign_key="review_step.id", primary_key=True)
    user_id: str = Field(foreign_key="user_account.id")
    opened_at: datetime = moment()


class Decision(Table, table=True):
    """What one person decided on one step, on the version that they saw; perhaps in another's name."""

    __tablename__ = "decision"

    id: str = identifier()
    step_id: str = Field(foreign_key="review_step.id", index=True)
    round_id: str = Field(foreign_key="review_round.id", index=True)
    user_id: str = Field(foreign_key="user_account.id")
    kind: DecisionKind = enum_column(DecisionKind)
    reason: RejectReason | None = enum_column(RejectReason, nullable=True)
    comment: str | None = None
    content_sha256: str
    signature_id: str | None = Field(default=None, foreign_key="signature.id")
    decided_at: datetime = moment()
    on_behalf_of_id: str | None = Field(default=None, max_length=26)
    on_behalf_of_name: str | None = None


class Signature(Table, table=True):
    """A simple electronic signature (eIDAS): who, as what, meaning what, when, on which content.

    `statement_json` is the canonical text that the installation's key signed; name and role are as held at signing.
    Signed under a delegation, `on_behalf_of_*` say in whose name.
    """

    __tablename__ = "signature"

    id: str = identifier()
    user_id: str = Field(foreign_key="user_account.id")
    login: str
    printed_name: str
    role: Role = enum_column(Role)
    meaning: SignatureMeaning = enum_column(SignatureMeaning)
    subject_kind: str
    subject_id: str = Field(index=True)
    content_sha256: str
    signed_at: datetime = moment()
    time_zone: str
    nonce_id: str = Field(foreign_key="signing_nonce.id", unique=True)
    statement_json: str
    key_id: str
    seal: str
    delegation_id: str | None = Field(default=None, max_length=26)
    on_behalf_of_id: str | None = Field(default=None, max_length=26)
    on_behalf_of_name: str | None = None


class ReviewNote(Table, table=True):
    """A remark that a reviewer or the author leaves beside a version."""

    __tablename__ = "review_note"

    id: str = identifier()
    post_id: str = Field(foreign_key="post.id", index=True)
    version_id: str = Field(foreign_key="post_version.id")
    author_id: str = Field(foreign_key="user_account.id")
    text: str
    blocking: bool = False
    created_at: datetime = moment()
    resolved_by: str | None = Field(default=None, foreign_key="user_account.id")
    resolved_at: datetime | None = moment(nullable=True)
    row_version: int = 1
