"""One comment, one person, one decision on one revision."""

import io
import threading
from datetime import timedelta

import pytest
from docx import Document
from sqlmodel import select

from compliance import clock
from errors import AppError, InvalidInput, NotPermitted, RuleViolated, StaleVersion
from models.case import Case
from models.comment import TriageDecision
from models.compliance import AuditEvent
from models.enums import CaseStatus, NoneReason, PvFacet, Role, Screening, TriageOutcome
from models.session import reading, transaction
from moderation import analysing, cases, queries, triage
from tests.comment_factories import (
    ADVERSE,
    HARMLESS,
    NOON,
    bring,
    bring_text,
    comment,
    company_account,
    count,
    incoming,
    officer,
    products,
)
from tests.factories import person

AE, NONE = TriageOutcome.ADVERSE_EVENT, TriageOutcome.NONE


@pytest.fixture
def account(db):
    products()
    return company_account()


def decide(actor, comment_id, *outcomes, **more):
    fields = {"revision_n": comment(comment_id).revision_n, "row_version": comment(comment_id).row_version} | more
    with transaction() as session:
        return triage.classify(session, actor, comment_id=comment_id, outcomes=outcomes, **fields)


def claim(actor, comment_id):
    with transaction() as session:
        return triage.claim(session, actor, comment_id=comment_id)


def only_case():
    with reading() as session:
        return session.exec(select(Case)).one()


def test_a_claim_holds_ten_minutes_and_names_its_holder(account):
    comment_id = bring_text(account, ADVERSE)
    first, second = officer("Anna"), officer("Boris")
    with clock.at(NOON):
        assert claim(first, comment_id).until == NOON + timedelta(minutes=10)
        with pytest.raises(RuleViolated, match="Anna traite ce commentaire jusqu'à 12:10"):
            claim(second, comment_id)
        with reading() as session:
            assert queries.pv_queue(session)[0].holder == "Anna"
    with clock.at(NOON + timedelta(minutes=11)):
        claim(second, comment_id)
        with transaction() as session, pytest.raises(RuleViolated, match="Boris"):
            triage.heartbeat(session, first, comment_id=comment_id)


def test_a_heartbeat_keeps_the_claim_and_a_release_gives_it_back(account):
    comment_id = bring_text(account, ADVERSE)
    first, second = officer("Anna"), officer("Boris")
    with clock.at(NOON):
        claim(first, comment_id)
    with clock.at(NOON + timedelta(minutes=9)), transaction() as session:
        assert triage.heartbeat(session, first, comment_id=comment_id).until == NOON + timedelta(minutes=19)
    with clock.at(NOON + timedelta(minutes=15)):
        with pytest.raises(RuleViolated):
            claim(second, comment_id)
        with transaction() as session:
            triage.release(session, second, comment_id=comment_id)
        with pytest.raises(RuleViolated):
            claim(second, comment_id)
        with transaction() as session:
            triage.release(session, first, comment_id=comment_id)
        claim(second, comment_id)


def test_a_claim_changes_no_version_that_a_screen_has_seen(account):
    comment_id = bring_text(account, ADVERSE)
    pv, before = officer(), comment(comment_id).row_version
    claim(pv, comment_id)
    with transaction() as session:
        triage.mark_displayed(session, pv, comment_ids=[comment_id])
    assert comment(comment_id).row_version == before
    decide(pv, comment_id, AE, row_version=before)


@pytest.mark.parametrize(("persons", "comments"), [(6, 20), pytest.param(20, 50, marks=pytest.mark.soak)])
def test_people_take_comments_at_once_and_none_is_held_or_decided_twice(account, persons, comments):
    ids = bring(account, *(incoming(n, HARMLESS, author=str(n)) for n in range(1, comments + 1)))
    people = [officer(f"pv{n}") for n in range(persons)]
    won, lock = [], threading.Lock()

    def work(actor):
        for comment_id in sorted(ids, key=lambda key: hash((key, actor.login))):
            try:
                claim(actor, comment_id)
                seen = comment(comment_id)
                decide(actor, comment_id, NONE, none_reason=NoneReason.OFF_TOPIC, row_version=seen.row_version)
            except AppError:
                continue
            with lock:
                won.append(comment_id)

    threads = [threading.Thread(target=work, args=(actor,)) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # A person may decide again what another decided and gave back, on its new version: never on the same one.
    with reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.action == "comment:classify")).all()
        left = queries.queue_length(session).waiting
    assert len(events) == len(won) == count(TriageDecision)
    assert {event.entity_id for event in events if event.old["pv"] == "none"} == set(ids)
    assert len([event for event in events if event.old["pv"] == "none"]) == comments
    assert left == 0


def test_two_decisions_on_the_same_version_are_one_and_a_refusal(account):
    comment_id = bring_text(account, ADVERSE)
    seen = comment(comment_id).row_version
    people, refused = [officer(f"pv{n}") for n in range(6)], []

    def work(actor):
        try:
            decide(actor, comment_id, AE, row_version=seen, revision_n=1)
        except StaleVersion as error:
            refused.append(str(error))

    threads = [threading.Thread(target=work, args=(actor,)) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(TriageDecision) == 1
    assert len(refused) == 5
    assert count(Case) == 1


def test_a_decision_for_an_adverse_event_confirms_the_case_that_the_system_opened(account):
    comment_id = bring_text(account, ADVERSE)
    decide(officer(), comment_id, AE, TriageOutcome.QUALITY_DEFECT)
    stored = comment(comment_id)
    assert (stored.pv, stored.screening) == (PvFacet.CONFIRMED, Screening.FLAGGED)
    assert only_case().outcomes == ["adverse_event", "quality_defect"]
    with reading() as session:
        assert queries.pv_queue(session) == []


def test_a_decision_opens_the_case_that_the_detectors_did_not(account):
    comment_id = bring_text(account, HARMLESS)
    pv = officer()
    decide(pv, comment_id, TriageOutcome.SPECIAL_SITUATION)
    assert comment(comment_id).screening is Screening.FLAGGED
    assert only_case().opened_by == pv.id


@pytest.mark.parametrize(
    ("outcome", "reason", "dismissal"),
    [(NONE, NoneReason.INDICATION_ONLY, "indication_only"), (TriageOutcome.PRODUCT_MENTION, None, "product_mention")],
)
def test_a_decision_against_dismisses_the_case_that_nobody_confirmed(account, outcome, reason, dismissal):
    comment_id = bring_text(account, ADVERSE)
    decide(officer(), comment_id, outcome, none_reason=reason)
    assert comment(comment_id).pv is PvFacet.NOT_AE
    assert (only_case().status, only_case().dismissal) == (CaseStatus.DISMISSED, dismissal)


def test_a_decision_against_leaves_a_case_that_a_person_confirmed(account):
    comment_id = bring_text(account, ADVERSE)
    pv = officer()
    decide(pv, comment_id, AE)
    decide(pv, comment_id, NONE, none_reason=NoneReason.FIGURATIVE)
    assert only_case().status is CaseStatus.OPEN
    assert comment(comment_id).pv is PvFacet.CONFIRMED


def test_what_is_written_after_a_dismissal_is_a_new_case(account):
    comment_id = bring_text(account, ADVERSE)
    decide(officer(), comment_id, NONE, none_reason=NoneReason.FIGURATIVE)
    bring(account, incoming(1, ADVERSE + " Et maintenant des vomissements.", edits=("11",)))
    analysing.analyse_pending()
    assert comment(comment_id).pv is PvFacet.POSSIBLE
    with reading() as session:
        assert sorted((case.number, case.status.value) for case in session.exec(select(Case))) == [
            ("2026-0001", "dismissed"),
            ("2026-0002", "open"),
        ]


@pytest.mark.parametrize(
    ("outcomes", "reason"),
    [([], None), ([NONE, AE], NoneReason.OFF_TOPIC), ([NONE], None), ([AE], NoneReason.OFF_TOPIC)],
    ids=["nothing", "none with another", "none without a reason", "a reason without none"],
)
def test_a_decision_that_says_nothing_clear_is_refused(account, outcomes, reason):
    comment_id = bring_text(account, ADVERSE)
    with pytest.raises(InvalidInput):
        decide(officer(), comment_id, *outcomes, none_reason=reason)


def test_a_person_decides_what_no_detector_could_read(account):
    comment_id = bring_text(account, "😀😀")
    decide(officer(), comment_id, NONE, none_reason=NoneReason.OFF_TOPIC)
    assert (comment(comment_id).screening, comment(comment_id).pv) == (Screening.SKIMMED, PvFacet.NOT_AE)


def test_a_comment_that_another_holds_is_not_decided(account):
    comment_id = bring_text(account, ADVERSE)
    claim(officer("Anna"), comment_id)
    with pytest.raises(RuleViolated, match="Anna"):
        decide(officer("Boris"), comment_id, AE)


def test_a_decision_gives_the_comment_back(account):
    comment_id = bring_text(account, ADVERSE)
    pv = officer()
    claim(pv, comment_id)
    decide(pv, comment_id, AE)
    assert comment(comment_id).holder_id is None


def test_a_comment_decided_is_put_back_with_a_reason(account):
    comment_id = bring_text(account, HARMLESS)
    pv = officer()
    decide(pv, comment_id, NONE, none_reason=NoneReason.OFF_TOPIC)
    with transaction() as session, pytest.raises(RuleViolated):
        triage.reopen(session, pv, comment_id=comment_id, row_version=comment(comment_id).row_version, reason=" ")
    with transaction() as session:
        triage.reopen(
            session, pv, comment_id=comment_id, row_version=comment(comment_id).row_version, reason="Contrôle qualité"
        )
    with reading() as session:
        assert [row.comment_id for row in queries.pv_queue(session)] == [comment_id]


def test_the_author_is_revealed_to_who_may_and_it_is_written_down_without_the_name(account):
    comment_id = bring_text(account, ADVERSE, handle="jeanne_m")
    with transaction() as session:
        author = triage.reveal_author(session, officer(), comment_id=comment_id, reason="Suivi du cas")
    assert author.handle == "jeanne_m"
    with transaction() as session, pytest.raises(NotPermitted):
        triage.reveal_author(session, person(Role.COMMUNITY_MANAGER), comment_id=comment_id, reason="curiosité")
    with reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "comment:reveal")).one()
        assert "jeanne_m" not in event.model_dump_json()
        assert "jeanne_m" not in repr(queries.comment_view(session, comment_id).row.pseudonym)


def test_the_first_display_is_kept_and_never_moved(account):
    comment_id = bring_text(account, ADVERSE)
    pv = officer()
    for minute in (1, 5):
        with clock.at(NOON + timedelta(minutes=minute)), transaction() as session:
            triage.mark_displayed(session, pv, comment_ids=[comment_id])
    assert comment(comment_id).first_displayed_at == NOON + timedelta(minutes=1)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.PV_OFFICER, Role.SYSTEM)])
def test_only_a_pharmacovigilance_officer_decides(account, role):
    comment_id = bring_text(account, ADVERSE)
    with pytest.raises(NotPermitted):
        decide(person(role), comment_id, AE)


def test_an_edit_of_a_forwarded_comment_reopens_its_case_when_it_is_confirmed(account):
    comment_id = bring_text(account, ADVERSE)
    pv = officer()
    decide(pv, comment_id, AE)
    with transaction() as session:
        case = session.exec(select(Case)).one()
        cases.escalate(session, pv, case_id=case.id, row_version=case.row_version)
        case.status = CaseStatus.FORWARDED
    bring(account, incoming(1, ADVERSE + " J'ai fini aux urgences.", edits=("11",)))
    analysing.analyse_pending()
    assert only_case().status is CaseStatus.FORWARDED
    decide(pv, comment_id, AE)
    assert only_case().status is CaseStatus.OPEN
    assert comment(comment_id).pv is PvFacet.CONFIRMED


def test_a_case_keeps_every_version_that_it_rests_on(account):
    comment_id = bring_text(account, ADVERSE)
    pv = officer()
    decide(pv, comment_id, AE)
    bring(account, incoming(1, "Rien, oubliez", edits=("11",)))
    analysing.analyse_pending()
    decide(pv, comment_id, AE)
    with transaction() as session:
        case = session.exec(select(Case)).one()
        document = cases.export_document(session, pv, case_id=case.id)
    whole = "\n".join(c.text for t in Document(io.BytesIO(document.content)).tables for c in t._cells)
    whole += "\n".join(p.text for p in Document(io.BytesIO(document.content)).paragraphs)
    assert ADVERSE in whole
    assert "Rien, oubliez" in whole


def test_what_the_author_took_back_is_not_dismissed_with_what_reads_now(account):
    comment_id = bring_text(account, ADVERSE)
    bring(account, incoming(1, "Merci pour cette belle photo !", edits=("11",)))
    analysing.analyse_pending()
    decide(officer(), comment_id, NONE, none_reason=NoneReason.OFF_TOPIC)
    assert only_case().status is CaseStatus.OPEN


def test_a_detector_that_comes_late_does_not_open_a_case_on_what_a_person_decided(account):
    (comment_id,) = bring(account, incoming(1, ADVERSE))
    decide(officer(), comment_id, NONE, none_reason=NoneReason.HEARSAY)
    analysing.analyse_pending()
    assert (comment(comment_id).pv, comment(comment_id).screening) == (PvFacet.NOT_AE, Screening.FLAGGED)
    assert count(Case) == 0


def test_people_machines_and_the_network_at_once_never_wait_for_each_other_for_ever(account):
    ids = bring(account, *(incoming(n, ADVERSE, author=str(n)) for n in range(1, 9)))
    analysing.analyse_pending()
    pv, unexpected = officer(), []

    def guarded(act):
        for n in range(8):
            try:
                act(n)
            except AppError:
                continue
            except Exception as error:  # noqa: BLE001 - any of them fails the test below
                unexpected.append(error)

    def escalate(n):
        with transaction() as session:
            case = session.exec(select(Case).order_by(Case.number)).all()[n]
            cases.escalate(session, pv, case_id=case.id, row_version=case.row_version)

    def edit(n):
        bring(account, *(incoming(m, f"{ADVERSE} {n}", author=str(m), edits=(f"{m}0{n}",)) for m in range(8, 0, -1)))

    acts = [lambda n: decide(pv, ids[n], AE), lambda n: decide(pv, ids[7 - n], AE), escalate, edit]
    acts.append(lambda _n: analysing.analyse_pending())
    threads = [threading.Thread(target=guarded, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert unexpected == []
    while analysing.analyse_pending():
        pass
    assert count(Case) == 8
