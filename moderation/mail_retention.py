"""Mails obey the retention too: what came with a mail from the public, and what pharmacovigilance's mailbox received.

The names of attachments end with the payload that held them, however it was emptied. A mail of the mailbox of
acknowledgements that concerns no case ends after the months of the setting. The exception is the same for both: what a
safety case rests on, what was frozen as evidence and what still waits for a person stays (GDPR art. 17(3)(c), public
health).
"""

from datetime import timedelta

from sqlalchemy import exists
from sqlmodel import Session, col, select

from compliance import clock, retention
from compliance.permissions import SYSTEM
from models.case import CaseComment
from models.comment import Comment, RawEvent
from models.door import InboxMail
from models.enums import PvMailStatus
from models.handoff import ReceivedMail
from models.session import reading, transaction
from models.visibility import Evidence
from settings import get_settings

AT_ONCE = 200
MONTH = timedelta(days=30.44)
WITH_PAYLOAD = "le contenu du courriel a été effacé"
TOO_OLD = "courriel sans cas, gardé {months} mois"


def empty_mails() -> int:
    """Empty what is due, a transaction a mail; return how many. The rest waits for the next round."""
    return _empty_names() + _empty_received()


def _empty_names() -> int:
    with reading() as session:
        ids = names_due(session)
    for comment_id in ids:
        with transaction() as session:
            retention.purge_mail_names(session, SYSTEM, comment_id=comment_id, reason=WITH_PAYLOAD)
    return len(ids)


def names_due(session: Session) -> list[str]:
    """Return the mails whose payload is emptied in every version, and that no case and no evidence rests on."""
    mine = (col(RawEvent.account_id) == col(Comment.account_id), col(RawEvent.external_id) == col(Comment.external_id))
    due = select(InboxMail.comment_id).where(
        col(InboxMail.comment_id) == col(Comment.id),
        col(InboxMail.purged_at).is_(None),
        exists().where(*mine),
        ~exists().where(*mine, col(RawEvent.payload).is_not(None)),
        ~exists().where(col(CaseComment.comment_id) == col(Comment.id)),
        ~exists().where(col(Evidence.comment_id) == col(Comment.id)),
    )
    return list(session.exec(due.order_by(col(InboxMail.comment_id)).limit(AT_ONCE)))


def _empty_received() -> int:
    months = get_settings().pv_mail_months
    with reading() as session:
        ids = received_due(session, months)
    for mail_id in ids:
        with transaction() as session:
            retention.purge_received_mail(session, SYSTEM, mail_id=mail_id, reason=TOO_OLD.format(months=months))
    return len(ids)


def received_due(session: Session, months: int) -> list[str]:
    """Return the mails of the mailbox of acknowledgements that are old enough, and that nobody and no case needs."""
    due = select(ReceivedMail.id).where(
        col(ReceivedMail.purged_at).is_(None),
        col(ReceivedMail.case_id).is_(None),
        col(ReceivedMail.status) != PvMailStatus.WAITING,
        col(ReceivedMail.received_at) < clock.now() - MONTH * months,
    )
    return list(session.exec(due.order_by(col(ReceivedMail.received_at)).limit(AT_ONCE)))
