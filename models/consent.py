"""A spokesperson's consent to what appears under their own name."""

from datetime import datetime

from sqlmodel import Field, UniqueConstraint

from models.base import Table, enum_column, identifier, moment
from models.enums import ConsentStatus


class Consent(Table, table=True):
    """One answer to one exact content: `variant_sha256` covers all that the account would show."""

    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("post_id", "account_id", "variant_sha256"),)

    id: str = identifier()
    post_id: str = Field(foreign_key="post.id", index=True)
    account_id: str = Field(foreign_key="account.id")
    spokesperson_id: str = Field(foreign_key="user_account.id", index=True)
    variant_sha256: str
    status: ConsentStatus = enum_column(ConsentStatus)
    asked_by: str = Field(foreign_key="user_account.id")
    asked_at: datetime = moment()
    answered_at: datetime | None = moment(nullable=True)
    reason: str | None = None
    row_version: int = 1
