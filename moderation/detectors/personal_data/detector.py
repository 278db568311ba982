"""Personal data in a comment: telephone, e-mail, social security number, IBAN, address, full name."""

import re
from collections.abc import Iterator

from models.enums import PiiKind
from moderation.detectors.evidence import Evidence, Finding, FindingKind, Subject
from moderation.detectors.folding import LONGEST, fold
from moderation.detectors.personal_data.addresses import addresses_in
from moderation.detectors.personal_data.numbers import numbers_in, spoken_in
from moderation.detectors.personal_data.people import names_in

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_DOT = r"(?: ?\. ?| point | dot | \(dot\) ?|\[dot\])"
_PERSON = rf"[\w+-]{{1,64}}(?:{_DOT}[\w+-]{{1,64}}){{0,4}}"
_AT = r" ?(?:\barobase\b|\barobas\b|\(at\)|\[at\]|\(a\)) ?"
_SPOKEN_EMAIL = re.compile(
    rf"{_PERSON}{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{2,63}}){{1,3}}"
    rf"|{_PERSON} at [\w-]{{1,63}}(?: dot [\w-]{{2,63}}){{1,3}}"
)
_SPOKEN_AT = ("arobas", "(at)", "[at]", "(a)", " at ")
_A_DIGIT = re.compile(r"\d")


class PersonalDataDetector:
    """Finds what must not be shown or kept without need; a false alarm costs little, a miss much."""

    name = "personal_data"
    version = "2"

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
    """Yield the surest kinds first, because a later candidate inside an earlier one is dropped.

    What a kind cannot do without is looked for first: a digit, an @, a word for a street.
    """
    folded = fold(text)
    yield from ((PiiKind.EMAIL, *span) for span in _emails_in(text))
    digits = _A_DIGIT.search(text) is not None
    if digits:
        yield from numbers_in(text)
    yield from ((PiiKind.PHONE, *folded.span(*span)) for span in spoken_in(folded.text))
    yield from ((PiiKind.ADDRESS, *span) for span in addresses_in(text, folded.words, digits=digits))
    yield from ((PiiKind.NAME, *span) for span in names_in(text))


def _emails_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield the e-mail addresses, those said in words too."""
    if "@" in text:
        yield from (m.span() for m in _EMAIL.finditer(text))
    if any(mark in text for mark in _SPOKEN_AT):
        yield from (m.span() for m in _SPOKEN_EMAIL.finditer(text))
