"""Finding the names of a register in a folded text: by words, so that a register of thousands costs no more."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from workflow.checks.folding import fold

# Shorter names are words of the language too often to be looked for inside a hashtag or an address.
_SHORTEST_INSIDE = 5
_WORD = re.compile(r"\w+")
_BETWEEN = re.compile(r"[\s'/+-]+")
_TAG_OR_ADDRESS = re.compile(r"[#@]\w+|(?:https?://|www\.)\S+|(?<![a-z0-9-])[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/\S*)?")

Found = tuple[int, int, tuple[int, ...]]


@dataclass(frozen=True)
class NameIndex:
    """Names by their first word, and squeezed to letters and figures; each leads to the places of its holders."""

    by_first_word: dict[str, tuple[tuple[str, ...], ...]]
    inside: tuple[str, ...]
    holders: dict[str, tuple[int, ...]]

    def found_in(self, text: str, whole: bool) -> Iterator[Found]:
        """Return start, end and holders of the names in a folded text: whole words, or anywhere inside a tag.

        `whole`: all of the text is a tag or an address.
        """
        words = list(_WORD.finditer(text))
        for number, word in enumerate(words):
            for name in self.by_first_word.get(word[0], ()):
                last = number + len(name) - 1
                if last < len(words) and self._stands(text, words[number : last + 1], name):
                    yield word.start(), words[last].end(), self.holders["".join(name)]
        spans = [(0, len(text))] if whole else [tag.span() for tag in _TAG_OR_ADDRESS.finditer(text)]
        for start, end in spans:
            yield from self._inside(text, start, end)

    def _stands(self, text: str, words: list[re.Match[str]], name: tuple[str, ...]) -> bool:
        """Say whether these words are the name, with nothing but blanks, hyphens or the like between them."""
        return all(word[0] == part for word, part in zip(words, name, strict=True)) and all(
            _BETWEEN.fullmatch(text, before.end(), after.start()) for before, after in pairwise(words)
        )

    def _inside(self, text: str, start: int, end: int) -> Iterator[Found]:
        """Return the names inside one hashtag, handle or address, whatever stands between their words."""
        places = [place for place in range(start, end) if text[place].isalnum()]
        squeezed = "".join(text[place] for place in places)
        for name in self.inside:
            at = squeezed.find(name)
            while at >= 0:
                yield places[at], places[at + len(name) - 1] + 1, self.holders[name]
                at = squeezed.find(name, at + len(name))


@lru_cache(maxsize=64)
def name_index(names: tuple[tuple[str, ...], ...]) -> NameIndex:
    """Index the names of each product, product by product. English drops the final e of a substance in -ine."""
    first: dict[str, set[tuple[str, ...]]] = {}
    holders: dict[str, list[int]] = {}
    for place, name in ((place, name) for place, given in enumerate(names) for name in given):
        for words in _spellings(tuple(_WORD.findall(fold(name).text))):
            first.setdefault(words[0], set()).add(words)
            if place not in holders.setdefault("".join(words), []):
                holders["".join(words)].append(place)
    inside = sorted((name for name in holders if len(name) >= _SHORTEST_INSIDE), key=len, reverse=True)
    return NameIndex(
        {word: tuple(sorted(found, key=len, reverse=True)) for word, found in first.items()},
        tuple(inside),
        {name: tuple(found) for name, found in holders.items()},
    )


def squeezed(name: str) -> str:
    """Return a name folded to its letters and figures."""
    return "".join(_WORD.findall(fold(name).text))


def _spellings(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the spellings of a name."""
    if not words:
        return []
    return [words, (*words[:-1], words[-1][:-1])] if words[-1].endswith("ine") else [words]
