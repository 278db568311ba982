"""What to ask and how often; which cases may tell the same story, and why."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from moderation import awareness
from moderation.asking import asking
from moderation.criteria import CaseFacts, Detail, text_keys
from moderation.duplicates import SAME_AUTHOR, SAME_PATIENT, SAME_PRODUCT, SAME_REACTION, Story, likeness, suggested

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_two_attempts_without_an_answer_close_the_asking():
    assert not asking([MONDAY], [MONDAY - DAY]).closed
    closed = asking([MONDAY, MONDAY + DAY], [MONDAY - DAY])
    assert (closed.attempts, closed.closed, closed.last_at) == (2, True, MONDAY + DAY)


def test_what_the_person_writes_answers_all_attempts_before_it():
    state = asking([MONDAY, MONDAY + DAY, MONDAY + 3 * DAY], [MONDAY + 2 * DAY])
    assert (state.attempts, state.closed) == (1, False)


def test_one_missing_criterion_has_its_own_text_several_are_asked_in_one_and_details_come_last():
    known = CaseFacts(True, True, ["Cardexine"], ["vertiges"])
    assert text_keys(CaseFacts(True, False, ["Cardexine"], ["vertiges"])) == ("follow_up:patient",)
    assert text_keys(CaseFacts(True, False, [], ["x"]))[0] == "follow_up:several"
    assert text_keys(known) == ("follow_up:details",)
    assert text_keys(CaseFacts(True, True, ["Cardexine"], ["vertiges"], tuple(Detail))) == ()


ONE = Story("a", date(2026, 11, 18), ["x:42"], ["c1"], ["Cardexine"], ["des vertiges"], ["female", "54 year"])


def test_same_author_and_product_are_suggested_with_their_reasons():
    other = Story("b", date(2026, 11, 20), ["x:42"], ["c2"], ["CARDEXINE"], ["Vertige le matin"])
    (found,) = suggested(ONE, [other])
    assert {SAME_AUTHOR, SAME_PRODUCT, SAME_REACTION} <= set(found.reasons)


def test_another_author_with_the_same_patient_product_and_reaction_is_suggested():
    other = Story("b", date(2026, 11, 20), ["facebook:7"], ["c2"], ["Cardexine"], ["vertiges"], ["female", "54 year"])
    (found,) = suggested(ONE, [other])
    assert SAME_PATIENT in found.reasons


def test_the_same_product_alone_suggests_nothing():
    assert suggested(ONE, [Story("b", date(2026, 11, 20), ["x:7"], [], ["Cardexine"], ["toux sèche"])]) == ()


def test_a_case_is_no_duplicate_of_itself():
    assert suggested(ONE, [ONE]) == ()


words = st.lists(st.text(max_size=12), max_size=3)
stories = st.builds(Story, st.text(max_size=3), st.dates(), words, words, words, words, words)


@settings(deadline=None, max_examples=50)
@given(stories, stories)
def test_likeness_is_the_same_in_both_directions(one, other):
    forth, back = likeness(one, other), likeness(other, one)
    assert (forth.points, forth.reasons) == (back.points, back.reasons)


def test_a_proof_reads_back_as_it_was_written():
    held = awareness.read(awareness.of_revision("01REV", "a" * 64, "PV-POL-3"))
    assert (held.revision_id, held.sha256, held.policy) == ("01REV", "a" * 64, "PV-POL-3")
    assert awareness.read(awareness.of_revision("01REV", "b" * 64, None)).policy is None
    assert awareness.read(awareness.of_person("01USER", "2026-11-22")).person == "01USER"
    assert awareness.read(None) == awareness.Evidence()
