"""Quality on the company's own stream: recall from what was read again, blind second readings, their settling."""

from datetime import timedelta

import pytest

from compliance import clock
from errors import NotPermitted, RuleViolated, StaleVersion
from models.comment import ScreeningRecord
from models.enums import NoneReason, PvFacet, Role, Screening, TriageOutcome
from models.session import get, reading, transaction
from moderation import quality_report, second_reading, triage
from moderation.deadlines import paris_day
from moderation.queries import quality
from settings import get_settings
from tests.comment_factories import (
    ADVERSE,
    NOON,
    bring,
    bring_text,
    comment,
    company_account,
    incoming,
    officer,
    products,
)
from tests.factories import person

AE, NONE = TriageOutcome.ADVERSE_EVENT, TriageOutcome.NONE


@pytest.fixture
def account(db, monkeypatch):
    monkeypatch.setenv("COVIGIE_SECOND_READING_PERCENT", "100")
    get_settings.cache_clear()
    products()
    return company_account()


@pytest.fixture
def first(account):
    return officer()


@pytest.fixture
def second(account):
    return officer("pv2")


def decide(actor, comment_id, *outcomes, **more):
    fields = {"revision_n": comment(comment_id).revision_n, "row_version": comment(comment_id).row_version} | more
    with transaction() as session:
        return triage.classify(session, actor, comment_id=comment_id, outcomes=outcomes, **fields)


def refused(actor, comment_id):
    return decide(actor, comment_id, NONE, none_reason=NoneReason.QUESTION_ONLY)


def read_again(actor, decision, *outcomes, **more):
    with transaction() as session:
        return second_reading.read_again(session, actor, decision_id=decision.id, outcomes=outcomes, **more)


def blind(actor):
    with reading() as session:
        return quality.next_blind(session, actor)


def settle(actor, found, **more):
    fields = {"row_version": found.row_version, "upheld": True, "why": "Simple question."} | more
    with transaction() as session:
        return second_reading.settle(session, actor, reading_id=found.id, **fields)


class TestSecondReading:
    """Blind, by another person; a suspicion counts at once, who was right is settled by a third."""

    def test_the_second_reader_sees_the_text_and_nothing_else(self, account, first, second):
        decision = refused(first, bring_text(account, ADVERSE))
        found = blind(second)
        assert found == second_reading.Blind(decision.id, decision.comment_id, ADVERSE)
        assert blind(first) is None, "nobody reads their own decision again"

    def test_a_suspicion_of_the_second_reader_reopens_the_comment_at_once(self, account, first, second):
        decision = refused(first, bring_text(account, ADVERSE))
        assert comment(decision.comment_id).pv is PvFacet.NOT_AE
        found = read_again(second, decision, AE)
        assert not found.agrees
        assert comment(decision.comment_id).pv is PvFacet.POSSIBLE
        assert blind(officer("pv3")) is None

    def test_the_same_decision_changes_nothing(self, account, first, second):
        decision = refused(first, bring_text(account, ADVERSE))
        assert read_again(second, decision, NONE, none_reason=NoneReason.OFF_TOPIC).agrees
        assert comment(decision.comment_id).pv is PvFacet.NOT_AE

    def test_a_harmless_second_reading_of_a_case_closes_nothing(self, account, first, second):
        decision = decide(first, bring_text(account, ADVERSE), AE)
        assert not read_again(second, decision, NONE, none_reason=NoneReason.OFF_TOPIC).agrees
        assert comment(decision.comment_id).pv is PvFacet.CONFIRMED

    def test_one_reads_once_and_never_ones_own(self, account, first, second):
        decision = refused(first, bring_text(account, ADVERSE))
        with pytest.raises(RuleViolated, match="la vôtre"):
            read_again(first, decision, AE)
        read_again(second, decision, AE)
        with pytest.raises(StaleVersion, match="vient de relire"):
            read_again(officer("pv3"), decision, AE)
        with pytest.raises(NotPermitted):
            read_again(person(Role.LEGAL), decision, AE)

    def test_a_third_person_settles_once_with_a_reason(self, account, first, second):
        decision = refused(first, bring_text(account, ADVERSE))
        found = read_again(second, decision, AE)
        third = person(Role.QUALITY)
        with reading() as session:
            assert [one.reading_id for one in quality.disputes(session, third)] == [found.id]
            assert quality.disputes(session, second) == []
        for actor in (first, second):
            with pytest.raises(RuleViolated, match="troisième"):
                settle(actor, found)
        with pytest.raises(RuleViolated, match="raison"):
            settle(third, found, why=" ")
        assert settle(third, found).upheld
        with pytest.raises(StaleVersion):
            settle(third, found, row_version=2)

    def test_only_the_share_drawn_is_read_again(self, account, first, second, monkeypatch):
        refused(first, bring_text(account, ADVERSE))
        monkeypatch.setenv("COVIGIE_SECOND_READING_PERCENT", "0.0001")
        get_settings.cache_clear()
        assert blind(second) is None


def month_of(actor):
    with reading() as session:
        return quality.quality_view(session, actor, first_day=paris_day(NOON))


def screened(comment_id, outcome, **facets):
    """Make the detectors have said something of a comment, and let it stand as given."""
    with transaction() as session:
        row = get(session, triage.Comment, comment_id)
        revision = triage.current_revision(session, row)
        record = ScreeningRecord(
            revision_id=revision.id, outcome=outcome, pv_score=0.0, situations=[], serious=False, emergency=False,
            intent="chat", language="fr", why=[], detectors={}, detectors_sha256="0", screened_at=NOON,
        )  # fmt: skip
        session.add(record)
        row.screening, row.analysis_due = outcome, False
        for name, value in facets.items():
            setattr(row, name, value)


def test_recall_counts_what_the_detection_caught_and_what_readers_found_in_the_rest(account, first):
    ids = bring(account, *[incoming(n, f"texte {n}") for n in range(1, 9)])
    screened(ids[0], Screening.FLAGGED, pv=PvFacet.CONFIRMED)
    screened(ids[1], Screening.UNSCREENED, pv=PvFacet.FORWARDED)
    screened(ids[2], Screening.FLAGGED, pv=PvFacet.NOT_AE)
    screened(ids[3], Screening.CLEARED, screening=Screening.FLAGGED, pv=PvFacet.CONFIRMED)
    screened(ids[4], Screening.CLEARED, screening=Screening.FLAGGED, pv=PvFacet.POSSIBLE)
    screened(ids[5], Screening.CLEARED, screening=Screening.SKIMMED)
    for each in ids[6:]:
        screened(each, Screening.CLEARED)
    found = month_of(first)
    near, rest = found.strata
    assert near.population == 0
    assert (rest.population, rest.read, rest.found, rest.pending) == (5, 3, 1, 1)
    assert (found.recall.caught, found.recall.found) == (2, 1)
    assert found.recall.most_missed == 4, "one found, one pending, and two unread"
    assert found.recall.point == pytest.approx(2 / (2 + 5 / 3))
    assert "Sur 100 cas" in quality_report.sentence(found.recall)


def test_a_month_without_anything_claims_nothing(account, first):
    with clock.at(NOON + timedelta(days=1)):
        found = month_of(first)
    assert found.recall.point is None
    assert "ne se mesure pas" in quality_report.sentence(found.recall)
    assert quality_report.build(found, first)[:2] == b"PK"
    with pytest.raises(NotPermitted):
        month_of(person(Role.LEGAL))


@pytest.mark.parametrize(
    ("day", "months", "first", "last"),
    [
        ("2026-03-15", 1, "2026-02-28T23:00", "2026-03-31T22:00"),
        ("2026-01-02", -3, "2025-09-30T22:00", "2025-12-31T23:00"),
    ],
)
def test_a_month_is_one_of_paris(day, months, first, last):
    early, late = quality.month_bounds(paris_day(NOON.fromisoformat(f"{day}T12:00+00:00")), months)
    assert (f"{early:%Y-%m-%dT%H:%M}", f"{late:%Y-%m-%dT%H:%M}") == (first, last)
