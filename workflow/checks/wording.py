"""Wordings of a pack: regular expressions matched on folded text."""

import itertools
import re
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from typing import Annotated

from pydantic import BeforeValidator

from i18n import N_
from workflow.checks.letters import GRAM, grams_of, holds_one, letters_needed

_FOLDED_AWAY = re.compile(r"[^\x00-\x7f€£°]|(?<!\\)(?<!\(\?)[A-Z]")
# The signs that open, close or part groups; escaped ones and those in a set of characters are read over.
_SIGN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[|()]")


def compile_wording(pattern: object) -> re.Pattern[str]:
    """Compile a pattern of a pack.

    It is matched on folded text; a space in it stands for any blank, " ?" for one that may miss. Raises
    ValueError with a sentence (a French msgid) when it is broken, could never match, or accepts the empty text.
    """
    if not isinstance(pattern, str):
        raise ValueError(N_("le motif doit être un texte"))  # noqa: TRY004 - the validator needs it
    if _FOLDED_AWAY.search(pattern):
        raise ValueError(N_("le motif doit être écrit sans accent ni majuscule, car le texte est comparé ainsi"))
    if re.search(r" [*+{]", pattern):
        raise ValueError(N_("une espace du motif ne peut être suivie que de « ? »"))
    try:
        compiled = re.compile(pattern.replace(" ?", r"\s*").replace(" ", r"\s+"))
    except re.error as error:
        raise ValueError(N_("le motif n'est pas une expression régulière valide")) from error
    if compiled.match(""):
        raise ValueError(N_("le motif accepte un texte vide"))
    return compiled


Wording = Annotated[re.Pattern[str], BeforeValidator(compile_wording)]


class AnyOf:
    """Many wordings as one: the matches of the joined pattern, found several times as fast.

    A pack has thousands of alternatives and a post holds the words of few. Each is searched for only in a text that
    holds the letters without which it cannot match, and those of a whole rule are looked up at once.
    """

    def __init__(self, wordings: Iterable[re.Pattern[str]]) -> None:
        self._wordings = tuple(wordings)

    @cached_property
    def joined(self) -> re.Pattern[str]:
        """The one pattern that they amount to."""
        return re.compile("|".join(f"(?:{wording.pattern})" for wording in self._wordings))

    @cached_property
    def _parts(self) -> list[str]:
        return [part for wording in self._wordings for part in _alternatives(wording.pattern)]

    @cached_property
    def _index(self) -> tuple[dict[str, set[int]], frozenset[int]]:
        """Beginnings of the letters needed, each with the alternatives that need them; and those that need none."""
        index: dict[str, set[int]] = {}
        free = set()
        for i, part in enumerate(self._parts):
            needed = letters_needed(part)
            free |= set() if needed else {i}
            for word in needed[0] if needed else ():
                index.setdefault(word[:GRAM], set()).add(i)
        return index, frozenset(free)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches that do not overlap, from the left; where two begin together, that of the first wording."""
        index, free = self._index
        possible = free.union(*(index[gram] for gram in index.keys() & grams_of(text)))
        places = {i: found for i in possible if (found := _search(self._parts[i], text))}
        while places:
            match = places[min(places, key=lambda i: (places[i].start(), i))]
            yield match
            places = {i: found for i, old in places.items() if (found := self._after(i, old, match.end()))}

    def _after(self, i: int, old: re.Match[str], end: int) -> re.Match[str] | None:
        """Return the match of an alternative from a place on: the one that it had, or the next."""
        return old if old.start() >= end else _compiled(self._parts[i]).search(old.string, end)

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match."""
        return next(self.finditer(text), None)


def _search(part: str, text: str) -> re.Match[str] | None:
    """Return the first match of an alternative, sought only in a text that holds all that it needs."""
    held = all(holds_one(strings, text) for strings in letters_needed(part))
    return _compiled(part).search(text) if held else None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile an alternative when a text first holds its letters; there are as many as the packs have."""
    return re.compile(pattern)


def any_of(wordings: Iterable[re.Pattern[str]]) -> AnyOf:
    """Join wordings."""
    return AnyOf(wordings)


def _alternatives(pattern: str) -> list[str]:
    """Split a pattern at its outermost bars."""
    depth, cuts = 0, [-1]
    for sign in _SIGN.finditer(pattern):
        depth += (sign[0] == "(") - (sign[0] == ")")
        if sign[0] == "|" and not depth:
            cuts.append(sign.start())
    return [pattern[start + 1 : end] for start, end in itertools.pairwise([*cuts, len(pattern)])]
