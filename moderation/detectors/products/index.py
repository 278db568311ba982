"""Where in a comment a name stands, and which: the register's names, the page's, then public ones."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TypeVar

from moderation.detectors.catalogue import Catalogue, Product
from moderation.detectors.folding import Folded
from moderation.detectors.products.lists import common_words, key_of
from moderation.detectors.products.names import SHORTEST, Entry, Names, beginnings, spelt
from moderation.detectors.products.public import PublicNames

_WORD = re.compile(r"[^\W_]+(?:[@$][^\W_]+)*")
_JOINT = re.compile(r"[\s\-_'.]{1,2}")
_HANDLE = re.compile(r"(?<![^\s(])@\w[\w.]*")
_MOST_WORDS = 4
_MOST_REMEMBERED = 100_000
_NO, _WITH_NEXT, _YES = range(3)


@dataclass(frozen=True)
class Mention:
    """A name in a folded text, [start, end), and the rule that found it."""

    entry: Entry
    rule: str
    start: int
    end: int


_Found = tuple[Entry, str, int, int]
"""What one word was read as: the entry, the rule, and from where to where in the word the name stands."""


class Reading(dict[str, int]):
    """How each word is read under any page, worked out once; forgotten when there are very many words."""

    def __init__(self, names: Names, public: PublicNames) -> None:
        super().__init__()
        self.names, self.public = names, public
        self.beginnings = names.beginnings | beginnings(public.exact)

    def __missing__(self, word: str) -> int:
        if len(self) > _MOST_REMEMBERED:
            self.clear()
        self[word] = told = self._worked_out(word)
        return told

    def _worked_out(self, word: str) -> int:
        """Tell whether a name may begin with a word: no, with the next one only, or yes."""
        names, public = self.names, self.public
        if names.spelt(word) or spelt(public.exact, word) or word in public.brands or names.opens(word):
            return _YES
        short = word.isalpha() and len(word) < SHORTEST and not names.clipped(word)
        if word not in common_words() and not short:
            return _YES
        return _WITH_NEXT if word in self.beginnings else _NO


class NameIndex:
    """Everything that may be named under one page; reading is pure."""

    def __init__(self, reading: Reading, page: Names | None = None) -> None:
        self._reading, self._public = reading, reading.public
        self._page = page
        self._names = (page, reading.names) if page else (reading.names,)
        self._read: dict[tuple[str, bool], _Found | None] = {}

    def mentions(self, folded: Folded) -> Iterator[Mention]:
        """Yield the names of a text from left to right, without overlaps."""
        words, starts_of = _words(folded)
        free, places = 0, self._worth_reading(words)
        starts = starts_of() if places else []
        for place in places:
            if place < free:
                continue
            last = place + _MOST_WORDS
            found = self._at(_Place(folded.text, words[place:last], starts[place:last]))
            if found is not None:
                mention, length = found
                free = place + length
                yield mention

    def _worth_reading(self, words: list[str]) -> list[int]:
        """Return the places at which a name may stand: few, because most words are common or short."""
        how, beginnings, following = self._reading, self._reading.beginnings, [*words[1:], "."]
        read = [
            i
            for i, word in enumerate(words)
            if (told := how[word]) == _YES or (told == _WITH_NEXT and word + following[i] in beginnings)
        ]
        if (page := self._page) is None:
            return read
        return sorted({*read, *(i for i, word in enumerate(words) if word in page.beginnings or page.opens(word))})

    def spelt(self, key: str) -> Entry | None:
        """Return what a folded word, or several joined, is the very name of."""
        return _first(names.spelt(key) for names in self._names) or spelt(self._public.exact, key)

    def _at(self, place: "_Place") -> tuple[Mention, int] | None:
        """Return the name at the first word and how many words it takes."""
        keys = place.keys
        for length in range(self._most_words(keys), 0, -1):
            if length - 1 != place.possessive and (entry := self.spelt("".join(keys[:length]))) is not None:
                return place.mention(entry, "exact", length), length
        alone = self._alone(place)
        return (alone, 1) if alone else self._said(place)

    def _most_words(self, keys: list[str]) -> int:
        """Return how many of the words together may begin a name; one with figures may hold them for letters."""
        joined, length = keys[0], 1
        for length, key in enumerate(keys[1:], 2):
            joined += key
            known = joined in self._reading.beginnings or (self._page and joined in self._page.beginnings)
            if not known and joined.isalpha():
                return length - 1
        return length

    def _alone(self, place: "_Place") -> Mention | None:
        """Read one word by itself; what it was read as is kept, because the unknown words of a page come again."""
        key = place.keys[0], place.hashtag
        if key not in self._read:
            if len(self._read) > _MOST_REMEMBERED:
                self._read.clear()
            self._read[key] = self._worked_out(*key)
        found = self._read[key]
        if found is None:
            return None
        entry, rule, first, last = found
        return Mention(entry, rule, place.start + first, place.start + last)

    def _worked_out(self, key: str, hashtag: bool) -> _Found | None:
        """Read a word that is no known one: a brand, a misspelling, a name run on to others, a clipped name."""
        names, public = self._names, self._public
        if (brand := public.brands.get(key) or public.brands.get(key.removesuffix("s"))) is not None:
            return brand, "public_brand", 0, len(key)
        if not common_words().isdisjoint((key, key.removesuffix("s"))):
            return None
        if (entry := _first(n.misspelt(key) for n in names)) is not None:
            return entry, "spelling", 0, len(key)
        if (wrapped := _first(n.wrapped(key, hashtag=hashtag) for n in names)) is not None:
            entry, first, last = wrapped
            return entry, "run_on", first, last
        if (entry := _first(n.clipped(key) for n in names)) is not None:
            return entry, "clipped", 0, len(key)
        entry = public.misspelt(key)
        return (entry, "spelling", 0, len(key)) if entry else None

    def _said(self, place: "_Place") -> tuple[Mention, int] | None:
        """Read several words as one name by their sound."""
        keys = place.keys[: place.possessive]
        names = [n for n in self._names if n.opens(keys[0])]
        for length in range(2, len(keys) + 1) if names else ():
            if (entry := _first(n.joined(keys[:length]) for n in names)) is not None:
                return place.mention(entry, "sound", length), length
        return None


@dataclass(frozen=True)
class _Place:
    """The next words of a folded text, from one on."""

    text: str
    words: list[str]
    starts: list[int]

    @property
    def start(self) -> int:
        return self.starts[0]

    @property
    def hashtag(self) -> bool:
        return self.start > 0 and self.text[self.start - 1] == "#"

    @cached_property
    def keys(self) -> list[str]:
        """The first word and those that are joined to it, as one name may be."""
        keys = self.words[:1]
        for word, (before, start) in zip(self.words[1:], pairwise(self.starts), strict=True):
            gap = self.text[before + len(keys[-1]) : start]
            if gap != " " and not _JOINT.fullmatch(gap):
                break
            keys.append(word)
        return keys

    @cached_property
    def possessive(self) -> int | None:
        """Which of the keys is the English possessive: "Cardexine's" is no other name, "St John's wort" is one."""
        ends = (i for i, key in enumerate(self.keys) if key == "s" and self.text[self.starts[i] - 1] == "'")
        return next((i for i in ends if i), None)

    def mention(self, entry: Entry, rule: str, length: int = 1) -> Mention:
        last = length - 1
        return Mention(entry, rule, self.start, self.starts[last] + len(self.words[last]))


T = TypeVar("T")


def _first(found: Iterable[T | None]) -> T | None:
    """Return the first that is there."""
    return next((one for one in found if one is not None), None)


def _words(folded: Folded) -> tuple[list[str], Callable[[], list[int]]]:
    """Return the words, where "c@rdexine" is one and an account's name is none, and what tells where each starts."""
    text = folded.text
    if "@" not in text and "$" not in text:
        return folded.words, lambda: folded.starts
    # The names of accounts name nobody's product.
    tokens = list(_WORD.finditer(_HANDLE.sub(lambda m: " " * len(m.group()), text)))
    return [token.group() for token in tokens], lambda: [token.start() for token in tokens]


@lru_cache(maxsize=4)
def _reading(catalogue: Catalogue) -> Reading:
    return Reading(Names(catalogue.products), PublicNames(catalogue))


def index_of(catalogue: Catalogue, page_product: str | None) -> NameIndex:
    """Return the index of a register, with the product of a page that the register does not have."""
    reading, page = _reading(catalogue), key_of(page_product or "")
    if not page_product or not page or page in reading.names.exact or page in reading.public.exact:
        return NameIndex(reading)
    return NameIndex(reading, Names((Product(page_product, owner=None),)))
