"""Folding for matching: without accents, case, typography; every folded character knows where it stood."""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

_TYPOGRAPHY = {
    **dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4`\u2032", "'"),
    **dict.fromkeys("\u00ab\u00bb\u201c\u201d\u201e\u2033\u2039\u203a", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "™": "", "®": "",
}  # fmt: skip
_DROPPED = frozenset({"Mn", "Me", "Cf"})
_TAG = re.compile(r"[#@]\w+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Folded:
    """A folded text and, for each of its characters, the index of the source character it came from."""

    source: str
    text: str
    index: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the source that the folded span `start:end` came from, combining marks included."""
        first, last = self.index[start], self.index[end - 1]
        after = bisect_right(self.index, last)
        limit = self.index[after] if after < len(self.index) else len(self.source)
        stop = last + 1
        while stop < limit and unicodedata.category(self.source[stop]) in _DROPPED:
            stop += 1
        return first, stop


def fold(source: str, *, split_tags: bool = False, all_tags: bool = False) -> Folded:
    """Fold a text; with `split_tags`, hashtags and handles are split at capitals, figures and underscores.

    `all_tags` treats every word as a hashtag: for a list of hashtags, which may come without their sign.
    """
    breaks = _breaks(source, _WORD if all_tags else _TAG) if split_tags else frozenset()
    characters: list[str] = []
    index: list[int] = []
    for position, character in enumerate(source):
        folded = fold_character(character)
        if position in breaks:
            folded = f" {'' if character == '_' else folded}"
        characters.append(folded)
        index += [position] * len(folded)
    return Folded(source, "".join(characters), tuple(index))


@lru_cache(maxsize=8192)
def fold_character(character: str) -> str:
    """Fold one character: zero, one or several characters."""
    if character in _TYPOGRAPHY:
        return _TYPOGRAPHY[character]
    decomposed = unicodedata.normalize("NFKD", character).casefold()
    return "".join(_TYPOGRAPHY.get(part, part) for part in decomposed if unicodedata.category(part) not in _DROPPED)


def _breaks(source: str, tags: re.Pattern[str]) -> frozenset[int]:
    """Return the positions at which a word of a hashtag begins."""
    return frozenset(
        position
        for tag in tags.finditer(source)
        for position in range(tag.start() + 1, tag.end())
        if _is_hump(source, position, tag.end())
    )


def _is_hump(source: str, position: int, end: int) -> bool:
    """Say whether a new word begins here: `sR` in sansRisque, `Re` in ANSMRegles, `e1` in Phase1, `_`."""
    before, here = source[position - 1], source[position]
    after = source[position + 1] if position + 1 < end else ""
    if here == "_":
        return True
    if here.isupper():
        return before.islower() or before.isdigit() or (before.isupper() and after.islower())
    return (before.isalpha() and here.isdigit()) or (before.isdigit() and here.isalpha())
