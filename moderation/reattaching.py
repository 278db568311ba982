"""What the author of a case writes later in the same thread belongs to the case, by itself: nobody has to find it."""

from collections.abc import Collection

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from compliance import transitions
from compliance.permissions import SYSTEM
from models.case import Case, CaseComment, Reply
from models.comment import Comment, CommentRevision
from models.enums import CaseAction, CaseStatus, Network, PvFacet
from moderation.following_up import WROTE_AGAIN, note_news
from moderation.opening import follow, lock_case, rest_on
from moderation.states import CASE_TRANSITIONS


def reattach(session: Session, comment: Comment, revision: CommentRevision) -> Case | None:
    """Make the author's case rest on a new comment too: new information, for which a case that was sent is reopened.

    The comment waits for pharmacovigilance all the same: a person reads it. None when the author has no case here.
    """
    case_id = _case_of_author(session, comment)
    if case_id is None:
        return None
    case = lock_case(session, case_id)
    was = case.status
    news = note_news(session, SYSTEM, case, reason=WROTE_AGAIN, comment=comment, revision=revision)
    details = {"comment": comment.id, "follow_up": news.id if news else None}
    transitions.apply(session, SYSTEM, case, CASE_TRANSITIONS, CaseAction.REATTACH, details=details)
    if case.status is not was:
        follow(session, case, was=was)
    rest_on(session, case, comment, revision)
    if comment.pv is PvFacet.NONE:
        comment.pv = PvFacet.POSSIBLE
    session.flush()
    return case


def _case_of_author(session: Session, comment: Comment) -> str | None:
    """Return the author's case in this thread: the one that they answer directly, or else the newest."""
    if not comment.author_id:
        return None
    answered = list(session.exec(_answered(comment))) if comment.parent_external_id else []
    here = or_(
        Comment.conversation_id == comment.conversation_id if comment.conversation_id else False,
        col(Comment.id).in_(answered),
    )
    found = session.exec(
        select(Case.id, Comment.id, Comment.external_id)
        .where(CaseComment.case_id == Case.id, CaseComment.comment_id == Comment.id)
        .where(Comment.author_id == comment.author_id, Comment.network == comment.network, Comment.id != comment.id)
        .where(Case.status != CaseStatus.DISMISSED, here)
        .order_by(col(Case.number).desc())
    ).all()
    direct = [row for row in found if row[1] in answered or row[2] == comment.parent_external_id]
    return next((case_id for case_id, _comment, _external in (*direct, *found)), None)


def _answered(comment: Comment) -> SelectOfScalar[str]:
    """Select the comments to which the answer of ours that this comment answers was given."""
    return select(Reply.comment_id).where(Reply.remote_id == comment.parent_external_id)


def of_authors(session: Session, network: Network, author_ids: Collection[str]) -> Collection[str]:
    """Return the ids of all comments that the live cases of these authors rest on: they are locked with a page's."""
    theirs = (
        select(CaseComment.case_id)
        .where(CaseComment.comment_id == Comment.id, CaseComment.case_id == Case.id)
        .where(Comment.network == network, col(Comment.author_id).in_(author_ids))
        .where(Case.status != CaseStatus.DISMISSED)
        .correlate(None)
    )
    return session.exec(select(CaseComment.comment_id).where(col(CaseComment.case_id).in_(theirs))).all()
