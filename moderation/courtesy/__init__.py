"""Whether a text is a mere courtesy: no product, number, link or medical word; then no second person reads it.

Pure: the text and the register decide. What the rule cannot read is no courtesy (fail closed): another script, a
picture of a medicine, an address. `words_fr.txt` and `words_en.txt` hold the medical words and the numbers, beside
the terms with which comments are screened; `sentences.txt` what must pass and what must not.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path

from moderation.detectors.catalogue import Catalogue
from moderation.detectors.folding import Folded, fold, fold_word
from moderation.detectors.products.index import index_of
from moderation.detectors.terms import find, sections

HERE = Path(__file__).parent
LANGUAGES = ("fr", "en")
SCREENED = ("adverse_event/reactions", "situations/terms", "seriousness/terms", "emergency/terms")
UNMEDICAL = ("over",)
"""Sections among them that say only that something is past, told or in jest."""
LONGEST = 400
"""Characters: whoever writes more has more to say than thanks."""

_LINK = re.compile(r"https?:|www\.|@|\w\.[^\W\d_]{2,}|\w/\w", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")


class Flaw(StrEnum):
    """Why a text is no mere courtesy."""

    EMPTY = "empty"
    LONG = "long"
    SCRIPT = "script"
    PRODUCT = "product"
    NUMBER = "number"
    LINK = "link"
    MEDICAL = "medical"


@dataclass(frozen=True)
class Found:
    """One reason why a text is no courtesy, with the words that show it."""

    flaw: Flaw
    words: str = ""


def flaws(text: str, catalogue: Catalogue) -> tuple[Found, ...]:
    """Return every reason why a text is no mere courtesy, each kind once; none: it may leave."""
    if not text.strip():
        return (Found(Flaw.EMPTY),)
    folded = fold(text)
    every = [*_unreadable(text), *_products(folded, catalogue), *_numbers(text), *_links(text), *medical(text)]
    return tuple({found.flaw: found for found in reversed(every)}.values())[::-1]


def medical(text: str) -> Iterator[Found]:
    """Yield the words of a text that speak of health."""
    for lang in LANGUAGES:
        for file in SCREENED:
            for hit in (one for one in find(file, lang, text) if one.label not in UNMEDICAL):
                yield Found(Flaw.MEDICAL, text[hit.start : hit.end])
    for word in _said(text):
        if _listed("medical", word):
            yield Found(Flaw.MEDICAL, word)
    for sign in text:
        if sign in _signs():
            yield Found(Flaw.MEDICAL, sign)


def _unreadable(text: str) -> Iterator[Found]:
    if len(text) > LONGEST:
        yield Found(Flaw.LONG)
    for char in text:
        if char.isalpha() and not unicodedata.name(char, "").startswith("LATIN"):
            yield Found(Flaw.SCRIPT, char)


def _products(folded: Folded, catalogue: Catalogue) -> Iterator[Found]:
    """Yield names as the screening reads them, and those of the register wherever they stand, glued ones too."""
    for mention in index_of(catalogue, None).mentions(folded):
        yield Found(Flaw.PRODUCT, folded.text[mention.start : mention.end])
    glued = "".join(_WORD.findall(folded.text))
    for name in _names(catalogue):
        if name in glued:
            yield Found(Flaw.PRODUCT, name)


@cache
def _names(catalogue: Catalogue) -> tuple[str, ...]:
    every = (n for p in catalogue.products for n in (p.name, p.substance, *p.aliases) if n)
    return tuple(dict.fromkeys(glued for name in every if (glued := "".join(_WORD.findall(fold_word(name))))))


def _numbers(text: str) -> Iterator[Found]:
    for char in text:
        if unicodedata.category(char).startswith("N") or char == "%":
            yield Found(Flaw.NUMBER, char)
    for word in _said(text):
        if _listed("numbers", word):
            yield Found(Flaw.NUMBER, word)


def _links(text: str) -> Iterator[Found]:
    if found := _LINK.search(unicodedata.normalize("NFKC", text)):
        yield Found(Flaw.LINK, found.group())


def _said(text: str) -> list[str]:
    """Return the folded words of a text, each two that follow as "one_two", and words spelt letter by letter."""
    words = _WORD.findall(fold(text).text)
    runs = ["".join(run) for spelt, run in groupby(words, lambda word: len(word) == 1) if spelt]
    return [*words, *(f"{one}_{two}" for one, two in pairwise(words)), *runs]


@cache
def _words(section: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the words of a section (`get_well` is two that follow), and the beginnings of words (`medic*`)."""
    lines = [line for lang in LANGUAGES for line in sections(HERE / f"words_{lang}.txt").get(section, [])]
    every = [word for line in lines for word in line.split()]
    return frozenset(w for w in every if not w.endswith("*")), tuple(w[:-1] for w in every if w.endswith("*"))


def _listed(section: str, word: str) -> bool:
    whole, beginnings = _words(section)
    return word in whole or word.startswith(beginnings)


@cache
def _signs() -> frozenset[str]:
    return frozenset("".join(_words("signs")[0]))
