"""What a network sends is kept as it was, in every database."""

import json

from hypothesis import given
from hypothesis import strategies as st

from moderation.as_received import storable_payload, storable_text, text_hash

ANYTHING = st.text(st.characters(codec=None, exclude_categories=()))


@given(ANYTHING)
def test_a_text_has_nothing_left_that_a_database_refuses(text):
    stored = storable_text(text)
    stored.encode("utf-8")
    assert "\x00" not in stored


@given(st.text())
def test_an_ordinary_text_is_left_as_it_is_but_for_control_characters(text):
    stored = storable_text(text)
    assert len(stored) == len(text)
    assert all(
        a == b for a, b in zip(stored, text, strict=True) if a not in "\u2421\ufffd" and not "\u2400" <= a <= "\u241f"
    )


@given(ANYTHING)
def test_a_payload_reads_back_as_it_was_sent(text):
    payload = json.dumps({"text": text}, ensure_ascii=False)
    stored = storable_payload(payload)
    stored.encode("utf-8")
    assert json.loads(stored)["text"].encode("utf-16-le", "surrogatepass") == text.encode("utf-16-le", "surrogatepass")


def test_a_refused_character_is_shown_and_the_hash_is_of_what_was_sent():
    assert storable_text("a\x00b\ud800") == "a␀b\ufffd"
    assert storable_text("\ud83d\ude00") == "😀"
    assert text_hash("a\x00b") != text_hash("a␀b")
