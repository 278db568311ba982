"""Reading is paced where each call is billed from a day's budget; most of the budget is left for people."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.registry import capabilities_of
from moderation.pacing import DAY, READING, SLOWED, Budget, between_polls, budget_of, day_cost, month_cost

YOUTUBE = capabilities_of("youtube")


def test_nothing_waits_where_nothing_is_billed():
    assert between_polls(capabilities_of("x"), 3) == timedelta(0)
    assert between_polls(None, 1) == timedelta(0)


def test_one_channel_is_read_about_every_minute_and_two_half_as_often():
    assert between_polls(YOUTUBE, 1) == timedelta(seconds=64.8)
    assert between_polls(YOUTUBE, 2) == timedelta(seconds=129.6)


@given(accounts=st.integers(0, 50), units=st.integers(100, 1_000_000), cost=st.integers(1, 100))
def test_all_the_readings_of_a_day_take_their_share_and_no_more(accounts, units, cost):
    billed = replace(YOUTUBE, daily_units=units, cost={"fetch_comments": cost})
    polls = DAY / between_polls(billed, accounts)
    assert polls * cost * accounts <= units * READING * 1.001


X = capabilities_of("x")


@pytest.mark.parametrize(
    ("spent", "budget"), [(0, Budget.FINE), (79.9, Budget.FINE), (80, Budget.NEAR), (100, Budget.REACHED)]
)
def test_a_month_is_near_its_limit_from_four_fifths_on(spent, budget):
    assert budget_of(spent, 100) is budget


def test_at_the_limit_of_the_month_an_account_is_still_read_once_an_hour():
    assert between_polls(X, 1, Budget.NEAR) == timedelta(0)
    assert between_polls(X, 1, Budget.REACHED) == SLOWED
    assert between_polls(YOUTUBE, 1, Budget.REACHED) == between_polls(YOUTUBE, 1)


def test_what_a_day_costs():
    """What is looked up again and again within one UTC day is billed once; what polls brought, what we wrote, each."""
    hours = [
        {"payloads": 10, "looked_up": 100, "own_posts": 5, "writes": 2},
        {"payloads": 20, "looked_up": 120, "own_posts": 5, "link_writes": 1},
    ]
    assert day_cost(hours, X.prices) == (30 + 120) * 5 + 5 * 1 + 2 * 15 + 200
    assert month_cost([hours, hours], X.prices) == 2 * day_cost(hours, X.prices)


COUNTS = st.fixed_dictionaries({name: st.integers(0, 500) for name in ("payloads", "looked_up", "own_posts", "writes")})


@settings(deadline=None)
@given(st.lists(COUNTS, min_size=1, max_size=24))
def test_more_calls_never_cost_less_and_free_networks_cost_nothing(hours):
    costs = [day_cost(hours[:n], X.prices) for n in range(len(hours) + 1)]
    assert costs == sorted(costs)
    assert day_cost(hours, YOUTUBE.prices) == 0
