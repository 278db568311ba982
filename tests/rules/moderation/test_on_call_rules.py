"""On call: whom to call, who is next, which nights nobody holds; over any calendar, in Paris time."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from compliance.business_hours import business_time, due_after, is_business_day, parse_shifts
from compliance.time_zone import PARIS
from errors import InvalidInput, RuleViolated
from models.enums import AlarmKind, Rung
from moderation import on_call_rules as rules
from moderation.deadlines import Band, band, forward_due
from moderation.on_call_rules import Climb, Duty, OfficePlace

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))
SPRING, AUTUMN = datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
YEAR_END = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
WEEK = timedelta(days=7)
EMERGENCY = AlarmKind.EMERGENCY
calm = settings(deadline=None, max_examples=40)  # the first look at a year reads its holidays


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@st.composite
def opening(draw):
    """Business hours in one to three shifts."""
    marks = draw(st.lists(st.integers(0, 95), min_size=2, max_size=6, unique=True).filter(lambda m: len(m) % 2 == 0))
    times = [time(mark // 4, mark % 4 * 15) for mark in sorted(marks)]
    return tuple(zip(times[::2], times[1::2], strict=True))


@calm
@given(MOMENTS, st.floats(0.25, 40), opening())
@example(SPRING, 8.0, ((time(1), time(4)),))
@example(AUTUMN, 8.0, ((time(1), time(4)),))
@example(YEAR_END, 8.0, ((time(9), time(12)), (time(14), time(18))))
def test_an_answer_is_due_within_the_hours_that_the_administrator_set(start, hours, shifts):
    due = due_after(start, hours, shifts).astimezone(PARIS)
    assert is_business_day(due.date())
    assert any(first <= due.time() <= last for first, last in shifts)
    assert abs(business_time(start, due, shifts) - timedelta(hours=hours)) < timedelta(milliseconds=1)


@calm
@given(MOMENTS, st.integers(1, 72), st.timedeltas(timedelta(), WEEK))
@example(SPRING, 24, timedelta(hours=23))
@example(YEAR_END, 24, timedelta(hours=24))
def test_a_pv_clock_counts_every_hour_of_the_calendar(awareness, hours, passed):
    due = forward_due(awareness, hours)
    late = band(awareness, due, awareness + passed) is Band.LATE
    assert late is (passed >= timedelta(hours=hours))
    assert rules.soon_at(awareness, due) - awareness == timedelta(hours=hours) * 0.75


@calm
@given(MOMENTS, opening())
@example(SPRING, ((time(9), time(18)),))
@example(AUTUMN, ((time(9), time(18)),))
@example(datetime(2026, 12, 24, 12, tzinfo=UTC), ((time(9), time(18)),))
def test_office_hours_and_the_spans_to_hold_are_the_whole_calendar_and_never_overlap(first, shifts):
    after = first + 2 * WEEK
    spans = rules.spans_to_hold(first, after, shifts)
    assert all(opens < closes for opens, closes in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    for hour in range(0, 14 * 24, 5):
        at = first + timedelta(hours=hour, minutes=7)
        held = any(opens <= at < closes for opens, closes in spans)
        assert held is not rules.in_office(at, shifts)


DUTIES = st.lists(
    st.builds(
        lambda user, rank, start, length: Duty(
            user, rank, YEAR_END + timedelta(hours=start), YEAR_END + timedelta(hours=start + length)
        ),
        st.sampled_from("abc"),
        st.integers(1, 3),
        st.integers(-50, 300),
        st.integers(1, 80),
    ),
    max_size=8,
)


@calm
@given(DUTIES)
def test_a_gap_is_exactly_what_must_be_held_and_nobody_holds(duties):
    first, after = YEAR_END, YEAR_END + 2 * WEEK
    found = rules.gaps(duties, first, after)
    for hour in range(14 * 24):
        at = first + timedelta(hours=hour, minutes=1)
        alone = not rules.in_office(at) and not any(d.starts_at <= at < d.ends_at for d in duties)
        assert any(opens <= at < closes for opens, closes in found) is alone


@calm
@given(DUTIES, st.integers(0, 300))
def test_everybody_is_called_in_the_end_one_after_the_other_and_nobody_twice_before(duties, hour):
    now, climbed = YEAR_END + timedelta(hours=hour), []
    for minute in range(0, 90, 2):
        at = now + timedelta(minutes=minute)
        rungs = rules.first_rungs(at, duties, [OfficePlace("d", 1)])
        call = rules.next_call(EMERGENCY, climbed, rungs, ["a", "b", "c", "d"], at)
        if call:
            assert not climbed or at - climbed[-1].at >= rules.EMERGENCY_CLIMB
            climbed.append(Climb(call.step, frozenset(call.user_ids), call.rung, at))
    ranks = [climb for climb in climbed if climb.rung is not Rung.EVERYBODY]
    assert len({user for climb in ranks for user in climb.user_ids}) == len(ranks)
    assert climbed[-1].rung is Rung.EVERYBODY
    assert climbed[-1].user_ids == frozenset("abcd")
    assert [climb.step for climb in climbed] == list(range(len(climbed)))


def test_a_rung_that_failed_is_passed_at_once():
    rungs = (("a", Rung.ROTA), ("b", Rung.ROTA))
    reached = Climb(0, frozenset("a"), Rung.ROTA, YEAR_END)
    assert rules.next_call(EMERGENCY, [reached], rungs, ["a", "b"], YEAR_END) is None
    failed = Climb(0, frozenset("a"), Rung.ROTA, YEAR_END, failed=True)
    assert rules.next_call(EMERGENCY, [failed], rungs, ["a", "b"], YEAR_END).user_ids == ("b",)


def test_an_emergency_calls_everybody_again_a_clock_does_not():
    everybody = Climb(3, frozenset("ab"), Rung.EVERYBODY, YEAR_END)
    later = YEAR_END + rules.REPEAT
    assert rules.next_call(EMERGENCY, [everybody], (), ["a", "b"], later).step == 4
    assert rules.next_call(AlarmKind.PV_LATE, [everybody], (), ["a", "b"], later) is None


def test_in_office_hours_the_list_of_the_office_answers_without_the_absent():
    duty = Duty("night", 1, paris("2026-11-18 00:00"), paris("2026-11-20 00:00"))
    office = [OfficePlace("b", 2), OfficePlace("a", 1, date(2026, 11, 18)), OfficePlace("c", 3)]
    noon, night = paris("2026-11-18 12:00"), paris("2026-11-18 23:00")
    assert rules.first_rungs(noon, [duty], office) == (("b", Rung.OFFICE), ("c", Rung.OFFICE))
    assert rules.first_rungs(night, [duty], office) == (("night", Rung.ROTA),)
    assert rules.first_rungs(noon + timedelta(days=1), [duty], office)[0] == ("a", Rung.OFFICE)


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-11-20 16:59", False),
        ("2026-11-20 17:00", True),
        ("2026-11-20 22:00", True),
        ("2026-11-19 17:30", False),
        ("2026-11-10 17:30", True),
        ("2026-12-31 17:30", True),
        ("2026-11-21 17:30", False),
    ],
    ids=["too early", "Friday", "Friday night", "Thursday", "eve of 11 November", "New Year's Eve", "Saturday"],
)
def test_the_queue_calls_in_the_last_hour_before_a_day_of_rest(moment, due):
    assert (rules.eve_of_rest(paris(moment)) is not None) is due


def test_a_weekly_shift_keeps_its_hours_of_paris_over_the_change_of_the_clocks():
    spans = rules.weekly(paris("2026-03-27 18:00"), paris("2026-03-30 09:00"), 3, 2)
    shown = [f"{moment.astimezone(PARIS):%d/%m %H:%M}" for span in spans for moment in span]
    assert shown == ["27/03 18:00", "30/03 09:00", "10/04 18:00", "13/04 09:00", "24/04 18:00", "27/04 09:00"]


@pytest.mark.parametrize(
    ("rank", "first", "last", "said"),
    [
        (1, "2026-11-20 18:00", "2026-11-20 09:00", "précède"),
        (1, "2026-11-16 18:00", "2026-11-17 09:00", "passée"),
        (1, "2026-11-20 18:00", "2026-12-20 09:00", "quatorze"),
        (0, "2026-11-20 18:00", "2026-11-21 09:00", "rang"),
    ],
)
def test_a_shift_that_cannot_be_is_refused_with_what_to_do(rank, first, last, said):
    with pytest.raises(InvalidInput, match=said):
        rules.check_shift(rank, paris(first), paris(last), paris("2026-11-18 12:00"))


def test_two_of_one_rank_or_one_person_twice_are_refused():
    held = [Duty("a", 1, paris("2026-11-20 18:00"), paris("2026-11-21 09:00"))]
    span = paris("2026-11-21 08:00"), paris("2026-11-21 20:00")
    with pytest.raises(RuleViolated, match="rang 1"):
        rules.check_free("b", 1, *span, held)
    with pytest.raises(RuleViolated, match="déjà d'astreinte"):
        rules.check_free("a", 2, *span, held)
    rules.check_free("b", 2, *span, held)
    rules.check_free("a", 1, paris("2026-11-21 09:00"), span[1], held)


@pytest.mark.parametrize(
    "shifts", [[], [(time(9), time(9))], [(time(9), time(13)), (time(12), time(18))]], ids=["none", "empty", "overlap"]
)
def test_business_hours_that_cannot_be_are_refused(shifts):
    with pytest.raises(InvalidInput):
        parse_shifts(shifts)
