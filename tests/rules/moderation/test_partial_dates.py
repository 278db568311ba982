"""Dates as far as they are known: read from what people write, never in the future, an end never before its start."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import InvalidInput
from moderation.partial_dates import check_order, first_day, last_day, read_date, spoken

TODAY = date(2026, 11, 22)
PAST = st.dates(date(1900, 1, 1), TODAY)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("14/03/2026", "2026-03-14"),
        ("1/3/2026", "2026-03-01"),
        ("14.03.2026", "2026-03-14"),
        ("03/2026", "2026-03"),
        ("2026", "2026"),
        ("2026-3-4", "2026-03-04"),
        (" 2026-03 ", "2026-03"),
        ("22/11/2026", "2026-11-22"),
        ("", None),
        (None, None),
    ],
)
def test_what_people_write_is_kept_as_far_as_it_is_known(typed, kept):
    assert read_date(typed, TODAY) == kept


@pytest.mark.parametrize("typed", ["hier", "31/02/2026", "13/2026", "2026-00", "26", "1850", "14/03/26", "٢٠٢٦"])
def test_what_is_no_date_is_refused_with_how_to_write_one(typed):
    with pytest.raises(InvalidInput, match="14/03/2026, 03/2026 ou 2026"):
        read_date(typed, TODAY)


@pytest.mark.parametrize("typed", ["23/11/2026", "12/2026", "2027"])
def test_a_date_that_has_not_come_is_refused(typed):
    with pytest.raises(InvalidInput, match="dans l'avenir"):
        read_date(typed, TODAY)


@settings(deadline=None, max_examples=50)
@given(PAST, st.sampled_from(["%Y", "%Y-%m", "%Y-%m-%d"]))
def test_a_past_day_in_any_precision_is_kept_and_read_back_from_its_french_form(day, form):
    text = day.strftime(form).rjust(len(date(2000, 1, 1).strftime(form)), "0")
    kept = read_date(text, TODAY)
    assert first_day(kept) <= day <= last_day(kept)
    assert read_date(spoken(kept), TODAY) == kept


@settings(deadline=None, max_examples=50)
@given(st.dates(TODAY + timedelta(days=1), date(2200, 1, 1)))
def test_no_day_of_the_future_passes(day):
    with pytest.raises(InvalidInput):
        read_date(day.isoformat(), TODAY)


@settings(deadline=None, max_examples=50)
@given(PAST, PAST)
def test_an_end_surely_before_its_start_is_refused_and_nothing_else(one, other):
    start, end = one.isoformat(), other.isoformat()
    if other < one:
        with pytest.raises(InvalidInput, match="avant le début"):
            check_order(start, end)
    else:
        check_order(start, end)
    check_order(start[:4], start)
    check_order(start, start[:7])
