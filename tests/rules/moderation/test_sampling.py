"""Which cleared comments a person reads: all below the limit, a sample with known probabilities above it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import new_id, new_ids
from models.enums import SkimMode
from moderation import sampling

COUNTS = st.integers(min_value=0, max_value=10_000_000)


@pytest.mark.parametrize(
    ("cleared", "most", "mode", "share"),
    [
        (0, 20_000, SkimMode.ALL, 1.0),
        (20_000, 20_000, SkimMode.ALL, 1.0),
        (20_001, 20_000, SkimMode.SAMPLE, 20_000 / 20_001),
        (1_000_000, 20_000, SkimMode.SAMPLE, 0.02),
        (5, 0, SkimMode.SAMPLE, 1 / 32**4),
    ],
)
def test_all_are_read_up_to_the_limit_and_a_share_above_it(cleared, most, mode, share):
    plan = sampling.plan(cleared, most)
    assert (plan.mode, plan.share) == (mode, pytest.approx(share))


@given(COUNTS, COUNTS)
def test_near_the_threshold_everything_is_read_and_no_chance_is_zero(cleared, most):
    plan = sampling.plan(cleared, most)
    assert plan.chance(near=True) == 1.0
    assert 0 < plan.chance(near=False) <= 1


@given(st.integers(min_value=0, max_value=32**4 - 1), st.integers(min_value=0, max_value=32**4 - 1))
def test_lots_keep_the_order_of_numbers(one, other):
    assert (sampling.lot(one) < sampling.lot(other)) is (one < other)


@pytest.mark.parametrize("make", [lambda n: [new_id() for _ in range(n)], new_ids], ids=["one_by_one", "a_file"])
def test_the_share_drawn_is_the_share_planned(make):
    ids = make(20_000)
    plan = sampling.plan(100_000, 20_000)
    drawn = sum(sampling.drawn(one, plan.cut) for one in ids)
    assert drawn == pytest.approx(4_000, abs=400), "within seven standard deviations of 20 %"
