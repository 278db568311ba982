"""A terms file finds what one regular expression over the lines of each section would find, only faster."""

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import moderation.detectors
from moderation.detectors import terms
from moderation.detectors.folding import fold
from moderation.detectors.lexicon import Lexicon
from moderation.detectors.notation import marked, meaning

DETECTORS = Path(moderation.detectors.__file__).parent
Spans = list[tuple[str, int, int]]
LINES = {
    "pain": ["mal ?partout", "(mal|maux) ~ (tete|dos)", "mal*", "j'ai", "(re)?vomi", "douleurs?"],
    "dose": [r"\d+ ?(mg|g)", r"(\d+|deux) fois", "(deux|trois)", r"d\d", "[+-] ?1"],
    "signs": [r"\?", "(😭|merci)", "^(et|moi aussi)", "a ~ ~ z", "0[.,]5", "vite(?= ?!)"],
}


def by_regex(lines: dict[str, list[str]], text: str) -> Spans:
    """Find as the notation is defined: words share the edge of a word on both sides, marks have none."""
    found = []
    for label, written in lines.items():
        meant = [meaning(line) for line in written]
        words = [e for e in meant if e[0].isalnum() or e[0] in "(["]
        marks = [e for e in meant if e not in words]
        joined = [r"(?<![^\W_])(?:" + "|".join(words) + r")(?![^\W_])"] if words else []
        matches = compiled("|".join([*joined, *marks])).finditer(text)
        found += [(label, *m.span()) for m in matches if m.group()]
    return found


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def by_lexicon(lexicon: Lexicon[str], text: str) -> Spans:
    return [(label, *span) for label, spans in lexicon.spans(fold(text)) for span in spans]


GAPS = st.sampled_from([" ", " ", " ", "", "'", "-", "  ", ", ", " ? ", "!", "\n", " un ", " tres tres "])
SMALL = {label: [marked(line) for line in lines] for label, lines in LINES.items()}
LONG = "mal" + "abcdefghijklmn"
"""A word with the longest ending that "mal*" takes."""
PIECES = st.sampled_from(
    "mal maux malade partout tete dos j ai vomi revomi douleur s 20 mg g deux trois fois d5 ٣ d٣ + - 1 ? 😭 merci et "
    f"moi aussi a z 0 . , 5 vite {LONG} {LONG}o".split()
)


def texts(pieces: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.tuples(pieces, GAPS).map("".join), max_size=12).map("".join)


@settings(deadline=None, max_examples=500)
@given(text=texts(PIECES))
def test_finds_what_the_notation_means(text: str) -> None:
    folded = fold(text).text
    assert by_lexicon(Lexicon(SMALL), folded) == by_regex(SMALL, folded)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (LONG, ["pain"]),
        (f"{LONG}o", []),
        ("moi aussitot", ["signs"]),
        ("et moi", ["signs"]),
        ("mal a la petite tete", ["pain"]),
        ("maux a la toute petite tete", []),
        ("x20 mg", ["dose"]),
        ("a 1 2 3 4 5 6 z", ["signs"]),
    ],
)
def test_reads_each_piece_of_notation(text: str, found: list[str]) -> None:
    hits = by_lexicon(Lexicon(SMALL), text)
    assert hits == by_regex(SMALL, text)
    assert [label for label, _, _ in hits] == found


@cache
def files(lang: str) -> dict[str, list[str]]:
    paths = sorted(DETECTORS.glob(f"*/*_{lang}.txt"))
    return {
        f"{p.parent.name}/{p.stem}.{label}": [marked(line) for line in lines]
        for p in paths
        for label, lines in terms.sections(p).items()
    }


@cache
def lexicon_of(lang: str) -> Lexicon[str]:
    return Lexicon(files(lang))


@cache
def vocabulary(lang: str) -> list[str]:
    """Return the words that the files are written with."""
    written = " ".join(line for lines in files(lang).values() for line in lines)
    return sorted(set(re.findall(r"[^\W_]+", written)))


@pytest.mark.parametrize("lang", ["fr", "en"])
@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_the_files_find_what_the_notation_means(lang: str, data: st.DataObject) -> None:
    folded = fold(data.draw(texts(st.one_of(st.sampled_from(vocabulary(lang)), PIECES)))).text
    assert by_lexicon(lexicon_of(lang), folded) == by_regex(files(lang), folded)


@pytest.mark.parametrize("text", ["mal de tete", "la tete qui tourne", "vomi toute la nuit", "20 fois trop"])
def test_an_underscore_parts_words_as_a_space_does(text: str) -> None:
    for file in ("adverse_event/reactions", "situations/terms", "adverse_event/cues"):
        assert terms.find(file, "fr", text.replace(" ", "_")) == terms.find(file, "fr", text)


@pytest.mark.parametrize("line", ["* mal", r"\w+ mal", "(mal)?", ".mal"])
def test_refuses_an_expression_that_begins_with_anything(line: str) -> None:
    with pytest.raises(ValueError, match="can begin with anything"):
        Lexicon({"x": [marked(line)]})
