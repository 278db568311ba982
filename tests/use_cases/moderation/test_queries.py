"""What the screens show: nobody forgotten, nothing shown that must not be, everything in its order."""

import random
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from compliance import clock
from errors import NotFound
from models.comment import Comment
from models.compliance import AuditEvent
from models.enums import FindingKind, NoneReason, ProductFacet, PvFacet, Screening, TriageOutcome
from models.session import reading, transaction
from models.tally import CommentTally
from moderation import analysing, cases, intake, priority, queries, replies, tallying, triage
from moderation.deadlines import paris_day
from moderation.detectors.personal_data.detector import PersonalDataDetector
from moderation.queries import Narrowing, Queue
from moderation.queries.queue import QueuePage, waiting_of
from tests.comment_factories import (
    ADVERSE,
    HARMLESS,
    NOON,
    approved_text,
    bring,
    bring_text,
    comment,
    community_manager,
    company_account,
    count,
    incoming,
    officer,
    products,
)
from tests.terms_factories import sign_terms

TEXTS = [ADVERSE, HARMLESS, "😀😀", "", "Rivalox m'a donné des vertiges", "Où trouver Cardexine ?"]


def fill_accounts() -> list:
    """Bring comments into two accounts over three days."""
    accounts = [company_account(), company_account("HeliorPro", "2000")]
    number = 0
    for day in range(3):
        for account in accounts:
            with clock.at(NOON + timedelta(days=day, hours=11)):
                batch = []
                for text in TEXTS[: 4 + day]:
                    number += 1
                    batch.append(incoming(number, text, author=str(number)))
                bring(account, *batch)
    return accounts


def test_every_comment_received_is_accounted_for_by_account_by_day_and_in_all(db):
    products()
    fill_accounts()
    pv = officer()
    for step in range(3):
        with reading() as session:
            whole = queries.counts(session)
            days = [paris_day(NOON + timedelta(days=n)) for n in range(5)]
            by_day = [queries.counts(session, day=day) for day in days]
            assert whole.total.received == 30
            assert sum(counts.total.received for counts in by_day) == 30
            for counts in [whole, *by_day]:
                assert counts.total.holds
                assert all(row.holds for row in counts.accounts)
                assert counts.total.received == sum(row.received for row in counts.accounts)
            counted_now = queries.comment_totals(session)
            assert counted_now == {name: getattr(whole.total, name) for name in tallying.SUMS}
            assert counted_now["received"] == 30
            rows = queries.pv_queue(session)
        tallying.fold()
        if step == 0:
            analysing.analyse_pending(10)
        else:
            row = rows[-1]
            with transaction() as session:
                triage.classify(
                    session,
                    pv,
                    comment_id=row.comment_id,
                    revision_n=1,
                    row_version=row.row_version,
                    outcomes=[TriageOutcome.NONE],
                    none_reason=NoneReason.OFF_TOPIC,
                )
    with reading() as session:
        total = queries.counts(session).total
    tallying.fold()
    assert count(CommentTally) == 2, "one row an account is left of all that was added"
    with reading() as session:
        assert queries.counts(session).total == total
    assert total.skimmed == 2
    assert min(total.flagged, total.cleared, total.unscreened) > 0


def test_a_page_of_a_queue_has_the_rows_around_the_open_comment_and_the_order_of_all(db):
    bring(company_account(), *[incoming(n, ADVERSE, author=str(n)) for n in range(1, 7)])
    with reading() as session:
        every = queries.pv_queue(session)
        ids = [row.comment_id for row in every]

        def page(here, offset=0):
            return queries.queue_page(
                session, queue=Queue.PV, narrowing=Narrowing(), limit=5, offset=offset, here=here, shown=3
            )

        for here, first in ((ids[0], 0), (ids[3], 1), (ids[4], 2), ("elsewhere", 0), ("", 0)):
            found = page(here)
            assert list(found.ids) == ids[:5]
            assert [(row.comment_id, row.number) for row in found.rows] == [
                (ids[n], n + 1) for n in range(first, first + 3)
            ]
        assert [(row.comment_id, row.number) for row in page("", offset=5).rows] == [(ids[5], 6)]
        assert page("", offset=50) == QueuePage((), [])


def test_a_comment_received_late_in_the_evening_counts_for_the_day_in_paris(db):
    account = company_account()
    with clock.at(NOON.replace(hour=23, minute=30)):
        bring(account, incoming(1))
    with reading() as session:
        assert queries.counts(session, day=paris_day(NOON)).total.received == 0
        assert queries.counts(session, day=paris_day(NOON + timedelta(days=1))).total.received == 1


MINUTES = st.integers(0, 60 * 40)
ITEMS = st.lists(
    st.tuples(st.booleans(), st.booleans(), MINUTES, st.sampled_from([0.0, 0.4, 0.9]), MINUTES), min_size=2, max_size=8
)


@given(ITEMS)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
def test_the_database_orders_as_the_rule_does(sqlite_db, items):
    number = random.Random(str(items)).randrange(10**12)
    with reading() as session:
        account = session.exec(select(queries.queue.Account)).first()
    account = account or company_account()
    ids = bring(account, *(incoming(number + n, "😀", author=str(n)) for n in range(len(items))))
    with transaction() as session:
        for comment_id, (emergency, serious, age, score, due) in zip(ids, items, strict=True):
            stored = session.get(Comment, comment_id)
            stored.emergency, stored.serious, stored.pv_score = emergency, serious, score
            stored.awareness_at = stored.received_at = NOON - timedelta(minutes=age)
            stored.reply_due_at = NOON + timedelta(minutes=due)
    with clock.at(NOON), reading() as session:
        rows = [row for row in queries.pv_queue(session, limit=500) if row.comment_id in ids]
        by_id = {c.id: c for c in session.exec(select(Comment).where(Comment.id.in_(ids)))}
    places = [priority.place(waiting_of(by_id[row.comment_id]), now=NOON, forward_hours=24) for row in rows]
    assert len(rows) == len(items)
    assert places == sorted(places)


def test_an_emergency_stands_first_then_the_serious_then_the_others(db):
    products()
    account = company_account()
    mild = bring_text(account, ADVERSE, 1)
    serious = bring_text(
        account, "Ma mère a été hospitalisée en réanimation après 3 jours de Cardexine, chute de tension", 2, author="2"
    )
    danger = bring_text(account, "j'ai pris toute la boîte de Cardexine, je veux mourir", 3, author="3")
    with reading() as session:
        rows = queries.pv_queue(session)
        second_page = queries.pv_queue(session, limit=2, offset=2)
    assert [row.comment_id for row in rows] == [danger, serious, mild]
    assert [row.number for row in rows] == [1, 2, 3]
    assert [(row.comment_id, row.number) for row in second_page] == [(mild, 3)]


def test_a_product_named_without_a_suspicion_has_its_own_queue(db):
    products()
    account = company_account()
    comment_id = bring_text(account, "Où trouver Cardexine en pharmacie ?")
    stored = comment(comment_id)
    assert (stored.screening, stored.product, stored.pv) == (Screening.CLEARED, ProductFacet.OWN, PvFacet.NONE)
    with reading() as session:
        assert queries.pv_queue(session) == []
        assert [row.comment_id for row in queries.pv_queue(session, queue=Queue.PRODUCT)] == [comment_id]
        assert queries.queue_length(session, queue=Queue.PRODUCT).waiting == 1
        seen = queries.comment_view(session, comment_id).row
    with transaction() as session:
        triage.classify(
            session,
            officer(),
            comment_id=comment_id,
            revision_n=1,
            row_version=seen.row_version,
            outcomes=[TriageOutcome.PRODUCT_MENTION],
        )
    with reading() as session:
        assert queries.pv_queue(session, queue=Queue.PRODUCT) == []


def test_what_one_person_holds_can_be_listed(db):
    account, pv = company_account(), officer()
    mine, _other = bring(account, incoming(1, "😀"), incoming(2, "😀", author="2"))
    with transaction() as session:
        triage.claim(session, pv, comment_id=mine)
    with reading() as session:
        assert [row.comment_id for row in queries.pv_queue(session, holder_id=pv.id)] == [mine]


def test_a_comment_is_shown_with_its_thread_and_its_authors_other_words(db):
    products()
    account = company_account()
    bring(account, incoming(1, ADVERSE), incoming(9, "Ailleurs, le même auteur", conversation_id="8000"))
    (answer,) = bring(account, incoming(2, "moi aussi", parent_id="1", author="77"))
    analysing.analyse_pending()
    with reading() as session:
        view = queries.around(session, answer)
        first = queries.around(session, view.thread[0].comment_id)
        head = queries.comment_view(session, view.thread[0].comment_id)
        with pytest.raises(NotFound):
            queries.comment_view(session, "nothing")
    assert [line.text for line in view.thread] == [ADVERSE, "moi aussi"]
    assert [line.this for line in view.thread] == [False, True]
    assert head.author_count == 2
    assert [line.text for line in first.author] == ["Ailleurs, le même auteur"]
    assert view.thread[0].pseudonym == head.row.pseudonym != view.thread[1].pseudonym


NAMING = "Depuis que je prends Cardexine j'ai des vertiges. Mireille Tournebise, 06 39 98 00 11, m.t@courriel.example"
NAMED = ("Tournebise", "06 39", "m.t@")


@pytest.mark.parametrize("screened", [True, False])
def test_personal_data_is_covered_wherever_a_text_is_quoted(sqlite_db, screened):
    products()
    account = company_account()
    first, answer = bring(
        account, incoming(1, NAMING), incoming(2, "moi aussi, au 06 39 98 00 12", parent_id="1", author="77")
    )
    bring(account, incoming(9, NAMING, conversation_id="8000"))
    if screened:
        analysing.analyse_pending()
    with reading() as session:
        view, answering = queries.comment_view(session, first), queries.comment_view(session, answer)
        thread, author = queries.around(session, answer).thread, queries.around(session, first).author
        (row,) = [row for row in queries.pv_queue(session) if row.comment_id == first]
        lines = queries.case_list(session)
    quoted = [answering.row.parent_text, *(line.text for line in [*thread, *author])]
    assert [line.excerpt[:46] for line in lines[:1]] == [NAMING[:46]] * screened
    for said in [*quoted, *(line.excerpt for line in lines), view.row.reason]:
        assert [word for word in NAMED if word in said] == []
    assert quoted[0].endswith("[nom], [téléphone], [adresse électronique]")
    assert {row.text[s.start : s.end] for s in row.evidence if s.kind is FindingKind.PII} == {
        "Mireille Tournebise",
        "06 39 98 00 11",
        "m.t@courriel.example",
    }


def test_what_the_detector_failed_to_read_is_looked_through_again(sqlite_db, monkeypatch):
    products()
    with monkeypatch.context() as broken:
        broken.setattr(PersonalDataDetector, "detect", lambda *_: 1 / 0)
        bring_text(company_account(), NAMING)
    with reading() as session:
        (line,) = queries.case_list(session)
    assert [word for word in NAMED if word in line.excerpt] == []


def test_once_forwarded_a_case_no_longer_counts_down(sqlite_db):
    products()
    comment_id = bring_text(company_account(), ADVERSE)
    with transaction() as session:
        assert "reste" in queries.comment_view(session, comment_id).row.reason
        session.get(Comment, comment_id).pv = PvFacet.FORWARDED
    with reading() as session:
        assert "reste" not in queries.comment_view(session, comment_id).row.reason


def test_an_account_that_was_never_polled_says_so(db):
    sign_terms()
    company_account()
    with reading() as session:
        (row,) = queries.coverage(session)
        ages = queries.poll_ages(session)
    assert (row.sentence, row.received_today, row.healthy) == ("Jamais relevé.", None, False)
    assert ages == {"x:LabosHelior": None}


def test_a_worker_that_stopped_is_not_taken_for_calm(db):
    sign_terms()
    account = company_account()
    with clock.at(NOON):
        bring(account, incoming(1))
    with clock.at(NOON + timedelta(hours=3)), reading() as session:
        (row,) = queries.coverage(session)
        assert queries.poll_ages(session) == {"x:LabosHelior": 3 * 3600}
    assert row.sentence.startswith("Aucune donnée depuis le 18/11 12:00")
    assert row.received_today is None


def test_who_waits_is_listed_by_clock_with_the_time_since_the_present_question(db):
    account, cm = company_account(), community_manager()
    with clock.at(NOON):
        first = bring_text(account, HARMLESS, 1)
    with clock.at(NOON + timedelta(hours=2)):
        second = bring_text(account, HARMLESS, 2, author="2")
    with clock.at(NOON + timedelta(days=5)), reading() as session:
        found = queries.people_waiting(session)
    assert (found.waiting, found.late) == (2, 2)
    assert [row.row.comment_id for row in found.rows] == [first, second]
    assert found.rows[0].waiting_since == NOON
    with transaction() as session:
        version = comment(first).row_version
        replies.waive(session, cm, comment_id=first, row_version=version, reason=replies.WaiverReason.SPAM)
    later = clock.now() + timedelta(hours=1)
    with clock.at(later):
        bring(account, incoming(1, "Et ma question ?", edits=("11",)))
        with reading() as session:
            since = {row.row.comment_id: row.waiting_since for row in queries.people_waiting(session).rows}
    assert since[first] == later


SECRETS = ["Cardexine", "vertiges", "jeanne_m", "femme de 54 ans", "Dr Roy", "PV-77", "Remerciement", "merci de votre"]


def test_the_audit_trail_holds_no_word_of_a_comment_an_author_or_a_case(db):
    products()
    account, pv, cm = company_account(), officer(), community_manager()
    text = approved_text(pv)
    comment_id = bring_text(account, ADVERSE, handle="jeanne_m", author="778899")
    with transaction() as session:
        triage.claim(session, pv, comment_id=comment_id)
        triage.reveal_author(session, pv, comment_id=comment_id, reason="Suivi")
    with reading() as session:
        row = queries.pv_queue(session)[0]
    with transaction() as session:
        triage.classify(
            session,
            pv,
            comment_id=comment_id,
            revision_n=1,
            row_version=row.row_version,
            outcomes=[TriageOutcome.ADVERSE_EVENT],
            note="femme de 54 ans",
        )
    with transaction() as session:
        version = queries.case_list(session)[0].row_version
        cases.fill(
            session, pv, case_id=row.case_id, row_version=version, patient="femme de 54 ans", reactions=["vertiges"]
        )
    with transaction() as session:
        version = queries.case_list(session)[0].row_version
        cases.escalate(session, pv, case_id=row.case_id, row_version=version)
        cases.export_document(session, pv, case_id=row.case_id)
    with transaction() as session:
        version = comment(comment_id).row_version
        replies.answer(session, cm, comment_id=comment_id, row_version=version, approved_text_id=text.id)
        intake.note_deleted(session, account.id, ["1"])
    with reading() as session:
        trail = " ".join(event.model_dump_json() for event in session.exec(select(AuditEvent)))
    assert "case:escalate" in trail
    assert "778899" not in trail
    assert [secret for secret in SECRETS if secret.lower() in trail.lower()] == []
