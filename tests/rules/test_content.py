"""The hash covers what is shown and what signers rely on; nothing else moves it, and nothing is cut."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.canonical import sha256_text
from errors import InvalidInput
from models.enums import Audience, Network, Qualification
from workflow.content import MediaRef, PostContent, VariantContent, VariantSettings, canonical_content, content_of, tidy

X = VariantContent("acc-x", Network.X, "Bonjour à tous")
LI = VariantContent("acc-li", Network.LINKEDIN, "Bonjour à tous (et à toutes)")
BASE = PostContent("Titre", (X, LI), Qualification.DISEASE, products=("p1",))
MEDIA = MediaRef("0" * 64, "un verre d'eau")


def sha(content):
    return canonical_content(content).sha256


def on_x(**changes):
    return replace(BASE, variants=(replace(X, **changes), LI))


@pytest.mark.parametrize(
    "changed",
    [
        on_x(text="Bonjour à tous."),
        on_x(text="Bonjour à tous "),
        on_x(text="Bonjour a\u0300 tous"),
        on_x(link="https://helior.example"),
        on_x(first_comment="Merci"),
        on_x(hashtags=("sommeil",)),
        on_x(media=(MEDIA,)),
        on_x(media=(replace(MEDIA, alt_text="une tasse"),)),
        on_x(audience=Audience.HCP),
        on_x(settings=VariantSettings(comments_open=False)),
        on_x(settings=VariantSettings(share_open=False)),
        on_x(settings=VariantSettings(reply_settings="mentionedUsers")),
        on_x(settings=VariantSettings(paid_partner=True)),
        on_x(settings=VariantSettings(paid_boost=True)),
        on_x(settings=VariantSettings(network=(("made_with_ai", True),))),
        replace(BASE, variants=(X,)),
        replace(BASE, qualification=Qualification.PROMO_GP),
        replace(BASE, audience=Audience.HCP),
        replace(BASE, products=()),
        replace(BASE, visa="GP-2026-1"),
        replace(BASE, internal_ref="HEL-2026-001"),
    ],
)
def test_what_is_shown_or_relied_upon_moves_the_hash(changed):
    assert sha(changed) != sha(BASE)


@pytest.mark.parametrize(
    "same",
    [
        replace(BASE, title="Autre titre"),
        replace(BASE, campaign="Automne"),
        replace(BASE, planned_at=datetime(2026, 3, 12, 8, tzinfo=UTC)),
        replace(BASE, variants=(LI, X)),
    ],
    ids=["title", "campaign", "planned date", "order of the variants"],
)
def test_what_is_not_shown_does_not(same):
    assert sha(same) == sha(BASE)


def test_a_change_of_one_network_leaves_the_other_variant_s_hash():
    """Appendix C 11: editing the LinkedIn text voids LinkedIn's approval, and the version's."""
    before = {v.account_id: v.sha256 for v in canonical_content(BASE).variants}
    changed = canonical_content(replace(BASE, variants=(X, replace(LI, text="Autre"))))
    after = {v.account_id: v.sha256 for v in changed.variants}
    assert before["acc-x"] == after["acc-x"]
    assert before["acc-li"] != after["acc-li"]


def test_the_hashes_can_be_recomputed_from_what_is_stored():
    form = canonical_content(BASE)
    assert sha256_text(form.canonical_json) == form.sha256
    assert [sha256_text(v.payload_json) for v in form.variants] == [v.sha256 for v in form.variants]


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
VARIANTS = st.builds(
    VariantContent,
    account_id=st.just("acc"),
    network=st.sampled_from(Network),
    text=TEXT,
    link=TEXT,
    first_comment=TEXT,
    hashtags=st.lists(TEXT, max_size=3).map(tuple),
    media=st.lists(st.builds(MediaRef, sha256=TEXT, alt_text=TEXT), max_size=2).map(tuple),
    settings=st.builds(
        VariantSettings,
        comments_open=st.booleans(),
        reply_settings=st.none() | TEXT,
        network=st.dictionaries(TEXT, st.booleans() | st.integers() | TEXT, max_size=3).map(lambda d: tuple(d.items())),
    ),
    audience=st.none() | st.sampled_from(Audience),
)


@given(VARIANTS, st.none() | st.sampled_from(Qualification), TEXT)
def test_what_is_stored_reads_back_with_the_same_hash(variant, qualification, visa):
    content = tidy(PostContent("Titre", (variant,), qualification, visa=visa))
    form = canonical_content(content)
    read = content_of(
        form.canonical_json, [v.payload_json for v in form.variants], title="Titre", campaign=None, planned_at=None
    )
    assert read == content
    assert canonical_content(read) == form
    assert tidy(read) == read


@pytest.mark.parametrize("length", [0, 281, 50_000])
def test_no_length_is_cut(length):
    form = canonical_content(on_x(text="é" * length))
    assert "é" * length in form.variants[0].payload_json


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (on_x(text="cass\udce9"), "caractère 5"),
        (on_x(first_comment="a\0b"), "caractère 2"),
        (on_x(text="a" * 200_001), "200000"),
        (replace(BASE, title="  "), "titre"),
        (replace(BASE, variants=(X, X)), "variante"),
        (replace(BASE, planned_at=datetime(2026, 3, 12, 8)), "fuseau"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(content, words):
    with pytest.raises(InvalidInput, match=words):
        canonical_content(content)
