"""A detector whose whole knowledge is its terms files: the section is the label."""

from dataclasses import dataclass
from pathlib import Path

from moderation.detectors.evidence import Evidence, Finding, FindingKind, Subject
from moderation.detectors.folding import fold
from moderation.detectors.language.detector import guess
from moderation.detectors.terms import find, load

_LANGUAGES = ("fr", "en")


@dataclass(frozen=True)
class CuedDetector:
    """Finds what `terms_fr.txt` and `terms_en.txt` of its folder describe, in the comment alone.

    Both files apply when the comment's language is another one or cannot be told.
    """

    name: str
    version: str
    kind: FindingKind

    def detect(self, subject: Subject) -> Evidence:
        """Return one finding a hit, in the order of the files' sections."""
        lang = guess(subject.text, subject.lang_hint)
        folder = Path(__file__).parent / self.name
        findings = tuple(
            Finding(self.name, self.version, self.kind, hit.label, hit.start, hit.end, f"{self.name}.{one}.{hit.label}")
            for one in ((lang,) if lang in _LANGUAGES else _LANGUAGES)
            for hit in find(load(folder / f"terms_{one}.txt"), fold(subject.text))
        )
        return Evidence(self.name, self.version, findings)
