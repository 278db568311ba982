"""The rules of what stands around a comment: stories, near copies, cards, echoes, the slowest of several cases."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import InvalidInput
from models.enums import CaseStatus, NoneReason
from moderation.context import ModerationPlan, plan_of
from moderation.copies import alike, keys_of, runs_of
from moderation.decision_cards import Card, checked, needs
from moderation.detectors.adverse_event.echo import echo_in
from moderation.facets import least_advanced
from moderation.stories import Story, sentences, shared
from workflow.content import PostContent, canonical_content, content_of

TEXTS = st.text(st.characters(codec="utf-8"), max_size=200)
COPIED = "Scandale : Cardexine rend malade des milliers de personnes et personne ne dit rien"


@given(st.sets(st.sampled_from(CaseStatus)))
@settings(deadline=None)
def test_a_comment_is_where_the_slowest_of_its_live_cases_is(statuses):
    slowest = least_advanced(statuses)
    assert (slowest is None) == (statuses <= {CaseStatus.DISMISSED})
    if CaseStatus.OPEN in statuses:
        assert slowest is CaseStatus.OPEN


@given(TEXTS)
@settings(deadline=None)
def test_the_sentences_hold_every_word_of_a_text(text):
    places = sentences(text)
    outside = [c for i, c in enumerate(text) if not any(start <= i < end for start, end in places)]
    assert "".join(outside).strip() == ""
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in places)


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_a_division_leaves_no_word_without_a_case_and_takes_none_from_its_patient(data):
    text = data.draw(st.text("ab .\n", min_size=12, max_size=40).filter(lambda t: len(t.strip()) > 2))
    place = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted).map(tuple)
    own = place.filter(lambda p: text[p[0] : p[1]].strip())
    stories = [Story(str(n), (data.draw(own),)) for n in range(data.draw(st.integers(2, 4)))]
    told = shared(text, stories)
    covered = {i for story in told for start, end in story.places for i in range(start, end)}
    assert all(i in covered for i, c in enumerate(text) if c.strip())
    for before, after in zip(stories, told, strict=True):
        kept = {i for start, end in after.places for i in range(start, end)}
        assert all(i in kept for start, end in before.places for i in range(start, end))


@pytest.mark.parametrize(
    "other",
    [COPIED.upper() + " !!!", COPIED.replace("é", "e") + " https://x.example/1 @quelquun", "Honte ! " + COPIED],
)
def test_near_copies_share_a_key_and_are_alike(other):
    assert alike(COPIED, other)
    assert set(keys_of(COPIED)) & set(keys_of(other))


@pytest.mark.parametrize("other", ["Cardexine rend malade mon père depuis lundi, que faire ?", "moi aussi", ""])
def test_what_says_something_else_is_no_copy(other):
    assert not alike(COPIED, other)


@pytest.mark.parametrize("short", ["moi aussi", "merci à tous !", "+1", "pareil pour moi"])
def test_a_short_remark_is_nobody_s_copy(short):
    assert runs_of(short) == frozenset()
    assert keys_of(short) == ()
    assert not alike(short, short)


@given(TEXTS)
@settings(deadline=None)
def test_a_text_is_its_own_copy_or_too_short_for_one(text):
    assert alike(text, text) == bool(keys_of(text))


@pytest.mark.parametrize("reason", list(NoneReason))
def test_a_reason_keeps_what_it_needs_and_nothing_else(reason):
    full = {"case_number": "2026-0117", "product": "Rivalox", "company": "Autre", "reference": "PV-1"}
    wanted = {name: full[name] for name in needs(reason)}
    kept = checked(reason, Card(**wanted)) or {}
    assert {name: value for name, value in kept.items() if name != "outcome"} == wanted
    assert (kept.get("outcome") == "forwarded_to_company") == (reason is NoneReason.OTHER_COMPANY)
    if wanted:
        with pytest.raises(InvalidInput):
            checked(reason, Card(**(wanted | {needs(reason)[-1]: "  "})))
        with pytest.raises(InvalidInput):
            checked(reason, Card(**(wanted | {needs(reason)[0]: "9" * 201})))


@pytest.mark.parametrize(
    "text",
    ["Moi aussi", "pareil !!", "Idem chez moi", "+1", "same here", "Me too", "mon mari aussi", "kif kif", "MÊME CHOSE"],
)
def test_words_that_say_me_too(text):
    place = echo_in(text)
    assert place is not None
    assert text[slice(*place)].strip()


@pytest.mark.parametrize("text", ["Merci à vous", "Il faut consulter", "Thanks, great team", "10+1 raisons", "", "Oui"])
def test_words_that_do_not(text):
    assert echo_in(text) is None


def test_a_moderation_plan_is_signed_with_the_version_and_read_back_from_it():
    plain = PostContent(title="Sommeil")
    planned = replace(plain, moderation_plan=" La PV lit deux fois par jour. ", plan_texts=("merci",))
    stored = canonical_content(planned)
    assert stored.sha256 != canonical_content(plain).sha256
    assert "moderation" not in canonical_content(plain).canonical_json
    back = content_of(stored.canonical_json, (), title="Sommeil", campaign=None, planned_at=None)
    assert canonical_content(back).sha256 == stored.sha256
    assert plan_of(stored.canonical_json) == ModerationPlan("La PV lit deux fois par jour.", ("merci",))
    assert plan_of(canonical_content(plain).canonical_json) is None
