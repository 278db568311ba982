"""A published post comes back as it was signed, at new slots, only while all that it rests on holds."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from compliance import clock
from errors import InvalidInput, RuleViolated
from models.engine_room import OutboxEffect
from models.enums import EffectKind, PostStatus, PublicationStatus, Role, SeriesStatus, VisaAction, VisaKind
from models.publication import ArchiveRecord, Publication
from models.session import reading, transaction
from tests.post_factories import CLEAN_TEXT, forge_approval_days, post_at, product, schedule
from tests.use_cases.workflow.test_lessons import lapses  # noqa: F401 - a fixture
from workflow import planning, recycling, series, stops, visas
from workflow.recycling import repeat_post, weekly

CM = Role.COMMUNITY_MANAGER
MONDAY = datetime(2040, 3, 5, 8, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def published(people_on_both, network, work):
    """A post that is out since Monday at ten."""
    people = people_on_both
    with clock.at(MONDAY):
        post = post_at(PostStatus.APPROVED, people)
        schedule(people[CM], post.id, MONDAY + timedelta(hours=2))
    with clock.at(MONDAY + timedelta(hours=2)):
        work()
    return people, post


def repeat(people, post, *weeks, at=MONDAY + timedelta(hours=3), **fields):
    slots = [MONDAY + timedelta(hours=2) + n * WEEK for n in weeks]
    with clock.at(at), transaction() as session:
        return repeat_post(session, people[CM], post_id=post.id, row_version=None, slots=slots, **fields)


def rows(people, post):
    with reading() as session:
        return recycling.series_of(session, people[CM], post_id=post.id)


def work_at(moment, work):
    with clock.at(moment):
        work()


def test_every_repetition_is_a_publication_of_its_own(published, network, work):
    people, post = published
    repeat(people, post, 1, 2)
    for n in (1, 2):
        work_at(MONDAY + timedelta(hours=2, minutes=1) + n * WEEK, work)
    assert [words for _id, words, _a in network.posts] == [CLEAN_TEXT] * 3
    with reading() as session:
        out = session.exec(select(Publication)).all()
        keys = session.exec(select(OutboxEffect.idempotency_key).where(OutboxEffect.kind == EffectKind.PUBLISH)).all()
        archived = session.exec(select(ArchiveRecord.publication_id)).all()
    assert {each.status for each in out} == {PublicationStatus.PUBLISHED}
    assert len({each.readback_at for each in out}) == len({each.remote_id for each in out}) == 3
    assert len(set(keys)) == 3
    assert set(archived) == {each.id for each in out}
    (row,) = rows(people, post)
    assert (row.status, row.published, row.to_come) == (SeriesStatus.RUNNING, 2, ())


def test_the_series_ends_before_the_first_slot_that_a_rule_refuses_and_says_so(published, lapses):  # noqa: F811
    people, post = published
    lapses(MONDAY + 3 * WEEK)
    repeat(people, post, 1, 2, 3, 4)
    (row,) = rows(people, post)
    assert len(row.to_come) == 2
    assert "Constats bloquants" in row.cut_short
    with pytest.raises(RuleViolated, match="déjà en cours"):
        repeat(people, post, 5)


def test_it_ends_with_the_approval(published):
    people, post = published
    repeat(people, post, 1, 12, 13)
    assert len(rows(people, post)[0].to_come) == 2
    assert "valable que jusqu'au" in rows(people, post)[0].cut_short


def test_what_lapses_meanwhile_holds_one_and_gives_up_the_rest(published, lapses, network, work):  # noqa: F811
    people, post = published
    repeat(people, post, 1, 2, 3)
    lapses(MONDAY + WEEK)
    work_at(MONDAY + timedelta(hours=3) + WEEK, work)
    assert len(network.posts) == 1
    (row,) = rows(people, post)
    assert (row.status, row.to_come) == (SeriesStatus.LAPSED, ())
    assert "règle" in row.ended_because
    with transaction() as session:
        series.stop_series(session, people[CM], series_id=row.series_id, row_version=None, reason="Vu.")
    with reading() as session:
        states = [each.status for each in session.exec(select(Publication).order_by(Publication.due_at))]
    assert states == [PublicationStatus.PUBLISHED, *[PublicationStatus.CANCELLED] * 3]


def test_it_can_be_stopped_and_started_again(published, network, work):
    people, post = published
    repeat(people, post, 1, 2)
    (row,) = rows(people, post)
    with pytest.raises(RuleViolated, match="raison"), transaction() as session:
        series.stop_series(session, people[CM], series_id=row.series_id, row_version=None, reason=" ")
    with transaction() as session:
        series.stop_series(session, people[CM], series_id=row.series_id, row_version=None, reason="Plus d'actualité.")
    work_at(MONDAY + 2 * WEEK, work)
    assert len(network.posts) == 1
    repeat(people, post, 3, at=MONDAY + 2 * WEEK)
    work_at(MONDAY + timedelta(hours=3) + 3 * WEEK, work)
    assert len(network.posts) == 2
    assert [each.status for each in rows(people, post)] == [SeriesStatus.RUNNING, SeriesStatus.STOPPED]


def test_an_emergency_stop_holds_a_repetition(published, network, work):
    people, post = published
    repeat(people, post, 1)
    with clock.at(MONDAY + timedelta(days=1)), transaction() as session:
        stops.start_stop(session, people[CM], scope=stops.StopScope.ALL, reason="Alerte.")
    work_at(MONDAY + timedelta(hours=3) + WEEK, work)
    assert len(network.posts) == 1
    assert "arrêt d'urgence" in rows(people, post)[0].ended_because


@pytest.mark.parametrize(
    ("weeks", "error", "words"),
    [((), InvalidInput, "au moins une date"), ((0,), RuleViolated, "espacez"), ((1, 1.5), RuleViolated, "espacez"),
     ((-1,), RuleViolated, "espacez"), (range(1, 60), InvalidInput, "au plus 52")],
)  # fmt: skip
def test_slots_that_are_none_are_refused(published, weeks, error, words):
    people, post = published
    with pytest.raises(error, match=words):
        repeat(people, post, *weeks)


def test_only_what_is_published_comes_back_and_only_by_who_schedules(people):
    post = post_at(PostStatus.APPROVED, people)
    with pytest.raises(RuleViolated, match="parue"):
        repeat(people, post, 1)


def test_every_week_keeps_the_hour_of_paris():
    first = clock.from_paris(datetime(2040, 3, 19, 9, 30))
    assert [f"{clock.paris(slot):%d %H:%M}" for slot in weekly(first, 1, date(2040, 4, 2))] == [
        "19 09:30",
        "26 09:30",
        "02 09:30",
    ]


def test_the_calendar_shows_each_repetition(published):
    people, post = published
    repeat(people, post, 1)
    with reading() as session:
        first, again = planning.calendar_view(session, people[CM], days=[MONDAY.date(), (MONDAY + WEEK).date()])
    assert [each.repetition for each in first.entries] == [None]
    assert [(each.post_id, each.repetition) for each in again.entries] == [(post.id, PublicationStatus.SCHEDULED)]


def test_the_approval_s_days_are_asked_again_when_it_leaves(published, network, work):
    people, post = published
    repeat(people, post, 6)
    forge_approval_days(30)
    work_at(MONDAY + timedelta(hours=3) + 6 * WEEK, work)
    assert len(network.posts) == 1


def test_what_must_be_taken_down_is_not_repeated(people, network, work):
    with clock.at(MONDAY), transaction() as session:
        filed = visas.file_visa(session, people[Role.REGULATORY], number="GP-1", kind=VisaKind.GP, product_id=product())
    change = {"visa_id": filed.id, "row_version": None}
    with clock.at(MONDAY), transaction() as session:
        granted = {"action": VisaAction.GRANT, "on": MONDAY.date()}
        visas.change_visa(session, people[Role.REGULATORY], **change, **granted)
    with clock.at(MONDAY):
        post = post_at(PostStatus.APPROVED, people, visa="GP-1")
        schedule(people[CM], post.id, MONDAY + timedelta(hours=2))
    work_at(MONDAY + timedelta(hours=2), work)
    repeat(people, post, 1, 2)
    with clock.at(MONDAY + timedelta(days=1)), transaction() as session:
        visas.change_visa(
            session, people[Role.REGULATORY], **change, action=VisaAction.WITHDRAW, reason="Décision de l'ANSM."
        )
    (row,) = rows(people, post)
    assert row.status is SeriesStatus.LAPSED
    assert "Décision de l'ANSM." in row.ended_because
    with pytest.raises(RuleViolated, match="retirée du réseau"):
        repeat(people, post, 3)
    work_at(MONDAY + 3 * WEEK, work)
    assert len(network.posts) == 1
