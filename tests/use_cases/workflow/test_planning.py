"""The calendar shows what leaves on which day of Paris, and moves it only where it may stand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from compliance import clock
from errors import InvalidInput, NotPermitted, RuleViolated
from models.enums import PostStatus, Role, VisaKind, VisaStatus
from models.post import Visa
from models.session import reading, transaction
from tests.post_factories import OTC, draft, load, post_at
from workflow import planning
from workflow.products import register_product

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def march():
    with clock.at(NOW):
        yield


def month(actor, **asked):
    with reading() as session:
        return planning.calendar_view(session, actor, days=planning.month_days(2026, 3), **asked)


def busy(actor):
    return {day.day: [entry.title for entry in day.entries] for day in month(actor) if day.entries}


def move(actor, post_id, at):
    with transaction() as session:
        planning.move(session, actor, post_id=post_id, row_version=None, at=at)


def test_a_month_is_shown_in_whole_weeks():
    days = planning.month_days(2026, 3)
    assert (days[0], days[-1], len(days) % 7) == (date(2026, 2, 23), date(2026, 4, 5), 0)
    assert planning.week_days(date(2026, 3, 4)) == days[7:14]


def test_a_post_stands_on_its_day_in_paris(people):
    draft(people[Role.COMMUNITY_MANAGER], planned_at=datetime(2026, 3, 9, 23, 30, tzinfo=UTC))
    assert busy(people[Role.AUDITOR]) == {date(2026, 3, 10): ["Course solidaire"]}


def test_health_days_and_holidays_are_shown(people):
    shown = {day.day: [o.fr for o in day.occasions if not o.lasts] for day in month(people[Role.AUDITOR])}
    assert shown[date(2026, 3, 12)] == ["Journée mondiale du rein"]


def test_moving_a_slot_keeps_every_signature(people):
    post = post_at(PostStatus.SCHEDULED, people)
    at = NOW + timedelta(days=7)
    move(people[Role.COMMUNITY_MANAGER], post.id, at)
    moved = load(post.id)
    assert (moved.status, moved.planned_at, moved.version_n) == (PostStatus.SCHEDULED, at, 1)


def test_moving_a_planned_date_keeps_the_review(people):
    post = post_at(PostStatus.IN_REVIEW, people)
    move(people[Role.COMMUNITY_MANAGER], post.id, NOW + timedelta(days=7))
    assert (load(post.id).status, load(post.id).version_n) == (PostStatus.IN_REVIEW, 1)


def test_a_past_date_is_refused(people):
    post = post_at(PostStatus.SCHEDULED, people)
    with pytest.raises(RuleViolated, match="passée"):
        move(people[Role.COMMUNITY_MANAGER], post.id, NOW - timedelta(minutes=1))


def test_who_may_not_write_moves_nothing(people):
    post = post_at(PostStatus.IN_REVIEW, people)
    with pytest.raises(NotPermitted):
        move(people[Role.LEGAL], post.id, NOW + timedelta(days=7))
    assert not any(entry.movable for day in month(people[Role.LEGAL]) for entry in day.entries)


def test_days_without_a_visa_are_barred_for_its_product(people):
    with transaction() as session:
        product = register_product(session, people[Role.ADMINISTRATOR], record=OTC)
        runs = {"granted": date(2026, 3, 10), "expires": date(2026, 3, 20)}
        session.add(Visa(number="GP-1", kind=VisaKind.GP, product_id=product.id, status=VisaStatus.GRANTED, **runs))
        session.add(Visa(number="GP-2", kind=VisaKind.GP, product_id=product.id, status=VisaStatus.PENDING))
    free = [day.day for day in month(people[Role.AUDITOR], product_id=product.id) if not day.forbidden]
    assert (free[0], free[-1], len(free)) == (date(2026, 3, 10), date(2026, 3, 20), 11)
    assert not any(day.forbidden for day in month(people[Role.AUDITOR]))


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        (datetime(2026, 3, 29, 1, 59), datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        (datetime(2026, 3, 29, 3, 0), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_typed_hour_is_one_moment(typed, moment):
    assert clock.from_paris(typed) == moment


def test_the_hour_that_does_not_exist_is_refused():
    with pytest.raises(InvalidInput, match="n'existe pas"):
        clock.from_paris(datetime(2026, 3, 29, 2, 30))
