"""A medicine, by its brand or its substance, that the register does not know."""

import re
from collections.abc import Iterator
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from workflow.checks.detectors.detector import AnyOf, Detector, Hit, Wording, any_of
from workflow.checks.folding import fold
from workflow.checks.names import squeezed
from workflow.checks.post import ProductFacts
from workflow.checks.reading import Field as ReadField
from workflow.checks.reading import Reading
from workflow.checks.scope import asserted, sentence_at

_SUBSTANCES = Path(__file__).with_name("substances.txt")
_WORD = re.compile(r"\w[\w-]{2,}\w")
_BRACKET = re.compile(r"\s*\(([^()]{4,60})\)")
_SHORTEST = 4
# A brand is announced by the words right before it, or told by those right after: so far, in characters, they reach.
# A longer run of blanks would be tried in every way in which a wording can share it out.
_REACH = 50
_REACH_AFTER = 90
# What denies a word or warns of it stands so near.
_AROUND = 500


class UnknownProduct(Detector):
    """Find what reads like a medicine and is not in the register; each name once.

    A word is a brand when it begins with a capital and bears ® or ™, stands right after one of `before` or right
    before one of `after` (or before a substance between brackets); `not_names` are words that never are one. A
    substance (`substances`) is a word of the public list, or one that `stems` match. Where the sentence warns of other
    medicines (`aside`), denies or asks, nothing is found. `declared`: a declared product without entry is found.
    """

    kind: Literal["unknown_product"]
    before: Annotated[tuple[Wording, ...], Field(min_length=1)]
    after: Annotated[tuple[Wording, ...], Field(min_length=1)]
    stems: tuple[Wording, ...] = ()
    aside: Annotated[tuple[Wording, ...], Field(min_length=1)]
    not_names: str = ""
    declared: bool = False
    substances: bool = False

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return the products declared, then the names in the texts."""
        seen: set[str] = set()
        pairs = zip(reading.post.products, reading.declared, strict=True)
        for name in (name for name, product in pairs if product is None):
            seen.add(squeezed(name))
            if self.declared:
                yield Hit("products", words={"product": name})
        known = _known(_given(reading.register))
        for field in reading.fields:
            for start, end in sorted(self._names(field, known)):
                span = field.words.span(start, end)
                name = field.words.source[slice(*span)]
                if squeezed(name) not in seen:
                    seen.add(squeezed(name))
                    yield Hit(field.name, *span, {"product": name})

    def _names(self, field: ReadField, known: frozenset[str]) -> Iterator[tuple[int, int]]:
        """Return the folded places of the unknown names of one field; in an address nothing is looked for."""
        text = field.words.text
        for word in _WORD.finditer(text) if field.name != "link" else ():
            start, end = word.span()
            if (
                self._is_name(field, word)
                and known.isdisjoint(part.removesuffix("e") for part in re.split(r"\W+", word[0]))
                and self._meant(text, start, end)
            ):
                yield start, end

    def _meant(self, text: str, start: int, end: int) -> bool:
        """Say whether the words around a name assert it, and do not warn of other medicines."""
        first = max(0, start - _AROUND)
        near = text[first : end + _AROUND], start - first, end - first
        return asserted(*near) and not self._aside.search(sentence_at(*near))

    def _is_name(self, field: ReadField, word: re.Match[str]) -> bool:
        """Say whether a word is a substance, or a brand."""
        if not self.substances and not field.words.source[field.words.index[word.start()]].isupper():
            return False
        if is_substance(word[0]) or (self._stem and self._stem.fullmatch(word[0])):
            return self.substances
        return field.name != "hashtags" and self._is_brand(field, word)

    def _is_brand(self, field: ReadField, word: re.Match[str]) -> bool:
        """Say whether a word begins with a capital and is marked, or announced, as a medicine."""
        source, text = field.words.source, field.words.text
        first, stop = field.words.span(*word.span())
        if not source[first].isupper() or word[0] in self._not_names or source[first - 1 : first] in {"#", "@"}:
            return False
        if source[stop : stop + 1] in {"®", "™"}:
            return True
        behind = word.end() + _REACH_AFTER
        bracket = _BRACKET.match(text, word.end(), behind)
        if bracket and any(map(is_substance, re.findall(r"\w+", bracket[1]))):
            return True
        if _shouted(source, first, stop):
            return False
        before = text[max(0, word.start() - _REACH) : word.start()].rpartition("\n")[2]
        return bool(self._before.search(before) or self._after.match(text, word.end(), behind))

    @cached_property
    def _before(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{any_of(self.before).joined.pattern})\Z")

    @cached_property
    def _after(self) -> re.Pattern[str]:
        return any_of(self.after).joined

    @cached_property
    def _stem(self) -> re.Pattern[str] | None:
        return any_of(self.stems).joined if self.stems else None

    @cached_property
    def _aside(self) -> AnyOf:
        return any_of(self.aside)

    @cached_property
    def _not_names(self) -> frozenset[str]:
        return frozenset(self.not_names.split())


@cache
def _listed() -> frozenset[str]:
    """Return the substances of the public list."""
    lines = _SUBSTANCES.read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def is_substance(word: str) -> bool:
    """Say whether a folded word is a substance, in French, in English, or in the plural."""
    bare = word.removesuffix("s")
    return not _listed().isdisjoint({word, bare, f"{bare}e"})


def _shouted(source: str, start: int, end: int) -> bool:
    """Say whether a word in capitals stands among others in capitals, where they tell nothing."""
    around = re.findall(r"[^\W\d_]{4,}", f"{source[max(0, start - 40) : start]} {source[end : end + 40]}")
    return source[start:end].isupper() and any(word.isupper() for word in around)


def _given(register: tuple[ProductFacts, ...]) -> tuple[str, ...]:
    """Return everything by which a register names products, the references of its generics included."""
    return tuple(
        name
        for product in register
        for name in (*product.names, product.substances, product.generic_of or "", *map(str, product.presentations))
    )


@lru_cache(maxsize=64)
def _known(names: tuple[str, ...]) -> frozenset[str]:
    """Return the words of these names, folded, without their final e."""
    words = (word for name in names for word in re.findall(r"\w+", fold(name).text))
    return frozenset(word.removesuffix("e") for word in words if len(word) >= _SHORTEST)
