"""How a word sounds to a French and to an English ear, roughly: spellings of one sound share one key."""

import re
from functools import lru_cache

_VOWELS = re.compile(r"[aeiouy]+")
_BOTH = (
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"^h|(?<=[^cps])h"), ""),
    (re.compile(r"ph"), "f"),
    (re.compile(r"qu|q|c(?![eiyh])"), "k"),
)
_FRENCH = (
    (re.compile(r"eau|au"), "o"),
    (re.compile(r"oo|ou|^w"), "u"),
    (re.compile(r"[ae]in(?![aeiouy])"), "in"),
    (re.compile(r"ai|ei|ae"), "e"),
)
_ENGLISH = (
    (re.compile(r"ea|ee|ie|ey"), "i"),
    (re.compile(r"oo|ou"), "u"),
    (re.compile(r"ai|ei|ay"), "e"),
    (re.compile(r"au|aw"), "o"),
)
_LAST = (
    (re.compile(r"y"), "i"),
    (re.compile(r"ge(?=[ao])|j"), "g"),
    (re.compile(r"s?c(?=[ei])|[zs]+"), "s"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"(.)\1+"), r"\1"),
)
_SILENT_END = re.compile(r"(?<=\w{3})[esth]+$")
_EARS = {"fr": (*_BOTH, *_FRENCH, *_LAST), "en": (*_BOTH, *_ENGLISH, *_LAST)}


def _heard(key: str, ear: str) -> str:
    for pattern, letter in _EARS[ear]:
        key = pattern.sub(letter, key)
    return without_end(key)


def without_end(sound: str) -> str:
    """Return a sound without the letters that are silent at its end."""
    return _SILENT_END.sub("", sound)


@lru_cache(maxsize=50_000)
def in_french(key: str) -> str:
    """Return how a folded word sounds to a French ear: "cardexyne" and "kardexine" sound alike."""
    return _heard(key, "fr")


@lru_cache(maxsize=20_000)
def sounds(key: str) -> tuple[str, ...]:
    """Return how a folded word sounds to a French ear and, where that differs, to an English one."""
    return tuple(dict.fromkeys((in_french(key), _heard(key, "en"))))


def skeleton(sound: str) -> str:
    """Return a sound with every vowel alike, because a vowel is what an ear mistakes first: "seronix", "ceranix"."""
    return _VOWELS.sub("a", sound)


def consonants(sound: str) -> int:
    """Return how many consonants a sound has."""
    return sum(c not in "aeiouy" for c in sound)
