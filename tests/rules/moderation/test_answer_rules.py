"""The rules of answering: what is a courtesy, what fills a placeholder, which text is suggested, who approves what."""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance import transitions
from compliance.permissions import ROLES, Permission
from errors import AppError, NotPermitted, RuleViolated, StaleVersion, TransitionNotAllowed
from models.enums import (
    Intent,
    ReplyAction,
    ReplyKind,
    ReplyStatus,
    ReplyTopic,
    Role,
    TextAction,
    TextStatus,
)
from moderation import answer_rules, courtesy
from moderation.answer_rules import Approving, composed, may_approve, parted
from moderation.courtesy import Flaw, flaws
from moderation.detectors.catalogue import Catalogue
from moderation.detectors.terms import sections
from moderation.placeholders import filled
from moderation.states import REPLY_TRANSITIONS, TEXT_TRANSITIONS
from moderation.suggesting import Asked, Reason, Uses, suits

ROOT = Path(__file__).parents[3]
CATALOGUE = Catalogue.from_records(json.loads((ROOT / "demo/data/catalogue.json").read_text("utf-8")))
SENTENCES = [
    tuple(line.split(" | ", 1))
    for line in (courtesy.HERE / "sentences.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
POLITE = [sentence for verdict, sentence in SENTENCES if verdict == "pass"]
NAMES = [name for p in CATALOGUE.products for name in (p.name, *p.aliases, *([p.substance] if p.substance else []))]
MEDICAL = [
    word.rstrip("*").replace("_", " ")
    for lang in courtesy.LANGUAGES
    for line in sections(courtesy.HERE / f"words_{lang}.txt")["medical"]
    for word in line.split()
]


def found(text: str) -> set[Flaw]:
    return {one.flaw for one in flaws(text, CATALOGUE)}


@pytest.mark.parametrize(("verdict", "sentence"), SENTENCES, ids=[sentence for _verdict, sentence in SENTENCES])
def test_each_sentence_passes_or_fails_for_its_reason(verdict, sentence):
    assert found(sentence) == set() if verdict == "pass" else Flaw(verdict) in found(sentence)


@given(st.sampled_from(POLITE), st.sampled_from(NAMES), st.sampled_from(["{}", "#{}", "« {} »"]), st.booleans())
@settings(max_examples=60, deadline=None)
def test_any_name_of_the_catalogue_makes_a_courtesy_fail(polite, name, shape, shout):
    assert Flaw.PRODUCT in found(f"{polite} {shape.format(name.upper() if shout else name)}")


@given(st.sampled_from(POLITE), st.integers(0, 30), st.sampled_from("0123456789²½①٣"))
@settings(max_examples=40, deadline=None)
def test_any_digit_makes_a_courtesy_fail(polite, place, digit):
    assert Flaw.NUMBER in found(polite[:place] + digit + polite[place:])


@given(
    st.sampled_from(POLITE),
    st.sampled_from(["https://", "http://", "www.", "Www.", ""]),
    st.from_regex(r"[a-z]{2,12}\.(fr|com|example)(/[a-z]{1,8})?", fullmatch=True),
)
@settings(max_examples=40, deadline=None)
def test_any_address_makes_a_courtesy_fail(polite, scheme, address):
    assert Flaw.LINK in found(f"{polite} {scheme}{address}")


@given(st.sampled_from(POLITE), st.sampled_from(MEDICAL), st.booleans())
@settings(max_examples=60, deadline=None)
def test_any_medical_word_makes_a_courtesy_fail(polite, word, shout):
    assert Flaw.MEDICAL in found(f"{polite} {word.upper() if shout else word}.")


def test_nothing_is_no_courtesy_and_neither_is_a_long_text():
    assert found(" \n ") == {Flaw.EMPTY}
    assert Flaw.LONG in found("merci " * 80)


@given(st.text(max_size=40), st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_a_filled_text_has_no_placeholder_left_whatever_is_typed(first_name, link):
    try:
        text = filled("Bonjour {{prenom}}, {{lien}}", {"prenom": first_name, "lien": link}, {"lien": ["ici", "là"]})
    except RuleViolated:
        return
    assert text in (f"Bonjour {first_name}, ici", f"Bonjour {first_name}, là")
    assert "{{" not in text


@given(st.text(max_size=30), st.text(max_size=30))
@settings(max_examples=60, deadline=None)
def test_the_locked_text_of_an_answer_is_found_again_word_for_word(before, after):
    block = "Texte approuvé."
    text = composed(before, block, after)
    if block not in before:
        assert composed(*_around(parted(text, block), block)) == text


def _around(own, block):
    return own[0], block, own[1]


ASKED = Asked("fr", "complaint", frozenset({"Rinozel"}), frozenset({"quality_defect"}))
PLAIN = Uses("fr", frozenset({"complaint"}))


@pytest.mark.parametrize(
    ("uses", "reasons", "fits"),
    [
        (PLAIN, (Reason.INTENT,), True),
        (Uses("fr", frozenset({"praise"})), (Reason.OTHER_INTENT,), False),
        (Uses("en", frozenset({"complaint"})), (Reason.OTHER_LANGUAGE, Reason.INTENT), False),
        (Uses("fr", frozenset({"complaint"}), frozenset({"Rinozel"})), (Reason.INTENT, Reason.PRODUCT), True),
        (Uses("fr", frozenset({"complaint"}), frozenset({"Doloria"})), (Reason.INTENT, Reason.OTHER_PRODUCT), False),
        (
            Uses("fr", frozenset({"complaint"}), situations=frozenset({"quality_defect"})),
            (Reason.INTENT, Reason.SITUATION),
            True,
        ),
    ],
)
def test_a_text_is_suggested_for_its_language_intent_product_and_situation_with_the_reason(uses, reasons, fits):
    assert (suits(uses, ASKED).reasons, suits(uses, ASKED).fits) == (reasons, fits)


def test_the_more_a_text_is_about_a_comment_the_earlier_it_stands():
    product = Uses("fr", frozenset({"complaint"}), frozenset({"Rinozel"}))
    other = Uses("fr", frozenset({"complaint"}), frozenset({"Doloria"}))
    english = Uses("en", frozenset({"complaint"}))
    points = [suits(uses, ASKED).points for uses in (product, PLAIN, other, english)]
    assert points[0] > points[1] > max(points[2:])


def test_in_an_emergency_the_texts_for_it_come_before_every_other_in_both_languages():
    asked = Asked("fr", "urgent_help", emergency=True)
    urgent = [suits(Uses(language, frozenset({"urgent_help"})), asked).points for language in ("fr", "en")]
    others = [
        suits(Uses("fr", frozenset({intent.value})), asked).points for intent in Intent if intent.value != "urgent_help"
    ]
    assert min(urgent) > max(others)
    assert urgent[0] > urgent[1]


# Written by hand beside the table: which role approves which topic, and who is refused.
@pytest.mark.parametrize(
    ("topic", "roles", "more", "refused"),
    [
        (ReplyTopic.MEDICAL, {Role.MEDICAL}, {}, None),
        (ReplyTopic.MEDICAL, {Role.REGULATORY}, {}, NotPermitted),
        (ReplyTopic.MEDICAL, {Role.MEDICAL, Role.COMMUNICATIONS}, {}, NotPermitted),
        (ReplyTopic.MEDICAL, {Role.MEDICAL, Role.COMMUNITY_MANAGER}, {}, NotPermitted),
        (ReplyTopic.QUALITY, {Role.QUALITY}, {}, None),
        (ReplyTopic.LEGAL, {Role.LEGAL}, {}, None),
        (ReplyTopic.OTHER, {Role.REGULATORY}, {}, None),
        (ReplyTopic.OTHER, {Role.MEDICAL}, {}, NotPermitted),
        (ReplyTopic.OTHER, {Role.REGULATORY}, {"actor_id": "author"}, RuleViolated),
        (ReplyTopic.OTHER, {Role.REGULATORY}, {"medical_words": True}, RuleViolated),
        (ReplyTopic.MEDICAL, {Role.MEDICAL}, {"medical_words": True}, None),
        (ReplyTopic.OTHER, {Role.REGULATORY}, {"revision_is_current": False}, StaleVersion),
    ],
    ids=[str(n) for n in range(12)],
)
def test_who_approves_which_topic(topic, roles, more, refused):
    facts = {"actor_id": "other", "medical_words": False, "revision_is_current": True} | more
    asked = Approving(topic=topic, author_id="author", roles=frozenset(roles), **facts)
    if refused is None:
        assert may_approve(asked) is answer_rules.APPROVERS[topic]
    else:
        with pytest.raises(refused):
            may_approve(asked)


@pytest.mark.parametrize("intent", list(Intent))
def test_a_medical_question_takes_neither_a_courtesy_nor_a_text_of_another_kind(intent):
    strict = intent.value in answer_rules.MEDICAL_INTENTS
    for kind, intents in ((ReplyKind.COURTESY, ()), (ReplyKind.LIBRARY, ("praise",))):
        try:
            answer_rules.check_route(kind, intent.value, intents)
        except AppError:
            assert strict
        else:
            assert not strict
    answer_rules.check_route(ReplyKind.LIBRARY, intent.value, ("medical_question",))
    answer_rules.check_route(ReplyKind.FREE, intent.value, ())


TEXT_EXPECTED = {
    TextStatus.PROPOSED: "PMFX",
    TextStatus.SIGNED_BY_PV: "MFX",
    TextStatus.SIGNED_BY_MEDICAL: "PFX",
    TextStatus.SIGNED_BY_BOTH: "RFX",
    TextStatus.APPROVED: "XW",
    TextStatus.REFUSED: "",
    TextStatus.REPLACED: "",
    TextStatus.WITHDRAWN: "",
}
LETTERS = dict(zip(TextAction, "PMRFXW", strict=True))


def test_the_circuit_of_a_text_is_total_and_only_regulatorys_signature_approves():
    for status, action in itertools.product(TextStatus, TextAction):
        if LETTERS[action] in TEXT_EXPECTED[status]:
            transitions.find(TEXT_TRANSITIONS, status, action)
        else:
            with pytest.raises(TransitionNotAllowed):
                transitions.find(TEXT_TRANSITIONS, status, action)
    approving = {key for key, each in TEXT_TRANSITIONS.items() if each.to is TextStatus.APPROVED}
    assert approving == {(TextStatus.SIGNED_BY_BOTH, TextAction.SIGN_REGULATORY)}


def test_words_of_ones_own_reach_the_network_through_a_signature_alone():
    ways = {key: each for key, each in REPLY_TRANSITIONS.items() if key[0] is ReplyStatus.TO_APPROVE}
    queued = [key for key, each in ways.items() if each.to is ReplyStatus.QUEUED]
    assert queued == [(ReplyStatus.TO_APPROVE, ReplyAction.APPROVE)]
    assert ways[queued[0]].signature
    holders = {role for role in ROLES if Permission.REPLY_APPROVE in ROLES[role]}
    assert holders == set(answer_rules.APPROVERS.values())
