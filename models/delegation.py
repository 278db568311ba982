"""Who signs for whom, who took a step on, which approvals were taken back."""

from datetime import date, datetime

from sqlmodel import Field, UniqueConstraint

from models.base import Table, enum_column, identifier, moment
from models.enums import Role


class Delegation(Table, table=True):
    """One person lets another sign in a role of theirs, from one day to another (Paris), both included.

    `product_id` and `campaign` narrow it; without them it is for every post. Revoked, the row stays.
    """

    __tablename__ = "delegation"

    id: str = identifier()
    delegator_id: str = Field(foreign_key="user_account.id", index=True)
    delegate_id: str = Field(foreign_key="user_account.id", index=True)
    role: Role = enum_column(Role)
    product_id: str | None = Field(default=None, foreign_key="product.id")
    campaign: str | None = None
    first_day: date
    last_day: date
    created_at: datetime = moment()
    revoked_at: datetime | None = moment(nullable=True)
    revoked_by: str | None = Field(default=None, foreign_key="user_account.id")
    row_version: int = 1


class StepClaim(Table, table=True):
    """A person told the others of their role that they take a step on; given back, the row stays."""

    __tablename__ = "step_claim"

    id: str = identifier()
    step_id: str = Field(foreign_key="review_step.id", index=True)
    user_id: str = Field(foreign_key="user_account.id")
    claimed_at: datetime = moment()
    released_at: datetime | None = moment(nullable=True)


class ApprovalWithdrawal(Table, table=True):
    """An approval that counts no more: taken back by its signer, or lapsed with one that it came after (`cause_id`).

    The decision and its signature stay as they were given.
    """

    __tablename__ = "approval_withdrawal"
    __table_args__ = (UniqueConstraint("decision_id"),)

    id: str = identifier()
    decision_id: str = Field(foreign_key="decision.id")
    round_id: str = Field(foreign_key="review_round.id", index=True)
    user_id: str = Field(foreign_key="user_account.id")
    cause_id: str | None = Field(default=None, foreign_key="decision.id")
    reason: str
    withdrawn_at: datetime = moment()
