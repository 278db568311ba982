"""What is known of one comment after screening, and the line of the public contract that says it."""

from dataclasses import dataclass
from typing import Any

from models.enums import Intent, Screening, Situation
from moderation.decision import Verdict
from moderation.detectors.evidence import MODEL, Evidences, Failure, Finding, FindingKind, Subject


@dataclass(frozen=True)
class Analysis:
    """The verdict on one comment with all the evidence behind it; spans index `subject.text` as given."""

    subject: Subject
    lang: str
    verdict: Verdict
    evidence: Evidences
    intent: Intent
    why: tuple[str, ...]

    @property
    def screening(self) -> Screening:
        """Return the facet: flagged, cleared or unscreened; it speaks of pharmacovigilance alone."""
        return self.verdict.screening

    @property
    def flag(self) -> bool:
        """Tell whether a pharmacovigilance officer must see the comment."""
        return self.verdict.screening == Screening.FLAGGED

    @property
    def score(self) -> float:
        """Return the chance of a pharmacovigilance case, 0..1."""
        return self.verdict.score

    @property
    def situations(self) -> tuple[Situation, ...]:
        """Return the situations suspected; empty unless flagged."""
        return self.verdict.situations

    @property
    def serious(self) -> bool:
        """Tell whether a seriousness criterion is stated or plainly implied in a flagged comment."""
        return self.verdict.serious

    @property
    def emergency(self) -> bool:
        """Tell whether somebody may be in danger now, with or without a product."""
        return self.verdict.emergency

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return why the comment is unscreened, in identifiers; empty otherwise."""
        return self.verdict.reasons

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Return the detectors that did not finish."""
        return self.evidence.failures

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return every finding, each with its rule, its span and the version of its detector."""
        return tuple(f for e in self.evidence.given for f in e.findings)

    @property
    def products(self) -> list[Finding]:
        """Return one finding a mention of a product."""
        return self.evidence.findings(FindingKind.PRODUCT)

    @property
    def pii(self) -> list[Finding]:
        """Return the personal data found; the label is its kind."""
        return self.evidence.findings(FindingKind.PII)

    @property
    def reactions(self) -> list[tuple[int, int]]:
        """Return the spans of the suspected reactions, overlapping ones joined; empty unless flagged.

        They are the model's; the words of the rules stand in when it did not run.
        """
        if not self.flag:
            return []
        found = self.evidence.findings(FindingKind.REACTION)
        return joined([f for f in found if f.detector == MODEL] if self.evidence.chances else found)

    def to_contract(self, id: object) -> dict[str, Any]:  # noqa: A002 - the contract's own word
        """Return the output line of `covigie analyse` for the comment `id`."""
        text = self.subject.text
        return {
            "id": id,
            "lang": self.lang,
            "screening": self.screening.value,
            "pv": {"score": self.score, "flag": self.flag},
            "situations": [s.value for s in self.situations],
            "serious": self.serious,
            "reactions": [{"text": text[a:b], "start": a, "end": b} for a, b in self.reactions],
            "products": [{"name": f.label, **_spanned(text, f), "owner": f.owner} for f in self.products],
            "intent": self.intent.value,
            "emergency": self.emergency,
            "pii": [{**_spanned(text, f), "kind": f.label} for f in self.pii],
            "why": list(self.why),
        }


def _spanned(text: str, finding: Finding) -> dict[str, Any]:
    return {"text": text[finding.start : finding.end], "start": finding.start, "end": finding.end}


def joined(findings: list[Finding]) -> list[tuple[int, int]]:
    """Join the spans that overlap, in the order of the text."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted((f.start, f.end) for f in findings if f.start is not None and f.end is not None):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans
