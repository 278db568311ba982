"""The lists beside this module, read once."""

from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

from moderation.detectors.folding import fold_word
from settings import get_settings

_HERE = Path(__file__).parent
BRANDS = _HERE / "brands.txt"
"""Brands of the public base as it was when this version was made."""


def lines_of(path: Path) -> list[str]:
    """Return the lines of a list that say something, comments left out."""
    return [line for line in path.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]


def key_of(name: str) -> str:
    """Return the letters and digits of a name, folded."""
    folded = fold_word(name)
    return folded if folded.isalnum() else "".join(c for c in folded if c.isalnum())


@cache
def words(*names: str) -> frozenset[str]:
    """Return the words of lists beside this module, folded."""
    return frozenset(key_of(w) for name in names for line in lines_of(_HERE / name) for w in line.split())


@cache
def common_words() -> frozenset[str]:
    """Return the words that are no misspelling of a name: the frequent ones of French and English."""
    return frozenset(w for line in lines_of(_HERE / "known_words.txt") for w in line.split()) | words("ambiguous.txt")


@cache
def public_substances() -> tuple[str, ...]:
    """Return the names of the public list, lower case with accents."""
    return tuple(line.strip() for name in ("extra.txt", "substances.txt") for line in lines_of(_HERE / name))


@cache
def supplements() -> frozenset[str]:
    """Return the substances that are also food or part of the body."""
    return frozenset(lines_of(_HERE / "supplements.txt"))


@cache
def frequent_words() -> frozenset[str]:
    """Return the most frequent words of French and English, a few thousand."""
    return frozenset(lines_of(_HERE / "known_words.txt")[0].split())


@cache
def pairs(name: str) -> dict[str, str]:
    """Return a list of two columns, `written = meant`."""
    columns = (line.split(" = ") for line in lines_of(_HERE / name))
    return {written.strip(): meant.strip() for written, meant in columns}


def medicines_list() -> Path:
    """Return the list of brands in use: the installation's own when it has imported one, else the product's."""
    own = get_settings().medicines
    return own if own.is_file() else BRANDS


def medicines_version() -> str:
    """Return what tells lists of brands apart: nothing for the product's own, else the beginning of its hash."""
    path = medicines_list()
    return "" if path == BRANDS else f"+{sha256(path.read_bytes()).hexdigest()[:8]}"


@lru_cache(maxsize=2)
def read_brands(path: Path) -> dict[str, str | None]:
    """Map each brand of a list, in lower case, to its substances; None where it has many or none with a plain name."""
    columns = (line.partition("\t") for line in lines_of(path))
    return {brand: substance or None for brand, _tab, substance in columns}
