"""Personal data covered in what is quoted: each piece gives way to a word of the same meaning."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from i18n import N_, _
from models.enums import PiiKind
from moderation.detectors.evidence import Finding, FindingKind, Subject
from moderation.detectors.personal_data.detector import PersonalDataDetector

PLACEHOLDERS: dict[str, str] = {
    PiiKind.PHONE: N_("[téléphone]"),
    PiiKind.EMAIL: N_("[adresse électronique]"),
    PiiKind.NAME: N_("[nom]"),
    PiiKind.ADDRESS: N_("[adresse]"),
    PiiKind.NIR: N_("[numéro de sécurité sociale]"),
    PiiKind.IBAN: N_("[IBAN]"),
}
UNKNOWN = N_("[donnée personnelle]")
_DETECTOR = PersonalDataDetector()


class Place(Protocol):
    """A labelled place in a text, Python indices, half open; the label of personal data is a PiiKind."""

    @property
    def start(self) -> int | None:
        """Where it begins; None when it points at no place."""

    @property
    def end(self) -> int | None:
        """Where it ends."""

    @property
    def label(self) -> str:
        """What it is."""


def masked(text: str, spans: Iterable[Place], start: int = 0, end: int | None = None) -> str:
    """Return `text[start:end]`, every span of personal data replaced by its placeholder, one cut by the edge too."""
    last = len(text) if end is None else min(end, len(text))
    parts, place = [], start
    for a, b, label in _within(spans, start, last):
        parts += [text[place:a], _(PLACEHOLDERS.get(label, UNKNOWN))]
        place = b
    return "".join([*parts, text[place:last]])


def _within(spans: Iterable[Place], start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Yield the spans that reach into [start, end), cut to it, in order and without overlaps."""
    place = start
    for a, b, label in sorted((s.start, s.end, s.label) for s in spans if s.start is not None and s.end is not None):
        first, last = max(a, place), min(b, end)
        if first < last:
            yield first, last, label
            place = last


def personal_in(text: str) -> tuple[Finding, ...]:
    """Return the personal data of a text that no record tells of; the whole text when the detector fails."""
    try:
        return _DETECTOR.detect(Subject(text)).findings
    except Exception:  # noqa: BLE001 - fail closed: what was not read is covered whole
        name, version = _DETECTOR.name, _DETECTOR.version
        return (Finding(name, version, FindingKind.PII, "", 0, len(text), f"{name}.failed"),)
