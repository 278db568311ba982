"""Exact bounds: what a count of misses supports."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.exact import interval, most_misses, upper_bound


@pytest.mark.parametrize(
    ("misses", "total", "bound"),
    [
        (0, 299, 0.00997),  # 1 - 0.05 ** (1 / 299)
        (0, 59, 0.0495),
        (1, 100, 0.0466),
        (5, 365, 0.0286),
        (10, 10, 1.0),
        (0, 0, 1.0),
    ],
)
def test_one_sided_bounds_after_clopper_and_pearson(misses, total, bound):
    assert upper_bound(misses, total) == pytest.approx(bound, abs=2e-4)


@pytest.mark.parametrize(("total", "share", "misses"), [(298, 0.01, -1), (299, 0.01, 0), (473, 0.01, 1), (59, 0.05, 0)])
def test_how_many_may_be_missed_for_a_promise(total, share, misses):
    assert most_misses(total, share) == misses


@given(st.integers(1, 400), st.data())
def test_an_interval_holds_the_share_that_was_seen(total, data):
    count = data.draw(st.integers(0, total))
    low, high = interval(count, total)
    assert 0 <= low <= count / total <= high <= 1
    assert high - low < 1 or total == 1 or total < 4


@given(st.integers(1, 300), st.data())
def test_more_misses_never_support_a_lower_bound(total, data):
    misses = data.draw(st.integers(0, total - 1))
    assert upper_bound(misses, total) < upper_bound(misses + 1, total)
