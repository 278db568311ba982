"""Mails end with their retention; what a safety case rests on, or what still waits for a person, stays."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlmodel import select

from compliance import clock, retention
from compliance.permissions import SYSTEM
from connectors.imap import Mailbox
from errors import RuleViolated
from models.case import CaseComment
from models.comment import RawEvent
from models.compliance import AuditEvent
from models.door import InboxMail
from models.enums import PvMailStatus
from models.handoff import ReceivedMail
from models.session import get, reading, transaction
from moderation import analysing, inbox, mail_retention, receipts
from tests.comment_factories import ADVERSE, NOON, products
from tests.comment_factories import officer as pv_officer

BOX = Mailbox("localhost", 993, "contact@helior.example", "", "INBOX", True, 1.0)
LATER = NOON + timedelta(days=366)


def mail(body=ADVERSE) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "Mme D. <D@patient.example>", "Une question"
    message["Message-ID"], message["Date"] = "<1@patient.example>", NOON
    message.set_content(body)
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="ordonnance-D.pdf")
    return message.as_bytes()


@pytest.fixture
def received(db) -> str:
    """A mail from the public; its comment's id."""
    with clock.at(NOON), transaction() as session:
        return inbox.take_in_mail(session, BOX, mail()).id


def purge_payload() -> None:
    with transaction() as session:
        for event_id in session.exec(select(RawEvent.id)).all():
            retention.purge_raw_event(session, SYSTEM, event_id=event_id, reason="30 jours")


def names(comment_id) -> list:
    with reading() as session:
        return get(session, InboxMail, comment_id).attachments


def test_the_names_of_attachments_end_with_the_payload_that_held_them(received):
    assert mail_retention.empty_mails() == 0
    purge_payload()
    assert [mail_retention.empty_mails() for _ in range(2)] == [1, 0]
    assert names(received) == [["", "application/pdf", 4]]
    with reading() as session:
        row = get(session, InboxMail, received)
        event = session.exec(select(AuditEvent).where(AuditEvent.entity == "inbox_mail")).one()
    assert row.purged_at is not None
    assert (event.action, "ordonnance" in str(event.new)) == ("record:purge", False)
    assert inbox.attachment(received, 0) == b""


def test_what_a_case_rests_on_keeps_its_names(received):
    products()
    analysing.analyse_pending()
    with reading() as session:
        assert session.exec(select(CaseComment.comment_id)).all() == [received]
    purge_payload()
    assert mail_retention.empty_mails() == 0
    assert names(received)[0][0] == "ordonnance-D.pdf"


def letter(n: int) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"], message["Date"] = "quelquun@ailleurs.example", f"Publicité {n}", NOON
    message["Message-ID"] = f"<{n}@ailleurs.example>"
    message.set_content("Nos offres de la semaine.")
    return message.as_bytes()


def test_a_mail_that_concerns_no_case_ends_after_its_months_and_comes_in_no_second_time(db):
    officer = pv_officer()
    with clock.at(NOON), transaction() as session:
        done, waiting = (receipts.receive(session, SYSTEM, raw=letter(n)) for n in range(2))
        receipts.dismiss(session, officer, mail_id=done.id, row_version=done.row_version, reason="Publicité.")
        assert waiting.status is PvMailStatus.WAITING
    with clock.at(LATER - timedelta(days=3)):
        assert mail_retention.empty_mails() == 0
    with clock.at(LATER):
        assert [mail_retention.empty_mails() for _ in range(2)] == [1, 0]
    with transaction() as session:
        row = get(session, ReceivedMail, done.id)
        assert (row.raw, row.sender, row.subject, row.excerpt) == (b"", "", "", "")
        assert row.reason == "Publicité."
        assert get(session, ReceivedMail, waiting.id).subject == "Publicité 1"
        assert receipts.receive(session, SYSTEM, raw=letter(0)).id == done.id


def test_a_mail_of_a_case_is_never_emptied(db):
    with clock.at(NOON), transaction() as session:
        row = receipts.receive(session, SYSTEM, raw=letter(0))
        with pytest.raises(RuleViolated, match="gardé"):
            retention.purge_received_mail(session, SYSTEM, mail_id=row.id, reason="12 mois")
