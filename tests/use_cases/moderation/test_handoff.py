"""What left for pharmacovigilance is acknowledged by mail, chased when it is not; the same mail twice is once."""

import itertools
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlmodel import col, select

from compliance import clock, mails
from compliance.permissions import SYSTEM
from connectors.mail import Mailer
from errors import InvalidInput, NotPermitted, RuleViolated, StaleVersion
from models.case import Case
from models.comment import Comment
from models.compliance import AuditEvent
from models.engine_room import OutboxEffect
from models.enums import CaseStatus, EffectKind, EffectStatus, PvFacet, PvMailDoubt, PvMailKind, PvMailStatus, Role
from models.handoff import MailboxCursor, ReceivedMail, SentMail
from models.session import get, reading, transaction
from moderation import cases, chasing, pv_mailbox, receipts
from settings import get_settings
from tests.comment_factories import ADVERSE, NOON, bring_text, comment, company_account, count, officer, products, work
from tests.factories import person
from tests.imap_server import running_mailbox

HANDLERS = {
    EffectKind.MAIL: mails.by_subject({**chasing.HANDLERS, **pv_mailbox.HANDLERS}, otherwise=cases.MAIL_HANDLER)
}
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def outbox_mails(monkeypatch):
    sent: list[EmailMessage] = []

    def send(self, message, key):
        sent.append(message)
        return self.message_id(key)

    monkeypatch.setattr(Mailer, "send", send)
    return sent


@pytest.fixture
def pv(db, outbox_mails):
    products()
    return officer()


@pytest.fixture
def sent(pv):
    """A case that left at noon; its id."""
    with clock.at(NOON):
        bring_text(company_account(), ADVERSE)
        queue(pv)
        work(HANDLERS)
    return the_case().id


def queue(pv):
    with transaction() as session:
        cases.escalate(session, pv, case_id=the_case().id, row_version=the_case().row_version)


def the_case() -> Case:
    with reading() as session:
        return session.exec(select(Case)).one()


def message_id(n=0):
    with reading() as session:
        found = select(SentMail.message_id).where(SentMail.n == n).order_by(col(SentMail.made_at).desc())
        return session.exec(found).first()


def letter(body="Bien reçu, notre numéro PV-2026-451.", *, answers=None, at=LATER, **headers) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = headers.pop("sender", "pv@localhost"), headers.pop("subject", "Re: cas")
    message["Date"], message["Message-ID"] = at, headers.pop("message_id", "<1@pv.example>")
    if answers:
        message["In-Reply-To"] = answers
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message.as_bytes()


def receive(*raws, at=LATER) -> list[ReceivedMail]:
    with clock.at(at):
        found = []
        for raw in raws:
            with transaction() as session:
                found.append(receipts.receive(session, SYSTEM, raw=raw))
        return found


def bounce(returned):
    return (
        "From: mailer-daemon@relay\nSubject: Undelivered\nContent-Type: multipart/report; boundary=b; "
        "report-type=delivery-status\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: x\n\n"
        f"Action: failed\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {returned}\n--b--\n"
    ).encode()


def test_an_answer_to_our_mail_acknowledges_its_case(sent):
    (mail,) = receive(letter(answers=message_id()))
    case = the_case()
    assert (mail.status, mail.case_id) == (PvMailStatus.ATTACHED, sent)
    assert (case.status, case.pv_reference, case.acknowledged_by) == (
        CaseStatus.ACKNOWLEDGED, "PV-2026-451", "pv@localhost",
    )  # fmt: skip
    assert case.acknowledged_at == LATER
    with reading() as session:
        acknowledged = select(AuditEvent).where(AuditEvent.action == "case:acknowledge")
        assert session.exec(acknowledged).one().new["mail"] == mail.id


def test_our_number_in_the_subject_is_enough_from_pharmacovigilances_own_domain(sent):
    receive(letter(subject=f"Accusé cas {the_case().number}"))
    assert the_case().status is CaseStatus.ACKNOWLEDGED


@pytest.mark.parametrize(
    ("headers", "doubt"),
    [
        ({"sender": "someone@elsewhere.example"}, PvMailDoubt.UNKNOWN_SENDER),
        ({"body": "Bien reçu."}, PvMailDoubt.NO_REFERENCE),
        ({"body": "Votre cas, réf PV-12 ?"}, PvMailDoubt.NOT_CLEAR),
        ({"at": NOON - timedelta(hours=1)}, PvMailDoubt.EARLIER_SENDING),
        ({"answers": None}, PvMailDoubt.NO_CASE),
        ({"answers": None, "subject": "2026-9999"}, PvMailDoubt.NO_CASE),
        ({"answers": None, "subject": "2026-0001, 2026-0002"}, PvMailDoubt.SEVERAL_CASES),
    ],
    ids=["sender", "no number", "question", "before", "no case", "unknown case", "two cases"],
)
def test_a_doubt_leaves_the_mail_to_a_person_and_the_case_unacknowledged(sent, headers, doubt):
    (mail,) = receive(letter(**({"answers": message_id()} | headers)))
    assert (mail.status, mail.doubt) == (PvMailStatus.WAITING, doubt)
    assert the_case().status is CaseStatus.FORWARDED


def test_an_automatic_answer_is_kept_and_acknowledges_nothing(sent):
    (mail,) = receive(letter(answers=message_id(), Auto_Submitted="auto-replied"))
    assert (mail.kind, mail.status) == (PvMailKind.AUTOMATIC, PvMailStatus.KEPT)
    assert the_case().status is CaseStatus.FORWARDED


def test_a_case_whose_own_mail_came_back_is_with_the_people_again(sent):
    (mail,) = receive(bounce(message_id()))
    assert (mail.status, mail.doubt) == (PvMailStatus.WAITING, PvMailDoubt.BOUNCED)
    assert the_case().status is CaseStatus.OPEN
    with reading() as session:
        assert {one.pv for one in [comment(c) for c in session.exec(select(Comment.id))]} == {PvFacet.CONFIRMED}


def test_what_comes_back_of_another_mail_moves_no_case(sent):
    receive(bounce("<other@helior.example>"))
    assert the_case().status is CaseStatus.FORWARDED


def test_the_same_mails_again_in_any_order_change_nothing(sent):
    raws = (
        letter(answers=message_id()),
        letter("Bien reçu, PV-2026-451 confirmé.", answers=message_id(), message_id="<2@pv.example>"),
        letter("Absent", answers=message_id(), Auto_Submitted="auto-replied", message_id="<3@pv.example>"),
    )
    receive(*raws)
    before = state()
    for order in itertools.islice(itertools.permutations(raws), 6):
        receive(*order, b"Received: by mx2; Sun, 22 Nov 2026 08:00:00 +0000\n" + order[0])
    assert state() == before
    assert count(ReceivedMail) == 3


def state():
    case = the_case()
    with reading() as session:
        mails_now = {(m.identity, m.status, m.doubt) for m in session.exec(select(ReceivedMail))}
    return case.status, case.pv_reference, case.acknowledged_at, mails_now


def test_an_acknowledgement_before_its_case_is_marked_as_sent_waits_for_it(pv, monkeypatch):
    """The mail server took the mail and its answer was lost: pharmacovigilance may answer first."""
    with clock.at(NOON):
        bring_text(company_account(), ADVERSE)
        queue(pv)
        with transaction() as session:
            effect = session.exec(select(OutboxEffect)).one()
            cases.MAIL_HANDLER.prepare(session, effect)
        receive(letter(answers=message_id(), at=NOON), at=NOON)
        assert the_case().status is CaseStatus.QUEUED
        work(HANDLERS)
        with transaction() as session:
            assert receipts.settle_waiting(session) == 1
    assert the_case().status is CaseStatus.ACKNOWLEDGED


def test_an_answer_to_an_earlier_sending_does_not_acknowledge_the_new_one(sent, pv):
    first = message_id()
    with clock.at(NOON + timedelta(hours=1)):
        with transaction() as session:
            cases.reopen(session, pv, case_id=sent, row_version=the_case().row_version, reason="fait nouveau")
        queue(pv)
        work(HANDLERS)
    assert message_id() != first
    (mail,) = receive(letter(answers=first))
    assert mail.doubt is PvMailDoubt.EARLIER_SENDING
    assert the_case().status is CaseStatus.FORWARDED


def test_a_person_attaches_what_was_in_doubt_or_sets_it_aside_with_a_reason(sent, pv):
    doubtful, spam = receive(letter("Bien reçu."), letter("Nos offres", message_id="<2@x>", sender="a@b.example"))
    with clock.at(LATER), transaction() as session:
        attached = receipts.attach(
            session, pv, mail_id=doubtful.id, row_version=doubtful.row_version, case_number=the_case().number,
            pv_reference="PV-7",
        )  # fmt: skip
        assert attached.status is PvMailStatus.ATTACHED
        with pytest.raises(RuleViolated, match="raison"):
            receipts.dismiss(session, pv, mail_id=spam.id, row_version=spam.row_version, reason=" ")
        receipts.dismiss(session, pv, mail_id=spam.id, row_version=spam.row_version, reason="publicité")
    assert (the_case().status, the_case().pv_reference) == (CaseStatus.ACKNOWLEDGED, "PV-7")
    with reading() as session:
        assert get(session, ReceivedMail, spam.id).reason == "publicité"


def test_who_may_attach_and_what_is_refused(sent, pv):
    (mail,) = receive(letter("Bien reçu."))
    given = {"mail_id": mail.id, "row_version": mail.row_version, "case_number": the_case().number}
    for actor, changed, refusal in (
        (person(Role.COMMUNITY_MANAGER), {}, NotPermitted),
        (person(Role.QUALITY), {}, NotPermitted),
        (pv, {"case_number": "2026-9999"}, InvalidInput),
        (pv, {"pv_reference": " "}, InvalidInput),
        (pv, {"row_version": 99}, StaleVersion),
    ):
        with pytest.raises(refusal), clock.at(LATER), transaction() as session:
            receipts.attach(session, actor, **({"pv_reference": "PV-7"} | given | changed))
    with pytest.raises(InvalidInput, match="eml"), transaction() as session:
        receipts.drop_mail(session, pv, raw=b"not a mail")
    assert the_case().status is CaseStatus.FORWARDED


def chase_at(moment):
    with clock.at(moment):
        chasing.chase()
        work(HANDLERS)


def test_a_silent_case_is_chased_each_business_day_then_climbs(sent, outbox_mails):
    """Wednesday noon; chased Thursday, Friday and Monday, then it is the people's."""
    for day in (0.5, 1, 1, 1.2, 2, 3, 4, 5, 6, 7):
        chase_at(NOON + timedelta(days=day))
    subjects = [mail["Subject"] for mail in outbox_mails]
    number = the_case().number
    assert subjects[1:] == [f"Relance {n} : cas {number}, sans accusé de réception" for n in (1, 2, 3)]
    assert all(mail["In-Reply-To"] == message_id() for mail in outbox_mails[1:])
    assert not any("vertiges" in mail.as_string() for mail in outbox_mails[1:])
    with reading() as session, clock.at(NOON + timedelta(days=6)):
        (told,) = chasing.silent_cases(session)
    assert (told.reminders, told.climbed) == (3, True)


def test_an_answer_to_a_reminder_acknowledges_and_ends_the_chase(sent, outbox_mails):
    chase_at(NOON + timedelta(days=1))
    tomorrow = NOON + timedelta(days=1, hours=1)
    receive(letter(answers=message_id(1), at=tomorrow), at=tomorrow)
    chase_at(NOON + timedelta(days=9))
    assert the_case().status is CaseStatus.ACKNOWLEDGED
    assert len(outbox_mails) == 2


def test_a_reminder_that_is_overtaken_by_the_acknowledgement_does_not_leave(sent, outbox_mails):
    with clock.at(NOON + timedelta(days=1)):
        chasing.chase()
    receive(letter(answers=message_id()))
    chase_at(NOON + timedelta(days=1))
    assert len(outbox_mails) == 1
    assert count(OutboxEffect, OutboxEffect.status == EffectStatus.CANCELLED) == 1


@pytest.fixture
def mailbox(monkeypatch):
    with running_mailbox() as box:
        for name, value in (
            ("HOST", "127.0.0.1"),
            ("PORT", box.port),
            ("TLS", False),
            ("LOGIN", "a"),
            ("PASSWORD", "b"),
        ):
            monkeypatch.setenv(f"COVIGIE_PV_IMAP_{name}", str(value))
        get_settings.cache_clear()
        yield box


def read_at(moment=LATER):
    with clock.at(moment):
        pv_mailbox.read_mailbox()


def test_the_mailbox_is_read_from_where_it_was_left(sent, mailbox):
    mailbox.deliver(letter(answers=message_id()))
    read_at()
    read_at()
    assert the_case().status is CaseStatus.ACKNOWLEDGED
    mailbox.deliver(letter("Autre chose", message_id="<2@x>"))
    read_at()
    assert count(ReceivedMail) == 2
    assert count(MailboxCursor, MailboxCursor.uid == 2) == 1


def test_a_mailbox_made_anew_is_read_again_and_nothing_is_doubled(sent, mailbox):
    mailbox.deliver(letter(answers=message_id()), letter("Autre", message_id="<2@x>"))
    read_at()
    mailbox.validity, mailbox.mails = (
        2,
        {1: mailbox.mails[2], 2: mailbox.mails[1], 3: letter("Trois", message_id="<3@x>")},
    )
    read_at()
    assert count(ReceivedMail) == 3
    assert count(MailboxCursor, MailboxCursor.validity == 2, MailboxCursor.uid == 3) == 1


def test_a_mailbox_that_refuses_is_said_and_alerted_once_and_read_when_it_opens(sent, mailbox, outbox_mails):
    administrator = person(Role.ADMINISTRATOR)
    mailbox.deliver(letter(answers=message_id()))
    mailbox.opens = False
    for _ in range(2):
        read_at()
    with reading() as session, clock.at(LATER):
        state_now = pv_mailbox.mailbox_state(session)
        work(HANDLERS)
    assert not state_now.healthy
    assert "n'accepte plus" in state_now.sentence
    assert [mail["To"] for mail in outbox_mails[1:]] == [f"{administrator.login}@helior.example"]
    mailbox.opens = True
    read_at()
    with reading() as session:
        assert pv_mailbox.mailbox_state(session).healthy
    assert the_case().status is CaseStatus.ACKNOWLEDGED


def test_a_connection_cut_in_the_middle_loses_nothing(sent, mailbox):
    mailbox.deliver(letter(answers=message_id()))
    mailbox.cut = True
    read_at()
    assert count(ReceivedMail) == 0
    mailbox.cut = False
    read_at()
    assert the_case().status is CaseStatus.ACKNOWLEDGED
