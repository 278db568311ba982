"""One coded decision on many comments: previewed, in one transaction, each with its own record and version check."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, select

from compliance import clock
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput, RuleViolated, StaleVersion
from i18n import N_
from models.base import new_id
from models.comment import Comment, CommentRevision
from models.enums import NoneReason, Screening, TriageOutcome
from models.queueing import UndoPoint
from moderation import facets, triage
from moderation.opening import lock_with_siblings
from moderation.queries.evidence import covered
from moderation.undoing import before_of, keep_point

MOST = 200
FIRST_TEXTS = 5


class Exclusion(StrEnum):
    """Why a comment is left out of a decision on many."""

    GONE = "gone"
    EMERGENCY = "emergency"
    SERIOUS = "serious"
    HELD = "held"
    CHANGED = "changed"
    DECIDED = "decided"
    UNREAD = "unread"


@dataclass(frozen=True)
class Seen:
    """A comment as it was on the screen when it was chosen."""

    comment_id: str
    revision_n: int
    row_version: int


@dataclass(frozen=True)
class BulkPreview:
    """What a decision on many would touch: `ready` as seen, `excluded` with the reason, the first texts, covered."""

    ready: tuple[Seen, ...]
    excluded: tuple[tuple[str, Exclusion], ...]
    texts: tuple[str, ...]
    different_texts: int


def preview(session: Session, actor: Actor, *, chosen: Sequence[Seen]) -> BulkPreview:
    """Return what would be decided and what would be left out, and why; nothing is written."""
    check(actor, Permission.COMMENT_TRIAGE)
    wanted = _checked(chosen)
    found = session.exec(select(Comment).where(col(Comment.id).in_(list(wanted))))
    comments = {comment.id: comment for comment in found}
    revisions = _revisions(session, list(wanted))
    why = exclusions(actor, wanted, comments, _hashes(revisions))
    ready = tuple(seen for key, seen in wanted.items() if key not in why)
    shown = [revisions[seen.comment_id] for seen in ready[:FIRST_TEXTS] if seen.comment_id in revisions]
    texts = covered(session, shown)
    return BulkPreview(
        ready,
        tuple(why.items()),
        tuple(texts[revision.id] or "" for revision in shown),
        len({revisions[seen.comment_id].text_sha256 for seen in ready if seen.comment_id in revisions}),
    )


def _checked(chosen: Sequence[Seen]) -> dict[str, Seen]:
    wanted = {seen.comment_id: seen for seen in chosen}
    if not wanted:
        raise InvalidInput(N_("Cochez au moins un commentaire."))
    if len(wanted) > MOST:
        raise InvalidInput(N_("Une décision en lot porte sur {most} commentaires au plus : décochez-en."), most=MOST)
    return wanted


def _revisions(session: Session, comment_ids: list[str]) -> dict[str, CommentRevision]:
    current = select(CommentRevision).where(
        CommentRevision.comment_id == Comment.id, CommentRevision.n == Comment.revision_n
    )
    found = session.exec(current.where(col(Comment.id).in_(comment_ids)))
    return {revision.comment_id: revision for revision in found}


def _hashes(revisions: Mapping[str, CommentRevision]) -> dict[str, str]:
    return {key: revision.text_sha256 for key, revision in revisions.items()}


def exclusions(
    actor: Actor, wanted: Mapping[str, Seen], comments: Mapping[str, Comment], texts: Mapping[str, str]
) -> dict[str, Exclusion]:
    """Return the comments that no decision on many may touch, each with the first reason.

    One that no detector could read passes only where all that is chosen says the same.
    """
    same = len({texts.get(key) for key in wanted}) == 1
    found = {key: _exclusion(actor, seen, comments.get(key), same=same) for key, seen in wanted.items()}
    return {key: why for key, why in found.items() if why is not None}


def _exclusion(actor: Actor, seen: Seen, comment: Comment | None, *, same: bool) -> Exclusion | None:
    if comment is None:
        return Exclusion.GONE
    held = comment.holder_id not in (None, actor.id) and comment.lease_until and comment.lease_until > clock.now()
    changed = (comment.revision_n, comment.row_version) != (seen.revision_n, seen.row_version)
    undecided = facets.waits_for_pv(facets.read(comment)) or comment.pv in facets.UNDECIDED
    tests = (
        (comment.emergency, Exclusion.EMERGENCY),
        (comment.serious, Exclusion.SERIOUS),
        (held, Exclusion.HELD),
        (not undecided, Exclusion.DECIDED),
        (changed, Exclusion.CHANGED),
        (comment.screening is Screening.UNSCREENED and not same, Exclusion.UNREAD),
    )
    return next((why for holds, why in tests if holds), None)


def decide_all(
    session: Session,
    actor: Actor,
    *,
    chosen: Sequence[Seen],
    outcomes: Collection[TriageOutcome],
    none_reason: NoneReason | None = None,
) -> list[UndoPoint]:
    """Decide the same on all that was previewed as ready, or on none.

    Raises StaleVersion when one of them changed, was taken or decided since; RuleViolated for an emergency or a
    serious one: those are read one by one. All share the `batch_id` that undoes them.
    """
    check(actor, Permission.COMMENT_TRIAGE)
    wanted = _checked(chosen)
    locked = lock_with_siblings(session, list(wanted))
    comments = {key: locked[key] for key in sorted(wanted) if key in locked}
    _refuse(exclusions(actor, wanted, comments, _hashes(_revisions(session, list(wanted)))))
    # Cases are locked before the first audit event locks the chain, as everywhere.
    before = {key: before_of(session, actor, key) for key in comments}
    batch_id, points = new_id(), []
    for key in comments:
        decision = triage.classify(
            session, actor, comment_id=key, revision_n=wanted[key].revision_n, row_version=wanted[key].row_version,
            outcomes=outcomes, none_reason=none_reason,
        )  # fmt: skip
        points.append(keep_point(session, actor, decision, before[key], batch_id))
    return points


def _refuse(why: Mapping[str, Exclusion]) -> None:
    if {Exclusion.EMERGENCY, Exclusion.SERIOUS} & set(why.values()):
        raise RuleViolated(N_("Une urgence ou un texte grave ne se décide jamais en lot : ouvrez-le seul."))
    if why:
        raise StaleVersion(
            N_("{n} des commentaires choisis ont changé depuis l'aperçu. Rien n'a été décidé : refaites l'aperçu."),
            n=len(why),
        )
