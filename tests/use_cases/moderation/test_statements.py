"""A period and a day, frozen and signed on both sides; what changes later asks both again."""

import io
from datetime import date, timedelta

import pytest
from docx import Document
from sqlalchemy import update
from sqlmodel import select

from compliance import clock
from errors import InvalidInput, NotPermitted, RuleViolated, StaleVersion
from models.account import CoverageRecord
from models.case import Case
from models.comment import Comment
from models.compliance import AuditEvent
from models.enums import PvOutcome, ReplyFacet, Role, Screening, Side, StatementKind
from models.handoff import Statement
from models.session import reading, transaction
from moderation import cases, reconciliation, statements
from tests.comment_factories import (
    ADVERSE,
    HARMLESS,
    NOON,
    bring,
    bring_text,
    community_manager,
    company_account,
    count,
    incoming,
    officer,
    products,
    work,
)
from tests.factories import person, proven_nonce

DAY = date(2026, 11, 18)
EVENING = NOON + timedelta(hours=6)
RECONCILIATION, CERTIFICATE = StatementKind.RECONCILIATION, StatementKind.DAY_CERTIFICATE
LIST = "Numéro de cas;Numéro PV;Issue\n{number};PV-1;valide\n"


@pytest.fixture
def people(db):
    products()
    return {Side.PV: officer(), Side.COMMUNITY: community_manager()}


@pytest.fixture(autouse=True)
def mails_leave(monkeypatch):
    monkeypatch.setattr("connectors.mail.Mailer.send", lambda self, _message, key: self.message_id(key))


def send_case(pv, *, acknowledged=True):
    """Bring an adverse event at noon, send its case, and take in who received it."""
    with clock.at(NOON):
        bring_text(company_account(), ADVERSE)
        with transaction() as session:
            case = session.exec(select(Case)).one()
            cases.escalate(session, pv, case_id=case.id, row_version=case.row_version)
        work()
    return acknowledge(pv) if acknowledged else case


def acknowledge(pv):
    with clock.at(NOON + timedelta(hours=1)), transaction() as session:
        case = session.exec(select(Case)).one()
        return cases.acknowledge(
            session, pv, case_id=case.id, pv_reference="PV-1", acknowledged_by="Dr Roux", at=clock.now()
        )


def view(actor, kind=RECONCILIATION, at=EVENING):
    with reading() as session, clock.at(at):
        return statements.statement_view(session, actor, kind=kind, first_day=DAY, last_day=DAY)


def freeze(actor, kind=RECONCILIATION, at=EVENING):
    with clock.at(at), transaction() as session:
        return statements.freeze(session, actor, kind=kind, first_day=DAY, last_day=DAY)


def sign(actor, statement, side, at=EVENING):
    with clock.at(at):
        nonce = proven_nonce(actor, subject_id=statement.id, content_sha256=statement.content_sha256)
        with transaction() as session:
            return statements.sign(session, actor, statement_id=statement.id, side=side, nonce_id=nonce)


def sign_both(people, statement):
    for side, actor in people.items():
        sign(actor, statement, side)


def differences(actor):
    return [(one["number"], one["differences"]) for one in view(actor).content["lines"]]


def bring_list(pv, text):
    with clock.at(EVENING), transaction() as session:
        return reconciliation.import_list(
            session, pv, first_day=DAY, last_day=DAY, filename="pv.csv", data=text.encode()
        )


def text_of(document):
    read = Document(io.BytesIO(document))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in read.paragraphs), *cells])


def test_nothing_sent_is_stated_and_signed_as_well(people):
    assert view(people[Side.PV]).content["sent"] == 0
    statement = freeze(people[Side.PV])
    sign_both(people, statement)
    assert view(people[Side.PV]).frozen.complete
    with clock.at(EVENING), transaction() as session:
        name, document = statements.export(session, people[Side.PV], statement_id=statement.id)
    assert name == "rapprochement-2026-11-18-2026-11-18-v1.docx"
    assert "Déclaration néant" in text_of(document)
    assert "Signé des deux côtés" in text_of(document)


def test_what_was_sent_is_compared_with_what_pharmacovigilance_lists(people):
    pv = people[Side.PV]
    case = send_case(pv)
    assert differences(pv) == [(case.number, ["outcome_unknown"])]
    with clock.at(EVENING), transaction() as session:
        reconciliation.tell_outcome(session, pv, case_id=case.id, outcome=PvOutcome.NOT_VALID)
    assert differences(pv) == [(case.number, [])]
    bring_list(pv, LIST.format(number=case.number) + "2026-0999;PV-2;\n")
    assert differences(pv) == [(case.number, ["other_outcome"]), ("2026-0999", ["not_sent"])]
    bring_list(pv, LIST.format(number=case.number).replace("PV-1", "PV-8"))
    assert differences(pv) == [(case.number, ["other_reference", "other_outcome"])]


def test_a_broken_list_leaves_the_one_before(people):
    pv = people[Side.PV]
    case = send_case(pv)
    bring_list(pv, LIST.format(number=case.number))
    with pytest.raises(InvalidInput, match="Ligne 2"):
        bring_list(pv, "Numéro de cas;Numéro PV;Issue\n;;valide\n")
    assert differences(pv) == [(case.number, [])]


def test_a_change_after_one_side_signed_asks_both_again(people):
    pv, manager = people[Side.PV], people[Side.COMMUNITY]
    send_case(pv, acknowledged=False)
    first = freeze(manager)
    sign(manager, first, Side.COMMUNITY)
    acknowledge(pv)
    now = view(pv).frozen
    assert not now.holds
    assert not now.complete
    assert now.changes == (f"{first.content['lines'][0]['number']} : a changé",)
    with pytest.raises(StaleVersion, match="Figez de nouveau"):
        sign(pv, first, Side.PV)
    second = freeze(pv)
    assert (second.n, view(pv).frozen.signed) == (2, ())
    sign_both(people, second)
    assert view(pv).frozen.complete


def test_who_may_sign_for_which_side_and_once(people):
    pv, manager = people[Side.PV], people[Side.COMMUNITY]
    both = person(Role.PV_OFFICER, Role.COMMUNITY_MANAGER, login="both")
    statement = freeze(pv)
    for actor, side in ((manager, Side.PV), (pv, Side.COMMUNITY), (person(Role.QUALITY), Side.PV)):
        with pytest.raises(NotPermitted):
            sign(actor, statement, side)
    sign(both, statement, Side.PV)
    with pytest.raises(RuleViolated, match="deux personnes"):
        sign(both, statement, Side.COMMUNITY)
    with pytest.raises(RuleViolated, match="déjà signé"):
        sign(pv, statement, Side.PV)
    with pytest.raises(RuleViolated, match="Rien n'a changé"):
        freeze(pv)
    assert view(manager).may_sign == (Side.COMMUNITY,)
    assert view(both).may_sign == ()


def test_a_statement_that_was_altered_does_not_hold_and_the_database_refuses_it(people):
    statement = freeze(people[Side.PV])
    with pytest.raises(Exception, match="append-only"), transaction() as session:
        session.execute(update(Statement).where(Statement.id == statement.id).values(n=9))


def test_a_period_to_come_or_turned_round_is_refused(people):
    for first, last in ((DAY, DAY + timedelta(days=1)), (DAY, DAY - timedelta(days=1))):
        with pytest.raises(InvalidInput, match="période finit"), clock.at(EVENING), transaction() as session:
            statements.freeze(session, people[Side.PV], kind=RECONCILIATION, first_day=first, last_day=last)


@pytest.fixture
def quiet_day(people):
    """A day on which one comment came, was screened and answered."""
    with clock.at(NOON):
        account = company_account()
        bring_text(account, HARMLESS)
        with transaction() as session:
            session.add(CoverageRecord(account_id=account.id, polled_at=NOON, succeeded=True))
            session.execute(update(Comment).values(reply=ReplyFacet.CONFIRMED))
    return account


def test_a_day_that_adds_up_is_signed_on_both_sides(people, quiet_day):
    statement = freeze(people[Side.COMMUNITY], CERTIFICATE)
    sign_both(people, statement)
    assert view(people[Side.PV], CERTIFICATE).frozen.complete
    with clock.at(EVENING), transaction() as session:
        name, document = statements.export(session, people[Side.PV], statement_id=statement.id)
        events = session.exec(select(AuditEvent).where(AuditEvent.action == "statement:export")).all()
    assert name == "certificat-2026-11-18-2026-11-18-v1.docx"
    assert "reçus 1 = signalés 0 + parcourus 0 + classés 1 + non analysés 0" in text_of(document)
    assert len(events) == 1


def test_an_unscreened_comment_or_a_late_answer_keeps_a_day_from_being_signed(people, quiet_day):
    manager = people[Side.COMMUNITY]
    with clock.at(NOON):
        bring(quiet_day, incoming(2, "encore"))
    with pytest.raises(RuleViolated, match="1 non analysés"):
        freeze(manager, CERTIFICATE)
    with transaction() as session:
        session.execute(update(Comment).values(screening=Screening.CLEARED))
    assert view(manager, CERTIFICATE).missing == ()
    with transaction() as session:
        session.execute(update(Comment).values(reply=ReplyFacet.OWED, reply_due_at=NOON + timedelta(hours=1)))
    with pytest.raises(RuleViolated, match="2 personnes attendent"):
        freeze(manager, CERTIFICATE)
    assert count(Statement) == 0


def test_a_comment_that_comes_later_for_the_day_asks_for_a_new_certificate(people, quiet_day):
    statement = freeze(people[Side.PV], CERTIFICATE)
    sign_both(people, statement)
    with clock.at(NOON + timedelta(hours=7)):
        bring(quiet_day, incoming(2, "encore", posted_at=NOON))
        now = view(people[Side.PV], CERTIFICATE, NOON + timedelta(hours=8))
    assert not now.frozen.complete
    assert "@LabosHelior : reçus 1 → 2" in now.frozen.changes
    assert now.missing


def test_a_cleared_comment_that_is_skimmed_later_leaves_the_certificate(people, quiet_day):
    sign_both(people, freeze(people[Side.PV], CERTIFICATE))
    with transaction() as session:
        session.execute(update(Comment).values(screening=Screening.SKIMMED))
    assert view(people[Side.PV], CERTIFICATE).frozen.complete
    with transaction() as session:
        session.execute(update(Comment).values(screening=Screening.FLAGGED))
    assert not view(people[Side.PV], CERTIFICATE).frozen.holds


def test_an_account_that_nobody_heard_is_a_reserve_of_the_day(people, quiet_day):
    with transaction() as session:
        session.execute(update(CoverageRecord).values(succeeded=False))
    statement = freeze(people[Side.PV], CERTIFICATE)
    with clock.at(EVENING), transaction() as session:
        _name, document = statements.export(session, people[Side.PV], statement_id=statement.id)
    assert "aucun relevé n'a réussi ce jour-là" in text_of(document)
