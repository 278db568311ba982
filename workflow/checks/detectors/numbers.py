"""Numbers in a folded text, in figures or words, whatever the language writes them with."""

import re
from collections.abc import Iterator

_UNITS = {
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11,
    "douze": 12, "quinze": 15, "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "cent": 100,
    "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "twice": 2,
}  # fmt: skip
_SCALES = (
    (re.compile(r"\s?(?:millions?|m€|m)\b"), 1e6),
    (re.compile(r"\s?(?:milliards?|billions?|md€|bn)\b"), 1e9),
    (re.compile(r"\s?(?:mille|thousand|k€|k)\b"), 1e3),
    (re.compile(r"\s?(?:cents|hundred)\b"), 1e2),
)
_AFTERNOON = re.compile(r"(?:[:.]\d\d)?\s?p\.?m\b")
_NOON = 12
# References, addresses and telephone numbers carry no fact that a translation repeats.
_ASIDE = r"[#@]\w+|(?:https?://|www\.)\S+|\b[a-z]+[-/]\d[\w/-]*|(?<!\d)(?:\+\d{2}|0\d?)(?:[\s.]?\d{2,3}){3,}(?!\d)"
_ONE_DOSE = r"(?:une?|one)(?=\s(?:comprimes?|gelules?|sachets?|doses?|prises?|fois|tablets?|capsules?|times?)\b)"
_NUMBER = (
    r"(?<![\w.,])(?:\d{1,3}(?:[ ,.]\d{3})+(?!\d)|\d+(?:[.,]\d+)?)"
    rf"|\b(?<!-)(?:{'|'.join(_UNITS)}|{_ONE_DOSE})\b(?!-)"
)
_ASIDE_OR_NUMBER = re.compile(rf"{_ASIDE}|(?P<number>{_NUMBER})", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:[ ,.]\d{3})+", re.ASCII)


def numbers_in(text: str, start: int, end: int) -> Iterator[tuple[float, int, int]]:
    """Return value, start and end of the numbers between two places of a folded text."""
    for match in _ASIDE_OR_NUMBER.finditer(text, start, end):
        if match["number"]:
            yield _value(match["number"], text, match.end()), match.start(), match.end()


def _value(written: str, text: str, after: int) -> float:
    """Return the value of a number, with the scale or the time of day that follows it."""
    value = _plain_value(written)
    if value < _NOON and _AFTERNOON.match(text, after):
        return value + _NOON
    return value * next((scale for wording, scale in _SCALES if wording.match(text, after)), 1)


def _plain_value(written: str) -> float:
    """Return the value of the number itself."""
    if not written[0].isdigit():
        return float(_UNITS.get(written, 1))
    if _GROUPED.fullmatch(written):
        return float(re.sub(r"\D", "", written))
    return float(written.replace(",", "."))
