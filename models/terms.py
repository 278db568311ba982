"""What the company signed of each network's terms, and what must not be erased for a while."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Field, Index, UniqueConstraint

from models.base import Table, enum_column, identifier, moment
from models.enums import Network, TermsStatus

IN_FORCE = text("status = 'in_force'")


class TermsSheet(Table, table=True):
    """One proposal of one network's terms sheet, with the days that are kept; in force once both have signed it.

    `terms_version` and `terms_sha256` name the sheet in the code (`moderation.terms.sheets`); `content_sha256` covers
    them with the days and their reason: it is what is signed, and none of it changes. `days_kept`: days after a comment
    was received; `days_after_deletion`: days after it was missing on its network for the first time. `n` counts the
    proposals of a network. Never removed.
    """

    __tablename__ = "terms_sheet"
    __table_args__ = (
        UniqueConstraint("network", "n"),
        Index("ix_terms_sheet_in_force", "network", unique=True, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE),
    )

    id: str = identifier()
    network: Network = enum_column(Network)
    n: int
    terms_version: int
    terms_sha256: str
    days_kept: int
    days_after_deletion: int
    reason: str
    content_sha256: str
    status: TermsStatus = enum_column(TermsStatus, index=True)
    proposed_by: str = Field(foreign_key="user_account.id")
    proposed_at: datetime = moment()
    legal_signature_id: str | None = Field(default=None, foreign_key="signature.id")
    protection_signature_id: str | None = Field(default=None, foreign_key="signature.id")
    in_force_at: datetime | None = moment(nullable=True)
    ended_at: datetime | None = moment(nullable=True)
    ended_by: str | None = Field(default=None, foreign_key="user_account.id")
    ended_reason: str | None = None
    row_version: int = 1


class LegalHold(Table, table=True):
    """A comment, or all that was posted to an account in some days, is not erased until the hold is lifted.

    Either `comment_id`, or `account_id` with `starts_at` and `ends_at` (half open). Never removed.
    """

    __tablename__ = "legal_hold"

    id: str = identifier()
    comment_id: str | None = Field(default=None, foreign_key="comment.id", index=True)
    account_id: str | None = Field(default=None, foreign_key="account.id", index=True)
    starts_at: datetime | None = moment(nullable=True)
    ends_at: datetime | None = moment(nullable=True)
    reason: str
    put_by: str = Field(foreign_key="user_account.id")
    put_at: datetime = moment()
    lifted_by: str | None = Field(default=None, foreign_key="user_account.id")
    lifted_at: datetime | None = moment(nullable=True)
    lift_reason: str | None = None
    row_version: int = 1
