"""Recall from what was read again: the point weighs by the sample, the bound is exact, more reading narrows it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.recall import Stratum, estimate, most_in

ALL_READ = Stratum("all", 900, 900, 0)


@pytest.mark.parametrize(
    ("caught", "strata", "point", "low", "high"),
    [
        (20, [ALL_READ], 1.0, 1.0, 1.0),
        (19, [Stratum("all", 900, 900, 1)], 0.95, 0.95, 0.95),
        (18, [Stratum("all", 900, 900, 1, pending=1)], 18 / 19, 18 / 20, 18 / 19),
        (18, [Stratum("rest", 1000, 100, 1)], 18 / 28, None, 18 / 19),
        (0, [ALL_READ], None, None, None),
        (0, [Stratum("all", 900, 900, 3)], 0.0, 0.0, 0.0),
    ],
)
def test_the_estimate(caught, strata, point, low, high):
    found = estimate(caught, strata)
    assert found.point == (pytest.approx(point) if point is not None else None)
    assert found.high == (pytest.approx(high) if high is not None else None)
    if low is not None or not caught:
        assert found.low == (pytest.approx(low) if low is not None else None)


@pytest.mark.parametrize(
    ("population", "read", "most"),
    [(900, 900, 0), (900, 0, 900), (4500, 2028, 4), (18_000, 2_392, 20)],
)
def test_nothing_found_bounds_what_may_be_left(population, read, most):
    """Reading 2,392 of 18,000 and finding none leaves about twenty: with 400 caught, recall is 95 % at least."""
    assert most_in(Stratum("rest", population, read, 0)) == most


def test_the_bound_is_the_last_number_that_the_sample_does_not_exclude():
    """Against the definition, by counting every draw of 4 from 10."""
    from itertools import combinations

    for cases in range(10):
        draws = list(combinations(range(10), 4))
        chance = sum(sum(k < cases for k in draw) <= 1 for draw in draws) / len(draws)
        assert (cases <= most_in(Stratum("s", 10, 4, 1))) is (chance > 0.05 or cases <= 1)


STRATA = st.lists(
    st.integers(0, 400).flatmap(
        lambda n: st.integers(0, n).flatmap(
            lambda read: st.integers(0, read).map(lambda found: Stratum("s", n, read, found))
        )
    ),
    min_size=1,
    max_size=3,
)


@given(st.integers(1, 500), STRATA)
def test_the_interval_holds_the_point_and_stays_a_share(caught, strata):
    found = estimate(caught, strata)
    assert 0 <= found.low <= found.high <= 1
    assert found.low <= found.point + 1e-9
    assert found.point <= found.high + 1e-9


@given(st.integers(10, 400), st.data())
def test_reading_more_without_finding_any_never_widens_the_bound(population, data):
    less = data.draw(st.integers(0, population))
    more = data.draw(st.integers(less, population))
    assert most_in(Stratum("s", population, more, 0)) <= most_in(Stratum("s", population, less, 0))
