"""Where a remark stands in a version, what was answered to it, and what outside experts were shown and said."""

from datetime import datetime

from sqlmodel import Field

from models.base import Table, identifier, moment


class NoteAnchor(Table, table=True):
    """The place of a remark: a quotation in one field of one variant, or a region of a picture; for good.

    A quotation is kept as W3C's text-quote selector (`exact` between `prefix` and `suffix`). A region is in percent of
    the picture, from its upper left corner.
    """

    __tablename__ = "note_anchor"

    note_id: str = Field(foreign_key="review_note.id", primary_key=True)
    account_id: str = Field(foreign_key="account.id")
    field: str
    exact: str = ""
    prefix: str = ""
    suffix: str = ""
    media_sha256: str | None = Field(default=None, foreign_key="media.sha256", max_length=64)
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0


class NoteAnswer(Table, table=True):
    """One answer in the thread of a remark, for good; `done`: an author says that it was dealt with."""

    __tablename__ = "note_answer"

    id: str = identifier()
    note_id: str = Field(foreign_key="review_note.id", index=True)
    author_id: str = Field(foreign_key="user_account.id")
    text: str
    done: bool = False
    created_at: datetime = moment()


class GuestLink(Table, table=True):
    """The way for one outside expert to read one version and remark on it, for a while; it never signs.

    Only the SHA-256 of the unguessable part of its address is kept.
    """

    __tablename__ = "guest_link"

    id: str = identifier()
    post_id: str = Field(foreign_key="post.id", index=True)
    version_id: str = Field(foreign_key="post_version.id")
    token_sha256: str = Field(unique=True, max_length=64)
    expert: str
    created_by: str = Field(foreign_key="user_account.id")
    created_at: datetime = moment()
    expires_at: datetime = moment()
    revoked_by: str | None = Field(default=None, foreign_key="user_account.id")
    revoked_at: datetime | None = moment(nullable=True)
    row_version: int = 1


class GuestNote(Table, table=True):
    """Who left a remark through a link, by the name that they gave; for good. The remark's author is who invited."""

    __tablename__ = "guest_note"

    note_id: str = Field(foreign_key="review_note.id", primary_key=True)
    link_id: str = Field(foreign_key="guest_link.id", index=True)
    name: str
