"""Identifiers: never twice, and in the order in which they were made, for rows are read in that order."""

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from models.base import drawn_codes, new_id, new_ids


@given(st.lists(st.integers(0, 2_000), max_size=12))
def test_they_are_sorted_as_they_were_made_one_by_one_or_many_at_once(counts):
    """`0` stands for a single one."""
    made = [one for count in counts for one in (new_ids(count) if count else [new_id()])]
    assert made == sorted(set(made))
    assert {len(one) for one in made} <= {26}


def test_threads_never_get_the_same():
    with ThreadPoolExecutor(8) as pool:
        made = [one for some in pool.map(new_ids, [500] * 40) for one in some]
        made += pool.map(lambda _: new_id(), range(5_000))
    assert len(made) == len(set(made))


def test_a_million_at_once_are_in_their_order():
    made = new_ids(1 << 20)
    assert made[0] < made[-1] < new_id()
    assert len(set(made)) == 1 << 20


def test_codes_are_of_the_length_that_is_asked():
    assert [len(code) for code in drawn_codes(3, 5)] == [5, 5, 5]
