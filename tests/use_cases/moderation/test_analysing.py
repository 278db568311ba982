"""Every comment is read by the detectors, or stands in front of a person; a case opens by itself."""

import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from compliance import clock, retention
from compliance.permissions import SYSTEM
from models.case import Case, CaseComment
from models.comment import Comment, CommentRevision, ScreeningRecord
from models.compliance import AuditEvent
from models.enums import CaseStatus, FindingKind, ProductFacet, PvFacet, Screening, Vigilance
from models.session import reading, transaction
from moderation import analysing, opening, queries, screening
from tests.comment_factories import (
    ADVERSE,
    HARMLESS,
    NOON,
    bring,
    bring_text,
    comment,
    company_account,
    count,
    every_row,
    incoming,
    products,
    revisions,
)


@pytest.fixture
def account(db):
    products()
    return company_account()


def test_a_flagged_comment_opens_a_case_with_what_was_found(account):
    with clock.at(NOON):
        comment_id = bring_text(account, ADVERSE)
    stored = comment(comment_id)
    assert (stored.screening, stored.pv, stored.product) == (Screening.FLAGGED, PvFacet.POSSIBLE, ProductFacet.OWN)
    with reading() as session:
        (line,) = queries.case_list(session)
        view = queries.case_view(session, line.id)
        row = queries.pv_queue(session)[0]
    assert (line.number, line.status) == ("2026-0001", CaseStatus.OPEN)
    assert line.awareness_at == NOON
    assert line.forward_due_at == NOON + timedelta(hours=24)
    assert line.day_zero is None, "reporter and patient are never presumed known"
    assert [product.name for product in view.products] == ["Cardexine"]
    assert [reaction.verbatim for reaction in view.reactions] == ["vertiges", "nausées"]
    assert view.opened_by is None
    assert row.case_number == "2026-0001"
    quoted = {ADVERSE[span.start : span.end] for span in row.evidence if span.kind is FindingKind.REACTION}
    assert quoted == {"vertiges", "nausées"}
    assert "« vertiges » après « Cardexine »" in row.reason


def test_a_harmless_comment_is_cleared_and_leaves_the_queue(account):
    comment_id = bring_text(account, HARMLESS)
    assert comment(comment_id).screening is Screening.CLEARED
    with reading() as session:
        assert queries.pv_queue(session) == []
    assert count(Case) == 0


def test_me_too_under_an_adverse_event_is_flagged_by_its_parent(account):
    bring(account, incoming(1, ADVERSE))
    (comment_id,) = bring(account, incoming(2, "moi aussi !", parent_id="1", author="43"))
    analysing.analyse_pending()
    assert comment(comment_id).pv is PvFacet.POSSIBLE
    with reading() as session:
        row = next(row for row in queries.pv_queue(session) if row.comment_id == comment_id)
    assert row.parent_text == ADVERSE


def broken_detector(*_args, **_kwargs):
    raise RuntimeError("words of a comment")


def test_a_detector_that_raises_leaves_the_comment_in_front_of_a_person(account, monkeypatch):
    monkeypatch.setattr(screening.AdverseEventDetector, "detect", broken_detector)
    comment_id = bring_text(account, HARMLESS)
    stored = comment(comment_id)
    assert (stored.screening, stored.analysis_due) == (Screening.UNSCREENED, False)
    with reading() as session:
        (row,) = queries.pv_queue(session)
        record = session.exec(select(ScreeningRecord)).one()
    assert row.comment_id == comment_id
    assert "RuntimeError" in row.reason
    assert "failed:adverse_event:RuntimeError" in record.unscreened_reason


def test_a_screening_that_fails_as_a_whole_is_written_down_and_in_the_queue(account, monkeypatch):
    monkeypatch.setattr(analysing, "screen", broken_detector)
    monkeypatch.setattr(analysing, "screen_many", broken_detector)
    comment_id = bring_text(account, ADVERSE)
    with reading() as session:
        (row,) = queries.pv_queue(session)
        record = session.exec(select(ScreeningRecord)).one()
        assert queries.counts(session).total.unscreened == 1
    assert (row.comment_id, record.outcome) == (comment_id, Screening.UNSCREENED)
    assert record.unscreened_reason == "failed:screening:RuntimeError"


def test_a_register_that_cannot_be_read_leaves_all_in_front_of_a_person(account, monkeypatch):
    monkeypatch.setattr(analysing, "catalogue_of", broken_detector)
    bring_text(account, HARMLESS)
    with reading() as session:
        assert queries.queue_length(session).waiting == 1


def test_a_comment_waits_in_the_queue_before_the_detectors_have_run(account):
    (comment_id,) = bring(account, incoming(1, ADVERSE))
    with reading() as session:
        assert [row.comment_id for row in queries.pv_queue(session)] == [comment_id]


def test_one_comment_that_cannot_be_stored_does_not_hold_up_the_others(account, monkeypatch):
    bad, good = bring(account, incoming(1, ADVERSE), incoming(2, ADVERSE, author="43"))
    real = analysing._write

    def write(session, stored, one):
        if stored.id == bad:
            raise RuntimeError
        return real(session, stored, one)

    monkeypatch.setattr(analysing, "_write", write)
    assert analysing.analyse_pending() == 1
    assert comment(good).pv is PvFacet.POSSIBLE
    assert comment(bad).screening is Screening.UNSCREENED
    monkeypatch.setattr(analysing, "_write", real)
    assert analysing.analyse_pending() == 1
    assert comment(bad).pv is PvFacet.POSSIBLE


def test_screening_again_changes_nothing(account):
    bring(account, incoming(1, ADVERSE), incoming(2))
    analysing.analyse_pending()
    before = every_row()
    with transaction() as session:
        for stored in session.exec(select(Comment)):
            stored.analysis_due = True
    assert analysing.analyse_pending() == 2
    after = every_row()
    for table in ("screening", "detector_finding", "pv_case", "audit_event"):
        assert after[table] == before[table]


def test_workers_that_screen_at_once_write_each_record_once(account):
    bring(account, *(incoming(n, ADVERSE, author=str(n)) for n in range(1, 13)))
    threads = [threading.Thread(target=analysing.analyse_pending) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    analysing.analyse_pending()
    assert (count(ScreeningRecord), count(Case), count(CaseComment)) == (12, 12, 12)
    with reading() as session:
        numbers = sorted(session.exec(select(Case.number)))
    assert numbers == [f"2026-{n:04}" for n in range(1, 13)]


def test_a_crash_while_storing_loses_and_doubles_nothing(account, monkeypatch):
    bring(account, incoming(1, ADVERSE))
    for name in ("_record", "_apply", "open_case"):
        with monkeypatch.context() as patch:
            patch.setattr(analysing, name, broken_detector)
            assert analysing.analyse_pending() == 0
        assert count(ScreeningRecord) == count(Case) == 0
    assert analysing.analyse_pending() == 1
    assert (count(ScreeningRecord), count(Case)) == (1, 1)


def test_every_revision_is_read_also_the_one_that_was_taken_back(account):
    bring(account, incoming(1, ADVERSE))
    (comment_id,) = bring(account, incoming(1, HARMLESS, edits=("11",)))
    analysing.analyse_pending()
    stored = comment(comment_id)
    assert (stored.pv, stored.screening, stored.analysis_due) == (PvFacet.POSSIBLE, Screening.FLAGGED, False)
    assert count(ScreeningRecord) == 2
    with reading() as session:
        link = session.exec(select(CaseComment)).one()
    assert link.revision_id == revisions(comment_id)[0].id


def test_an_emergency_without_any_product_is_marked(account):
    comment_id = bring_text(account, "j'ai pris toute la boîte de comprimés, je veux mourir")
    assert comment(comment_id).emergency
    with reading() as session:
        assert queries.queue_length(session).emergencies == 1
        assert queries.pv_queue(session)[0].reason.startswith("Urgence")


def test_a_competitors_product_is_marked_as_theirs(account):
    assert comment(bring_text(account, "Rivalox m'a donné des vertiges")).product is ProductFacet.COMPETITOR


def test_an_emptied_text_waits_for_no_detector(account):
    (comment_id,) = bring(account, incoming(1, ADVERSE))
    with transaction() as session:
        revision = session.exec(select(CommentRevision)).one()
        retention.purge_revision(session, SYSTEM, revision_id=revision.id, reason="échéance")
    assert analysing.analyse_pending() == 1
    assert comment(comment_id).screening is Screening.UNSCREENED
    assert analysing.analyse_pending() == 0
    with reading() as session:
        assert queries.pv_queue(session)[0].text is None


def test_one_audit_event_stands_for_a_batch(account):
    bring(account, *(incoming(n) for n in range(1, 6)))
    analysing.analyse_pending()
    with reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "comments:screen")).one()
    assert event.new["count"] == 5


def test_case_numbers_follow_the_year_in_paris(db):
    with clock.at(NOON.replace(month=12, day=31, hour=22)), transaction() as session:
        assert [opening.next_number(session) for _ in range(2)] == ["2026-0001", "2026-0002"]
    with clock.at(NOON.replace(month=12, day=31, hour=23, minute=30)), transaction() as session:
        assert opening.next_number(session) == "2027-0001"


def test_the_vigilance_of_a_case_is_that_of_its_product(account):
    bring_text(account, ADVERSE)
    with reading() as session:
        assert queries.case_list(session)[0].vigilance is Vigilance.PHARMACO
