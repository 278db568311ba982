"""What the detectors found, read back from its records: the sentences, the places, and texts without personal data."""

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from models.comment import CommentRevision, DetectorFinding, ScreeningRecord
from models.enums import FindingKind, Situation
from moderation.decision import Verdict
from moderation.detectors.evidence import Evidence, Evidences, Finding
from moderation.detectors.evidence import FindingKind as Kind
from moderation.explanation import explain
from moderation.masking import Place, masked, personal_in
from moderation.queries.rows import Span


@cache
def _personal_found() -> Any:
    told = (col(DetectorFinding.screening_id) == col(ScreeningRecord.id)) & (DetectorFinding.kind == FindingKind.PII)
    return (
        select_columns(col(ScreeningRecord.revision_id), col(ScreeningRecord.id), *map(col, PLACE))
        .outerjoin(DetectorFinding, told)
        .where(col(ScreeningRecord.revision_id).in_(bindparam("ids", expanding=True)))
        .order_by(col(ScreeningRecord.id))
    )


class Spot(NamedTuple):
    """A labelled place in a text."""

    start: int | None
    end: int | None
    label: str


PLACE = (DetectorFinding.start, DetectorFinding.end, DetectorFinding.label)


def records_of(session: Session, revision_ids: Collection[str]) -> dict[str, ScreeningRecord]:
    """Return the newest record of each revision, by revision id."""
    if not revision_ids:
        return {}
    found = session.execute(_records(), {"ids": list(revision_ids)}).scalars()
    return {record.revision_id: record for record in found}


@cache
def _records() -> Any:
    read = col(ScreeningRecord.revision_id).in_(bindparam("ids", expanding=True))
    return select(ScreeningRecord).where(read).order_by(col(ScreeningRecord.id))


def findings_of(session: Session, screening_ids: Collection[str]) -> dict[str, list[Finding]]:
    """Return the findings of each record as the detectors gave them, in the order of the text, by record id."""
    if not screening_ids:
        return {}
    grouped: dict[str, list[Finding]] = {}
    for screening_id, detector, version, kind, *rest in session.execute(_findings(), {"ids": list(screening_ids)}):
        grouped.setdefault(screening_id, []).append(Finding(detector, version, Kind(kind.value), *rest))
    return grouped


@cache
def _findings() -> Any:
    names = ("screening_id", "detector", "version", "kind", "label", "start", "end", "rule", "owner", "substance")
    return (
        select_columns(*(getattr(DetectorFinding, name) for name in names))
        .where(col(DetectorFinding.screening_id).in_(bindparam("ids", expanding=True)))
        .order_by(col(DetectorFinding.start), col(DetectorFinding.id))
    )


def covered(session: Session, revisions: Collection[CommentRevision]) -> dict[str, str | None]:
    """Return the texts of revisions with their personal data covered, by revision id; None where it was emptied."""
    return covered_texts(session, {revision.id: revision.text for revision in revisions})


def covered_texts(session: Session, texts: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return texts with their personal data covered, by the revision that they are of; None where it was emptied.

    A text in which its newest record tells of no personal data is looked through for it, as in `known`.
    """
    places = _personal(session, [key for key, text in texts.items() if text is not None])
    return {
        key: None if text is None else masked(text, places.get(key) or personal_in(text)) for key, text in texts.items()
    }


def _personal(session: Session, revision_ids: Collection[str]) -> dict[str, list[Place]]:
    """Return where personal data stands, by revision, as the newest record of each tells."""
    if not revision_ids:
        return {}
    newest: dict[str, tuple[str, list[Place]]] = {}
    for revision_id, record_id, start, end, label in session.execute(_personal_found(), {"ids": list(revision_ids)}):
        if newest.get(revision_id, ("",))[0] != record_id:
            newest[revision_id] = (record_id, [])
        if label is not None:
            newest[revision_id][1].append(Spot(start, end, label))
    return {revision_id: places for revision_id, (_record, places) in newest.items()}


def known(text: str | None, stored: Iterable[Finding]) -> list[Finding]:
    """Return stored findings, with the personal data that they do not tell of.

    Where they hold none, the text is looked through for it: it may not be screened yet, or that detector may have
    failed.
    """
    found = list(stored)
    told = text is None or any(f.kind is Kind.PII for f in found)
    return found if told else [*found, *personal_in(text or "")]


def sentences_of(text: str | None, record: ScreeningRecord | None, findings: Iterable[Finding]) -> tuple[str, ...]:
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
    return explain(text, verdict, _by_detector(findings))


def _by_detector(findings: Iterable[Finding]) -> Evidences:
    """Return findings as the detectors gave them, detector by detector in the order in which they ran."""
    given: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        given.setdefault((finding.detector, finding.version), []).append(finding)
    return Evidences(tuple(Evidence(name, version, tuple(found)) for (name, version), found in given.items()))


def spans_of(text: str | None, findings: Iterable[Finding]) -> tuple[Span, ...]:
    """Return the places that detectors point at, in the order of the text."""
    found = (
        Span(f.start, f.end, FindingKind(f.kind.value), f.label, f.rule, f.detector)
        for f in findings
        if text is not None and f.start is not None and f.end is not None
    )
    return tuple(sorted(found, key=lambda span: span.start))
