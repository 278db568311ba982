"""A case reaches pharmacovigilance whatever is missing, on time, once, and what left is what is kept."""

import email
import io
from datetime import date, timedelta
from email import policy

import pytest
from docx import Document
from sqlmodel import col, select

from compliance import clock
from connectors.mail import Mailer
from errors import (
    DeliveryUnknown,
    InvalidInput,
    NotPermitted,
    RuleViolated,
    StaleVersion,
    TransitionNotAllowed,
    Unavailable,
)
from models.case import Case, CaseDocument
from models.compliance import AuditEvent
from models.engine_room import OutboxEffect
from models.enums import (
    CaseAction,
    CaseStatus,
    EffectStatus,
    NoneReason,
    ProductOwner,
    PvFacet,
    Role,
    Seriousness,
    Situation,
    Vigilance,
)
from models.session import reading, transaction
from moderation import cases, intake, queries
from moderation.cases import ProductGiven
from moderation.criteria import Criterion
from tests.comment_factories import (
    ADVERSE,
    NOON,
    bring_text,
    comment,
    company_account,
    count,
    officer,
    products,
    work,
)
from tests.factories import person


@pytest.fixture
def pv(db):
    products()
    return officer()


@pytest.fixture
def account(pv):
    return company_account()


def opened(account, text=ADVERSE) -> str:
    bring_text(account, text)
    return stored().id


def stored() -> Case:
    with reading() as session:
        return session.exec(select(Case).order_by(col(Case.number).desc()).limit(1)).one()


def line():
    with reading() as session:
        return queries.case_list(session)[0]


def fill(actor, case_id, **fields):
    with transaction() as session:
        return cases.fill(session, actor, case_id=case_id, **({"row_version": stored().row_version} | fields))


def escalate(actor, case_id):
    with transaction() as session:
        return cases.escalate(session, actor, case_id=case_id, row_version=stored().row_version)


COMPLETE = {
    "reporter_known": True,
    "patient_known": True,
    "patient": "femme, 54 ans",
    "reporter": "pseudonyme joignable",
}


def test_the_four_criteria_known_set_day_zero_and_the_authoritys_date(account, pv):
    with clock.at(NOON):
        case_id = opened(account)
    with clock.at(NOON + timedelta(hours=30)):
        assert line().missing == (Criterion.REPORTER, Criterion.PATIENT)
        fill(pv, case_id, **COMPLETE)
    assert line().missing == ()
    assert line().day_zero == date(2026, 11, 18), "the comment held them: the day on which we had it"
    assert line().authority_due_on == date(2026, 11, 18) + timedelta(days=90)
    with clock.at(NOON + timedelta(hours=31)):
        fill(pv, case_id, seriousness=[Seriousness.HOSPITAL])
    assert line().authority_due_on == date(2026, 12, 3)


def test_criteria_learnt_later_set_a_later_day_zero(account, pv):
    with clock.at(NOON):
        case_id = opened(account)
    with clock.at(NOON + timedelta(days=4)):
        fill(pv, case_id, **COMPLETE, criteria_on=date(2026, 11, 21))
        assert line().day_zero == date(2026, 11, 21)
        for day in (date(2026, 11, 17), date(2026, 11, 23)):
            with pytest.raises(InvalidInput, match="18/11/2026"):
                fill(pv, case_id, criteria_on=day)


def test_a_day_zero_that_was_set_is_not_taken_back(account, pv):
    with clock.at(NOON):
        case_id = opened(account)
        fill(pv, case_id, **COMPLETE)
        fill(pv, case_id, products=[])
    assert line().missing == (Criterion.PRODUCT,)
    assert line().day_zero == date(2026, 11, 18)


def test_filling_replaces_what_is_given_and_leaves_the_rest(account, pv):
    case_id = opened(account)
    fill(pv, case_id, narrative="Deux prises.", products=[ProductGiven("Cardexine", "amlodipine", ProductOwner.OWN)])
    fill(pv, case_id, reactions=["vertiges", " ", "chute"], situations=[Situation.MISUSE], vigilance=Vigilance.MATERIO)
    with reading() as session:
        view = queries.case_view(session, case_id)
    assert view.narrative == "Deux prises."
    assert [reaction.verbatim for reaction in view.reactions] == ["vertiges", "chute"]
    assert view.situations == ("misuse",)
    assert view.line.vigilance is Vigilance.MATERIO
    fill(pv, case_id, narrative="")
    assert stored().narrative is None


def test_a_stale_screen_does_not_overwrite_also_when_only_reactions_changed(account, pv):
    case_id = opened(account)
    seen = stored().row_version
    fill(pv, case_id, reactions=["chute"], row_version=seen)
    with pytest.raises(StaleVersion, match="Ce cas a changé"):
        fill(pv, case_id, reactions=["autre"], row_version=seen)


def test_text_that_a_database_refuses_is_kept_visibly(account, pv):
    case_id = opened(account)
    fill(pv, case_id, narrative="a\x00b\ud800", reactions=["x\x00"])
    assert stored().narrative == "a␀b\ufffd"


# ------------------------------------------------------------------------------------------- sending


def test_a_case_is_sent_with_its_document_and_acknowledged(world, pv, sandbox):
    account = company_account()
    with clock.at(NOON):
        comment_id = bring_text(account, ADVERSE)
        case_id = stored().id
        fill(pv, case_id, **COMPLETE, seriousness=[Seriousness.HOSPITAL])
        escalate(pv, case_id)
        assert stored().status is CaseStatus.QUEUED
        assert comment(comment_id).pv is PvFacet.CONFIRMED
        work()
    assert (stored().status, stored().forwarded_at, stored().forwarded_by) == (CaseStatus.FORWARDED, NOON, pv.id)
    assert (comment(comment_id).pv, comment(comment_id).forwarded_at) == (PvFacet.FORWARDED, NOON)
    mail = email.message_from_bytes(only_mail(sandbox).read_bytes(), policy=policy.default)
    assert mail["Subject"] == "Cas 2026-0001, à traiter, prioritaire"
    attached = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    with reading() as session:
        kept = {document.filename: document for document in session.exec(select(CaseDocument))}
    assert attached["cas-2026-0001.docx"] == kept["cas-2026-0001.docx"].content
    assert attached["cas-2026-0001.json"] == kept["cas-2026-0001.json"].content
    document = kept["cas-2026-0001.docx"]
    assert "vertiges" not in mail.get_body().get_content()
    text = "\n".join(cell.text for table in Document(io.BytesIO(document.content)).tables for cell in table._cells)
    whole = text + "\n".join(p.text for p in Document(io.BytesIO(document.content)).paragraphs)
    for expected in (
        "2026-0001",
        ADVERSE,
        "Cardexine",
        "vertiges",
        "femme, 54 ans",
        document.filename.split("-", 1)[1][:4],
    ):
        assert expected in whole
    with clock.at(NOON + timedelta(hours=3)):
        with transaction() as session:
            cases.acknowledge(
                session,
                pv,
                case_id=case_id,
                pv_reference="PV-77",
                acknowledged_by="Dr Roy",
                at=NOON + timedelta(hours=2),
            )
    assert stored().status is CaseStatus.ACKNOWLEDGED
    assert comment(comment_id).pv is PvFacet.ACKNOWLEDGED
    assert stored().pv_reference == "PV-77"


def only_mail(sandbox):
    (path,) = list(sandbox.sandbox.mails.glob("*.eml"))
    return path


def test_a_case_with_nothing_known_is_sent_all_the_same(world, pv, sandbox):
    account = company_account()
    bring_text(account, "je me sens mal depuis ce traitement, des vertiges")
    fill(pv, stored().id, products=[], reactions=[])
    assert len(line().missing) == 4
    escalate(pv, stored().id)
    work()
    assert stored().status is CaseStatus.FORWARDED
    assert stored().day_zero is None


def test_a_case_of_a_comment_that_is_gone_is_sent_whole(world, pv, sandbox):
    account = company_account()
    comment_id = bring_text(account, ADVERSE)
    with transaction() as session:
        intake.note_deleted(session, account.id, ["1"])
    escalate(pv, stored().id)
    work()
    assert stored().status is CaseStatus.FORWARDED
    assert comment(comment_id).forwarded_at


def test_a_mail_server_that_is_down_delays_and_loses_nothing(account, pv, monkeypatch):
    case_id = opened(account)
    escalate(pv, case_id)
    sent = []

    def down(self, message, key):
        sent.append(key)
        raise Unavailable("no mail server")

    monkeypatch.setattr(Mailer, "send", down)
    work()
    with reading() as session:
        assert queries.case_view(session, case_id).mail_error == "no mail server"
    assert stored().status is CaseStatus.QUEUED
    monkeypatch.setattr(Mailer, "send", lambda *given: sent.append(given[-1]) or "<id>")
    with clock.at(clock.now() + timedelta(hours=1)):
        work()
    assert stored().status is CaseStatus.FORWARDED
    assert len(sent) == 2


def test_after_a_lost_answer_the_mail_leaves_again_under_the_same_name(account, pv, monkeypatch):
    case_id = opened(account)
    escalate(pv, case_id)
    keys = []

    def lost(self, message, key):
        keys.append(key)
        if len(keys) == 1:
            raise DeliveryUnknown("no answer")
        return f"<{key}>"

    monkeypatch.setattr(Mailer, "send", lost)
    for minutes in (0, 30):
        with clock.at(clock.now() + timedelta(minutes=minutes)):
            work()
    assert keys[0] == keys[1]
    assert stored().status is CaseStatus.FORWARDED


def test_a_mailbox_that_refuses_gives_the_case_back(world, pv):
    account = company_account()
    case_id = opened(account)
    escalate(pv, case_id)
    world.http.post("/_sandbox/faults", json={"network": "mail", "kind": "status", "value": 550, "method": "DATA"})
    work()
    assert stored().status is CaseStatus.OPEN
    with reading() as session:
        assert "550" in queries.case_view(session, case_id).mail_error
    escalate(pv, case_id)
    work()
    assert stored().status is CaseStatus.FORWARDED


def test_a_case_sent_twice_at_once_leaves_once(account, pv):
    case_id = opened(account)
    seen = stored().row_version
    with transaction() as session:
        cases.escalate(session, pv, case_id=case_id, row_version=seen)
    with transaction() as session, pytest.raises(StaleVersion):
        cases.escalate(session, pv, case_id=case_id, row_version=seen)
    with transaction() as session, pytest.raises(TransitionNotAllowed):
        cases.escalate(session, pv, case_id=case_id, row_version=stored().row_version)
    assert (count(OutboxEffect), count(CaseDocument)) == (1, 2), "one mail, with its form and its record"


def test_a_case_that_was_reopened_before_its_mail_left_is_not_sent_on_the_old_document(account, pv, monkeypatch):
    case_id = opened(account)
    escalate(pv, case_id)
    with transaction() as session:
        session.exec(select(Case)).one().status = CaseStatus.OPEN
    monkeypatch.setattr(Mailer, "send", lambda *_: pytest.fail("nothing may leave"))
    work()
    with reading() as session:
        assert session.exec(select(OutboxEffect)).one().status is EffectStatus.CANCELLED
    assert stored().id == case_id


# ------------------------------------------------------------------------------- after it was sent


def acknowledge(actor, case_id, **fields):
    given = {"pv_reference": "PV-1", "acknowledged_by": "Dr Roy", "at": clock.now()} | fields
    with transaction() as session:
        return cases.acknowledge(session, actor, case_id=case_id, **given)


def forwarded(account, pv, monkeypatch) -> str:
    case_id = opened(account)
    escalate(pv, case_id)
    monkeypatch.setattr(Mailer, "send", lambda *_: "<id>")
    work()
    return case_id


@pytest.mark.parametrize(
    "fields",
    [{"pv_reference": " "}, {"acknowledged_by": ""}, {"at": NOON.replace(year=2031)}, {"at": NOON.replace(year=2020)}],
    ids=["no number", "nobody", "in the future", "before it was sent"],
)
def test_an_acknowledgement_says_who_when_and_under_which_number(account, pv, monkeypatch, fields):
    case_id = forwarded(account, pv, monkeypatch)
    with pytest.raises(InvalidInput):
        acknowledge(pv, case_id, **fields)


def test_a_case_that_was_not_sent_cannot_be_acknowledged(account, pv):
    with pytest.raises(TransitionNotAllowed):
        acknowledge(pv, opened(account))


def test_a_case_reopened_is_sent_again_with_a_new_document_and_its_first_dates_stay(account, pv, monkeypatch):
    case_id = forwarded(account, pv, monkeypatch)
    first = stored()
    with transaction() as session:
        cases.reopen(session, pv, case_id=case_id, row_version=first.row_version, reason="Nouvelle information")
    fill(pv, case_id, narrative="Suite")
    escalate(pv, case_id)
    work()
    assert stored().status is CaseStatus.FORWARDED
    assert (count(OutboxEffect), count(CaseDocument)) == (2, 4)
    assert (stored().awareness_at, stored().forward_due_at) == (first.awareness_at, first.forward_due_at)


def test_a_case_that_is_none_is_dismissed_with_its_comments_and_can_come_back(account, pv):
    case_id = opened(account)
    with transaction() as session:
        cases.dismiss(session, pv, case_id=case_id, row_version=stored().row_version, reason=NoneReason.DUPLICATE)
    assert (stored().status, stored().dismissal) == (CaseStatus.DISMISSED, "duplicate")
    with reading() as session:
        assert queries.pv_queue(session) == []
    with transaction() as session, pytest.raises(RuleViolated):
        cases.reopen(session, pv, case_id=case_id, row_version=stored().row_version, reason="")
    with transaction() as session:
        cases.reopen(session, pv, case_id=case_id, row_version=stored().row_version, reason="Ce n'en était pas un")
    assert stored().dismissal is None
    with reading() as session:
        assert queries.case_view(session, case_id).comments[0].facets.pv is PvFacet.CONFIRMED


def test_the_document_of_a_case_is_exported_and_written_down(account, pv):
    case_id = opened(account)
    with transaction() as session:
        made = cases.export_document(session, pv, case_id=case_id)
    with transaction() as session:
        again = cases.fetch_document(session, person(Role.QUALITY), document_id=made.id)
    assert again.content == made.content
    assert Document(io.BytesIO(made.content)).paragraphs
    assert count(AuditEvent, AuditEvent.action == "case:export") == 2
    with transaction() as session, pytest.raises(NotPermitted):
        cases.export_document(session, person(Role.COMMUNITY_MANAGER), case_id=case_id)


def test_the_actions_shown_are_those_that_may_be_done(pv):
    assert set(cases.actions(pv, CaseStatus.OPEN)) == {
        CaseAction.FILL,
        CaseAction.ESCALATE,
        CaseAction.DISMISS,
        CaseAction.HAND_OVER,
    }
    assert cases.actions(pv, CaseStatus.QUEUED) == []


def test_a_case_is_late_until_it_is_sent(account, pv):
    with clock.at(NOON):
        opened(account)
    with clock.at(NOON + timedelta(hours=23)):
        assert not line().late
    with clock.at(NOON + timedelta(hours=24)):
        assert line().late
