"""The trial of a change over stored comments, by the worker: in batches with a cursor, so that a killed one goes on.

A trial reads the texts that stand now with the detection in force and with the change, and writes down where they
differ. It touches no comment. After the signature the same walk takes what came since the trial began, and what turned
positive is screened again for good: a machine opens, and closes nothing.
"""

import time
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from compliance import clock, transitions
from compliance.canonical import sha256_of
from compliance.permissions import SYSTEM
from i18n import N_
from models.comment import Comment, CommentRevision
from models.detection import DetectionChange, DetectionDifference
from models.enums import DetectionAction, DetectionStatus
from models.session import get, reading, transaction
from moderation.analysing import rescreen
from moderation.detection_rules import REOPENS, difference
from moderation.detection_states import DETECTION_TRANSITIONS
from moderation.detectors.adverse_event.own import own_classifier
from moderation.detectors.tuning import Tuning
from moderation.pending import Pending, pending_of
from moderation.register import Register, catalogue_of, read_register
from moderation.screening import Analysis, screen_many
from moderation.tunings import former_tuning, tuning_of

log = structlog.get_logger()

BATCH = 100
MOST_SECONDS = 5.0
"""A worker gives way to what else is due after that long; the next slot goes on."""

WORKED = (DetectionStatus.RUNNING, DetectionStatus.SIGNED)
OVERLAP = timedelta(minutes=10)
"""How far before the trial's beginning the walk after the signature starts: a text may be stored late."""

CLASSIFIER_FAILED = N_("Le classifieur choisi ne se charge pas, ou ses fichiers ont changé : voyez un administrateur.")
UNREADABLE = N_("Ce changement est illisible : retirez-le et refaites-le.")


def work() -> None:
    """Go on with the trial or the reopening that is on its way, for some seconds."""
    until = time.monotonic() + MOST_SECONDS
    while time.monotonic() < until and step():
        pass


def step() -> bool:
    """Do one batch; return False when there is nothing to do."""
    with reading() as session:
        change = session.exec(select(DetectionChange).where(col(DetectionChange.status).in_(WORKED))).first()
        if change is None:
            return False
        before, after = _registers(session, change)
        batch = _batch(session, change)
    failure = _failure(after.tuning) if change.status is DetectionStatus.RUNNING else None
    if failure:
        return _fail(change, failure)
    if not batch:
        return _end(change)
    found = _compare(change, batch, before, after)
    with transaction() as session:
        return _advance(session, change, batch, found)


def _registers(session: Session, change: DetectionChange) -> tuple[Register, Register]:
    """Return what the detectors are given before and after the change."""
    present = read_register(session)
    if change.status is DetectionStatus.RUNNING:
        return present, present._replace(tuning=tuning_of(change))
    return present._replace(tuning=former_tuning(session, change)), present


def _due(change: DetectionChange) -> SelectOfScalar[CommentRevision]:
    """Select the texts that stand now and that the walk still has to read."""
    return (
        select(CommentRevision)
        .where(CommentRevision.comment_id == Comment.id, CommentRevision.n == Comment.revision_n)
        .where(col(CommentRevision.text).is_not(None), col(CommentRevision.seen_at) >= _since(change))
        .where(col(CommentRevision.id) > change.cursor)
    )


def _since(change: DetectionChange) -> datetime:
    started = change.started_at or clock.now()
    return started - (timedelta(days=change.days) if change.status is DetectionStatus.RUNNING else OVERLAP)


def _batch(session: Session, change: DetectionChange) -> list[tuple[Comment, CommentRevision, Pending]]:
    revisions = session.exec(_due(change).order_by(col(CommentRevision.id)).limit(BATCH)).all()
    wanted = select(Comment).where(col(Comment.id).in_([one.comment_id for one in revisions]))
    comments = {comment.id: comment for comment in session.exec(wanted)}
    pending = pending_of(session, list(revisions), comments)
    return [(comments[one.comment_id], one, waits) for one, waits in zip(revisions, pending, strict=True)]


def _failure(tuning: Tuning) -> str | None:
    """Return why a change cannot be tried at all, as a sentence: else every text would merely turn unscreened."""
    if tuning.unreadable:
        return UNREADABLE
    chosen = tuning.classifier
    try:
        if chosen and own_classifier(chosen.folder, chosen.label or None).version != chosen.mark:
            return CLASSIFIER_FAILED
    except Exception as error:  # noqa: BLE001 - whatever it is, the people who proposed it must know
        log.warning("classifier not loaded", error=type(error).__name__)
        return CLASSIFIER_FAILED
    return None


def _compare(
    change: DetectionChange, batch: list[tuple[Comment, CommentRevision, Pending]], before: Register, after: Register
) -> list[DetectionDifference]:
    subjects = [pending.subject for _comment, _revision, pending in batch]
    was = screen_many(subjects, catalogue_of(before))
    now = screen_many(subjects, catalogue_of(after))
    return [
        DetectionDifference(
            change_id=change.id,
            comment_id=comment.id,
            revision_id=revision.id,
            kind=kind,
            network=comment.network,
            language=new.lang,
            before=_told(old),
            after=_told(new),
            late=change.status is DetectionStatus.SIGNED,
        )
        for (comment, revision, _pending), old, new in zip(batch, was, now, strict=True)
        if (kind := difference(old.screening, new.screening))
    ]


def _told(analysis: Analysis) -> dict[str, Any]:
    """Return a verdict and its places as they are stored: no word of the comment."""
    verdict = asdict(analysis.verdict)
    return {"verdict": verdict, "findings": [list(asdict(finding).values()) for finding in analysis.findings]}


def _advance(
    session: Session, seen: DetectionChange, batch: list[tuple[Comment, CommentRevision, Pending]],
    found: list[DetectionDifference],
) -> bool:  # fmt: skip
    """Write what a batch found and where the walk stands, unless another worker did, or somebody withdrew it."""
    change = get(session, DetectionChange, seen.id, lock=True)
    if (change.status, change.cursor, change.started_at) != (seen.status, seen.cursor, seen.started_at):
        return True
    wanted = select(DetectionDifference.revision_id).where(DetectionDifference.change_id == change.id)
    read = [one.revision_id for one in found]
    known = set(session.exec(wanted.where(col(DetectionDifference.revision_id).in_(read))))
    session.add_all(one for one in found if one.revision_id not in known)
    change.cursor = batch[-1][1].id
    if change.status is DetectionStatus.RUNNING:
        change.read_n += len(batch)
        counted = change.to_read or change.read_n + _left(session, change)
        change.to_read = max(counted, change.read_n)
        first = min(revision.seen_at for _comment, revision, _pending in batch)
        change.first_seen_at = min(first, change.first_seen_at or first)
    session.flush()
    return True


def _left(session: Session, change: DetectionChange) -> int:
    return session.exec(select(func.count()).select_from(_due(change).subquery())).one()


def _fail(seen: DetectionChange, sentence: str) -> bool:
    """Give a trial back to its author with the reason.

    After the signature nothing is given back: what cannot be judged any more is opened, in front of a person.
    """
    with transaction() as session:
        change = get(session, DetectionChange, seen.id, lock=True)
        if change.status is DetectionStatus.RUNNING:
            _apply(session, change, DetectionAction.FAIL, reason=sentence)
            change.failure = sentence
    return False


def _end(seen: DetectionChange) -> bool:
    """End the walk: the trial is ready to be read; or, after the signature, open again what turned positive."""
    if seen.status is DetectionStatus.SIGNED:
        return _reopen(seen)
    with transaction() as session:
        change = get(session, DetectionChange, seen.id, lock=True)
        if (change.status, change.cursor) == (seen.status, seen.cursor):
            change.to_read, change.ready_at = change.read_n, clock.now()
            kinds = found_by_kind(session, change)
            change.run_sha256 = sha256_of([change.content_sha256, change.read_n, kinds])
            told = {"n": change.n, "read": change.read_n, "differing": len(kinds), "run": change.run_sha256}
            _apply(session, change, DetectionAction.FINISH, details=told)
    return False


def found_by_kind(session: Session, change: DetectionChange) -> list[list[str]]:
    """Return every text that the trial judged otherwise, with how, in the order of the texts."""
    found = select(DetectionDifference).where(
        DetectionDifference.change_id == change.id, col(DetectionDifference.late).is_(False)
    )
    ordered = found.order_by(col(DetectionDifference.revision_id))
    return [[one.revision_id, one.kind.value] for one in session.exec(ordered)]


def _reopen(seen: DetectionChange) -> bool:
    """Screen again what turned positive, some at a time; at the end the change is wholly in force."""
    with reading() as session:
        rows = session.exec(_unopened(seen.id).limit(BATCH)).all()
        pending = _pending_again(session, [row.revision_id for row in rows])
    if pending:
        rescreen(pending)
    with transaction() as session:
        for row in rows:
            get(session, DetectionDifference, row.id).reopened_at = clock.now()
        change = get(session, DetectionChange, seen.id, lock=True)
        if not rows and change.status is DetectionStatus.SIGNED:
            change.in_force_at = clock.now()
            _apply(session, change, DetectionAction.ENACT, details={"n": change.n})
    return bool(rows)


def _unopened(change_id: str) -> SelectOfScalar[DetectionDifference]:
    return (
        select(DetectionDifference)
        .where(DetectionDifference.change_id == change_id, col(DetectionDifference.kind).in_(REOPENS))
        .where(col(DetectionDifference.reopened_at).is_(None))
        .order_by(col(DetectionDifference.id))
    )


def _pending_again(session: Session, revision_ids: list[str]) -> list[Pending]:
    """Return what is to be screened again; a text erased meanwhile is left out."""
    wanted = select(CommentRevision).where(
        col(CommentRevision.id).in_(revision_ids), col(CommentRevision.text).is_not(None)
    )
    revisions = list(session.exec(wanted))
    held = select(Comment).where(col(Comment.id).in_([one.comment_id for one in revisions]))
    return pending_of(session, revisions, {comment.id: comment for comment in session.exec(held)})


def _apply(
    session: Session, change: DetectionChange, action: DetectionAction, *, reason: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    transitions.apply(session, SYSTEM, change, DETECTION_TRANSITIONS, action, reason=reason, details=details)
