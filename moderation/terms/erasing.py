"""Erasing what was kept long enough: account by account, in batches, each in one transaction with its audit event.

The days are those of the sheet that both signed last. What an exception keeps is looked at again in the next round.
"""

import time
from collections.abc import Callable

from sqlalchemy import exists, literal_column, tuple_
from sqlmodel import Session, col, select

from compliance import retention
from compliance.permissions import SYSTEM
from models.account import Account
from models.comment import Comment, CommentRevision, Tombstone
from models.enums import TombstoneKind, VisibilityFacet
from models.session import get, reading, transaction
from moderation.opening import lock_comments
from moderation.terms import own_words
from moderation.terms.kept import Condition, kept
from moderation.terms.rule import START, Place, Rule, rules

BATCH = 200
MOST_SECONDS = 20.0

Search = Callable[[Session, Rule, Place], list[Place]]


def erase_due() -> int:
    """Erase what is due, for some seconds; return how many comments were erased. The rest waits for the next round.

    What we wrote in private goes after what it answers.
    """
    with reading() as session:
        due = rules(session)
    until = time.monotonic() + MOST_SECONDS
    erased = sum(_erase_all(rule, search, until) for rule in due for search in (_aged, _gone))
    for rule in due:
        own_words.empty_due(rule, until)
    return erased


def _erase_all(rule: Rule, search: Search, until: float) -> int:
    erased, after = 0, START
    while time.monotonic() < until:
        with reading() as session:
            found = search(session, rule, after)
        if not found:
            break
        erased += _erase(rule, [comment_id for _moment, comment_id in found])
        after = found[-1]
    return erased


def _is_old(rule: Rule) -> Condition:
    """Return the condition of one received long enough ago; a new text of it has days of its own."""
    newer = exists().where(
        col(CommentRevision.comment_id) == col(Comment.id), col(CommentRevision.seen_at) >= rule.received_before
    )
    return (col(Comment.received_at) < rule.received_before) & ~newer


def _is_gone(rule: Rule) -> Condition:
    """Return the condition of one that its author took away long enough ago, as a second look confirmed."""
    gone = exists().where(
        col(Tombstone.comment_id) == col(Comment.id),
        col(Tombstone.kind) == TombstoneKind.DELETED,
        col(Tombstone.confirmed_at).is_not(None),
        col(Tombstone.first_missing_at) < rule.missing_before,
    )
    return (col(Comment.visibility) == VisibilityFacet.DELETED_BY_AUTHOR) & gone


def _not_erased(rule: Rule) -> Condition:
    # The network is written out as in the partial index, which SQLite otherwise does not take.
    return (
        (col(Comment.account_id) == rule.account_id)
        & col(Comment.erased_at).is_(None)
        & (col(Comment.network) != literal_column("'file'"))
    )


def _aged(session: Session, rule: Rule, after: Place) -> list[Place]:
    place = tuple_(col(Comment.received_at), col(Comment.id))
    found = (
        select(Comment.received_at, Comment.id)
        .where(_not_erased(rule), _is_old(rule), ~kept(session), place > after)
        .order_by(col(Comment.received_at), col(Comment.id))
    )
    return [(moment, comment_id) for moment, comment_id in session.exec(found.limit(BATCH))]


def _gone(session: Session, rule: Rule, after: Place) -> list[Place]:
    found = select(Comment.received_at, Comment.id).where(
        _not_erased(rule), _is_gone(rule), ~kept(session), Comment.id > after[1]
    )
    return [(moment, comment_id) for moment, comment_id in session.exec(found.order_by(col(Comment.id)).limit(BATCH))]


def _erase(rule: Rule, comment_ids: list[str]) -> int:
    """Erase a batch, under lock: what an exception or a hold caught meanwhile stays."""
    with transaction() as session:
        get(session, Account, rule.account_id, lock=True)
        lock_comments(session, comment_ids)
        still = select(Comment.id).where(
            col(Comment.id).in_(comment_ids), _not_erased(rule), _is_old(rule) | _is_gone(rule), ~kept(session)
        )
        ids = list(session.exec(still))
        if ids:
            retention.purge_comments(session, SYSTEM, comment_ids=ids, reason=rule.reason)
        return len(ids)
