"""What we hold of each of our posts, counted beside the network's own number: at one moment, and never on a screen."""

import json
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import case
from sqlmodel import Session, col, func, or_, select

from compliance import clock
from connectors.base import CommentPage
from models.account import Account
from models.case import Reply
from models.comment import Comment
from models.coverage import PostCoverage
from models.enums import ReplyStatus, VisibilityFacet
from models.publication import Publication
from moderation.count_gaps import Facts

GONE = (VisibilityFacet.DELETED_BY_AUTHOR, VisibilityFacet.DELETED_BY_US)
FIRST_COMMENT = "first_comment"
SOUGHT, SOUGHT_AGAIN = 10, timedelta(days=1)
"""How many posts are read from their beginning in one round, and how long until the same gap is sought again."""


def count_posts(
    session: Session, account: Account, told: Mapping[str, int | None], *, deep: bool
) -> list[PostCoverage]:
    """Count what we hold of the watched posts beside what the network told of each; other posts are watched no more.

    `deep`: the network's number holds the answers to answers. The account's row is locked.
    """
    rows = _rows(session, account.id, told)
    held, ours = _held(session, account.id, told), _ours(session, account.id, told, deep=deep)
    for remote_id, row in rows.items():
        row.watched = remote_id in told
        if not row.watched:
            continue
        direct, below, row.deleted = held.get(remote_id, (0, 0, 0))
        row.held, row.deeper = (direct + below, 0) if deep else (direct, below)
        row.ours, row.network_count, row.counted_at = ours.get(remote_id, 0), told[remote_id], clock.now()
        facts = Facts(row.held + row.ours, row.deeper, row.network_count, row.unseen, row.closed, capped=False)
        row.missing = facts.missing
    session.flush()
    return [row for row in rows.values() if row.watched]


def _rows(session: Session, account_id: str, wanted: Collection[str]) -> dict[str, PostCoverage]:
    """Return the rows of an account that are watched or wanted, written where there was none."""
    mine = select(PostCoverage).where(PostCoverage.account_id == account_id)
    known = mine.where(col(PostCoverage.watched) | col(PostCoverage.remote_id).in_(wanted))
    rows = {row.remote_id: row for row in session.exec(known)}
    for remote_id in wanted:
        if remote_id not in rows:
            rows[remote_id] = PostCoverage(account_id=account_id, remote_id=remote_id)
            session.add(rows[remote_id])
    return rows


def _held(session: Session, account_id: str, posts: Collection[str]) -> dict[str, tuple[int, int, int]]:
    """Return by post how many comments we hold directly under it, below those, and of what is gone."""
    gone: Any = col(Comment.visibility).in_(GONE)
    direct: Any = col(Comment.parent_external_id) == col(Comment.conversation_id)
    counted = select(
        Comment.conversation_id,
        func.sum(case((~gone & direct, 1), else_=0)),
        func.sum(case((gone | direct, 0), else_=1)),
        func.sum(case((gone, 1), else_=0)),
    ).where(Comment.account_id == account_id, col(Comment.conversation_id).in_(posts))
    found = session.exec(counted.group_by(col(Comment.conversation_id)))
    return {str(post): (int(first), int(below), int(lost)) for post, first, below, lost in found}


def _ours(session: Session, account_id: str, posts: Collection[str], *, deep: bool) -> dict[str, int]:
    """Return by post our own answers that the network counts: first comments; with `deep`, those to people too."""
    out = select(Publication.remote_id, Publication.receipt_json).where(
        Publication.account_id == account_id, col(Publication.remote_id).in_(posts)
    )
    found = {str(post): int(FIRST_COMMENT in json.loads(receipt or "{}")) for post, receipt in session.exec(out)}
    if deep:
        answers = select(Comment.conversation_id, func.count()).join(Reply, col(Reply.comment_id) == Comment.id)
        answers = answers.where(Comment.account_id == account_id, col(Comment.conversation_id).in_(posts))
        shown = answers.where(
            Reply.status == ReplyStatus.CONFIRMED, col(Reply.remote_id).is_not(None), ~col(Reply.private)
        )
        for post, number in session.exec(shown.group_by(col(Comment.conversation_id))):
            found[str(post)] = found.get(str(post), 0) + number
    return found


def to_seek(session: Session, account_id: str) -> list[str]:
    """Return the posts to read from their beginning: more is missing, or less, than when we last did, or a day ago."""
    lacking = select(PostCoverage.remote_id).where(PostCoverage.account_id == account_id, col(PostCoverage.watched))
    changed = or_(PostCoverage.missing != PostCoverage.sought, col(PostCoverage.sought_at) < clock.now() - SOUGHT_AGAIN)
    due = lacking.where(PostCoverage.missing > 0, ~col(PostCoverage.unseen), changed)
    return list(session.exec(due.order_by(col(PostCoverage.missing).desc(), col(PostCoverage.remote_id)).limit(SOUGHT)))


def note_sought(session: Session, account_id: str, posts: Collection[str]) -> None:
    """Note that posts were read from their beginning, for as many as were missing."""
    mine = select(PostCoverage).where(PostCoverage.account_id == account_id, col(PostCoverage.remote_id).in_(posts))
    for row in session.exec(mine):
        row.sought, row.sought_at = row.missing, clock.now()


def note_page(session: Session, account_id: str, page: CommentPage) -> None:
    """Note which posts the network lists nothing of, and which are closed; a complete reading clears the others."""
    named = {*page.unseen, *page.closed}
    flagged = select(PostCoverage).where(PostCoverage.account_id == account_id)
    told = flagged.where(col(PostCoverage.unseen) | col(PostCoverage.closed) | col(PostCoverage.remote_id).in_(named))
    rows = {row.remote_id: row for row in session.exec(told)}
    for remote_id in named - set(rows):
        rows[remote_id] = PostCoverage(account_id=account_id, remote_id=remote_id)
        session.add(rows[remote_id])
    for remote_id, row in rows.items():
        row.unseen = remote_id in page.unseen or (row.unseen and not page.complete)
        row.closed = remote_id in page.closed or (row.closed and not page.complete)
    session.flush()
