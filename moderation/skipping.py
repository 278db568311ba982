"""Leaving a comment to others, for a coded reason. It leaves nobody else's queue, and no clock stops."""

from sqlmodel import Session, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import StaleVersion
from i18n import N_
from models.comment import Comment
from models.enums import SkipReason
from models.queueing import CommentSkip
from models.session import get
from moderation import triage


def skip(session: Session, actor: Actor, *, comment_id: str, revision_n: int, reason: SkipReason) -> None:
    """Leave one version of a comment to the others, and give it back.

    It comes back to this person with a new text, or when everybody who could decide skipped it. Skipped twice is
    skipped once, for the first reason.
    """
    check(actor, Permission.COMMENT_TRIAGE)
    comment = get(session, Comment, comment_id, lock=True)
    if comment.revision_n != revision_n:
        raise StaleVersion(N_("L'auteur a modifié ce commentaire depuis que vous l'avez ouvert. Relisez-le d'abord."))
    same = (CommentSkip.comment_id == comment_id, CommentSkip.revision_n == revision_n)
    if session.exec(select(CommentSkip).where(*same, CommentSkip.user_id == actor.id)).first() is None:
        session.add(
            CommentSkip(
                comment_id=comment_id, revision_n=revision_n, user_id=actor.id or "", reason=reason,
                skipped_at=clock.now(),
            )
        )  # fmt: skip
        session.flush()
        new = {"revision": revision_n}
        audit.record(session, actor, AuditAction.COMMENT_SKIP, "comment", comment_id, new=new, reason=reason.value)
    triage.release(session, actor, comment_id=comment_id)
