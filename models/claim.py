"""Claims, the references that they rest on, and where each is used."""

from datetime import date, datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, UniqueConstraint

from models.base import Table, enum_column, identifier, json_column, moment
from models.enums import ClaimStatus, ReferenceStatus


class Reference(Table, table=True):
    """A document that claims cite, as it was brought; its bytes and its text are apart, so that a list reads neither.

    `citation`: how it is cited (authors, journal, year, pages). `valid_until`: its last day, None for no end.
    """

    __tablename__ = "reference"

    id: str = identifier()
    title: str
    citation: str
    filename: str
    mime: str
    size: int
    sha256: str = Field(unique=True, max_length=64)
    pages: int
    status: ReferenceStatus = enum_column(ReferenceStatus, index=True)
    valid_until: date | None = None
    added_by: str = Field(foreign_key="user_account.id")
    added_at: datetime = moment()
    ended_at: datetime | None = moment(nullable=True)
    reason: str | None = None
    row_version: int = 1


class ReferenceBytes(Table, table=True):
    """A reference's bytes, exactly as they came."""

    __tablename__ = "reference_bytes"

    reference_id: str = Field(foreign_key="reference.id", primary_key=True)
    data: bytes = Field(sa_type=LargeBinary)


class ReferencePage(Table, table=True):
    """The text of one page of a reference, as it was read when it was brought; `n` from 1."""

    __tablename__ = "reference_page"

    reference_id: str = Field(foreign_key="reference.id", primary_key=True)
    n: int = Field(primary_key=True)
    text: str


class Claim(Table, table=True):
    """What may be said of a product (None: of a disease, of the company), in one wording or several.

    `wordings`: the same claim in other words. `networks`, `audiences`: where it may be said; empty: everywhere, to
    everyone. `writers`: whoever wrote or changed it (ids); none of them approves it. `content_sha256` covers words,
    scope, end and quotations; the signature binds to it, and nothing of a signed claim ever changes.
    """

    __tablename__ = "claim"

    id: str = identifier()
    text: str
    wordings: list[str] = json_column(default_factory=list)
    product_id: str | None = Field(default=None, foreign_key="product.id", index=True)
    networks: list[str] = json_column(default_factory=list)
    audiences: list[str] = json_column(default_factory=list)
    valid_until: date
    status: ClaimStatus = enum_column(ClaimStatus, index=True)
    content_sha256: str
    author_id: str = Field(foreign_key="user_account.id")
    writers: list[str] = json_column(default_factory=list)
    written_at: datetime = moment()
    signature_id: str | None = Field(default=None, foreign_key="signature.id")
    ended_at: datetime | None = moment(nullable=True)
    reason: str | None = None
    row_version: int = 1


class ClaimQuote(Table, table=True):
    """What a claim rests on: the words of a reference, and the page on which they stand."""

    __tablename__ = "claim_quote"
    __table_args__ = (UniqueConstraint("claim_id", "reference_id", "quote"),)

    id: str = identifier()
    claim_id: str = Field(foreign_key="claim.id", index=True)
    reference_id: str = Field(foreign_key="reference.id", index=True)
    page: int
    quote: str


class ClaimUse(Table, table=True):
    """A passage of a version that says a claim in one of its wordings; `start` and `end` are places in its field."""

    __tablename__ = "claim_use"
    __table_args__ = (UniqueConstraint("version_id", "claim_id", "account_id", "field", "start"),)

    id: str = identifier()
    version_id: str = Field(foreign_key="post_version.id", index=True)
    claim_id: str = Field(foreign_key="claim.id", index=True)
    account_id: str = Field(foreign_key="account.id")
    field: str
    start: int
    end: int
    noted_at: datetime = moment()
