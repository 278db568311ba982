"""Numbers that belong to a person: telephone, social security, health service, bank account."""

import re
from collections.abc import Iterator

from stdnum import iban
from stdnum.gb import nhs

from models.enums import PiiKind

_NIR = re.compile(r"(?<!\d)[12] ?\d\d ?\d\d ?(?:\d\d|2[AB]) ?\d{3} ?\d{3}(?: ?/? ?\d\d)?(?!\d)")
_GROUPED_NIR = re.compile(r"\d \d\d \d\d ")
_MONTHS = frozenset((*range(1, 13), *range(20, 43), *range(50, 100)))
"""Months of birth in a social security number; 20 and more when the month is not known or the birth abroad."""
_NHS = re.compile(r"(?<![\d+])\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_NHS_SAID = re.compile(r"\bNHS\b")
_SSN = re.compile(r"(?<![\d-])\d{3}-\d\d-\d{4}(?![\d-])")
_IBAN = re.compile(r"\b[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_GAP = r"(?:[ .\-/]| - |\) ?| \(0?\)?| ?\()?"
_PHONE = re.compile(rf"(?<![\w/])(?:\+|00|\(?0|\(?(?=\d))\d?(?:{_GAP}\d){{6,13}}(?!\w)")
_DATE = re.compile(r"\(?[0-3]?\d([/.\-])[01]?\d\1(?:19|20)?\d\d|(?:19|20)\d\d([/.\-])\d\d\2\d\d")
_ABROAD = re.compile(r"\+\d[\d .\-/()]{7,20}")
_DIGIT_FR = r"(?:zero|un|deux|trois|quatre|cinq|six|sept|huit|neuf)"
_TENS = (
    "dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|quarante|cinquante|soixante|septante|octante|huitante|"
    "nonante"
)
_SPOKEN_FR = re.compile(rf"\bzero {_DIGIT_FR}(?:[ \-,]{{1,2}}(?:{_DIGIT_FR}|{_TENS}|et)){{4,18}}\b")
_DIGIT_EN = r"(?:(?:double|triple) )?(?:oh|zero|nought|one|two|three|four|five|six|seven|eight|nine|\d{1,5})"
_SPOKEN_EN = re.compile(rf"\b(?:oh|zero|nought|plus)(?:[ \-,]{{1,2}}{_DIGIT_EN}){{2,14}}\b")
_SEVEN_DIGITS = re.compile(r"\d(?:[ .\-/()]{0,2}\d){6}")
_REGIONS = ("FR", "GB", "CH", "BE", "IE", "US")
_INDIAN = re.compile(r"(?:0|91)?[6-9]\d{4}[ -]?\d{5}")
_NORTH_AMERICAN = re.compile(r"\(?[2-9]\d\d\)?[ .-]{1,2}\d{3}[ .-]\d{4}")
_FEWEST_SPOKEN = 7


def numbers_in(text: str) -> Iterator[tuple[PiiKind, int, int]]:
    """Yield the numbers of a text that has digits, the surest kinds first."""
    near = _SEVEN_DIGITS.search(text) is not None
    if near:
        yield from ((PiiKind.NIR, *m.span()) for m in _NIR.finditer(text) if _is_nir(m.group()))
        yield from ((PiiKind.NIR, *m.span()) for m in _SSN.finditer(text))
        yield from ((PiiKind.NIR, *m.span()) for m in _NHS.finditer(text) if _is_nhs(text, m))
    yield from ((PiiKind.IBAN, *m.span()) for m in _IBAN.finditer(text) if iban.is_valid(m.group()))
    if near:
        yield from ((PiiKind.PHONE, *m.span()) for m in _PHONE.finditer(text) if _is_phone(m.group()))


def spoken_in(folded: str) -> Iterator[tuple[int, int]]:
    """Yield the telephone numbers that are written as they are said, of a folded text."""
    if "zero " in folded:
        yield from (m.span() for m in _SPOKEN_FR.finditer(folded))
    if "oh " in folded or "zero " in folded or "nought " in folded:
        yield from (m.span() for m in _SPOKEN_EN.finditer(folded) if _enough(m.group()))


def _enough(spoken: str) -> bool:
    """Tell a number from a sigh: seven digits, two for a double, those in figures counted."""
    words = re.findall(r"[a-z]+|\d+", spoken)
    return sum(len(w) if w.isdigit() else 1 for w in words) >= _FEWEST_SPOKEN


def _is_nir(number: str) -> bool:
    """Accept a wrong key too: someone who mistypes one digit still wrote their number."""
    return _GROUPED_NIR.match(number) is not None or int(number.replace(" ", "")[3:5]) in _MONTHS


def _is_nhs(text: str, match: re.Match[str]) -> bool:
    """Tell a health service number by its check digit and its name close by: a telephone may pass the check alone."""
    said = _NHS_SAID.search(text, max(0, match.start() - 60), match.start()) is not None
    return said or (nhs.is_valid(match.group()) and " " in match.group() and match.group()[0] in "4567")


def _is_phone(number: str) -> bool:
    """Read the number as of the countries where we are read: a comment rarely has its country code."""
    if _DATE.fullmatch(number):
        return False
    if _ABROAD.fullmatch(number) or _INDIAN.fullmatch(number) or _NORTH_AMERICAN.fullmatch(number):
        return True
    return number.startswith(("0", "(0", "+")) and _is_possible(number)


def _is_possible(number: str) -> bool:
    # Imported here: it is half of the start-up, and few comments hold a number.
    from phonenumbers import NumberParseException, is_possible_number, parse  # noqa: PLC0415

    for region in _REGIONS:
        try:
            if is_possible_number(parse(number, region)):
                return True
        except NumberParseException:
            continue
    return False
