"""The common text: followed until changed, given back when asked, in no hash; and a draft kept as it was typed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import InvalidInput
from models.enums import Audience, Network, Qualification
from workflow.common_text import FIELDS, given_back, let_go, own_fields, spread, with_common
from workflow.content import CommonText, PostContent, VariantContent, VariantSettings, canonical_content
from workflow.forms import read_form, written_form

X = VariantContent("x", Network.X, "Bonjour", "https://a.fr", hashtags=("sommeil",))
LI = VariantContent("li", Network.LINKEDIN, "Bonjour à tous", "https://a.fr", hashtags=("sommeil",))
POST = PostContent("Titre", (X, LI))


def test_a_post_written_before_has_its_first_words_in_common():
    content = with_common(POST)
    assert content.common == CommonText("Bonjour", "https://a.fr", ("sommeil",))
    assert [own_fields(variant) for variant in content.variants] == [(), ("text",)]


def test_the_common_text_reaches_who_follows_it_and_nobody_else():
    content = with_common(POST)
    changed = spread(replace(content, common=CommonText("Bonsoir", "https://b.fr", ())))
    assert [(v.text, v.link, v.hashtags) for v in changed.variants] == [
        ("Bonsoir", "https://b.fr", ()),
        ("Bonjour à tous", "https://b.fr", ()),
    ]


def test_a_variant_lets_go_where_it_was_changed_and_is_given_back():
    common = CommonText("Bonjour", "", ())
    variant = replace(X, text="Autre", link="", hashtags=(), follows=FIELDS)
    own = let_go(variant, common)
    assert own_fields(own) == ("text",)
    assert (given_back(own, common).text, own_fields(given_back(own, common))) == ("Bonjour", ())


def test_the_common_text_is_in_no_hash():
    assert canonical_content(with_common(POST)).sha256 == canonical_content(POST).sha256


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
VARIANTS = st.builds(
    VariantContent,
    st.just("x"),
    st.sampled_from(Network),
    WORDS,
    WORDS,
    WORDS,
    st.lists(WORDS, max_size=2).map(tuple),
    settings=st.builds(
        VariantSettings, st.booleans(), st.booleans(), st.none() | WORDS, st.booleans(), st.booleans(),
        st.lists(st.tuples(WORDS, WORDS | st.booleans() | st.integers(0, 9)), max_size=2).map(tuple),
    ),
    audience=st.none() | st.sampled_from(Audience),
    follows=st.lists(st.sampled_from(FIELDS), max_size=3, unique=True).map(tuple),
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(WORDS, VARIANTS, st.none() | st.sampled_from(Qualification), st.none() | st.builds(CommonText, WORDS, WORDS))
def test_a_draft_is_kept_as_it_was_typed(title, variant, qualification, common):
    planned = datetime(2027, 1, 4, 9, tzinfo=UTC)
    content = PostContent(title, (variant,), qualification, planned_at=planned, common=common)
    assert read_form(written_form(content)) == content


def test_what_no_database_holds_is_refused_with_its_place():
    with pytest.raises(InvalidInput, match="illisible"):
        written_form(PostContent("", common=CommonText("a\0b")))
