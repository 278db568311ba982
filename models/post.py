"""A post, its immutable versions, their variants, and what the rules found."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import false
from sqlmodel import Field, UniqueConstraint

from models.base import Table, enum_column, identifier, json_column, moment
from models.enums import Audience, Disposition, Network, PostStatus, Qualification, Severity, VisaKind, VisaStatus


class Post(Table, table=True):
    """A post on its way through the committee. Its words are in its versions, never here.

    `prior`: it was published before Covigie was here, and taken in as it stood: nobody signed it.
    """

    __tablename__ = "post"

    id: str = identifier()
    title: str
    campaign: str | None = None
    author_id: str = Field(foreign_key="user_account.id")
    status: PostStatus = enum_column(PostStatus, index=True)
    circuit_key: str
    qualification: Qualification | None = enum_column(Qualification, nullable=True)
    qualification_signature_id: str | None = Field(default=None, foreign_key="signature.id")
    audience: Audience = enum_column(Audience)
    planned_at: datetime | None = moment(nullable=True)
    version_n: int = 0
    prior: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    created_at: datetime = moment()
    updated_at: datetime = moment()
    row_version: int = 1


class PostVersion(Table, table=True):
    """One text of a post, for good; `content_sha256` covers its sorted variant hashes and its declarations."""

    __tablename__ = "post_version"
    __table_args__ = (UniqueConstraint("post_id", "n"),)

    id: str = identifier()
    post_id: str = Field(foreign_key="post.id", index=True)
    n: int
    parent_id: str | None = Field(default=None, foreign_key="post_version.id")
    author_id: str = Field(foreign_key="user_account.id")
    canonical_json: str
    content_sha256: str
    created_at: datetime = moment()


class Variant(Table, table=True):
    """What one network will show: the canonical payload (text, link, first comment, media, settings, audience)."""

    __tablename__ = "variant"
    __table_args__ = (UniqueConstraint("version_id", "account_id"),)

    id: str = identifier()
    version_id: str = Field(foreign_key="post_version.id", index=True)
    account_id: str = Field(foreign_key="account.id")
    network: Network = enum_column(Network)
    payload_json: str
    variant_sha256: str


class Visa(Table, table=True):
    """An advertising visa of ANSM (GP or PM, L. 5122-8 and L. 5122-9 CSP) that a post rests on."""

    __tablename__ = "visa"

    id: str = identifier()
    number: str = Field(unique=True)
    kind: VisaKind = enum_column(VisaKind)
    product_id: str = Field(foreign_key="product.id")
    filed: date | None = None
    granted: date | None = None
    expires: date | None = None
    status: VisaStatus = enum_column(VisaStatus)
    row_version: int = 1


class Finding(Table, table=True):
    """What a rule found in a version, and what a person decided on it."""

    __tablename__ = "finding"

    id: str = identifier()
    version_id: str = Field(foreign_key="post_version.id", index=True)
    variant_id: str | None = Field(default=None, foreign_key="variant.id")
    rule_id: str
    pack_version: str
    rule_sha256: str | None = None
    severity: Severity = enum_column(Severity)
    field: str
    start: int | None = None
    end: int | None = None
    excerpt: str | None = None
    message: dict[str, str] = json_column()
    fix: dict[str, str] = json_column()
    references: list[str] = json_column()
    confidence: str
    disposition: Disposition = enum_column(Disposition)
    disposition_reason: str | None = None
    disposed_by: str | None = Field(default=None, foreign_key="user_account.id")
    disposed_at: datetime | None = moment(nullable=True)
    row_version: int = 1


class PostProduct(Table, table=True):
    """A product that the author declares a version to be about."""

    __tablename__ = "post_product"

    version_id: str = Field(foreign_key="post_version.id", primary_key=True)
    product_id: str = Field(foreign_key="product.id", primary_key=True)


Payload = dict[str, Any]
