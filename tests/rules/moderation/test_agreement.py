"""Agreement of two readers: published examples, the paradox of kappa, and drift."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.agreement import agreement, drifted


def pairs(both, first_only, second_only, neither):
    return (
        [("yes", "yes")] * both
        + [("yes", "no")] * first_only
        + [("no", "yes")] * second_only
        + [("no", "no")] * neither
    )


@pytest.mark.parametrize(
    ("table", "raw", "kappa", "ac1"),
    [
        pytest.param((20, 5, 10, 15), 0.70, 0.40, 0.4059, id="the usual textbook table"),
        pytest.param((118, 5, 2, 0), 0.944, -0.0234, 0.9405, id="Gwet 2008: kappa's paradox"),
        pytest.param((0, 0, 0, 50), 1.0, None, 1.0, id="all harmless, all agreed"),
    ],
)
def test_the_coefficients(table, raw, kappa, ac1):
    found = agreement(pairs(*table), 2)
    assert found.raw == pytest.approx(raw, abs=0.0005)
    assert found.kappa == (pytest.approx(kappa, abs=0.0005) if kappa is not None else None)
    assert found.ac1 == pytest.approx(ac1, abs=0.0005)


def test_without_pairs_nothing_is_claimed():
    found = agreement([], 2)
    assert (found.raw, found.kappa, found.ac1, found.low, found.high) == (None, None, None, 0.0, 1.0)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=60))
def test_swapping_the_readers_changes_nothing_and_no_coefficient_exceeds_one(found):
    one, other = agreement(found, 3), agreement([(b, a) for a, b in found], 3)
    assert (one.raw, one.ac1) == (other.raw, pytest.approx(other.ac1))
    assert one.low <= one.raw <= one.high
    assert all(value is None or value <= 1 + 1e-9 for value in (one.kappa, one.ac1))


@pytest.mark.parametrize(
    ("now", "before", "moved"),
    [
        ((10, 100), (100, 1000), False),
        ((40, 100), (100, 1000), True),
        ((0, 0), (1, 10), False),
        ((1, 3), (1, 9), False),
    ],
)
def test_a_share_moved_only_where_the_exact_intervals_part(now, before, moved):
    assert drifted(*now, *before) is moved
