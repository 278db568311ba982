"""A stranger's text never does anything on the screen, and is never less than whole."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app_pages._text import MARK_WORDS, Mark, Span, marked, pieces

HOSTILE = [
    "<script>alert(1)</script>",
    "</mark></div><img src=x onerror=alert(1)>",
    "![suivi](https://elsewhere.example/p.gif)",
    "[cliquez](javascript:alert(1))",
    "<style>body{display:none}</style>",
    '" onmouseover="alert(1)',
    "'; DROP TABLE comment; --",
    "$\\href{https://elsewhere.example}{x}$ :material/delete: :red[x]",
    "&lt;script&gt;&#60;script&#62;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markup_is_shown_as_it_was_written(text):
    drawn = marked(text)
    assert "<" not in drawn
    assert html.unescape(drawn) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markup_is_shown_as_written_inside_a_highlight_and_its_reason(text):
    drawn = marked(text, [Span(0, len(text), Mark.REACTION, why=text)])
    assert re.findall(r"<[^>]*>", drawn)[1:] == ["</mark>"]
    opening = re.fullmatch(r'<mark class="cv-m-reaction" title="([^"<>]*)">([^"<>]*)</mark>', drawn)
    assert opening
    assert html.unescape(opening[1]) == f"Réaction: {text}"
    assert html.unescape(opening[2]) == text


@pytest.mark.parametrize("code", [0x202A, 0x202D, 0x202E, 0x2066, 0x2069, 0x0000, 0x0007, 0x001B, 0x007F, 0x0085])
def test_a_character_that_deceives_or_controls_is_named(code):
    drawn = marked(f"a{chr(code)}b")
    assert chr(code) not in drawn
    assert f">U+{code:04X}<" in drawn


def test_a_lone_surrogate_is_replaced_so_that_it_can_be_sent():
    marked("\ud83d seul \udc00").encode()
    assert marked("\ud83d") == "\ufffd"


@pytest.mark.parametrize("text", ["👩‍👩‍👧‍👦 vertiges", "e\u0301 é", "مرحبا سيرينيكس", "دوخة \u200f بعد", "a\tb"])
def test_letters_of_every_script_and_joined_emoji_stay_as_they_are(text):
    assert marked(text) == text


def test_line_breaks_are_kept():
    assert html.unescape(marked("un\n\n  deux")) == "un\n\n  deux"


def test_a_text_of_fifty_thousand_characters_is_whole():
    text = "a<b " * 12_500
    assert html.unescape(marked(text)) == text


def test_overlapping_highlights_cut_where_they_cross_and_keep_both_meanings():
    drawn = marked("abcdef", [Span(0, 4, Mark.PRODUCT), Span(2, 6, Mark.REACTION)])
    assert re.findall(r'class="([^"]*)"[^>]*>(\w+)<', drawn) == [
        ("cv-m-product", "ab"),
        ("cv-m-product cv-m-reaction", "cd"),
        ("cv-m-reaction", "ef"),
    ]


@pytest.mark.parametrize(("start", "end"), [(-5, 3), (4, 99), (99, 120), (3, 3), (5, 2)])
def test_a_span_beyond_the_text_is_cut_and_an_impossible_one_is_dropped(start, end):
    assert "".join(part for part, _ in pieces("abcdef", [Span(start, end, Mark.PRODUCT)])) == "abcdef"


def test_personal_data_stays_covered_until_it_is_revealed():
    span = Span(8, 18, Mark.PERSONAL, "téléphone")
    text = "appelez 0612345678 merci"
    assert "0612345678" not in marked(text, [span])
    assert "0612345678" in marked(text, [span], revealed=True)


def test_personal_data_is_covered_even_where_another_highlight_lies_over_it():
    spans = [Span(0, 10, Mark.PERSONAL), Span(5, 15, Mark.REACTION)]
    assert "56789" not in marked("0123456789abcde", spans)


def test_every_mark_has_a_word():
    assert set(MARK_WORDS) == set(Mark)


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-3, 70), st.integers(-3, 70)), max_size=6))
def test_the_pieces_are_the_text_whatever_the_spans(text, ends):
    spans = [Span(start, end, Mark.PRODUCT) for start, end in ends]
    assert "".join(part for part, _ in pieces(text, spans)) == text
    assert set(re.findall(r"</?(\w+)", marked(text, spans))) <= {"mark", "span"}
