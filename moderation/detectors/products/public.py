"""What anybody may name: substances in French and English, their short forms, and brands of the public base."""

from functools import lru_cache
from pathlib import Path

from models.enums import ProductOwner
from moderation.detectors.catalogue import Catalogue
from moderation.detectors.products.english import in_english
from moderation.detectors.products.lists import (
    key_of,
    medicines_list,
    pairs,
    public_substances,
    read_brands,
    supplements,
    words,
)
from moderation.detectors.products.names import LEET, LONGEST, Entry, Heard
from moderation.detectors.products.near import is_ailment, resembles
from moderation.detectors.products.sounds import sounds

_SHORTEST = 7
_SHORTEST_SOUND = 6
_SHORTEST_NEAR = 7
_CONSONANTS = 5


class PublicNames:
    """An index over substances and public brands; reading is pure."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.exact: dict[str, Entry] = {}
        self.brands: dict[str, Entry] = {}
        self.english: dict[str, str] = {}
        self._heard = Heard(_CONSONANTS)
        owners = owners_of(catalogue)
        for substance in dict.fromkeys((*owners, *public_substances(), *supplements())):
            self._add(substance, Entry(substance, substance, owners.get(substance)))
        for short, substance in pairs("short_forms.txt").items():
            self.exact.setdefault(short, Entry(substance, substance, owners.get(substance)))
        self._add_brands(medicines_list(), owners)

    def _add(self, substance: str, entry: Entry) -> None:
        french, english = key_of(substance), key_of(in_english(substance))
        if french in self.exact:
            return
        if english != french:
            self.english[english] = french
        for key in dict.fromkeys((french, english)):
            self.exact.setdefault(key, entry)
            for sound in sounds(key) if len(key) >= _SHORTEST else ():
                self._heard.add(sound, entry)

    def _add_brands(self, source: Path, owners: dict[str, ProductOwner | None]) -> None:
        """Add the brands, and the substances that this version's own list does not have yet."""
        not_meant = words("ambiguous.txt")
        for brand, substance in read_brands(source).items():
            for name in substance.split(" + ") if substance else ():
                if not_meant.isdisjoint(key_of(word) for word in name.split()):
                    self._add(name, Entry(name, name, owners.get(name)))
            if key_of(brand) not in self.exact:
                self.brands[key_of(brand)] = Entry(brand.capitalize(), substance, None)

    def misspelt(self, key: str) -> Entry | None:
        """Return the substance that the word sounds like, or whose sound is one edit or some vowels away."""
        return _misspelt(self, key) if _SHORTEST <= len(key) + 1 <= LONGEST else None

    def heard(self, key: str) -> Entry | None:
        """Return the substance that a word which is not common sounds like."""
        if is_ailment(key):
            return None
        heard = [sound for sound in sounds(key) if len(sound) >= _SHORTEST_SOUND]
        known = map(self._heard.as_said.get, heard)
        near = (self._one_away(sound) for sound in heard if len(sound) >= _SHORTEST_NEAR)
        return next((e for e in (*known, *near, *map(self._heard.alike, heard)) if e and resembles(key, e.name)), None)

    def _one_away(self, heard: str) -> Entry | None:
        near = [name for name in self._heard.near(heard) if name[0] == heard[0] and len(name) >= _SHORTEST_NEAR]
        return self._heard.as_said[near[0]] if near else None


def owners_of(catalogue: Catalogue) -> dict[str, ProductOwner | None]:
    """Map each substance of the register to its owner: ours as soon as one product of ours carries it."""
    found: dict[str, ProductOwner | None] = {}
    for product in catalogue.products:
        if product.substance and found.get(product.substance) != ProductOwner.OWN:
            found[product.substance] = product.owner
    return found


@lru_cache(maxsize=50_000)
def _misspelt(names: PublicNames, key: str) -> Entry | None:
    return names.heard(key.translate(LEET))
