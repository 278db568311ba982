"""Screening what waits: the detectors run outside any transaction, and fail closed.

A comment is `unscreened`, hence in front of a person, until its record is written. The record is unique by revision
and detectors' versions, so that a job run twice, or by two workers, changes nothing.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import structlog
from sqlalchemy import literal_column
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.canonical import sha256_of
from compliance.permissions import SYSTEM
from models import enums
from models.around import CopyKey
from models.comment import Comment, CommentRevision, DetectorFinding, ScreeningRecord
from models.enums import Screening
from models.queueing import CommentRoute
from models.session import get, reading, transaction
from moderation import facets, routing
from moderation.copies import keys_of
from moderation.echoes import spread_suspicion
from moderation.opening import add_found, live_case, lock_comments, open_case
from moderation.pending import Pending, pending_of
from moderation.queues import RoutingRule
from moderation.register import Register, catalogue_of, read_register
from moderation.screening import Analysis, Finding, screen, screen_many

log = structlog.get_logger()


@dataclass(frozen=True)
class Screened:
    """What the detectors made of one revision; `analysis` is None when the screening itself failed."""

    pending: Pending
    analysis: Analysis | None
    failure: str | None
    detectors: dict[str, str]


def analyse_pending(limit: int = 100) -> int:
    """Screen the revisions of up to `limit` comments that wait; return how many comments were done.

    A comment whose record cannot be written is left where it is, unscreened, and does not hold up the others. Answers
    that agree with a comment in which a case was found since are looked at again.
    """
    done = _analyse(limit)
    spread_suspicion(limit)
    return done


def _analyse(limit: int) -> int:
    with reading() as session:
        waiting = _waiting(session, limit)
        register = read_register(session)
    screened = _screen([one for revisions in waiting.values() for one in revisions], register)
    done: dict[str, list[Screened]] = {comment_id: [] for comment_id in waiting}
    for one in screened:
        done[one.pending.comment_id].append(one)
    if not done:
        return 0
    try:
        with transaction() as session:
            return _store(session, done)
    except Exception as error:  # noqa: BLE001 - one by one below, and what fails again is logged there
        log.warning("batch not stored", error=type(error).__name__)
        return sum(_store_alone(comment_id, rows) for comment_id, rows in done.items())


def _store_alone(comment_id: str, rows: list[Screened]) -> int:
    try:
        with transaction() as session:
            return _store(session, {comment_id: rows})
    except Exception as error:  # noqa: BLE001 - the comment stays unscreened, in front of a person
        log.warning("comment not screened", comment=comment_id, error=type(error).__name__)
        return 0


def _waiting(session: Session, limit: int) -> dict[str, list[Pending]]:
    """Return what waits by comment, oldest first; a comment without any text left waits for nothing.

    What people write now goes before what a file brought: a million old rows make nobody wait.
    """
    due = select(Comment).where(col(Comment.analysis_due)).order_by(col(Comment.received_at))
    # Written out, not bound: SQLite takes a partial index only where it reads the index's own condition.
    live = session.exec(due.where(col(Comment.network) != literal_column("'file'")).limit(limit)).all()
    every = [*live, *session.exec(due.limit(limit))] if len(live) < limit else live
    comments = dict(islice({comment.id: comment for comment in every}.items(), limit))
    found: dict[str, list[Pending]] = {comment_id: [] for comment_id in comments}
    for one in pending_of(session, session.exec(_unscreened(list(comments))).all(), comments):
        found[one.comment_id].append(one)
    return found


def _unscreened(comment_ids: list[str]) -> SelectOfScalar[CommentRevision]:
    screened = select(ScreeningRecord.revision_id).where(ScreeningRecord.revision_id == CommentRevision.id)
    return (
        select(CommentRevision)
        .where(col(CommentRevision.comment_id).in_(comment_ids), ~screened.exists())
        .where(col(CommentRevision.text).is_not(None))
        .order_by(col(CommentRevision.comment_id), col(CommentRevision.n))
    )


@lru_cache(maxsize=2)
def register_version(register: Register) -> str:
    """Return a short name of a register's content, kept with every record."""
    content = [[list(part) if isinstance(part, tuple) else part for part in one] for one in register.products]
    return sha256_of(content)[:12]


def _screen(pending: list[Pending], register: Register) -> list[Screened]:
    """Run the detectors over all at once; whatever happens, each has a result, unscreened when nothing is known."""
    try:
        analyses = screen_many([one.subject for one in pending], catalogue_of(register))
        return [_screened(*one, register) for one in zip(pending, analyses, strict=True)]
    except Exception as error:  # noqa: BLE001 - one by one below, so that one bad comment leaves the others done
        log.warning("batch not screened", comments=len(pending), error=type(error).__name__)
        return [_screen_alone(one, register) for one in pending]


def _screen_alone(pending: Pending, register: Register) -> Screened:
    try:
        return _screened(pending, screen(pending.subject, catalogue_of(register)), register)
    except Exception as error:  # noqa: BLE001 - fail closed: the comment stays in front of a person
        log.warning("screening failed", revision=pending.revision_id, error=type(error).__name__)
        detectors = {"register": register_version(register)}
        return Screened(pending, None, f"failed:screening:{type(error).__name__}", detectors)


def _screened(pending: Pending, analysis: Analysis, register: Register) -> Screened:
    ran = {evidence.detector: evidence.version for evidence in analysis.evidence.given}
    ran |= {failure.detector: failure.version for failure in analysis.failures}
    reasons = " ".join(analysis.reasons) or None
    return Screened(pending, analysis, reasons, ran | {"register": register_version(register)})


def _store(session: Session, done: dict[str, list[Screened]]) -> int:
    """Write records and facets, comment by comment in the order of their ids, with one audit event."""
    written: list[ScreeningRecord] = []
    routes: list[CommentRoute] = []
    in_force = routing.rules_in_force(session)
    for comment_id, comment in lock_comments(session, list(done)).items():
        for one in done[comment_id]:
            record = _write(session, comment, one)
            if record:
                written.append(record)
                routes += _route(session, comment, one, record, in_force)
        comment.analysis_due = session.exec(_unscreened([comment_id])).first() is not None
    _audit(session, written, routes)
    return len(done)


def _audit(session: Session, written: list[ScreeningRecord], routes: list[CommentRoute]) -> None:
    if written:
        ids = [record.id for record in written]
        hashes = [sha256_of([r.id, r.revision_id, r.outcome.value, r.detectors_sha256]) for r in written]
        audit.record_batch(session, SYSTEM, AuditAction.COMMENTS_SCREEN, "screening", ids, hashes)
    routing.record_routes(session, routes)


def rescreen(pending: list[Pending]) -> int:
    """Screen revisions again with what is in force now; return how many records were new. A machine opens only."""
    with reading() as session:
        register = read_register(session)
    screened = _screen(pending, register)
    with transaction() as session:
        comments = lock_comments(session, [one.comment_id for one in pending])
        in_force, routes = routing.rules_in_force(session), []
        written = []
        for one in screened:
            comment = comments[one.pending.comment_id]
            record = _write(session, comment, one, again=True)
            if record:
                written.append(record)
                routes += _route(session, comment, one, record, in_force)
        _audit(session, written, routes)
    return len(written)


def _write(session: Session, comment: Comment, one: Screened, *, again: bool = False) -> ScreeningRecord | None:
    """Write and apply one record, unless another worker did; open a case, unless a person decided before.

    `again`: the revision may have a record of other detectors.
    """
    known = select(ScreeningRecord.id).where(ScreeningRecord.revision_id == one.pending.revision_id)
    if again:
        known = known.where(ScreeningRecord.detectors_sha256 == sha256_of(one.detectors))
    if session.exec(known).first():
        return None
    record = _record(one)
    session.add(record)
    session.flush()
    findings = [_finding(record.id, finding) for finding in one.analysis.findings] if one.analysis else []
    session.add_all(findings)
    session.flush()
    if not again:
        session.add_all(CopyKey(revision_id=record.revision_id, key=key) for key in keys_of(one.pending.subject.text))
    revision = get(session, CommentRevision, one.pending.revision_id)
    _apply(comment, record, findings, current=revision.n == comment.revision_n)
    suspected = record.outcome is Screening.FLAGGED and comment.pv is enums.PvFacet.POSSIBLE
    if suspected and (case := live_case(session, comment.id)):
        add_found(session, case, revision)
    elif suspected:
        open_case(session, SYSTEM, comment, revision)
    return record


def _route(
    session: Session,
    comment: Comment,
    one: Screened,
    record: ScreeningRecord,
    in_force: tuple[int, tuple[RoutingRule, ...]],
) -> list[CommentRoute]:
    """Send a comment to its queues by the version that reads now, over all that the detectors found in it."""
    if get(session, CommentRevision, one.pending.revision_id).n != comment.revision_n:
        return []
    found = [_finding(record.id, finding) for finding in one.analysis.findings] if one.analysis else []
    return routing.route(session, comment, one.pending.subject.text, record, found, in_force=in_force)


def _record(one: Screened) -> ScreeningRecord:
    analysis = one.analysis
    return ScreeningRecord(
        revision_id=one.pending.revision_id,
        outcome=analysis.screening if analysis else Screening.UNSCREENED,
        pv_score=analysis.score if analysis else 0.0,
        situations=[situation.value for situation in analysis.situations] if analysis else [],
        serious=analysis.serious if analysis else False,
        emergency=analysis.emergency if analysis else False,
        intent=analysis.intent.value if analysis else "",
        language=analysis.lang if analysis else "und",
        why=list(analysis.verdict.rules) if analysis else [],
        unscreened_reason=one.failure,
        detectors=one.detectors,
        detectors_sha256=sha256_of(one.detectors),
        screened_at=clock.now(),
    )


def _finding(screening_id: str, finding: Finding) -> DetectorFinding:
    return DetectorFinding(
        screening_id=screening_id,
        detector=finding.detector,
        version=finding.version,
        rule=finding.rule,
        kind=enums.FindingKind(finding.kind.value),
        label=finding.label,
        start=finding.start,
        end=finding.end,
        owner=finding.owner,
        substance=finding.substance,
    )


def _apply(comment: Comment, record: ScreeningRecord, findings: list[DetectorFinding], *, current: bool) -> None:
    """Apply a record to its comment: a machine raises alarms and takes none back."""
    owners = [finding.owner for finding in findings if finding.kind is enums.FindingKind.PRODUCT]
    product = facets.product_facet(owners)
    facets.write(comment, facets.screened(facets.read(comment), record.outcome, product, current=current))
    comment.emergency = comment.emergency or record.emergency
    comment.serious = comment.serious or record.serious
    comment.pv_score = max(comment.pv_score, record.pv_score)
    comment.language = record.language if current else comment.language
