"""What happens to a case beside its own facts: new information after it was sent, and what people did by other ways."""

from datetime import date, datetime

from sqlmodel import Field

from models.base import Table, enum_column, identifier, json_column, moment
from models.enums import ContactKind, ContactMeans


class CaseFollowUp(Table, table=True):
    """New information on a case that had been sent: it has its own awareness, evidence and day zero.

    `n` is the number of the follow-up with which it was sent (1, 2, …), None until then; `sent_at` is when that left.
    `reason` says where it came from: "author wrote again", "comment edited", "duplicate linked", or a person's words.
    """

    __tablename__ = "case_follow_up"

    id: str = identifier()
    case_id: str = Field(foreign_key="pv_case.id", index=True)
    revision_id: str | None = Field(default=None, foreign_key="comment_revision.id")
    reason: str
    awareness_at: datetime = moment()
    awareness_evidence: str
    day_zero: date
    authority_due_on: date | None = None
    n: int | None = None
    sent_at: datetime | None = moment(nullable=True)


class CaseContact(Table, table=True):
    """What a person did about a case outside Covigie: whom they told or asked, when, how, with what evidence."""

    __tablename__ = "case_contact"

    id: str = identifier()
    case_id: str = Field(foreign_key="pv_case.id", index=True)
    kind: ContactKind = enum_column(ContactKind)
    means: ContactMeans = enum_column(ContactMeans)
    recipient: str
    evidence: str
    criteria: list[str] = json_column(default_factory=list)
    at: datetime = moment()
    recorded_by: str = Field(foreign_key="user_account.id")
    recorded_at: datetime = moment()
