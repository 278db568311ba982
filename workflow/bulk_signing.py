"""Signing several steps at once: one password, one signature each (I23), and each judged on its own.

Only what the person has opened can be chosen, ten at the most. What a rule refuses is told with its reason, and keeps
none of the others from being signed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from compliance import signatures
from compliance.permissions import Actor, Permission, check
from errors import AppError, InvalidInput, RuleViolated
from i18n import N_
from models.enums import DecisionKind, Role, SignatureMeaning
from workflow import checklist, review, rule_pack
from workflow.checklist import PointRow
from workflow.queries import to_sign
from workflow.readings import opened_by
from workflow.rows import WorkRow
from workflow.rule_policies import Answer

MOST = 10


@dataclass(frozen=True)
class BulkRow:
    """One step among several, as it is shown before signing: what it is, on which content, and why it would not be."""

    step_id: str
    title: str
    role: Role
    meaning: SignatureMeaning
    version_n: int
    content_sha256: str
    row_version: int
    open_findings: int
    open_notes: int
    refusal: str
    points: tuple[PointRow, ...]
    on_behalf_of: str = ""


@dataclass(frozen=True)
class BulkDialog:
    """What the dialog shows, and the one-shot nonces by step; a step that is refused has none."""

    rows: tuple[BulkRow, ...]
    nonces: Mapping[str, str]


@dataclass(frozen=True)
class Chosen:
    """A step as the person saw it, with the answers to its checklist."""

    step_id: str
    row_version: int
    seen_sha256: str
    answers: tuple[Answer, ...] = field(default=())


@dataclass(frozen=True)
class Outcome:
    """What became of one: signed (`reason` empty), or why not."""

    step_id: str
    title: str
    reason: str


def open_many(session: Session, actor: Actor, *, step_ids: Sequence[str]) -> BulkDialog:
    """Open the dialog for several steps that wait for the actor; raises RuleViolated for one that they never opened."""
    check(actor, Permission.POST_REVIEW)
    _check_choice(session, actor, step_ids)
    waiting = {row.step_id: row for row in to_sign(session, actor)}
    rows = tuple(_row(session, actor, waiting[step_id]) for step_id in step_ids if step_id in waiting)
    nonces = {
        row.step_id: signatures.open_signing(session, actor, subject_id=row.step_id, content_sha256=row.content_sha256)
        for row in rows
        if not row.refusal
    }
    return BulkDialog(rows, nonces)


def _check_choice(session: Session, actor: Actor, step_ids: Sequence[str]) -> None:
    if not 0 < len(step_ids) <= MOST:
        raise InvalidInput(N_("Choisissez de 1 à {most} textes à signer ensemble."), most=MOST)
    if opened_by(session, actor, step_ids) != frozenset(step_ids):
        raise RuleViolated(N_("Vous n'avez pas ouvert chacun de ces textes : relisez-le avant de le signer."))


def _row(session: Session, actor: Actor, row: WorkRow) -> BulkRow:
    turn = review.turn_of(session, row.step_id)
    step = turn.step
    refusal = review.refusal(session, actor, step_id=step.id)
    readable = not refusal and not rule_pack.trouble(session)
    points = checklist.points_of(session, step) if readable else ()
    return BulkRow(
        step_id=step.id,
        title=row.title,
        role=row.role,
        meaning=row.meaning,
        version_n=turn.version.n,
        content_sha256=turn.version.content_sha256,
        row_version=step.row_version,
        open_findings=row.open_findings,
        open_notes=row.open_notes,
        refusal=refusal,
        points=tuple(map(checklist.point_row, points)),
        on_behalf_of=row.delegated_by,
    )


def sign_many(
    session: Session, actor: Actor, *, chosen: Sequence[Chosen], nonces: Mapping[str, str]
) -> tuple[Outcome, ...]:
    """Approve each step with a signature of its own, under the nonces that were proven together.

    Each stands in a savepoint: one that is refused leaves nothing behind, and the others are signed.
    """
    _check_choice(session, actor, [each.step_id for each in chosen])
    return tuple(_sign(session, actor, each, nonces.get(each.step_id)) for each in chosen)


def _sign(session: Session, actor: Actor, each: Chosen, nonce_id: str | None) -> Outcome:
    title = review.turn_of(session, each.step_id).post.title
    try:
        with session.begin_nested():
            review.decide(
                session,
                actor,
                step_id=each.step_id,
                row_version=each.row_version,
                seen_sha256=each.seen_sha256,
                kind=DecisionKind.APPROVE,
                nonce_id=nonce_id,
                answers=each.answers,
            )
    except AppError as error:
        return Outcome(each.step_id, title, str(error))
    return Outcome(each.step_id, title, "")
