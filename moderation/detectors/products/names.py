"""The names of a customer's register as people type them: joined, split, clipped, phonetic, or one edit away."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from models.enums import ProductOwner
from moderation.detectors.catalogue import Product
from moderation.detectors.products.lists import common_words, frequent_words, key_of
from moderation.detectors.products.near import Neighbours, is_ailment, resembles
from moderation.detectors.products.sounds import consonants, in_french, skeleton, sounds, without_end

LEET = str.maketrans("013457@$", "oleastas")
SHORTEST = 5
LONGEST = 40
_SHORT = 7
_SHORTEST_PART = 3
_SHORTEST_CLIP = 4
_SHORTEST_CORE = 6
_LONGEST_TAG = 80
_SHORTEST_JOINED = 5
_LONG_JOINED = 7
_CONSONANTS = 4
_OPENING = 3
_ROUND = re.compile(
    r"(?P<before>team|stylo|hashtag|the|my|mon|ma|les?|la|stop|love)?(?P<core>.{5,40}?)"
    r"(?P<after>pens?|stylos?|team|life|gate|vie|addict|forever|\d{1,4}|\d{0,4}mg|week\d{0,2})?"
)


@dataclass(frozen=True)
class Entry:
    """What a name stands for: the name to report, its substance, whose it is (None: nobody in the register)."""

    name: str
    substance: str | None
    owner: ProductOwner | None


def beginnings(names: Iterable[str]) -> frozenset[str]:
    """Return every beginning of names and of their plurals."""
    return frozenset(form[:n] for key in names for form in (key, key + "s") for n in range(1, len(form) + 1))


def spelt(names: Mapping[str, Entry], key: str) -> Entry | None:
    """Return what a key or its singular stands for, digits read as letters where it has some."""
    found = names.get(key) or names.get(key.removesuffix("s"))
    return found or (None if key.isalpha() else names.get(key.translate(LEET)))


class Heard:
    """Names by their sound; `enough` consonants in a row tell a name whose vowels were all mistaken."""

    def __init__(self, enough: int) -> None:
        self.as_said: dict[str, Entry] = {}
        self._skeletons: dict[str, Entry] = {}
        self._near = Neighbours()
        self._enough = enough

    def add(self, sound: str, entry: Entry) -> None:
        """Add one sound of a name; the first name of a sound keeps it."""
        self.as_said.setdefault(sound, entry)
        self._near.add(sound)
        if consonants(sound) >= self._enough:
            self._skeletons.setdefault(skeleton(sound), entry)

    def alike(self, sound: str) -> Entry | None:
        """Return the name that differs from a sound in vowels alone."""
        return self._skeletons.get(skeleton(sound)) if consonants(sound) >= self._enough else None

    def near(self, sound: str) -> list[str]:
        """Return the sounds at most one edit away, in the order of the alphabet."""
        return self._near.of(sound)


class Names:
    """An index over the names of one register; reading is pure."""

    def __init__(self, products: tuple[Product, ...]) -> None:
        self.exact: dict[str, Entry] = {}
        self._heard = Heard(_CONSONANTS)
        for product in products:
            for name in (product.name, *product.aliases):
                self._add(key_of(name), Entry(product.name, product.substance, product.owner))
        self._openings = frozenset(sound[:_OPENING] for sound in self._heard.as_said)
        self._clips = self._unique_clips()

    def _add(self, key: str, entry: Entry) -> None:
        self.exact.setdefault(key, entry)
        for sound in (*sounds(key), key) if len(key) >= SHORTEST else ():
            self._heard.add(sound, entry)

    def _unique_clips(self) -> dict[str, Entry]:
        """Return the beginnings by which one name alone is meant: "cardex", "glycé"; four letters end in a vowel."""
        found: dict[str, set[Entry]] = {}
        for sound, entry in [*self.exact.items(), *self._heard.as_said.items()]:
            for length in range(_SHORTEST_CLIP, len(sound)):
                if length > _SHORTEST_CLIP or sound[length - 1] in "aeio":
                    found.setdefault(sound[:length], set()).add(entry)
        return {clip: entries.pop() for clip, entries in found.items() if len(entries) == 1}

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """What a name or its plural may begin with when it is split."""
        return beginnings(self.exact)

    def spelt(self, key: str) -> Entry | None:
        """Return what a folded word (or joined words) is the very name of; a plural and digits for letters count."""
        return spelt(self.exact, key)

    def opens(self, word: str) -> bool:
        """Tell whether a name may sound like this word and the next ones together: "carte d'exine"."""
        return in_french(word)[:_OPENING] in self._openings

    def misspelt(self, key: str) -> Entry | None:
        """Return the one name that sounds like the word, or whose sound is one edit away or differs in vowels alone."""
        return _misspelt(self, key) if SHORTEST <= len(key) <= LONGEST else None

    def heard(self, key: str) -> Entry | None:
        """Return the name that a word which is not common sounds like."""
        heard = sounds(key)
        known = map(self._heard.as_said.get, heard)
        found = filter(None, (*known, *map(self._one_away, (*heard, key)), *map(self._heard.alike, heard)))
        return next((e for e in found if resembles(key, e.name) and not is_ailment(key)), None)

    def _one_away(self, heard: str) -> Entry | None:
        near = self._heard.near(heard) if len(heard) >= SHORTEST else []
        near = [name for name in near if len(name) >= SHORTEST and (len(name) > _SHORT or name[0] == heard[0])]
        return self._heard.as_said[near[0]] if near else None

    def clipped(self, key: str) -> Entry | None:
        """Return the name of which a word is the beginning."""
        heard = in_french(key)
        return self._clips.get(key) or (self._clips.get(heard) if len(heard) >= _SHORTEST_CORE else None)

    def wrapped(self, key: str, *, hashtag: bool) -> tuple[Entry, int, int] | None:
        """Return a name with other words run on to it, and where it begins and ends: "glyceliapen", "#teamrinozel"."""
        if not _SHORTEST_CORE < len(key) <= _LONGEST_TAG:
            return None
        if hashtag and (inside := self._inside(key)):
            return inside
        match = _ROUND.fullmatch(key)
        core = match["core"] if match and len(match["core"]) < len(key) else ""
        entry = self.exact.get(core) or (self.misspelt(core) if core not in common_words() else None)
        return (entry, *match.span("core")) if match and entry else None

    def _inside(self, key: str) -> tuple[Entry, int, int] | None:
        """Return the longest name that a hashtag begins or ends with."""
        for cut in range(1, len(key) - _SHORTEST_CORE + 1):
            if key[:-cut] in self.exact:
                return self.exact[key[:-cut]], 0, len(key) - cut
            if key[cut:] in self.exact:
                return self.exact[key[cut:]], cut, len(key)
        return None

    def joined(self, parts: list[str]) -> Entry | None:
        """Return the name that several words sound like when they are said in one: "serre et nix", "isi dose"."""
        said, run_on = without_end("".join(map(in_french, parts))), in_french("".join(parts))
        plain = frequent_words().issuperset(parts)
        if len(said) < (_LONG_JOINED if plain else _SHORTEST_JOINED):
            return None
        unknown = not common_words().issuperset(parts) and len(parts[-1]) >= _SHORTEST_PART
        said_as = self._heard.as_said
        entry = said_as.get(said) or (said_as.get(run_on) if unknown else None)
        return self._one_away(said) if entry is None and unknown and len(said) > _LONG_JOINED else entry


@lru_cache(maxsize=50_000)
def _misspelt(names: Names, key: str) -> Entry | None:
    return names.heard(key.translate(LEET))
