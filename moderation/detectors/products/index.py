"""Names as people type them, found back: joined, split, elongated, phonetic, or one edit away."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from models.enums import ProductOwner
from moderation.detectors.catalogue import Catalogue
from moderation.detectors.folding import fold

_HERE = Path(__file__).parent
_SHORTEST = 5
_SHORT = 7
_LONGEST = 40
_SHORTEST_SUBSTANCE = 7
_ENGLISH = re.compile(
    r"(?<=ill|myc|mic|tat|lip|par|sul|orm|pir|far|gox|ino|tin|xac)(in)e$|(?<=prof)(en)e$|(?<=zum)(ab)e$|(sulin|spirin)e$"
)
_LEET = str.maketrans("013457@$", "oleastas")
_SOUNDS = (
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"^h|(?<=[^cps])h"), ""),
    (re.compile(r"ph"), "f"),
    (re.compile(r"qu|q|k|c(?=[aourlt])"), "k"),
    (re.compile(r"eau|au"), "o"),
    (re.compile(r"ai|ei|ae"), "e"),
    (re.compile(r"y"), "i"),
    (re.compile(r"ge(?=[ao])|j"), "g"),
    (re.compile(r"[zs]+|c(?=[eiy])"), "s"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"(?<=\w{4})[esth]+$"), ""),
)


@dataclass(frozen=True)
class Entry:
    """What a name stands for: the name to report, its substance, whose it is (None: nobody in the catalogue)."""

    name: str
    substance: str | None
    owner: ProductOwner | None


def key_of(name: str) -> str:
    """Return the letters and digits of a name, folded."""
    return "".join(c for c in fold(name).text if c.isalnum())


@lru_cache(maxsize=100_000)
def sound(key: str) -> str:
    """Return a key that spellings of one French pronunciation share: "cardexyne" and "kardexine"."""
    for pattern, letter in _SOUNDS:
        key = pattern.sub(letter, key)
    return key


def in_english(substance: str) -> str:
    """Return a French substance name as English writes it, as far as endings tell: insuline, insulin."""
    return _ENGLISH.sub(lambda m: m.group().removesuffix("e"), fold(substance).text)


def deletions(key: str) -> Iterable[str]:
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


@cache
def words(*names: str) -> frozenset[str]:
    """Return the words of lists beside this module, folded."""
    lines = (line for name in names for line in (_HERE / name).read_text("utf-8").splitlines())
    return frozenset(key_of(w) for line in lines if not line.startswith("#") for w in line.split())


@cache
def public_substances() -> tuple[str, ...]:
    """Return the names of the public list, lower case with accents."""
    lines = [line for f in ("substances.txt", "extra.txt") for line in (_HERE / f).read_text("utf-8").splitlines()]
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


class NameIndex:
    """An index over the names of one catalogue and the public substances; reading is pure."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.exact: dict[str, Entry] = {}
        self._sounds: dict[str, Entry] = {}
        self._near: dict[str, list[str]] = defaultdict(list)
        for product in catalogue.products:
            for name in (product.name, *product.aliases):
                self._add(key_of(name), Entry(product.name, product.substance, product.owner), _SHORTEST)
        for substance, owner in self._substances(catalogue).items():
            entry = Entry(substance, substance, owner)
            self._add(key_of(substance), entry, _SHORTEST_SUBSTANCE)
            self._add_english(substance, owner)

    @staticmethod
    def _substances(catalogue: Catalogue) -> dict[str, ProductOwner | None]:
        """Map each substance to its owner: ours as soon as one product of ours carries it."""
        found: dict[str, ProductOwner | None] = {}
        for product in catalogue.products:
            if product.substance and found.get(product.substance) != ProductOwner.OWN:
                found[product.substance] = product.owner
        known = {key_of(s) for s in found}
        return found | {s: None for s in public_substances() if key_of(s) not in known}

    def _add_english(self, substance: str, owner: ProductOwner | None) -> None:
        """Add the English form of a French name: metformine, metformin."""
        if (english := in_english(substance)) != fold(substance).text:
            self.exact.setdefault(key_of(english), Entry(substance, substance, owner))

    def _add(self, key: str, entry: Entry, shortest: int) -> None:
        if key in self.exact:
            return
        self.exact[key] = entry
        if len(key) >= shortest:
            self._sounds.setdefault(sound(key), entry)
            for part in deletions(sound(key)):
                self._near[part].append(sound(key))

    def spelt(self, key: str) -> Entry | None:
        """Return what a folded word (or joined words) is the very name of; a plural and digits for letters count."""
        for form in (key, key.removesuffix("s"), key.translate(_LEET)):
            if form in self.exact:
                return self.exact[form]
        return None

    def misspelt(self, key: str) -> Entry | None:
        """Return the one name that sounds like the word, or whose sound is one edit away."""
        return _misspelt(self, key)

    def like(self, heard: str) -> Entry | None:
        """Return what a sound stands for; of several names one edit away, the first in the alphabet."""
        if heard in self._sounds:
            return self._sounds[heard]
        near = {name for part in deletions(heard) for name in self._near.get(part, ()) if one_edit(name, heard)}
        near = {name for name in near if len(name) >= _SHORTEST and (len(name) > _SHORT or name[0] == heard[0])}
        return self._sounds[min(near)] if near and len(heard) >= _SHORTEST else None


@lru_cache(maxsize=100_000)
def _misspelt(index: NameIndex, key: str) -> Entry | None:
    return index.like(sound(key.translate(_LEET))) if _SHORTEST <= len(key) <= _LONGEST else None
