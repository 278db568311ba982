"""A remark stays with the words that it was made on, and says so when they are gone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import InvalidInput
from workflow.anchoring import Found, Region, check_region, find, quote_at, quote_in

TEXT = "Bien dormir aide à rester en forme : gardez des horaires réguliers, même le week-end."
PASSAGE = "gardez des horaires réguliers"
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=80)


def quoted(text=TEXT, exact=PASSAGE):
    return quote_in(text, exact, account_id="a", field="text")


@pytest.mark.parametrize(
    ("now", "passage"),
    [
        (TEXT, PASSAGE),
        ("Nouveau début. " + TEXT, PASSAGE),
        (TEXT.replace("réguliers", "réguliers "), PASSAGE),
        (TEXT.replace("gardez des horaires", "Gardez des horaires"), "Gardez des horaires réguliers"),
        (TEXT.replace("horaires", "horaire"), "gardez des horaire réguliers"),
        ("On dort mieux. On le sait : gardez des horaires réguliers !", PASSAGE),
    ],
    ids=["as it was", "moved", "a space more", "a capital", "a letter less", "all else rewritten"],
)
def test_a_passage_that_is_still_there_is_found(now, passage):
    found = find(now, quoted())
    assert found is not None
    assert now[found.start : found.end] == passage
    assert found.same == (passage == PASSAGE)


@pytest.mark.parametrize(
    "now", ["", "Une autre histoire, sans rapport.", TEXT.replace(PASSAGE, "couchez-vous tôt"), "gardez le cap"]
)
def test_a_passage_that_is_gone_is_not_found(now):
    assert find(now, quoted()) is None


def test_a_passage_whose_number_changed_is_another_passage():
    text = "Une étude sur 90 patients suivis deux ans le confirme."
    assert find(text.replace("90", "95"), quoted(text, "étude sur 90 patients suivis")) is None


def test_among_several_places_the_one_with_the_same_surroundings_is_meant():
    quote = quote_at("le chat dort, le chien dort aussi", 23, 27)
    now = "Hier le chat dort, le chien dort aussi"
    assert find(now, quote) == Found(28, 32, same=True)


def test_a_few_letters_are_not_found_in_other_surroundings():
    quote = quote_at("Le produit agit en 5 min chez l'adulte sain", 19, 20)
    assert quote.exact == "5"
    assert find("Depuis 2015, nos équipes courent ensemble", quote) is None


@given(before=TEXTS, exact=st.text(min_size=1, max_size=40).filter(str.strip), after=TEXTS)
def test_in_its_own_text_a_quotation_is_found_word_for_word(before, exact, after):
    text = before + exact + after
    found = find(text, quote_at(text, len(before), len(before) + len(exact)))
    assert found is not None
    assert found.same
    assert text[found.start : found.end] == exact


@given(before=TEXTS, after=TEXTS)
def test_what_is_written_around_a_passage_does_not_lose_it(before, after):
    now = f"{before} {TEXT} {after}"
    found = find(now, quoted())
    assert found is not None
    assert now[found.start : found.end] == PASSAGE


@given(text=TEXTS, other=TEXTS, data=st.data())
def test_what_is_found_lies_in_the_text(text, other, data):
    start = data.draw(st.integers(0, len(text)))
    found = find(other, quote_at(text, start, data.draw(st.integers(start, len(text)))))
    assert found is None or 0 <= found.start < found.end <= len(other)


@pytest.mark.parametrize("exact", ["", "   ", "absent", "e"])
def test_a_passage_must_be_there_once(exact):
    with pytest.raises(InvalidInput):
        quoted(exact=exact)


@pytest.mark.parametrize(
    "box", [(-1, 0, 10, 10), (0, 0, 0, 10), (60, 0, 50, 10), (0, 95, 10, 6), (float("nan"), 0, 1, 1)]
)
def test_a_region_lies_in_its_picture(box):
    with pytest.raises(InvalidInput):
        check_region(Region("a", "sha", *box))


def test_a_region_may_be_the_whole_picture():
    assert check_region(Region("a", "sha", 0, 0, 100, 100))
