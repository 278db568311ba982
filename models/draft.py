"""What is being written and is no version yet, and what the variants of a post say alike."""

from datetime import datetime

from sqlmodel import Field, UniqueConstraint

from models.base import Table, identifier, json_column, moment


class PostDraft(Table, table=True):
    """What one person is writing: replaced in place as they type, gone when it becomes a version.

    Each person has their own, so that nobody overwrites anybody. `base_n` is the version that it started from (0: a
    post that has none yet, then `post_id` is empty); `dropped_at` says since when its author set it aside.
    """

    __tablename__ = "post_draft"
    __table_args__ = (UniqueConstraint("post_id", "author_id"),)

    id: str = identifier()
    post_id: str | None = Field(default=None, foreign_key="post.id", index=True)
    author_id: str = Field(foreign_key="user_account.id", index=True)
    base_n: int
    title: str
    content_json: str
    dropped_at: datetime | None = moment(nullable=True)
    created_at: datetime = moment()
    updated_at: datetime = moment()
    row_version: int = 1


class CommonTextRecord(Table, table=True):
    """The common text of a post's newest version; `follows` maps an account to the fields that follow it.

    An aid to the editor: no network shows it and no hash covers it.
    """

    __tablename__ = "common_text"

    post_id: str = Field(foreign_key="post.id", primary_key=True)
    text: str
    link: str
    hashtags: list[str] = json_column()
    follows: dict[str, list[str]] = json_column()
