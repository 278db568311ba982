"""Keys near each other."""

import re
from collections import defaultdict
from collections.abc import Iterator

from moderation.detectors.products.lists import key_of

_FARTHEST = 3
_AILMENT = re.compile(
    r"(?:it(?:e|es|is)|algi[ea]s?|[ae]?emi[ea]s?|path(?:ie|y)s?|(?:tom|scop|log|graph)(?:ie|y)s?|log(?:ue|ist)s?)$"
)


def deletions(key: str) -> Iterator[str]:
    """Yield the key and every key with one letter less; two keys one edit apart share one of them."""
    yield key
    for i in range(len(key)):
        yield key[:i] + key[i + 1 :]


def one_edit(a: str, b: str) -> bool:
    """Tell whether one insertion, deletion, substitution or swap of neighbours makes the two equal."""
    if abs(len(a) - len(b)) > 1:
        return False
    if len(a) == len(b):
        different = [i for i in range(len(a)) if a[i] != b[i]]
        swapped = [a[:i] + a[i + 1] + a[i] + a[i + 2 :] == b for i in different[:1] if i + 1 < len(a)]
        return len(different) <= 1 or any(swapped)
    short, long = sorted((a, b), key=len)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def edits(a: str, b: str) -> int:
    """Return the least number of insertions, deletions and substitutions that make the two equal."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def resembles(key: str, name: str) -> bool:
    """Tell whether a word that sounds like a name also looks like it: three edits and no more."""
    return edits(key, key_of(name)) <= _FARTHEST


def is_ailment(key: str) -> bool:
    """Tell by its end a word of medicine that frequent words leave out: "pancréatite" is no misspelt "pancréatine"."""
    return _AILMENT.search(key) is not None


class Neighbours:
    """A set of keys that is asked for those one edit away from another one."""

    def __init__(self) -> None:
        self._by_part: dict[str, list[str]] = defaultdict(list)
        self._known: set[str] = set()

    def add(self, key: str) -> None:
        """Add a key; one that is there already changes nothing."""
        if key not in self._known:
            self._known.add(key)
            for part in deletions(key):
                self._by_part[part].append(key)

    def of(self, key: str) -> list[str]:
        """Return the keys at most one edit away, in the order of the alphabet."""
        near = {name for part in deletions(key) for name in self._by_part.get(part, ())}
        return sorted(name for name in near if one_edit(name, key))
