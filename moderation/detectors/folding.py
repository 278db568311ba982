"""Text as the rules read it: lower case, without accents, elongations or invisible characters, offsets kept."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache

LONGEST = 100_000
"""Characters of a comment that are read; what comes after is left to a person."""

_LONGEST_EXPANSION = 4
_SAME = {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"}
_ELONGATED = re.compile(r"([^\W\d_])\1{2,}")
_WORD = re.compile(r"[^\W_]+")
_TRIPLED = re.compile(r"(.)\1\1")


@dataclass(frozen=True)
class Folded:
    """Folded text and, for each of its characters, the index in the source; None when both run in step."""

    source: str
    text: str
    offsets: tuple[int, ...] | None

    @cached_property
    def words(self) -> list[str]:
        """The runs of letters and digits of the text."""
        return _WORD.findall(self.text)

    @cached_property
    def starts(self) -> list[int]:
        """Where each of the words starts."""
        starts, end = [], 0
        for word in self.words:
            starts.append(self.text.index(word, end))
            end = starts[-1] + len(word)
        return starts

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open span in the source of the folded span [start, end), combining marks included."""
        if self.offsets is None or start >= end:
            return start, end
        last = self.offsets[end - 1] + 1
        while last < len(self.source) and unicodedata.combining(self.source[last]):
            last += 1
        return self.offsets[start], last


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


class _Characters(dict[int, str]):
    """What each character folds to, learnt as characters come, and which of them fold to none or to several."""

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()

    def __missing__(self, point: int) -> str:
        folded = _folded_character(chr(point))
        if len(folded) != 1:
            self.uneven.add(chr(point))
        self[point] = folded
        return folded


_CHARACTERS = _Characters()


def _shorten(text: str, offsets: list[int]) -> tuple[str, list[int]]:
    """Reduce three or more equal letters to one: "vomiiii" reads as "vomi"."""
    kept: list[int] = []
    position = 0
    for match in _ELONGATED.finditer(text):
        kept.extend(range(position, match.start() + 1))
        position = match.end()
    kept.extend(range(position, len(text)))
    return "".join(text[i] for i in kept), [offsets[i] for i in kept]


@lru_cache(maxsize=16)
def fold(text: str) -> Folded:
    """Fold the first 100,000 characters of a text; the last texts are kept, because every detector asks."""
    head = text[:LONGEST]
    folded = head.translate(_CHARACTERS)
    # The simpler pattern is four times as fast, and few texts have three equal characters on end.
    elongated = _TRIPLED.search(folded) is not None and _ELONGATED.search(folded) is not None
    if not elongated and (head.isascii() or _CHARACTERS.uneven.isdisjoint(head)):
        return Folded(text, folded, None)
    offsets = [i for i, c in enumerate(head) for _ in _CHARACTERS[ord(c)]]
    if elongated:
        folded, offsets = _shorten(folded, offsets)
    return Folded(text, folded, tuple(offsets))


def fold_word(word: str) -> str:
    """Return a word or a name folded, without its offsets and without keeping it."""
    folded = word[:LONGEST].translate(_CHARACTERS)
    return _ELONGATED.sub(r"\1", folded) if _TRIPLED.search(folded) else folded
