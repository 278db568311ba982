"""The same content gives the same hash, another content another one, whatever Unicode is in it."""

from hypothesis import given
from hypothesis import strategies as st

from compliance.canonical import canonical, sha256_of, sha256_text

ANY_TEXT = st.text(st.characters())
CONTENT = st.recursive(
    st.none() | st.booleans() | st.integers() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(CONTENT)
def test_the_order_of_keys_does_not_matter(content):
    turned = dict(reversed(content.items())) if isinstance(content, dict) else content
    assert sha256_of(content) == sha256_of(turned)


@given(CONTENT, CONTENT)
def test_two_contents_have_one_hash_only_when_they_are_the_same(one, other):
    assert (sha256_of(one) == sha256_of(other)) == (canonical(one) == canonical(other))


def test_nothing_is_normalised():
    assert sha256_text("é") != sha256_text("e\u0301")
    assert sha256_text("a") != sha256_text("a ")
    assert sha256_text("\ud83d") != sha256_text("\ufffd")


def test_canonical_form_is_the_documented_one():
    assert canonical({"b": 1, "a": ["é", None, True]}) == '{"a":["é",null,true],"b":1}'
