"""Réconciliation: mails to attach, a period and a day signed on both sides; each role sees its own part."""

import pytest
from sqlalchemy import update
from sqlmodel import select

from compliance import clock
from compliance.permissions import SYSTEM
from models.case import Case
from models.comment import Comment
from models.enums import CaseStatus, PvMailStatus, Role, Screening
from models.handoff import ReceivedMail, Statement
from models.session import reading, transaction
from moderation import cases, receipts
from tests.comment_factories import ADVERSE, bring_text, company_account, count, officer, products, work
from tests.factories import PASSWORD, person
from tests.pages.conftest import keyed, press, said_error, text_of

MAIL = b"From: pv@localhost\nSubject: Bonjour <b>\nMessage-ID: <1@x>\n\nBien recu.\n"


@pytest.fixture
def sent(sqlite_db, monkeypatch):
    """A case that left and that nothing acknowledges, and a mail that does not say which case it is about."""
    monkeypatch.setattr("connectors.mail.Mailer.send", lambda self, _message, key: self.message_id(key))
    products()
    pv = officer()
    bring_text(company_account(), ADVERSE)
    with transaction() as session:
        case = session.exec(select(Case)).one()
        cases.escalate(session, pv, case_id=case.id, row_version=case.row_version)
    work()
    with transaction() as session:
        receipts.receive(session, SYSTEM, raw=MAIL)
    return pv


def only(kind):
    with reading() as session:
        return session.exec(select(kind)).one()


def test_a_mail_is_attached_to_its_case_by_hand(sent, open_page):
    at = open_page("handoff.py", sent, vue="accuses")
    assert not at.exception
    assert "pas encore relancé, sans accusé depuis" in text_of(at)
    assert "aucun cas n&#39;y est reconnu" in text_of(at)
    assert "Bonjour &lt;b&gt;" in text_of(at)
    mail = only(ReceivedMail)
    keyed(at.text_input, f"attach_case_{mail.id}").set_value("2026-9999")
    press(at, f"attach_{mail.id}")
    assert "n'existe pas" in said_error(at)
    keyed(at.text_input, f"attach_case_{mail.id}").set_value(only(Case).number)
    keyed(at.text_input, f"attach_number_{mail.id}").set_value("PV-3")
    press(at, f"attach_{mail.id}")
    assert only(ReceivedMail).status is PvMailStatus.ATTACHED
    assert (only(Case).status, only(Case).pv_reference) == (CaseStatus.ACKNOWLEDGED, "PV-3")


def test_a_mail_waits_in_my_work_and_is_set_aside_with_a_reason(sent, open_page):
    assert "1 courriel de la PV à rattacher" in text_of(open_page(None, sent))
    at = open_page("handoff.py", sent, vue="accuses")
    mail = only(ReceivedMail)
    press(at, f"dismiss_{mail.id}")
    assert "raison" in said_error(at)
    keyed(at.text_input, f"dismiss_why_{mail.id}").set_value("publicité")
    press(at, f"dismiss_{mail.id}")
    assert only(ReceivedMail).status is PvMailStatus.DISMISSED


def test_a_period_is_frozen_signed_and_its_document_prepared(sent, open_page):
    today = clock.paris(clock.now()).date().isoformat()
    at = open_page("handoff.py", sent, vue="periode", du=today, au=today)
    assert not at.exception
    assert "transmis, sans accusé de réception" in text_of(at)
    press(at, "freeze")
    press(at, "sign_pv")
    assert "ce rapprochement dit ce qui a été transmis" in text_of(at)
    keyed(at.text_input, "_signing_password").set_value(PASSWORD)
    next(button for button in at.button if button.label == "Signer").click().run()
    assert not at.exception
    assert "signé par" in text_of(at)
    press(at, "statement_docx")
    assert any("rapprochement-" in button.label for button in at.get("download_button"))


def test_a_day_with_nothing_open_is_frozen_by_the_community_manager_who_sees_no_mail(sqlite_db, open_page):
    company_account()
    at = open_page("handoff.py", person(Role.COMMUNITY_MANAGER), vue="accuses")
    assert "Accusés à rattacher" not in text_of(at)
    at = open_page("handoff.py", person(Role.COMMUNITY_MANAGER, login="cm2"), vue="jour")
    assert "aucun relevé n&#39;a réussi ce jour-là" in text_of(at)
    press(at, "freeze")
    assert count(Statement) == 1
    assert any(button.key == "sign_community" for button in at.button)
    assert not any(button.key == "sign_pv" for button in at.button)


def test_a_day_that_cannot_be_signed_says_why(sent, open_page):
    with transaction() as session:
        session.execute(update(Comment).values(screening=Screening.UNSCREENED))
    at = open_page("handoff.py", sent, vue="jour")
    assert "1 non analysés. Qualifiez-les dans la file PV." in text_of(at)
    assert not any(button.key == "freeze" for button in at.button)


def test_the_list_of_cases_says_which_are_silent(sent, open_page):
    at = open_page("cases.py", sent)
    assert not at.exception
    assert "sans accusé depuis" in text_of(at)
