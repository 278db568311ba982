"""A case on the screen: what is missing and what to ask, filled, sent, acknowledged, dismissed; and the list of cases."""

from datetime import date, time, timedelta

import pytest
from sqlmodel import select

from compliance import clock, outbox, people
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM
from connectors.mail import Mailer
from errors import Rejected
from models.case import Case, Reaction, SuspectProduct
from models.compliance import AuditEvent
from models.engine_room import OutboxEffect
from models.enums import CaseStatus, EffectKind, NoneReason, Role, TriageOutcome
from models.session import get, reading, transaction
from moderation import cases, triage
from tests.comment_factories import ADVERSE, bring_text, comment, company_account, officer, products
from tests.factories import person
from tests.pages.conftest import press, said_error, text_of

HOSTILE = "Cardexine <script>alert(1)</script> ![x](http://evil.example/a.png) j'ai des vertiges"


@pytest.fixture
def account(sqlite_db):
    products()
    return company_account()


@pytest.fixture
def actor(account):
    return officer()


def a_case(actor, text: str = ADVERSE, n: int = 1) -> str:
    """Bring a comment in and confirm it; returns its case's id."""
    comment_id = bring_text(company_account(), text, n)
    with transaction() as session:
        triage.classify(
            session, actor, comment_id=comment_id, revision_n=1, row_version=comment(comment_id).row_version,
            outcomes=[TriageOutcome.ADVERSE_EVENT],
        )  # fmt: skip
    with reading() as session:
        return session.exec(select(Case.id).order_by(Case.number.desc())).first()


def case(case_id: str) -> Case:
    with reading() as session:
        return get(session, Case, case_id)


def rows(kind):
    with reading() as session:
        return list(session.exec(select(kind).order_by(*kind.__table__.primary_key)))


def send_mail(monkeypatch) -> None:
    """Let the mail leave, as the worker does, to a mail server that takes everything."""
    monkeypatch.setattr(Mailer, "send", lambda _self, _message, _key: "<1@helior.example>")
    while outbox.run_one("test", {EffectKind.MAIL: cases.MAIL_HANDLER}):
        pass


def field(case_id: str, name: str) -> str:
    return f"case_{case_id}_{name}"


def fill(at, case_id: str) -> None:
    at.text_input(key=field(case_id, "reporter")).set_value("Auteur sur X, répond aux messages")
    at.checkbox(key=field(case_id, "reporter_known")).check()
    at.text_input(key=field(case_id, "patient")).set_value("la personne qui écrit")
    at.checkbox(key=field(case_id, "patient_known")).check()


def test_a_case_says_what_is_known_what_is_missing_and_what_to_ask(open_page, actor):
    at = open_page("case.py", actor, case=a_case(actor))
    assert not at.error
    said = text_of(at)
    assert "2 connus" in said
    assert "Pouvez-vous nous donner un moyen de vous joindre" in said
    assert "Qui a pris le produit" in said
    assert "jour 0 : pas encore" in said
    assert "à transmettre avant le" in said
    assert "cv-m-reaction" in said


def test_filling_and_sending_is_one_movement(open_page, actor, monkeypatch):
    case_id = a_case(actor)
    at = open_page("case.py", actor, case=case_id)
    fill(at, case_id)
    at.text_area(key=field(case_id, "products")).set_value("Cardexine\nDoliprane")
    at.text_area(key=field(case_id, "reactions")).set_value("des vertiges\ndes nausées\n")
    press(at, "send")
    assert not at.error
    held = case(case_id)
    assert held.status is CaseStatus.QUEUED
    assert (held.reporter, held.patient_known) == ("Auteur sur X, répond aux messages", True)
    assert {(p.name, p.substance) for p in rows(SuspectProduct)} == {("Cardexine", "amlodipine"), ("Doliprane", None)}
    assert [r.verbatim for r in rows(Reaction)] == ["des vertiges", "des nausées"]
    assert held.day_zero == clock.paris(held.awareness_at).date()
    assert "Envoi en cours" in text_of(at)
    send_mail(monkeypatch)
    assert "Transmis" in text_of(at.run())


def test_saving_keeps_the_case_open_and_names_what_is_still_missing(open_page, actor):
    case_id = a_case(actor)
    at = open_page("case.py", actor, case=case_id)
    at.text_input(key=field(case_id, "patient")).set_value("sa mère, 70 ans")
    at.checkbox(key=field(case_id, "patient_known")).check()
    press(at, "save")
    assert at.success[0].value == "Cas enregistré\\."
    assert case(case_id).status is CaseStatus.OPEN
    said = text_of(at)
    assert "3 connus" in said
    assert "Qui a pris le produit" not in said


def test_a_missing_criterion_never_keeps_a_case_back(open_page, actor):
    case_id = a_case(actor)
    at = open_page("case.py", actor, case=case_id)
    assert "empêche pas de transmettre" in text_of(at)
    press(at, "send")
    assert case(case_id).status is CaseStatus.QUEUED


def test_what_was_typed_is_neither_lost_nor_written_over_a_colleague(open_page, actor):
    case_id = a_case(actor)
    at = open_page("case.py", actor, case=case_id)
    with transaction() as session:
        cases.fill(session, actor, case_id=case_id, row_version=case(case_id).row_version, patient="femme, 34 ans")
    fill(at, case_id)
    press(at, "save")
    assert "a changé depuis que vous l'avez ouvert" in said_error(at)
    assert case(case_id).patient == "femme, 34 ans"
    assert at.text_input(key=field(case_id, "patient")).value == "la personne qui écrit"
    assert "femme, 34 ans" in text_of(at)
    press(at, "keep_mine")
    press(at, "save")
    assert case(case_id).patient == "la personne qui écrit"


def test_taking_what_is_recorded_forgets_what_was_typed(open_page, actor):
    case_id = a_case(actor)
    at = open_page("case.py", actor, case=case_id)
    fill(at, case_id)
    with transaction() as session:
        cases.fill(session, actor, case_id=case_id, row_version=case(case_id).row_version, patient="femme, 34 ans")
    press(at, "save")
    press(at, "take_theirs")
    assert at.text_input(key=field(case_id, "patient")).value == "femme, 34 ans"


def sent(actor, monkeypatch) -> str:
    case_id = a_case(actor)
    with transaction() as session:
        cases.escalate(session, actor, case_id=case_id, row_version=case(case_id).row_version)
    send_mail(monkeypatch)
    return case_id


def test_a_mail_that_was_refused_says_so_and_what_to_do(open_page, actor, monkeypatch):
    case_id = a_case(actor)
    with transaction() as session:
        cases.escalate(session, actor, case_id=case_id, row_version=case(case_id).row_version)

    def refused(*_):
        raise Rejected("550 mailbox unknown")

    monkeypatch.setattr(Mailer, "send", refused)
    outbox.run_one("test", {EffectKind.MAIL: cases.MAIL_HANDLER})
    at = open_page("case.py", actor, case=case_id)
    assert "Prévenez la PV de vive voix" in text_of(at)
    assert "550 mailbox unknown" in text_of(at)
    assert "send" in {button.key for button in at.button}


def test_the_acknowledgement_keeps_who_when_and_the_number(open_page, actor, monkeypatch):
    case_id = sent(actor, monkeypatch)
    at = open_page("case.py", actor, case=case_id)
    press(at, "acknowledge")
    assert "Indiquez qui a accusé réception" in said_error(at)
    at.text_input(key="ack_by").set_value("Nora Diallo")
    at.text_input(key="ack_number").set_value("PV-2026-118")
    at.time_input(key="ack_time").set_value(clock.paris(clock.now()).time().replace(second=0, microsecond=0))
    press(at, "acknowledge")
    assert not at.error
    held = case(case_id)
    assert (held.status, held.acknowledged_by, held.pv_reference) == (
        CaseStatus.ACKNOWLEDGED,
        "Nora Diallo",
        "PV-2026-118",
    )
    assert "PV-2026-118" in text_of(at)


def test_an_acknowledgement_of_tomorrow_is_refused(open_page, actor, monkeypatch):
    case_id = sent(actor, monkeypatch)
    at = open_page("case.py", actor, case=case_id)
    at.text_input(key="ack_by").set_value("Nora Diallo")
    at.text_input(key="ack_number").set_value("PV-2026-118")
    at.date_input(key="ack_day").set_value((clock.paris(clock.now()) + timedelta(days=1)).date())
    press(at, "acknowledge")
    assert "avenir" in said_error(at)
    assert case(case_id).status is CaseStatus.FORWARDED


def test_an_acknowledgement_in_the_hour_that_march_skips_is_refused(open_page, actor, monkeypatch):
    case_id = sent(actor, monkeypatch)
    at = open_page("case.py", actor, case=case_id)
    at.text_input(key="ack_by").set_value("Nora Diallo")
    at.text_input(key="ack_number").set_value("PV-2026-118")
    at.date_input(key="ack_day").set_value(date(2026, 3, 29))
    at.time_input(key="ack_time").set_value(time(2, 30))
    press(at, "acknowledge")
    assert "Cette heure n'existe pas : dans la nuit du 29/03/2026" in said_error(at)
    assert at.text_input(key="ack_number").value == "PV-2026-118"
    assert case(case_id).status is CaseStatus.FORWARDED


def test_dismissing_needs_its_coded_reason_and_names_the_case(open_page, actor):
    case_id = a_case(actor)
    at = open_page("case.py", actor, case=case_id)
    assert case(case_id).number in at.button(key="dismiss").label
    press(at, "dismiss")
    assert "Choisissez la raison" in said_error(at)
    at.selectbox(key="dismiss_why").set_value(NoneReason.DUPLICATE).run()
    press(at, "dismiss")
    assert case(case_id).status is CaseStatus.DISMISSED
    assert "doublon" in text_of(at)


def test_a_case_is_reopened_with_a_reason(open_page, actor, monkeypatch):
    case_id = sent(actor, monkeypatch)
    at = open_page("case.py", actor, case=case_id)
    press(at, "reopen")
    assert case(case_id).status is CaseStatus.FORWARDED
    assert at.error
    at.text_input(key="reopen_why").set_value("La personne a donné son âge").run()
    press(at, "reopen")
    assert case(case_id).status is CaseStatus.OPEN
    assert "send" in {button.key for button in at.button}


def test_each_document_handed_out_is_in_the_audit_trail(open_page, actor, monkeypatch):
    case_id = sent(actor, monkeypatch)
    at = open_page("case.py", actor, case=case_id)
    fetch = next(button.key for button in at.button if (button.key or "").startswith("fetch_"))
    press(at, fetch)
    assert [button.label for button in at.get("download_button")] == [f"Télécharger cas-{case(case_id).number}.docx"]
    with reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.action == AuditAction.CASE_EXPORT.value)).all()
    assert [event.entity_id for event in events] == [case_id]


def test_whoever_may_only_read_is_offered_nothing_else(open_page, actor):
    at = open_page("case.py", person(Role.AUDITOR), case=a_case(actor))
    assert "vertiges" in text_of(at)
    assert not {"save", "send", "dismiss", "reopen", "acknowledge"} & {button.key for button in at.button}


def test_a_role_taken_away_meanwhile_is_refused_and_nothing_is_recorded(open_page, actor):
    case_id = a_case(actor)
    at = open_page("case.py", actor, case=case_id)
    fill(at, case_id)
    with transaction() as session:
        people.grant_role(session, SYSTEM, user_id=actor.id, role=Role.AUDITOR)
        people.revoke_role(session, SYSTEM, user_id=actor.id, role=Role.PV_OFFICER, reason="Départ")
    press(at, "send")
    assert "Votre rôle ne permet pas" in said_error(at)
    assert case(case_id).status is CaseStatus.OPEN
    assert case(case_id).patient is None
    assert rows(OutboxEffect) == []


def test_hostile_text_in_a_case_does_nothing(open_page, actor):
    at = open_page("case.py", actor, case=a_case(actor, HOSTILE))
    assert not at.error
    assert "<script" not in text_of(at)
    assert not [element for element in at.markdown if "evil.example" in element.value]


def test_the_list_shows_every_case_and_its_filter_is_in_the_address(open_page, actor):
    numbers = {case(a_case(actor)).number, case(a_case(actor, ADVERSE, 2)).number}
    at = open_page("cases.py", actor)
    assert not at.error
    assert all(number in text_of(at) for number in numbers)
    assert "manque : notificateur, patient" in text_of(at)
    filtered = open_page("cases.py", actor, etat="acknowledged")
    assert "Aucun cas ne répond à ces filtres" in text_of(filtered)


def test_a_text_that_runs_backwards_deceives_nobody_in_the_list(open_page, actor):
    a_case(actor, "Cardexine, j'ai des vertiges \u202eoups")
    assert "\u202e" not in text_of(open_page("cases.py", actor))


def test_no_case_yet_says_where_they_come_from(open_page, actor):
    assert "Un cas s&#39;ouvre quand" in text_of(open_page("cases.py", actor))


def test_no_case_chosen_says_where_to_choose(open_page, actor):
    assert "Choisissez-en un dans la liste" in text_of(open_page("case.py", actor))


def test_details_of_products_and_patient_are_entered_and_a_wrong_date_says_what_to_do(open_page, actor):
    case_id = a_case(actor)
    at = open_page("case.py", actor, case=case_id)
    start = next(
        box.key for box in at.text_input if box.key.startswith(field(case_id, "product0_")) and "started" in box.key
    )
    at.text_input(key=start).set_value("2031")
    at.text_input(key=field(case_id, "patient_facts_initials")).set_value("jd")
    press(at, "save")
    assert "dans l'avenir" in said_error(at)
    assert at.text_input(key=start).value == "2031"
    at.text_input(key=start).set_value("03/2026")
    press(at, "save")
    assert not at.error
    assert (case(case_id).patient_initials, rows(SuspectProduct)[0].started_on) == ("JD", "2026-03")
    assert "confirmé par" in text_of(at)


def test_the_page_says_whom_to_tell_by_which_rule_and_how_sure_it_is(open_page, actor):
    said = text_of(open_page("case.py", actor, case=a_case(actor)))
    for words in ("Vigilance et destinataires", "EudraVigilance", "90 jours", "source lue", "Preuve : version 1"):
        assert words in said


def test_another_companys_product_is_excluded_with_a_reason_then_handed_over(open_page, actor):
    case_id = a_case(actor)
    at = open_page("case.py", actor, case=case_id)
    because = next(box.key for box in at.text_input if box.key.endswith("_excluded_because"))
    at.text_input(key=because).set_value("vendu par un autre laboratoire")
    press(at, "save")
    assert "Aucun produit ne compte comme nôtre" in text_of(at)
    at.text_input(key="contact_to").set_value("Autre laboratoire")
    at.text_input(key="contact_proof").set_value("courriel du 12")
    at.time_input(key="contact_time").set_value(clock.paris(clock.now()).time().replace(second=0, microsecond=0))
    press(at, "note_contact")
    assert not at.error
    assert case(case_id).status is CaseStatus.HANDED_OVER
    assert "Autre laboratoire" in text_of(at)
