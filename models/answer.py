"""What surrounds an answer: the words that a person is still writing, and the promise to get in touch again."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, UniqueConstraint

from models.base import Table, enum_column, identifier, json_column, moment
from models.enums import CallBackStatus, ContactWay


class ReplyDraft(Table, table=True):
    """What one person is writing to one comment: replaced in place as they type, gone when the answer is on its way.

    `content` holds the fields of the screen by name: the kind of answer, words, library text, values, topic.
    """

    __tablename__ = "reply_draft"
    __table_args__ = (UniqueConstraint("comment_id", "author_id"),)

    id: str = identifier()
    comment_id: str = Field(foreign_key="comment.id", index=True)
    author_id: str = Field(foreign_key="user_account.id", index=True)
    content: dict[str, Any] = json_column(default_factory=dict)
    updated_at: datetime = moment()
    row_version: int = 1


class CallBack(Table, table=True):
    """A promise to get in touch with a person again by a moment: ended by the contact made, or a reasoned waiver.

    `about` says what for; no telephone number or address is kept here.
    """

    __tablename__ = "call_back"

    id: str = identifier()
    comment_id: str = Field(foreign_key="comment.id", index=True)
    promised_by: str = Field(foreign_key="user_account.id")
    way: ContactWay = enum_column(ContactWay)
    about: str
    promised_at: datetime = moment()
    due_at: datetime = moment(index=True)
    status: CallBackStatus = enum_column(CallBackStatus, index=True)
    ended_by: str | None = Field(default=None, foreign_key="user_account.id")
    ended_at: datetime | None = moment(nullable=True)
    outcome: str | None = None
    row_version: int = 1
