"""Reading is paced where each call is billed from a day's budget; most of the budget is left for people."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from connectors.registry import capabilities_of
from moderation.pacing import DAY, READING, between_polls

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
