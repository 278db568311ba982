"""Parts of one post in two languages that do not say the same."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeVar

from pydantic import Field

from workflow.checks.detectors.detector import Detector, Hit
from workflow.checks.detectors.language import Words, words_of
from workflow.checks.detectors.numbers import numbers_in
from workflow.checks.reading import Field as PostField
from workflow.checks.reading import Reading

_PIECE_END = re.compile(r"[.!?;]+(?=\s|$)|\n+|\s[/|]\s|\s--+\s")
_FIELDS = ("text", "first_comment")
_CLEARLY = 3
K = TypeVar("K")


@dataclass
class _Side:
    """What one language says: its length in words, its numbers and products with their places."""

    words: int = 0
    numbers: dict[float, Hit] = field(default_factory=dict)
    products: dict[str, Hit] = field(default_factory=dict)


class PartsDisagree(Detector):
    """Find a number or a product that one language has and the other has not, in a post written in two.

    `first` and `second`: words that tell the languages. Each needs `least` of them. A part that only leaves a number
    out does not disagree; both must give one that the other has not. Products disagree where both parts name some. A
    part with less than `share` of the other's words is no version of it (a slogan above the mandatory mentions).
    """

    kind: Literal["variants"]
    first: Words
    second: Words
    least: Annotated[int, Field(gt=0)] = 3
    share: Annotated[float, Field(gt=0, le=1)] = 0.2

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return the first number, and the first product, on which the second language disagrees."""
        if not self._in_both(reading):
            return
        yield from self._disagreements(*self._sides(reading))

    def between(self, one: Reading, other: Reading) -> Iterator[Hit]:
        """Return what `hits` does for two posts, the first in the first language and the second in the second.

        A post in both languages is no translation of another one: nothing is said of it here.
        """
        if self._written_in(one) == 0 and self._written_in(other) == 1:
            yield from self._disagreements(_whole(one), _whole(other))

    def _disagreements(self, one: _Side, two: _Side) -> Iterator[Hit]:
        if min(one.words, two.words) < self.share * max(one.words, two.words):
            return
        if one.numbers.keys() - two.numbers.keys():
            yield from _first_other(two.numbers, one.numbers)
        if one.products and two.products and one.products.keys() != two.products.keys():
            yield from [*_first_other(two.products, one.products), *_first_other(one.products, two.products)][:1]

    def _written_in(self, reading: Reading) -> int | None:
        """Return the language of a whole post, or None when it has too few telling words, or many of both."""
        words = [word for text in reading.fields if text.name in _FIELDS for word in words_of(text.plain.text)]
        counts = [sum(word in language for word in words) for language in (self.first, self.second)]
        clear = max(counts) >= self.least and max(counts) >= _CLEARLY * min(counts)
        return counts.index(max(counts)) if clear else None

    def _in_both(self, reading: Reading) -> bool:
        """Say whether the post has enough words of both languages."""
        words = [word for text in reading.fields if text.name in _FIELDS for word in words_of(text.plain.text)]
        return all(sum(word in language for word in words) >= self.least for language in (self.first, self.second))

    def _sides(self, reading: Reading) -> tuple[_Side, _Side]:
        """Sort what the pieces of text and first comment say by language."""
        sides = (_Side(), _Side())
        for text in reading.fields:
            if text.name in _FIELDS:
                for side, start, end in self._pieces(text.plain.text):
                    _gather(sides[side], reading, text, start, end)
        return sides

    def _pieces(self, text: str) -> list[tuple[int, int, int]]:
        """Return the pieces of a text: language (0 or 1), start, end.

        A piece without a telling word goes with the one before, or at the beginning with the one after.
        """
        ends = [*(mark.end() for mark in _PIECE_END.finditer(text)), len(text)]
        spans = list(zip([0, *ends], ends, strict=False))
        told = [self._language(text[start:end]) for start, end in spans]
        current = next((language for language in told if language is not None), 0)
        pieces = []
        for language, (start, end) in zip(told, spans, strict=True):
            current = current if language is None else language
            pieces.append((current, start, end))
        return pieces

    def _language(self, piece: str) -> int | None:
        """Return the language of a piece, or None when its words do not tell."""
        words = words_of(piece)
        one = sum(word in self.first for word in words)
        two = sum(word in self.second for word in words)
        return None if one == two else int(two > one)


def _whole(reading: Reading) -> _Side:
    """Return all that a post in one language says."""
    side = _Side()
    for text in reading.fields:
        if text.name in _FIELDS:
            _gather(side, reading, text, 0, len(text.plain.text))
    return side


def _gather(side: _Side, reading: Reading, text: PostField, start: int, end: int) -> None:
    """Add the words, the numbers and the brands of one piece to its side."""
    side.words += len(words_of(text.plain.text[start:end]))
    for value, first, last in numbers_in(text.plain.text, start, end):
        side.numbers.setdefault(value, Hit(text.name, *text.plain.span(first, last)))
    if start >= end:
        return
    for mention in reading.named_between(text.name, *text.plain.span(start, end)):
        if not mention.by_substance:
            name = mention.products[0].name
            side.products.setdefault(name, Hit(mention.field, mention.start, mention.end, {"product": name}))


def _first_other(mine: Mapping[K, Hit], theirs: Mapping[K, Hit]) -> list[Hit]:
    """Return the first of mine that theirs has not."""
    return [hit for value, hit in mine.items() if value not in theirs][:1]
