"""What the detectors are given of a comment: its words, and what stands around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from models.comment import Comment, CommentRevision
from moderation.context import parents_of, posts_of, under_suspicion
from moderation.screening import Subject


@dataclass(frozen=True)
class Pending:
    """One revision that waits, with all that the detectors are given."""

    comment_id: str
    revision_id: str
    subject: Subject


def pending_of(
    session: Session, revisions: Sequence[CommentRevision], comments: Mapping[str, Comment]
) -> list[Pending]:
    """Return revisions with all that the detectors are given of each, in their order; `comments` are by id."""
    posts = posts_of(session, [comment.publication_id for comment in comments.values()])
    parents = parents_of(session, list(comments.values()))
    suspected = under_suspicion(session, list(comments.values()))
    found = []
    for revision in revisions:
        comment = comments[revision.comment_id]
        post = posts.get(comment.publication_id or "")
        subject = Subject(
            text=revision.text or "",
            channel=comment.network.value,
            post=post.text if post else "",
            page_product=post.page_product if post else None,
            parent=parents.get(comment.id),
            parent_suspected=comment.id in suspected,
        )
        found.append(Pending(comment.id, revision.id, subject))
    return found
