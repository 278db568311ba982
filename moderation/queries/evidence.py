"""What the detectors found, read back from its records: the sentences and the places."""

from collections.abc import Iterable

from models.comment import DetectorFinding, ScreeningRecord
from models.enums import Situation
from moderation.decision import Verdict
from moderation.detectors import evidence
from moderation.detectors.evidence import Evidence, Evidences
from moderation.explanation import explain
from moderation.queries.rows import Span


def sentences_of(
    text: str | None, record: ScreeningRecord | None, findings: Iterable[DetectorFinding]
) -> tuple[str, ...]:
    """Return why the detectors decided so, in the reader's language; nothing when the text was emptied."""
    if record is None or text is None:
        return ()
    verdict = Verdict(
        record.outcome,
        record.pv_score,
        tuple(record.why),
        tuple(Situation(situation) for situation in record.situations),
        record.serious,
        record.emergency,
        tuple((record.unscreened_reason or "").split()),
    )
    return explain(text, verdict, _read_back(findings))


def _read_back(findings: Iterable[DetectorFinding]) -> Evidences:
    """Return stored findings as the detectors gave them, detector by detector in the order in which they ran."""
    given: dict[tuple[str, str], list[evidence.Finding]] = {}
    for stored in findings:
        finding = evidence.Finding(
            stored.detector,
            stored.version,
            evidence.FindingKind(stored.kind.value),
            stored.label,
            stored.start,
            stored.end,
            stored.rule,
            stored.owner,
            stored.substance,
        )
        given.setdefault((stored.detector, stored.version), []).append(finding)
    return Evidences(tuple(Evidence(name, version, tuple(found)) for (name, version), found in given.items()))


def spans_of(text: str | None, findings: Iterable[DetectorFinding]) -> tuple[Span, ...]:
    """Return the places that detectors point at, in the order of the text."""
    return tuple(
        Span(f.start, f.end, f.kind, f.label, f.rule, f.detector)
        for f in findings
        if text is not None and f.start is not None and f.end is not None
    )
