"""Second readings: a decision read again by another person who does not know the first."""

from datetime import datetime

from sqlmodel import Field

from models.base import Table, enum_column, identifier, json_column, moment
from models.enums import NoneReason


class SecondReading(Table, table=True):
    """What a second person made of the same revision, blind; and, where they differ, what a third decided.

    `chance` is the probability (0..1] with which the decision was drawn.
    """

    __tablename__ = "second_reading"

    id: str = identifier()
    decision_id: str = Field(foreign_key="triage_decision.id", unique=True)
    comment_id: str = Field(foreign_key="comment.id", index=True)
    reader_id: str = Field(foreign_key="user_account.id")
    outcomes: list[str] = json_column()
    none_reason: NoneReason | None = enum_column(NoneReason, nullable=True)
    chance: float
    agrees: bool
    read_at: datetime = moment(index=True)
    settled_by: str | None = Field(default=None, foreign_key="user_account.id")
    settled_at: datetime | None = moment(nullable=True)
    upheld: bool | None = None
    settled_why: str | None = None
    row_version: int = 1
