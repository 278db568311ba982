"""Text as the rules read it: lower case, without accents, elongations or invisible characters, offsets kept."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

LONGEST = 100_000
"""Characters of a comment that are read; what comes after is left to a person."""

_LONGEST_EXPANSION = 4
_SAME = {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"}
_ELONGATED = re.compile(r"([^\W\d_])\1{2,}")


@dataclass(frozen=True)
class Folded:
    """Folded text and, for each of its characters, the index in the source; None when both run in step."""

    source: str
    text: str
    offsets: tuple[int, ...] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open span in the source of the folded span [start, end), combining marks included."""
        if self.offsets is None or start >= end:
            return start, end
        last = self.offsets[end - 1] + 1
        while last < len(self.source) and unicodedata.combining(self.source[last]):
            last += 1
        return self.offsets[start], last


@cache
def _folded_character(character: str) -> str:
    if character in _SAME:
        return _SAME[character]
    category = unicodedata.category(character)
    if category in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    if category in ("Cf", "Mn"):
        return ""
    parts = unicodedata.normalize("NFKD", character).lower()
    kept = "".join(p for p in parts if not unicodedata.combining(p))
    return _SAME.get(kept, kept)[:_LONGEST_EXPANSION]


def _shorten(text: str, offsets: list[int]) -> tuple[str, list[int]]:
    """Reduce three or more equal letters to one: "vomiiii" reads as "vomi"."""
    kept: list[int] = []
    position = 0
    for match in _ELONGATED.finditer(text):
        kept.extend(range(position, match.start() + 1))
        position = match.end()
    kept.extend(range(position, len(text)))
    return "".join(text[i] for i in kept), [offsets[i] for i in kept]


@lru_cache(maxsize=8)
def fold(text: str) -> Folded:
    """Fold the first 100,000 characters of a text."""
    head = text[:LONGEST]
    parts = [_folded_character(c) for c in head]
    folded = "".join(parts)
    elongated = _ELONGATED.search(folded) is not None
    if not elongated and all(len(p) == 1 for p in parts):
        return Folded(text, folded, None)
    offsets = [i for i, part in enumerate(parts) for _ in part]
    if elongated:
        folded, offsets = _shorten(folded, offsets)
    return Folded(text, folded, tuple(offsets))
