"""What each network counts, folds and cannot do: one table, and nothing is ever cut."""

from dataclasses import replace
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.registry import CHANNELS, reply_length
from connectors.x_text import MAX_WEIGHTED_LENGTH, links, weighted_length
from models.enums import Network
from workflow.content import MediaRef, VariantContent, VariantSettings
from workflow.lengths import measure
from workflow.networks import OFFERS, TITLE, cannot, fold_at, length_of, offer_of, problems

SIX = tuple(OFFERS)
ALPHABET = st.characters(codec="utf-8") | st.sampled_from(
    ["\n", "é", "e\u0301", "👩‍⚕️", "日", " ", "https://a.fr/b ", "#a "]
)
TEXTS = st.lists(ALPHABET, max_size=60).map("".join)
FILM, PICTURE = MediaRef("0" * 64, mime="video/mp4"), MediaRef("1" * 64, mime="image/png")


@settings(deadline=None, max_examples=60)
@given(TEXTS)
def test_x_is_weighed_in_one_place(text):
    """What the editor counts, what the rules refuse and what an answer may be are the same number."""
    count = weighted_length(text)
    assert measure(Network.X, text).count == count == reply_length("x", text)[0]
    assert measure(Network.X, text).over == (count > MAX_WEIGHTED_LENGTH)


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["So", "Sk", "Mn", "Mc", "Me", "Lm"]), max_size=40))
def test_a_text_without_links_nor_emoji_weighs_the_sum_of_its_letters(text):
    text = "".join(
        character for character in text if ord(character) < 0x2190 and character not in ".#*0123456789©®‼⁉™ℹ"
    )
    light = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
    by_hand = sum(1 if any(a <= ord(c) <= b for a, b in light) else 2 for c in normalize("NFC", text))
    assert weighted_length(text) == by_hand


@settings(deadline=None, max_examples=60)
@given(TEXTS)
def test_links_stand_in_the_text_and_do_not_overlap(text):
    ends = [0, *(edge for span in links(text) for edge in span), len(text)]
    assert ends == sorted(ends)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(SIX), TEXTS)
def test_a_fold_stands_in_the_text_and_parts_no_letter(network, text):
    at = fold_at(network, text * 12)
    if at is not None:
        assert 0 <= at < len(text) * 12
        assert (text * 12)[at] not in "\u200d\ufe0f\u0301"
        assert at <= offer_of(network).fold.characters


@pytest.mark.parametrize(
    ("network", "text", "at"),
    [
        (Network.X, "a" * 280, None),
        (Network.INSTAGRAM, "a" * 125, None),
        (Network.INSTAGRAM, "a" * 126, 125),
        (Network.LINKEDIN, "a" * 211, 210),
        (Network.LINKEDIN, "a\nb\nc\nd", 5),
        (Network.LINKEDIN, "a\nb\nc", None),
        (Network.FACEBOOK, "a" * 478, 477),
        (Network.TIKTOK, "a" * 81, 80),
        (Network.TIKTOK, "a" * 79 + "e\u0301" + "a", 79),
        (Network.YOUTUBE, "a" * 101, 100),
        (Network.HCP_PORTAL, "a" * 9000, None),
    ],
)
def test_where_each_network_folds(network, text, at):
    assert fold_at(network, text) == at


@pytest.mark.parametrize("network", SIX)
def test_the_table_agrees_with_the_channel_that_speaks_for_the_network(network):
    if network.value in CHANNELS:
        offer, able = offer_of(network), CHANNELS[network.value].capabilities
        assert (offer.comments, offer.share) == (able.can_disable_comments, able.can_disable_share)
        assert offer.first_comment == able.max_reply_length
        assert measure(network, "").limit == able.max_length


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (Network.X, ("partage ne peut pas être fermé",)),
        (Network.FACEBOOK, ("commentaires", "partage", "partenariat")),
        (Network.INSTAGRAM, ("commentaires", "partage", "lien", "image ni film")),
        (Network.LINKEDIN, ("commentaires", "partenariat")),
        (Network.TIKTOK, ("partage", "lien", "film")),
        (Network.YOUTUBE, ("commentaires", "partage", "film", "titre")),
        (Network.HCP_PORTAL, ()),
    ],
)
def test_what_a_network_cannot_do_is_one_sentence_each(network, words):
    said = [sentence.msgid.format(**sentence.fields) for sentence in cannot(network)]
    assert len(said) == len(words)
    assert all(any(word in sentence for sentence in said) for word in words)


GOOD = {
    network: VariantContent(
        network.value,
        network,
        "Bonjour",
        media=(FILM,),
        settings=VariantSettings(network=((TITLE, "Dormir"),) if network is Network.YOUTUBE else ()),
    )
    for network in SIX
}


@pytest.mark.parametrize("network", SIX)
def test_what_a_network_takes_has_no_problem(network):
    assert problems(GOOD[network]) == ()


def titled(title):
    return VariantSettings(network=((TITLE, title),))


@pytest.mark.parametrize(
    ("network", "changes", "word"),
    [
        (Network.X, {"text": "a" * 281}, "281/280"),
        (Network.X, {"first_comment": "a" * 281}, "281/280"),
        (Network.X, {"settings": VariantSettings(share_open=False)}, "partage"),
        (Network.LINKEDIN, {"text": "(" * 1501}, "3002/3000"),
        (Network.LINKEDIN, {"first_comment": "a" * 1251}, "1251/1250"),
        (Network.INSTAGRAM, {"media": ()}, "image"),
        (Network.TIKTOK, {"media": (PICTURE,)}, "films"),
        (Network.TIKTOK, {"first_comment": "a" * 151}, "151/150"),
        (Network.YOUTUBE, {"settings": titled("")}, "titre"),
        (Network.YOUTUBE, {"settings": titled("a" * 101)}, "101/100"),
        (Network.YOUTUBE, {"text": "é" * 2501}, "5002/5000"),
    ],
)
def test_what_a_network_does_not_take_is_told(network, changes, word):
    (problem,) = problems(replace(GOOD[network], **changes))
    assert word in problem.msgid.format(**problem.fields)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(SIX), TEXTS, st.sampled_from([1, 9, 40]))
def test_a_text_over_the_limit_is_told_whatever_it_holds(network, text, times):
    variant = replace(GOOD[network], text=text * times)
    told = any("trop long" in problem.msgid for problem in problems(variant))
    assert told == length_of(variant).over
