"""Waves: near copies of one comment, found again, and one decision that proposes itself for the others.

They are linked and nothing else: each keeps its own record, its own case, its own answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from compliance import clock
from compliance.permissions import Actor, Permission, check
from errors import AppError, InvalidInput
from i18n import N_
from models.around import CopyKey
from models.comment import Comment, CommentRevision, TriageDecision
from models.enums import PvFacet, TriageOutcome
from models.session import get
from moderation import triage
from moderation.copies import alike
from moderation.decision_cards import Card
from moderation.opening import lock_comments

MOST = 500


@dataclass(frozen=True)
class Read:
    """Which version of a comment, and which state of its row, a person read."""

    revision_n: int
    row_version: int


@dataclass(frozen=True)
class WaveDecided:
    """What became of a wave: the comments decided, and why the others were not, in words."""

    decided: tuple[str, ...]
    refused: Mapping[str, str]


def members(session: Session, comment: Comment) -> list[tuple[Comment, CommentRevision]]:
    """Return the comments that say nearly the same as this one does now, oldest first, this one among them.

    Empty when it has no near copy.
    """
    found = session.execute(_near(), {"comment_id": comment.id, "n": comment.revision_n}).all()
    if all(c.id == comment.id for c, _r in found):
        return []
    this = triage.current_revision(session, comment)
    same = [(c, r) for c, r in found if c.id == comment.id or alike(r.text or "", this.text or "")]
    return sorted(same, key=lambda pair: (pair[0].posted_at, pair[0].id)) if len(same) > 1 else []


@cache
def _near() -> Any:
    whose = (col(CommentRevision.comment_id) == bindparam("comment_id")) & (col(CommentRevision.n) == bindparam("n"))
    this = select(CommentRevision.id).where(whose).scalar_subquery()
    keys = select(CopyKey.key).where(CopyKey.revision_id == this)
    near = select(CopyKey.revision_id).where(col(CopyKey.key).in_(keys))
    return (
        select(Comment, CommentRevision)
        .where(CommentRevision.comment_id == Comment.id, CommentRevision.n == Comment.revision_n)
        .where(col(CommentRevision.id).in_(near))
        .order_by(col(Comment.received_at).desc(), col(Comment.id))
        .limit(MOST)
    )


def decide_wave(session: Session, actor: Actor, *, decision_id: str, comments: Mapping[str, Read]) -> WaveDecided:
    """Decide on the other members of a wave as on one of them, each for itself, on the version that was read.

    What changed meanwhile, what another holds and what is no near copy is left to be looked at, and said.
    """
    check(actor, Permission.COMMENT_TRIAGE)
    model = get(session, TriageDecision, decision_id)
    if model.user_id != actor.id:
        raise InvalidInput(N_("Seule la personne qui a décidé étend sa décision aux copies."))
    lock_comments(session, [model.comment_id, *comments])
    text = get(session, CommentRevision, model.revision_id).text or ""
    refused: dict[str, str] = {}
    for comment_id, read in sorted(comments.items()):
        try:
            with session.begin_nested():
                _decide_as(session, actor, model, text, comment_id, read)
        except AppError as error:
            refused[comment_id] = str(error)
    return WaveDecided(tuple(sorted(comments.keys() - refused.keys())), refused)


def _decide_as(session: Session, actor: Actor, model: TriageDecision, text: str, comment_id: str, read: Read) -> None:
    comment = get(session, Comment, comment_id)
    if not alike(triage.current_revision(session, comment).text or "", text):
        raise InvalidInput(N_("Ce commentaire ne dit pas la même chose : il se lit à part."))
    card = {name: value for name, value in (model.card or {}).items() if name != "outcome"}
    triage.classify(
        session,
        actor,
        comment_id=comment_id,
        revision_n=read.revision_n,
        row_version=read.row_version,
        outcomes=[TriageOutcome(outcome) for outcome in model.outcomes],
        none_reason=model.none_reason,
        card=Card(**card),
        note=model.note or "",
    )


def waits(comment: Comment) -> bool:
    """Say whether a member of a wave is still undecided, so that a decision may be proposed for it."""
    held = comment.lease_until is not None and comment.lease_until > clock.now()
    return comment.pv in (PvFacet.NONE, PvFacet.POSSIBLE) and not held
