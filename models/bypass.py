"""What stands on our own accounts and did not go through the committee."""

from datetime import datetime

from sqlmodel import Field, UniqueConstraint

from models.base import Table, enum_column, identifier, moment
from models.enums import BypassKind


class Bypass(Table, table=True):
    """A post published elsewhere than here, or a published text that was changed there: the incident, until settled.

    `text` is what the network showed, `text_sha256` of it as it came: another text is another incident. `remote_id` is
    that of the post's first version. `publication_id`: what was signed, for a changed text. Of comments that were
    opened or closed there, each change is an incident: `text_sha256` is then of the kind and its number, `righted_at`
    when the network was seen as signed again.
    """

    __tablename__ = "bypass"
    __table_args__ = (UniqueConstraint("account_id", "remote_id", "kind", "text_sha256"),)

    id: str = identifier()
    account_id: str = Field(foreign_key="account.id", index=True)
    remote_id: str
    url: str
    kind: BypassKind = enum_column(BypassKind)
    text: str
    text_sha256: str
    posted_at: datetime = moment()
    found_at: datetime = moment()
    publication_id: str | None = Field(default=None, foreign_key="publication.id")
    settled_at: datetime | None = moment(nullable=True)
    settled_by: str | None = Field(default=None, foreign_key="user_account.id")
    reason: str | None = None
    righted_at: datetime | None = moment(nullable=True)
    row_version: int = 1
