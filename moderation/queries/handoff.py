"""The mails of pharmacovigilance as the screen shows them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from models.case import Case
from models.enums import PvMailDoubt, PvMailKind, PvMailStatus
from models.handoff import ReceivedMail

MOST = 50
RECENT = 10


@dataclass(frozen=True)
class MailLine:
    """One received mail; `case_number` is the case that it is about, empty when none was recognised."""

    id: str
    row_version: int
    kind: PvMailKind
    status: PvMailStatus
    doubt: PvMailDoubt | None
    sender: str
    subject: str
    excerpt: str
    received_at: datetime
    case_number: str
    pv_reference: str


def mails(session: Session, *, status: PvMailStatus = PvMailStatus.WAITING, limit: int = MOST) -> list[MailLine]:
    """Return the mails in a status, those that wait the longest first."""
    found = (
        select(ReceivedMail, Case.number)
        .outerjoin(Case, col(Case.id) == ReceivedMail.case_id)
        .where(ReceivedMail.status == status, col(ReceivedMail.purged_at).is_(None))
        .options(defer(ReceivedMail.raw))  # type: ignore[arg-type]
    )
    ordered = found.order_by(col(ReceivedMail.received_at), col(ReceivedMail.id)).limit(limit)
    return [_line(mail, number) for mail, number in session.exec(ordered)]


def automatic_mails(session: Session) -> list[MailLine]:
    """Return the automatic answers that came last."""
    return mails(session, status=PvMailStatus.KEPT, limit=RECENT)


def case_ids(session: Session, numbers: Collection[str]) -> dict[str, str]:
    """Return the ids of cases by their numbers; a number that is none of ours is left out."""
    return dict(session.exec(select(Case.number, Case.id).where(col(Case.number).in_(numbers))).all())


def _line(mail: ReceivedMail, number: str | None) -> MailLine:
    return MailLine(
        mail.id,
        mail.row_version,
        mail.kind,
        mail.status,
        mail.doubt,
        mail.sender,
        mail.subject,
        mail.excerpt,
        mail.received_at,
        number or "",
        mail.pv_reference or "",
    )
