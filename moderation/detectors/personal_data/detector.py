"""Personal data in a comment: telephone, e-mail, social security number, IBAN, address, full name."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from stdnum import iban
from stdnum.fr import nir

from models.enums import PiiKind
from moderation.detectors.evidence import Evidence, Finding, FindingKind, Subject
from moderation.detectors.folding import LONGEST, fold
from moderation.detectors.products.index import words

_CAP = r"[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ'’]+(?:-[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+)*"
_PARTICLE = r"(?:(?:[Dd]e|[Ll]e|[Ll]a|[Dd]u|[Vv]an|Mac|Mc|O['’]) ?)"
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_NIR = re.compile(r"(?<!\d)[12] ?\d\d ?\d\d ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d(?!\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_PHONE = re.compile(r"(?<![\w/])(?:\+|00|\(?0)\d?(?:[ .\-/()]{0,2}\d){7,13}(?!\w)")
_DIGIT = r"(?:zero|un|deux|trois|quatre|cinq|six|sept|huit|neuf)"
_TENS = "dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|quarante|cinquante|soixante|septante|nonante"
_NUMBER = rf"(?:{_DIGIT}|{_TENS}|et)"
_SPOKEN = re.compile(rf"\bzero {_DIGIT}(?:[ \-]{{1,2}}{_NUMBER}){{4,14}}\b")
_WAY = (
    r"(?:rue|avenue|av|bd|boulevard|allee|impasse|chemin|place|route|quai|cours|residence|hameau|lotissement|square|"
    r"passage)"
)
_ADDRESS_FR = re.compile(
    rf"(?<!\w)(?:\d{{1,4}}|quarante|trente|vingt|dix|cinq|deux|trois)(?: ?(?:bis|ter))?,? {_WAY} [^,.;:!?\n()]{{3,40}}?"
    r"(?=[,.;:!?\n()]|$| a | et | je | pour | avec )(?:,? \d{5} [a-z\-' ]{3,30}?(?=[,.;:!?\n()]|$)| a [a-z\-]{3,20})?"
)
_ADDRESS_EN = re.compile(
    r"(?<!\w)\d{1,4}[a-z]? (?:[A-Z][\w'’]+ ){1,3}"
    r"(?:Street|St|Road|Rd|Lane|Terrace|Avenue|Ave|Close|Drive|Court|Way|Gardens|Crescent|Row)\b(?:, [A-Z][\w]+)*"
)
_NAME = re.compile(rf"(?<![\w@#.])({_CAP}|[A-Z]\.) ({_PARTICLE}{{0,2}}(?:{_CAP}|[A-ZÀ-Þ]{{3,}}(?:-[A-ZÀ-Þ]+)*))(?!\w)")
_SHORTEST_UNKNOWN = 4
_MONTHS = frozenset((*range(1, 13), *range(20, 43)))
"""Months of birth in a social security number; 20 to 42 when the month is not known or the birth abroad."""
_FIRST_NAMES = Path(__file__).parent / "first_names.txt"


@cache
def first_names() -> frozenset[str]:
    """Return common given names, folded."""
    lines = _FIRST_NAMES.read_text("utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


class PersonalDataDetector:
    """Finds what must not be shown or kept without need; a false alarm costs little, a miss much."""

    name = "personal_data"
    version = "1"

    def detect(self, subject: Subject) -> Evidence:
        """Return one finding a piece of personal data, without overlaps; the label is a PiiKind."""
        taken: list[tuple[int, int]] = []
        findings = []
        for kind, start, end in _candidates(subject.text[:LONGEST]):
            if all(end <= a or start >= b for a, b in taken):
                taken.append((start, end))
                rule = f"{self.name}.{kind}"
                findings.append(Finding(self.name, self.version, FindingKind.PII, kind, start, end, rule))
        return Evidence(self.name, self.version, tuple(sorted(findings, key=lambda f: f.start or 0)))


def _candidates(text: str) -> Iterator[tuple[PiiKind, int, int]]:
    """Yield the surest kinds first, because a later candidate inside an earlier one is dropped."""
    yield from ((PiiKind.EMAIL, *m.span()) for m in _EMAIL.finditer(text))
    yield from ((PiiKind.NIR, *m.span()) for m in _NIR.finditer(text) if _is_nir(m.group()))
    yield from ((PiiKind.IBAN, *m.span()) for m in _IBAN.finditer(text) if iban.is_valid(m.group()))
    yield from ((PiiKind.PHONE, *m.span()) for m in _PHONE.finditer(text) if _is_phone(m.group()))
    folded = fold(text)
    yield from ((PiiKind.PHONE, *folded.span(*m.span())) for m in _SPOKEN.finditer(folded.text))
    yield from ((PiiKind.ADDRESS, *folded.span(*m.span())) for m in _ADDRESS_FR.finditer(folded.text))
    yield from ((PiiKind.ADDRESS, *m.span()) for m in _ADDRESS_EN.finditer(text))
    yield from ((PiiKind.NAME, *m.span()) for m in _NAME.finditer(text) if _is_name(m))


def _is_nir(number: str) -> bool:
    """Accept a wrong key too: someone who mistypes one digit still wrote their number."""
    return nir.is_valid(number) or int(number.replace(" ", "")[3:5]) in _MONTHS


def _is_phone(number: str) -> bool:
    """Read the number as French, then British, Swiss and Belgian: a comment rarely has its country code."""
    # Imported here: it is half of the start-up, and few comments hold a number.
    from phonenumbers import NumberParseException, is_possible_number, parse  # noqa: PLC0415

    for region in ("FR", "GB", "CH", "BE"):
        try:
            if is_possible_number(parse(number, region)):
                return True
        except NumberParseException:
            continue
    return False


def _is_name(match: re.Match[str]) -> bool:
    """Tell a given name or an initial with an uncommon word after it, or two words nobody knows, from other words."""
    first, last = (fold(part).text.replace("'", "") for part in match.groups())
    common = words("known_words.txt", "ambiguous.txt")
    if all(part in common for part in last.split("-")[:1]):
        return False
    given = first.split("-")[0]
    unknown = given not in common and min(len(given), len(last)) >= _SHORTEST_UNKNOWN
    return given in first_names() or first.endswith(".") or unknown
