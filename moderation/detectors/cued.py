"""A detector whose whole knowledge is its terms files: the section is the label."""

from dataclasses import dataclass

from moderation.detectors.evidence import Evidence, Finding, FindingKind, Subject
from moderation.detectors.language.detector import read_as
from moderation.detectors.terms import find


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
        findings = tuple(
            Finding(self.name, self.version, self.kind, *hit, rule=f"{self.name}.{lang}.{hit.label}")
            for lang in read_as(subject.text, subject.lang_hint)
            for hit in find(f"{self.name}/terms", lang, subject.text)
        )
        return Evidence(self.name, self.version, findings)
