"""The meetings of the committee: when, what was on the agenda, who was there, what came of each topic."""

from datetime import datetime

from sqlmodel import Field, UniqueConstraint

from models.base import Table, enum_column, identifier, moment
from models.enums import MeetingStatus


class Meeting(Table, table=True):
    """One meeting; closed, its minutes are kept and nothing of it changes any more."""

    __tablename__ = "meeting"

    id: str = identifier()
    held_at: datetime = moment(index=True)
    place: str = ""
    status: MeetingStatus = enum_column(MeetingStatus)
    called_by: str = Field(foreign_key="user_account.id")
    opened_at: datetime | None = moment(nullable=True)
    closed_at: datetime | None = moment(nullable=True)
    closed_by: str | None = Field(default=None, foreign_key="user_account.id")
    row_version: int = 1


class MeetingTopic(Table, table=True):
    """A topic: a post, or a subject of its own; `outcome` is what was said and settled in the meeting."""

    __tablename__ = "meeting_topic"

    id: str = identifier()
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    post_id: str | None = Field(default=None, foreign_key="post.id")
    title: str
    proposed_by: str = Field(foreign_key="user_account.id")
    outcome: str = ""
    created_at: datetime = moment()
    row_version: int = 1


class MeetingPresence(Table, table=True):
    """Somebody who was there, in which role."""

    __tablename__ = "meeting_presence"
    __table_args__ = (UniqueConstraint("meeting_id", "user_id"),)

    id: str = identifier()
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    user_id: str = Field(foreign_key="user_account.id")
    noted_at: datetime = moment()
