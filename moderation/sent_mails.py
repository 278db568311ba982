"""The mails that left for pharmacovigilance about a case, by their Message-ID: what an answer is recognised by."""

from sqlmodel import Session

from compliance import clock, mails
from models.handoff import SentMail


def remember_sent(session: Session, *, case_id: str, key: str, n: int = 0) -> None:
    """Keep the Message-ID of a mail about a case, before it leaves; the same mail twice is one."""
    message_id = mails.message_id(key)
    if session.get(SentMail, message_id) is None:
        session.add(SentMail(message_id=message_id, case_id=case_id, n=n, made_at=clock.now()))
        session.flush()
