"""The queues, in their order, and the rows of any list of comments."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import bindparam, case, func, literal_column, or_
from sqlmodel import Session, col, select

from compliance import clock
from i18n import _
from models.account import Account
from models.case import Case, CaseComment
from models.comment import Comment, CommentRevision, ScreeningRecord
from models.enums import CaseStatus, Network, ProductFacet, PvFacet, RoutedQueue, Screening
from models.user import User
from moderation import facets, priority
from moderation.context import PostContext, parent_revisions, posts_of
from moderation.deadlines import SOON, forward_due
from moderation.detectors.evidence import Finding
from moderation.priority import Waiting
from moderation.queries.evidence import covered, findings_of, known, records_of, sentences_of, spans_of
from moderation.queries.narrowing import EVERYTHING, Condition, Narrowing, matching, stands_in
from moderation.queries.rows import QueueRow, QueueSummary
from settings import get_settings


class Queue(StrEnum):
    """What a queue holds."""

    PV = "pv"
    PRODUCT = "product"
    MEDICAL = "medical"
    QUALITY = "quality"
    LEGAL = "legal"
    COMMUNITY = "community"


ROUTED: dict[Queue, RoutedQueue] = {
    queue: RoutedQueue(queue.value) for queue in Queue if queue not in (Queue.PV, Queue.PRODUCT)
}
"""The queues that rules fill, by what the screens call them."""


BEFORE = 2
"""How many rows are shown before the open comment's."""


@cache
def waiting_in(queue: Queue) -> Condition:
    """Return the condition that puts a comment in a queue; every part of it begins with the index's first column.

    That of pharmacovigilance reads the facets alone: no rule and no skip takes a comment out of it.
    """
    if queue in ROUTED:
        return stands_in(ROUTED[queue])
    if queue is Queue.PRODUCT:
        # `cleared` is written out, not bound: SQLite takes a partial index only where it reads the index's condition.
        return (
            (col(Comment.pv) == PvFacet.NONE)
            & (col(Comment.screening) == literal_column("'cleared'"))
            & col(Comment.product).in_((ProductFacet.OWN, ProductFacet.COMPETITOR, ProductFacet.BOTH))
        )
    unread = col(Comment.pv).in_(list(PvFacet)) & (col(Comment.screening) == Screening.UNSCREENED)
    return or_(col(Comment.pv) == PvFacet.POSSIBLE, unread)


def pv_queue(
    session: Session,
    *,
    queue: Queue = Queue.PV,
    network: Network | None = None,
    holder_id: str | None = None,
    narrowing: Narrowing = EVERYTHING,
    limit: int = 50,
    offset: int = 0,
) -> list[QueueRow]:
    """Return a page of a queue, ordered by danger and clock; `holder_id`: only what this person holds now."""
    now = clock.now()
    found = select(Comment).where(waiting_in(queue), matching(narrowing))
    if network:
        found = found.where(Comment.network == network)
    if holder_id:
        found = found.where(Comment.holder_id == holder_id, col(Comment.lease_until) > now)
    page = session.execute(found.order_by(*_order()).limit(limit).offset(offset), _late(now)).scalars().all()
    return rows_of(session, page, first=offset + 1)


@dataclass(frozen=True)
class QueuePage:
    """A page of a queue: its comments in their order, the rows of those shown around one, that one where not on it."""

    ids: tuple[str, ...]
    rows: list[QueueRow]
    beside: QueueRow | None = None


def queue_page(
    session: Session, *, queue: Queue, narrowing: Narrowing, limit: int, offset: int, here: str, shown: int
) -> QueuePage:
    """Return a page of a queue as `pv_queue`, with the rows of `shown` comments around `here` (else of the first).

    Where `here` is a comment that does not stand on the page, its row is read with the others.
    """
    placed = _placed(queue, narrowing, limit, offset)
    ids = tuple(session.execute(placed, _late(clock.now())).scalars())
    at = ids.index(here) if here in ids else 0
    first = max(0, min(at - BEFORE, len(ids) - shown))
    wanted = ids[first : first + shown]
    read = session.execute(_whole(), {"ids": [*wanted, here]}).scalars()
    comments = {comment.id: comment for comment in read}
    elsewhere = [comments[here]] if here in comments and here not in wanted else []
    rows = rows_of(session, [*(comments[key] for key in wanted), *elsewhere], first=offset + first + 1)
    return QueuePage(ids, rows[: len(wanted)], replace(rows[-1], number=1) if elsewhere else None)


@cache
def _whole() -> Any:
    return select(Comment).where(col(Comment.id).in_(bindparam("ids", expanding=True)))


@lru_cache(64)
def _placed(queue: Queue, narrowing: Narrowing, limit: int, offset: int) -> Any:
    found = select(Comment.id).where(waiting_in(queue), matching(narrowing)).order_by(*_order())
    return found.limit(limit).offset(offset)


def _late(now: datetime) -> dict[str, datetime]:
    """Return since when what is late, and what soon is, has waited: what `_order` asks for."""
    allowed = timedelta(hours=get_settings().forward_hours)
    return {"late": now - allowed, "soon": now - allowed * (1 - SOON)}


@cache
def _order() -> tuple[Any, ...]:
    """Return the order of `priority.place`, for the database."""
    band = case(
        (col(Comment.awareness_at) <= bindparam("late"), 0),
        (col(Comment.awareness_at) < bindparam("soon"), 1),
        else_=2,
    )
    return (
        col(Comment.emergency).desc(),
        col(Comment.serious).desc(),
        band,
        col(Comment.pv_score).desc(),
        col(Comment.reply_due_at),
        col(Comment.received_at),
        col(Comment.id),
    )


def queue_counts(session: Session, queues: Collection[Queue] = tuple(Queue)) -> dict[Queue, int]:
    """Return how many comments wait in each queue, in one query; skips and filters do not lower them."""
    if not queues:
        return {}
    return dict(zip(queues, map(int, session.execute(_lengths(tuple(queues))).one()), strict=True))


@cache
def _lengths(queues: tuple[Queue, ...]) -> Any:
    numbers = [select(func.count()).select_from(Comment).where(waiting_in(queue)).scalar_subquery() for queue in queues]
    return select(*numbers)


def queue_length(
    session: Session,
    *,
    queue: Queue = Queue.PV,
    network: Network | None = None,
    narrowing: Narrowing = EVERYTHING,
) -> QueueSummary:
    """Return how many wait, how many of them are emergencies or late, and since when the oldest does."""
    counted = _summed(queue, narrowing)
    if network:
        counted = counted.where(Comment.network == network)
    waiting, emergencies, overdue, oldest = session.execute(counted, {"late": _late(clock.now())["late"]}).one()
    return QueueSummary(waiting, emergencies or 0, overdue or 0, oldest)


@lru_cache(64)
def _summed(queue: Queue, narrowing: Narrowing) -> Any:
    return select(
        func.count(),
        func.sum(case((col(Comment.emergency), 1), else_=0)),
        func.sum(case((col(Comment.awareness_at) <= bindparam("late"), 1), else_=0)),
        func.min(Comment.awareness_at),
    ).where(waiting_in(queue), matching(narrowing))


@dataclass(frozen=True)
class _Around:
    """What the rows of a page need beside the comments, read at once."""

    revisions: dict[str, CommentRevision]
    records: dict[str, ScreeningRecord]
    findings: dict[str, list[Finding]]
    accounts: dict[str, str]
    holders: dict[str, str]
    posts: dict[str, PostContext]
    parents: dict[str, str | None]
    cases: dict[str, tuple[str, str]]


def rows_of(session: Session, comments: Sequence[Comment], *, first: int = 1) -> list[QueueRow]:
    """Return the rows of comments, in the order given, numbered from `first`."""
    if not comments:
        return []
    around = _around(session, comments)
    now = clock.now()
    return [_row(comment, around, number, now) for number, comment in enumerate(comments, first)]


def _around(session: Session, comments: Sequence[Comment]) -> _Around:
    revisions = _current_revisions(session, [comment.id for comment in comments])
    records = records_of(session, [revision.id for revision in revisions.values()])
    holders = {comment.holder_id for comment in comments if comment.holder_id}
    return _Around(
        revisions,
        records,
        findings_of(session, [record.id for record in records.values()]),
        _shown_as(session, {comment.account_id for comment in comments}),
        _names(session, holders),
        posts_of(session, [comment.publication_id for comment in comments]),
        _parents(session, comments),
        _cases(session, [comment.id for comment in comments]),
    )


def _shown_as(session: Session, account_ids: Collection[str]) -> dict[str, str]:
    names: Any = session.execute(_accounts(), {"ids": list(account_ids)})
    return dict(names.all())


@cache
def _accounts() -> Any:
    return select(Account.id, Account.display_name).where(col(Account.id).in_(bindparam("ids", expanding=True)))


def _names(session: Session, user_ids: Collection[str]) -> dict[str, str]:
    if not user_ids:
        return {}
    return dict(session.exec(select(User.id, User.printed_name).where(col(User.id).in_(user_ids))).all())


def _parents(session: Session, comments: Sequence[Comment]) -> dict[str, str | None]:
    """Return the texts that comments answer, personal data covered, by the id of the answering comment."""
    revisions = parent_revisions(session, comments)
    texts = covered(session, list({revision.id: revision for revision in revisions.values()}.values()))
    return {comment_id: texts[revision.id] for comment_id, revision in revisions.items()}


def _current_revisions(session: Session, comment_ids: Collection[str]) -> dict[str, CommentRevision]:
    found = session.execute(_reads_now(), {"ids": list(comment_ids)}).scalars()
    return {revision.comment_id: revision for revision in found}


@cache
def _reads_now() -> Any:
    return select(CommentRevision).where(
        CommentRevision.comment_id == Comment.id,
        CommentRevision.n == Comment.revision_n,
        col(Comment.id).in_(bindparam("ids", expanding=True)),
    )


def _cases(session: Session, comment_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return identifier and number of the newest case of each comment that was not dismissed."""
    found = session.execute(_living(), {"ids": list(comment_ids)})
    return {comment_id: (case_id, number) for comment_id, case_id, number in found}


@cache
def _living() -> Any:
    return (
        select(CaseComment.comment_id, Case.id, Case.number)
        .where(CaseComment.case_id == Case.id, col(CaseComment.comment_id).in_(bindparam("ids", expanding=True)))
        .where(Case.status != CaseStatus.DISMISSED)
        .order_by(col(Case.number))
    )


def _row(comment: Comment, around: _Around, number: int, now: datetime) -> QueueRow:
    hours = get_settings().forward_hours
    revision = around.revisions.get(comment.id)
    record = around.records.get(revision.id) if revision else None
    text = revision.text if revision else None
    findings = known(text, around.findings.get(record.id, []) if record else [])
    post = around.posts.get(comment.publication_id or "")
    case_id, case_number = around.cases.get(comment.id, (None, None))
    held = comment.holder_id if comment.lease_until and comment.lease_until > now else None
    why = sentences_of(text, record, findings)
    item = waiting_of(comment)
    return QueueRow(
        comment_id=comment.id,
        row_version=comment.row_version,
        revision_n=comment.revision_n,
        number=number,
        network=comment.network,
        account_name=around.accounts.get(comment.account_id, ""),
        pseudonym=pseudonym_of(comment),
        text=text,
        language=comment.language,
        posted_at=comment.posted_at,
        received_at=comment.received_at,
        awareness_at=comment.awareness_at,
        forward_due_at=forward_due(comment.awareness_at, hours),
        reply_due_at=comment.reply_due_at,
        facets=facets.read(comment),
        emergency=comment.emergency,
        serious=comment.serious,
        score=comment.pv_score,
        reason=priority.reason(item, now=now, forward_hours=hours, why=why),
        band=priority.pv_band(comment.awareness_at, now=now, forward_hours=hours),
        evidence=spans_of(text, findings),
        unscreened_reason=" ".join(why) if record and record.outcome is Screening.UNSCREENED else None,
        post_title=post.title if post else None,
        parent_text=around.parents.get(comment.id),
        holder_id=held,
        holder=around.holders.get(held or ""),
        lease_until=comment.lease_until if held else None,
        case_id=case_id,
        case_number=case_number,
        kind=comment.kind,
    )


def waiting_of(comment: Comment) -> Waiting:
    """Return what decides a comment's place."""
    return Waiting(
        comment.emergency,
        comment.serious,
        comment.awareness_at,
        comment.pv_score,
        comment.reply_due_at,
        comment.received_at,
        comment.screening,
        comment.pv,
        comment.revision_n,
    )


def pseudonym_of(comment: Comment) -> str:
    """Return the name under which an author is shown."""
    return pseudonym(comment.author_pseudonym)


def pseudonym(code: str) -> str:
    """Return the name under which an author of a code is shown."""
    return _("Auteur {code}").format(code=code)
