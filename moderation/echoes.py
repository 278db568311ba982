"""Answers that agree ("moi aussi") with a comment in which a case was found after they had been cleared.

A case that opens marks its comment; here the answers to it are looked at again, each under lock in its own turn. What
is found is a screening record of its own beside the first one, so that nothing that was recorded changes.
"""

import structlog
from sqlmodel import Session, col, select, update
from sqlmodel.sql.expression import SelectOfScalar

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.canonical import sha256_of
from compliance.permissions import SYSTEM
from models.case import Case, CaseComment
from models.comment import Comment, CommentRevision, DetectorFinding, ScreeningRecord, TriageDecision
from models.enums import FindingKind, PvFacet, Screening
from models.session import get, reading, transaction
from moderation import facets
from moderation.decision import AGREEMENT
from moderation.detectors.adverse_event.detector import ECHO
from moderation.detectors.adverse_event.echo import echo_in
from moderation.opening import live_case, lock_comments, open_case

NAME, VERSION = "echo", "1"
MOST_ROUNDS = 20

log = structlog.get_logger()


def spread_suspicion(limit: int = 100) -> int:
    """Look again at the answers to comments in which a case was opened, and at the answers to those; return how many.

    What fails stays marked, and is looked at next time.
    """
    reopened = 0
    for _round in range(MOST_ROUNDS):
        with reading() as session:
            due = select(Comment.id).where(col(Comment.echoes_due)).order_by(col(Comment.received_at)).limit(limit)
            waiting = list(session.exec(due))
        found = [_spread_from(comment_id) for comment_id in waiting]
        reopened += sum(found)
        if not any(found):
            break
    return reopened


def _spread_from(comment_id: str) -> int:
    try:
        with transaction() as session:
            answers = _answers(session, comment_id)
            locked = lock_comments(session, [comment_id, *answers])
            parent = locked[comment_id]
            seen = update(Comment).where(col(Comment.id) == comment_id).values(echoes_due=False)
            session.exec(seen, execution_options={"synchronize_session": False})
            records = [_reopen(session, parent, locked[answer]) for answer in answers]
            _record(session, [record for record in records if record])
            return sum(record is not None for record in records)
    except Exception as error:  # noqa: BLE001 - it stays marked, and the others go on
        log.warning("answers not looked at", comment=comment_id, error=type(error).__name__)
        return 0


def _answers(session: Session, comment_id: str) -> list[str]:
    parent = get(session, Comment, comment_id)
    same = select(Comment.id).where(
        Comment.account_id == parent.account_id, Comment.parent_external_id == parent.external_id
    )
    return list(session.exec(same.where(Comment.id != parent.id)))


def _reopen(session: Session, parent: Comment, answer: Comment) -> ScreeningRecord | None:
    """Flag an answer that agrees, unless it is suspected already or a person decided on it knowing the case."""
    revision = session.exec(_current(answer)).one()
    place = echo_in(revision.text) if revision.text else None
    first = session.exec(_records(revision)).first()
    if place is None or first is None or answer.pv not in (PvFacet.NONE, PvFacet.NOT_AE):
        return None
    if live_case(session, answer.id) or _decided_since(session, parent, answer):
        return None
    record = _flag(session, first, session.exec(_current(parent)).one(), place)
    if record:
        # Reopened first: what a person had decided against is not opened by a flag alone.
        known = facets.reopened(facets.read(answer))
        facets.write(answer, facets.screened(known, Screening.FLAGGED, known.product))
        open_case(session, SYSTEM, answer, revision)
    return record


def _current(comment: Comment) -> SelectOfScalar[CommentRevision]:
    return select(CommentRevision).where(
        CommentRevision.comment_id == comment.id, CommentRevision.n == comment.revision_n
    )


def _records(revision: CommentRevision) -> SelectOfScalar[ScreeningRecord]:
    of_it = select(ScreeningRecord).where(ScreeningRecord.revision_id == revision.id)
    return of_it.order_by(col(ScreeningRecord.id).desc())


def _decided_since(session: Session, parent: Comment, answer: Comment) -> bool:
    """Say whether a person decided on the answer after the parent's newest case was opened."""
    opened = select(Case.opened_at).where(CaseComment.case_id == Case.id, CaseComment.comment_id == parent.id)
    newest = session.exec(opened.order_by(col(Case.opened_at).desc())).first()
    decided = select(TriageDecision.decided_at).where(TriageDecision.comment_id == answer.id)
    last = session.exec(decided.order_by(col(TriageDecision.decided_at).desc())).first()
    return last is not None and newest is not None and last > newest


def _flag(
    session: Session, first: ScreeningRecord, parent: CommentRevision, place: tuple[int, int]
) -> ScreeningRecord | None:
    """Write the record that says why, with the first one's findings; None when this parent's words were told before."""
    detectors = first.detectors | {NAME: f"{VERSION}:{parent.id}"}
    known = select(ScreeningRecord.id).where(
        ScreeningRecord.revision_id == first.revision_id, ScreeningRecord.detectors_sha256 == sha256_of(detectors)
    )
    if session.exec(known).first():
        return None
    kept = first.model_dump(exclude={"id", "outcome", "why", "detectors", "detectors_sha256", "screened_at"})
    record = ScreeningRecord(
        **kept | {"unscreened_reason": None},
        outcome=Screening.FLAGGED,
        why=[AGREEMENT, *(rule for rule in first.why if rule != AGREEMENT)],
        detectors=detectors,
        detectors_sha256=sha256_of(detectors),
        screened_at=clock.now(),
    )
    session.add(record)
    session.flush()
    _copy_findings(session, first, record)
    session.add(
        DetectorFinding(
            screening_id=record.id, detector=NAME, version=VERSION, rule=f"{NAME}.{ECHO}", kind=FindingKind.CUE,
            label=ECHO, start=place[0], end=place[1],
        )
    )  # fmt: skip
    session.flush()
    return record


def _copy_findings(session: Session, first: ScreeningRecord, record: ScreeningRecord) -> None:
    for found in session.exec(select(DetectorFinding).where(DetectorFinding.screening_id == first.id)):
        kept = found.model_dump(exclude={"id", "screening_id"})
        session.add(DetectorFinding(**kept, screening_id=record.id))


def _record(session: Session, records: list[ScreeningRecord]) -> None:
    if records:
        ids = [record.id for record in records]
        hashes = [sha256_of([r.id, r.revision_id, r.outcome.value, r.detectors_sha256]) for r in records]
        audit.record_batch(session, SYSTEM, AuditAction.COMMENTS_SCREEN, "screening", ids, hashes)
