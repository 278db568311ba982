"""What we wrote in private ends with what it answers: an answer may quote the person, or name what they asked about.

The days are those of the person's messages, and so are the exceptions: while one message of a thread is kept, what we
wrote in the thread is. What was said in public is the company's own publication, and stays.
"""

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import and_, exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from compliance import retention
from compliance.permissions import SYSTEM
from models.account import Account
from models.answer import ReplyDraft
from models.case import Reply
from models.comment import Comment
from models.enums import PRIVATE_KINDS, ReplyStatus
from models.private import ThreadMessage
from models.session import get, reading, transaction
from moderation.opening import lock_comments
from moderation.terms.kept import Condition, held_days, kept
from moderation.terms.rule import Rule

BATCH = 200
ON_THEIR_WAY = (ReplyStatus.TO_APPROVE, ReplyStatus.QUEUED, ReplyStatus.SENT)

Due = Callable[[Session, Rule], Any]
"""Selects the ids of what is due, without an order."""
Empty = Callable[[Session, Rule, list[str]], object]

Answered = aliased(Comment)
"""What we answered; `Comment` is then any message of its thread."""


def empty_due(rule: Rule, until: float) -> None:
    """Empty what is due on an account: answers to what was erased, then what else we wrote in its threads."""
    _empty_all(rule, until, _answered, _empty_answers)
    _empty_all(rule, until, _messages, _empty_messages)


def _empty_all(rule: Rule, until: float, due: Due, empty: Empty) -> None:
    after = ""
    while time.monotonic() < until:
        with reading() as session:
            wanted = due(session, rule).subquery()
            rest = select(wanted.c.id).where(wanted.c.id > after).order_by(wanted.c.id)
            ids = list(session.exec(rest.limit(BATCH)))
        if not ids:
            return
        with transaction() as session:
            get(session, Account, rule.account_id, lock=True)
            empty(session, rule, ids)
        after = ids[-1]


def _answered(session: Session, rule: Rule) -> Any:
    """Select the erased messages that were answered in private, or that somebody still writes an answer to."""
    mine = col(Reply.comment_id) == col(Answered.id)
    words = exists().where(mine, col(Reply.private), col(Reply.purged_at).is_(None))
    typed = exists().where(col(ReplyDraft.comment_id) == col(Answered.id)) & col(Answered.kind).in_(PRIVATE_KINDS)
    leaving = exists().where(mine, col(Reply.status).in_(ON_THEIR_WAY))
    sent = func.coalesce(col(Reply.sent_at), col(Reply.created_at))
    held = exists().where(mine, col(Reply.private), held_days(rule.account_id, sent))
    return select(Answered.id).where(
        col(Answered.account_id) == rule.account_id,
        col(Answered.erased_at).is_not(None),
        words | typed,
        ~leaving,
        ~held,
        ~exists().where(_beside(), kept(session)),
        ~exists().where(col(Comment.id) == col(Answered.id), kept(session)),
    )


def _beside() -> Condition:
    """Return the condition of a message in the private thread of what we answered."""
    return _in_thread(Answered.account_id, Answered.conversation_id) & col(Answered.kind).in_(PRIVATE_KINDS)


def _in_thread(account_id: Any, thread_id: Any) -> Condition:
    same = (col(Comment.account_id) == account_id, col(Comment.conversation_id) == thread_id)
    return and_(*same, col(Comment.kind).in_(PRIVATE_KINDS))


def _messages(session: Session, rule: Rule) -> Any:
    """Select what we wrote in private threads long enough ago, or that has nothing left to answer."""
    return select(ThreadMessage.id).where(
        ThreadMessage.account_id == rule.account_id,
        col(ThreadMessage.purged_at).is_(None),
        or_(col(ThreadMessage.seen_at) < rule.received_before, _left_alone(), _emptied_elsewhere()),
        ~held_days(rule.account_id, col(ThreadMessage.sent_at)),
        ~exists().where(_theirs(), kept(session)),
    )


def _theirs() -> Condition:
    """Return the condition of the person's messages in the thread of ours."""
    return _in_thread(ThreadMessage.account_id, ThreadMessage.thread_id)


def _left_alone() -> Condition:
    """Return the condition of one of ours before which nothing in its thread still stands, as something did."""
    earlier = _theirs() & (col(Comment.posted_at) <= col(ThreadMessage.sent_at))
    erased = exists().where(earlier, col(Comment.erased_at) >= col(ThreadMessage.seen_at))
    return erased & ~exists().where(earlier, col(Comment.erased_at).is_(None))


def _emptied_elsewhere() -> Condition:
    """Return the condition of one that left from here and was emptied as an answer."""
    return exists().where(
        col(Reply.remote_id) == col(ThreadMessage.external_id),
        col(Reply.purged_at).is_not(None),
        col(Reply.comment_id) == col(Comment.id),
        col(Comment.account_id) == col(ThreadMessage.account_id),
    )


def _still(session: Session, rule: Rule, due: Due, ids: list[str]) -> list[str]:
    """Return which are due under lock as well: what an exception or a hold caught meanwhile stays."""
    wanted = due(session, rule).subquery()
    return list(session.exec(select(wanted.c.id).where(wanted.c.id.in_(ids)).order_by(wanted.c.id)))


def _empty_answers(session: Session, rule: Rule, comment_ids: list[str]) -> None:
    beside = select(Comment.id).where(_beside(), col(Answered.id).in_(comment_ids))
    lock_comments(session, {*session.exec(beside), *comment_ids})
    if ids := _still(session, rule, _answered, comment_ids):
        retention.purge_answers(session, SYSTEM, comment_ids=ids, reason=rule.reason)


def _empty_messages(session: Session, rule: Rule, message_ids: list[str]) -> None:
    theirs = select(Comment.id).where(_theirs(), col(ThreadMessage.id).in_(message_ids))
    lock_comments(session, set(session.exec(theirs)))
    if ids := _still(session, rule, _messages, message_ids):
        retention.purge_thread_messages(session, SYSTEM, message_ids=ids, reason=rule.reason)
