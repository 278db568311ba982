"""Variants of a comment that mean the same, so that the model learns the meaning and not the accidents.

A text is a list of characters, each with the marks that it bears (bit 0: reaction, bit 1: personal data); every
variant carries the marks along. Product names are exchanged for others, because the next company's are unknown.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from moderation.training.corpus import Line

_PAGE_LOSS = 0.12
"""How often to forget the page: of cases as of harmless comments, or a missing page would tell them apart."""

Marked = list[tuple[str, int]]
_NEIGHBOURS = {"a": "qzs", "e": "zrd", "i": "uok", "o": "ipl", "n": "bh,", "r": "etf", "s": "qdz", "t": "ryg"}


@dataclass(frozen=True)
class Variant:
    """A text with one mark a character, and what stands around it."""

    text: str
    marks: tuple[int, ...]
    context: str
    parent: str | None


def marked(line: Line) -> Marked:
    """Return the text of a line with its marks."""
    marks = [0] * len(line.subject.text)
    for bit, words in ((1, line.reactions), (2, line.pii)):
        for word in words:
            for at in _places(line.subject.text, word):
                marks[at : at + len(word)] = [m | bit for m in marks[at : at + len(word)]]
    return list(zip(line.subject.text, marks, strict=True))


def _places(text: str, word: str) -> list[int]:
    """Return where a marked word stands: as a whole word, else its first place."""
    whole = [m.start() for m in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text)]
    return whole or [text.index(word)]


def varied(line: Line, around: tuple[str, str], rng: Random, names: Sequence[str]) -> Variant:
    """Return one variant of a line, drawn with `rng`; `names` are product names to exchange for.

    `around` is its context with the page and without.
    """
    chars, parent = marked(line), line.subject.parent
    context = around[rng.random() < _PAGE_LOSS]
    if line.product_spans and rng.random() < 0.25:  # noqa: PLR2004 - shares chosen by hand, all in this function
        chars, context = _renamed(chars, context, line, rng.choice(names))
    for chance, change in _CHANGES:
        if rng.random() < chance:
            chars = change(chars, rng)
    return Variant("".join(c for c, _ in chars), tuple(m for _, m in chars), context, parent)


def _renamed(chars: Marked, context: str, line: Line, name: str) -> tuple[Marked, str]:
    text = "".join(c for c, _ in chars)
    span = line.product_spans[0]
    at = text.find(span)
    if at < 0 or any(m for _, m in chars[at : at + len(span)]):
        return chars, context
    context = context.replace(line.products[0], name)
    return [*chars[:at], *((c, 0) for c in name), *chars[at + len(span) :]], context


def _lower(chars: Marked, _: Random) -> Marked:
    return [(c.lower() if len(c.lower()) == 1 else c, m) for c, m in chars]


def _upper(chars: Marked, _: Random) -> Marked:
    return [(c.upper() if len(c.upper()) == 1 else c, m) for c, m in chars]


def _bare(chars: Marked, _: Random) -> Marked:
    return [(unicodedata.normalize("NFD", c)[0], m) for c, m in chars]


def _unpunctuated(chars: Marked, _: Random) -> Marked:
    return [(c, m) for c, m in chars if c not in ".,;:!?'’"] or chars


def _mistyped(chars: Marked, rng: Random) -> Marked:
    """Drop, double, swap or mistake one letter in about thirty."""
    out = list(chars)
    for _ in range(max(1, len(chars) // 30)):
        at = rng.randrange(len(out)) if out else 0
        if at + 1 >= len(out) or not out[at][0].isalpha():
            continue
        out = _TYPOS[rng.randrange(len(_TYPOS))](out, at, rng)
    return out


def _swap(out: Marked, at: int, _: Random) -> Marked:
    return [*out[:at], out[at + 1], out[at], *out[at + 2 :]]


def _drop(out: Marked, at: int, _: Random) -> Marked:
    return [*out[:at], *out[at + 1 :]]


def _double(out: Marked, at: int, _: Random) -> Marked:
    return [*out[:at], out[at], *out[at:]]


def _neighbour(out: Marked, at: int, rng: Random) -> Marked:
    char, mark = out[at]
    return [*out[:at], (rng.choice(_NEIGHBOURS.get(char, char)), mark), *out[at + 1 :]]


_TYPOS: tuple[Callable[[Marked, int, Random], Marked], ...] = (_swap, _drop, _double, _neighbour)
_CHANGES: tuple[tuple[float, Callable[[Marked, Random], Marked]], ...] = (
    (0.10, _lower),
    (0.04, _upper),
    (0.08, _bare),
    (0.05, _unpunctuated),
    (0.12, _mistyped),
)
