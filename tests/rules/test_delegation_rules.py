"""When a delegation holds: its days in Paris, its scope, its end (I17)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import InvalidInput, NotPermitted
from models.enums import Role
from workflow.delegation_rules import (
    Mandate,
    Scope,
    Standing,
    check_holds,
    check_people,
    check_period,
    covers,
    standing,
)

WEEK = Mandate("Marc Petit", Role.LEGAL, date(2026, 3, 2), date(2026, 3, 6))
INSIDE = datetime(2026, 3, 4, 12, tzinfo=UTC)


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "where"),
    [
        (at(2026, 3, 1, 22, 59), Standing.NOT_YET),
        (at(2026, 3, 1, 23, 0), Standing.IN_FORCE),
        (at(2026, 3, 6, 22, 59), Standing.IN_FORCE),
        (at(2026, 3, 6, 23, 0), Standing.ENDED),
    ],
    ids=["before midnight in Paris", "from midnight", "to the last minute", "the day after"],
)
def test_a_delegation_holds_from_its_first_to_its_last_day_in_paris(moment, where):
    assert standing(WEEK, moment) is where


@given(st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)), st.integers(0, 400))
def test_outside_its_days_or_after_its_end_nothing_holds(moment, minutes):
    revoked = Mandate(WEEK.delegator, WEEK.role, WEEK.first_day, WEEK.last_day, INSIDE + timedelta(minutes=minutes))
    if standing(revoked, moment) is Standing.IN_FORCE:
        assert date(2026, 3, 1) <= moment.date() <= date(2026, 3, 6)
        assert moment < INSIDE + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("product", "campaign", "scope", "covered"),
    [
        (None, "", Scope(), True),
        ("p", "", Scope(frozenset({"p", "q"})), True),
        ("p", "", Scope(frozenset({"q"})), False),
        ("p", "", Scope(), False),
        (None, "octobre", Scope(campaign="octobre"), True),
        (None, "octobre", Scope(campaign="mars"), False),
        ("p", "octobre", Scope(frozenset({"p"}), "mars"), False),
    ],
)
def test_a_delegation_covers_its_product_and_its_campaign_alone(product, campaign, scope, covered):
    mandate = Mandate("Marc", Role.LEGAL, WEEK.first_day, WEEK.last_day, None, product, campaign)
    assert covers(mandate, scope) is covered


@pytest.mark.parametrize(
    ("mandate", "moment", "words"),
    [
        (WEEK, at(2026, 3, 7, 9), "Marc Petit a pris fin le 06/03/2026"),
        (WEEK, at(2026, 2, 27, 9), "ne commence que le 02/03/2026"),
        (Mandate("Marc", Role.LEGAL, WEEK.first_day, WEEK.last_day, INSIDE), at(2026, 3, 5, 9), "a été retirée"),
        (Mandate("Marc", Role.LEGAL, WEEK.first_day, WEEK.last_day, None, "p"), INSIDE, "ne couvre pas"),
    ],
)
def test_a_delegation_that_does_not_hold_says_why(mandate, moment, words):
    with pytest.raises(NotPermitted, match=words):
        check_holds(mandate, Scope(), moment)


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 3, 1), date(2026, 3, 6)), (date(2026, 3, 6), date(2026, 3, 5)), (date(2026, 3, 6), date(2028, 1, 1))],
    ids=["in the past", "the wrong way round", "longer than a year"],
)
def test_days_that_cannot_be_are_refused(first, last):
    with pytest.raises(InvalidInput):
        check_period(first, last, date(2026, 3, 2))


def test_one_lends_a_role_of_one_s_own_to_somebody_else():
    check_people("a", "b", Role.LEGAL, {Role.LEGAL})
    with pytest.raises(NotPermitted, match="ne se délègue pas"):
        check_people("a", "b", Role.LEGAL, {Role.MEDICAL})
    with pytest.raises(InvalidInput):
        check_people("a", "a", Role.LEGAL, {Role.LEGAL})
