"""Full names of persons: a given name and a surname, or a title and both.

"Dr Martin Dupont", "Mme Lefèvre Anne", "John Smith" and "@Corinne Belval" are; a given name or a surname alone, "Dr
Vasseur", initials and "Nicole de Béziers" are not.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from moderation.detectors.folding import fold_word
from moderation.detectors.products.lists import common_words, frequent_words

_HERE = Path(__file__).parent
_BEGINNING = r"(?:Mc|Mac|Fitz|[ODN]['’]|Di|De|Le|La|Al-|El-|Ben-)?"
_CAPITAL = rf"{_BEGINNING}[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]{{1,30}}(?:['’][a-zà-öø-ÿ]{{3,30}})?"
_WORD = rf"{_CAPITAL}(?:-{_CAPITAL}){{0,3}}"
_SHOUTED = r"[A-ZÀ-ÖØ-Þ]{2,30}(?:[-'’][A-ZÀ-ÖØ-Þ]{2,30}){0,3}"
_PARTICLE = (
    r"(?:van der|van den|van|von|bin|ben|el|al|de la|Ní|Ó|Mc|Mac|De La|De|Du|Le|La|Les|Van|Von|Ben|Bin|El|Al|St\.?) "
)
_TITLE = (
    r"(?:[Dd](?:octo)?r|[Dd]octeure?|Prof|Pr|[Pp]rofesseure?|[Mm]me|[Mm]adame|[Mm]lle|"
    r"[Mm]ademoiselle|M|Mr|Mrs|Ms|Miss|[Mm]onsieur|Ma[îi]tre|Sir|Lady|[Nn]urse|[Ss]ister)\.? "
)
_ONE = rf"(?:{_WORD}|{_SHOUTED}|[A-Z]\.)"
_RUN = re.compile(rf"(?<![\w#.'’])({_TITLE})?({_ONE}(?: (?:{_PARTICLE})?{_ONE}){{1,6}})(?!\w)")
_PART = re.compile(rf"({_PARTICLE})?({_ONE})(?: |$)")
_PAIR = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’.-]{0,60} (?:[A-ZÀ-ÖØ-Þ]|van|von|bin|ben|el|al|le|la|de)")
"""What a name cannot do without: a word with a capital before another one or a small particle."""
_INITIALS = re.compile(rf"(?<![\w.])(?:[A-Z]\. ?){{1,2}}(?:{_WORD}|{_SHOUTED})(?=, (?:[Ff]lat |[Aa]pt )?\d)")
"""Initials and a surname say who it is where an address follows."""
_EPONYMS = frozenset(("guillain", "stevens", "machu", "raynaud", "sjogren"))
"""Diseases and places that look like a name."""
_MOST = 4
_SHORTEST_UNKNOWN = 4


@cache
def _names(file: str) -> frozenset[str]:
    """Return the names of a list beside this module, folded."""
    lines = (_HERE / file).read_text("utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


def _head(word: str) -> str:
    """Return what decides on a word: folded, of two names with a hyphen the first."""
    return fold_word(word).replace("'", "").split("-")[0]


@lru_cache(maxsize=20_000)
def _given(word: str) -> bool:
    return _head(word) in _names("first_names.txt")


@lru_cache(maxsize=20_000)
def _surname(word: str) -> bool:
    """Tell whether a word with a capital after a given name may be its surname: no frequent word, or a known name."""
    head = _head(word)
    return head in _names("surnames.txt") or (head not in frequent_words() and len(head) > 1) or "-" in word[1:]


@lru_cache(maxsize=20_000)
def _unknown(word: str) -> bool:
    head = _head(word)
    return len(head) >= _SHORTEST_UNKNOWN and head not in common_words() and not word.isupper()


@lru_cache(maxsize=20_000)
def _rare(word: str) -> bool:
    head = _head(word)
    return len(head) >= _SHORTEST_UNKNOWN and head not in frequent_words() and not word.isupper()


@lru_cache(maxsize=20_000)
def _shouted(word: str) -> bool:
    """Tell a surname in capitals from an abbreviation and from shouting."""
    head = _head(word)
    return (
        word.isupper()
        and len(head) >= _SHORTEST_UNKNOWN
        and (head in _names("surnames.txt") or head not in common_words())
    )


class _Run:
    """Words with capitals in a row, and the title before them."""

    def __init__(self, match: re.Match[str]) -> None:
        self.titled = match.group(1) is not None
        start = match.start(2)
        self.parts = [
            (p.group(1) or "", p.group(2), start + p.start(), start + p.end(2)) for p in _PART.finditer(match.group(2))
        ]

    def words(self) -> list[str]:
        return [word for _particle, word, _start, _end in self.parts]

    def full_name(self) -> tuple[int, int] | None:
        """Return where the first full name stands."""
        words = self.words()
        for at, (word, after) in enumerate(pairwise(words)):
            titled = self.titled and at == 0
            if not self._is_pair(at, word, after, titled=titled):
                continue
            last = at + 1
            while last + 1 < min(len(words), at + _MOST) and _surname(words[last + 1]):
                last += 1
            return self.parts[at][2], self.parts[last][3]
        return None

    def _is_pair(self, at: int, word: str, after: str, *, titled: bool) -> bool:
        """Tell a given name before a surname; after a title also the other way round, and two words nobody knows."""
        if after.endswith("."):
            return _given(word) and at + 2 < len(self.parts) and _surname(self.parts[at + 2][1])
        if word.endswith("."):
            return False
        if _given(word) and _surname(after):
            return True
        if titled and _surname(word) and (_given(after) or _surname(after)):
            return True
        if _head(word) in _EPONYMS:
            return False
        plain = not self.parts[at + 1][0]
        turned = (_shouted(word) or _unknown(word)) and _given(after)
        double = "-" in after[1:] and not _given(after) and _rare(word)
        return plain and (
            double or turned or (_unknown(word) and (_unknown(after) or _head(after) in _names("surnames.txt")))
        )


def names_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the full names in a text."""
    if _PAIR.search(text) is None:
        return
    yield from (m.span() for m in _INITIALS.finditer(text))
    for match in _RUN.finditer(text):
        if (span := _Run(match).full_name()) is not None:
            yield span
