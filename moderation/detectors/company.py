"""The company's own terms: words that make a comment suspicious, and words that alone never do.

A term is plain words: case, accents and the signs between its words do not matter, and it begins and ends with a
word. A harmless term silences what the lists found inside it, never the model, never a word of danger: "mort de rire"
loses its death, "mort de rire mais hospitalisé" keeps its hospital.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from moderation.detectors.evidence import Evidence, Evidences, Finding, FindingKind, Subject
from moderation.detectors.folding import fold, fold_word
from moderation.detectors.tuning import Tuning

COMPANY_TERM = "company_term"
SILENCED = frozenset({FindingKind.REACTION, FindingKind.SITUATION, FindingKind.SERIOUSNESS})
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = r"[^\w]{1,4}"


def words_of(term: str) -> list[str]:
    """Return the words of a term as the detectors read them."""
    return _WORD.findall(fold_word(term.replace("_", " ")))


@lru_cache(maxsize=8)
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str] | None:
    spelt = sorted({_BETWEEN.join(map(re.escape, words)) for term in terms if (words := words_of(term))}, key=len)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(reversed(spelt))})(?![^\W_])") if spelt else None


def spans(terms: tuple[str, ...], text: str) -> list[tuple[int, int]]:
    """Return where terms stand in a text, the longest first where two begin together."""
    pattern = _pattern(terms)
    if pattern is None:
        return []
    folded = fold(text.replace("_", " "))
    return [folded.span(*match.span()) for match in pattern.finditer(folded.text)]


class CompanyDetector:
    """Finds the suspicious terms of the company in the comment alone."""

    name = "company"

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self.version = tuning.version

    def detect(self, subject: Subject) -> Evidence:
        """Return one cue a term; raises ValueError when what is in force cannot be read, so that nothing is cleared."""
        if self._tuning.unreadable:
            raise ValueError("what is in force cannot be read")
        rule = f"{self.name}.suspect"
        found = (
            Finding(self.name, self.version, FindingKind.CUE, COMPANY_TERM, start, end, rule)
            for start, end in spans(self._tuning.suspect, subject.text)
        )
        return Evidence(self.name, self.version, tuple(found))


def quieted(text: str, evidence: Evidences, harmless: tuple[str, ...]) -> Evidences:
    """Take out what the lists found wholly inside a harmless term."""
    covers = spans(harmless, text)
    if not covers:
        return evidence
    given = tuple(replace(one, findings=tuple(_kept(one.findings, covers))) for one in evidence.given)
    return Evidences(given, evidence.failures)


def _kept(findings: Iterable[Finding], covers: list[tuple[int, int]]) -> Iterable[Finding]:
    for finding in findings:
        start, end = finding.start, finding.end
        inside = start is not None and end is not None and any(a <= start and end <= b for a, b in covers)
        if not (inside and finding.kind in SILENCED):
            yield finding
