"""What stands around one comment: the thread in its order, the author's others, the copies, the cases."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, false, func, or_, union_all
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from models.around import CasePassage
from models.case import Case, CaseComment, Reply
from models.comment import Comment, CommentRevision, Tombstone, TriageDecision
from models.enums import CaseStatus, PvFacet, ReplyStatus, TriageOutcome, VisibilityFacet
from models.session import get
from moderation import waves
from moderation.context import posts_of
from moderation.library import sendable
from moderation.queries.around_rows import Around, AuthorLine, CaseChoice, HeldCase, ThreadNode, WaveLine
from moderation.queries.cases import comments_of, excerpts_of
from moderation.queries.comments import choices
from moderation.queries.evidence import covered, covered_texts
from moderation.queries.history import history_of
from moderation.queries.private import own_nodes
from moderation.queries.queue import pseudonym, pseudonym_of
from moderation.queries.rows import TextChoice
from moderation.queries.traces import traces_of
from moderation.suggesting import Asked
from settings import get_settings

MOST_THREAD = 100
MOST_AUTHOR = 10
MOST_CHOICES = 5
DEEPEST = 5
LIVE = (CaseStatus.OPEN, CaseStatus.FORWARDED, CaseStatus.ACKNOWLEDGED)


class Fold(StrEnum):
    """What is read only where somebody looks at it."""

    THREAD = "thread"
    AUTHOR = "author"
    HISTORY = "history"


def around(session: Session, comment_id: str, *, opened: Collection[Fold] = tuple(Fold), short: int = 0) -> Around:
    """Return what stands around a comment; raises NotFound. What is folded stays empty.

    A thread of at most `short` other messages is read too where it is folded.
    """
    comment, there = traces_of(session, comment_id)
    thread = _in_thread(session, comment)
    answers = _answers(session, thread)
    others = len(thread) - 1 + sum(map(len, answers.values())) + len(own_nodes(session, comment))
    return Around(
        others=others,
        thread=thread_of(session, comment, thread, answers) if Fold.THREAD in opened or others <= short else (),
        author=author_lines(session, comment) if Fold.AUTHOR in opened else (),
        wave=_wave(session, comment),
        cases=_held(session, comment) if CaseComment in there else (),
        choices=_choices(session, comment),
        history=history_of(session, comment, there) if Fold.HISTORY in opened else (),
        plan_texts=_plan_texts(session, comment),
        gone_at=_gone_at(session, comment) if comment.visibility is not VisibilityFacet.VISIBLE else None,
    )


def _gone_at(session: Session, comment: Comment) -> datetime | None:
    stones = select(Tombstone.first_missing_at).where(Tombstone.comment_id == comment.id)
    return session.exec(stones.order_by(col(Tombstone.first_missing_at).desc())).first()


class _Said(NamedTuple):
    """What a comment says now, as far as a thread needs it: whole rows of a hundred comments would take long."""

    id: str
    external_id: str
    parent_external_id: str | None
    author_pseudonym: str
    posted_at: datetime
    visibility: VisibilityFacet
    pv: PvFacet
    revision_id: str
    text: str | None


Answers = dict[str, list[tuple[datetime, str | None]]]
"""What we answered and when it left, by the comment that it answers."""

SAID = (
    *(getattr(Comment, name) for name in _Said._fields if name not in ("revision_id", "text")),
    CommentRevision.id,
    CommentRevision.text,
)


@cache
def _current() -> Any:
    return (
        select_columns(*SAID)
        .where(col(CommentRevision.comment_id) == col(Comment.id), col(CommentRevision.n) == col(Comment.revision_n))
        .where(col(Comment.id).in_(bindparam("ids", expanding=True)))
        .order_by(col(Comment.posted_at), col(Comment.id))
    )


def _said(session: Session, comment_ids: Collection[str]) -> list[_Said]:
    """Return what comments say now, personal data covered, in the order of time."""
    rows = [_Said(*row) for row in session.execute(_current(), {"ids": list(comment_ids)})]
    texts = covered_texts(session, {row.revision_id: row.text for row in rows})
    return [row._replace(text=texts[row.revision_id]) for row in rows]


def thread_of(session: Session, comment: Comment, ids: Collection[str], answers: Answers) -> tuple[ThreadNode, ...]:
    """Return the whole conversation, each answer under what it answers, oldest first; ours among them."""
    said = _said(session, ids)
    known = {one.external_id for one in said}
    below: dict[str, list[_Said]] = {}
    for each in said:
        above = each.parent_external_id if each.parent_external_id in known else ""
        below.setdefault(above or "", []).append(each)
    nodes, own = _walk(below, answers, comment.id), own_nodes(session, comment)
    return tuple(sorted([*nodes, *own], key=lambda node: node.posted_at) if own else nodes)


def _in_thread(session: Session, comment: Comment) -> list[str]:
    """Return the first comments of a conversation, this one among them wherever it stands."""
    ways = {
        "parent_external_id": comment.external_id,
        "external_id": comment.parent_external_id,
        "conversation_id": comment.conversation_id,
    }
    known = {name: value for name, value in ways.items() if value}
    found = session.execute(_ways(tuple(known)), {"account_id": comment.account_id, **known})
    first = sorted({(at, comment_id) for comment_id, at in found} | {(comment.posted_at, comment.id)})[:MOST_THREAD]
    return list(dict.fromkeys([*(comment_id for _at, comment_id in first), comment.id]))


@cache
def _ways(names: tuple[str, ...]) -> Any:
    """Ask for each way to belong to a conversation by itself, by its own index."""
    same = col(Comment.account_id) == bindparam("account_id")
    by_time = (col(Comment.posted_at), col(Comment.id))
    firsts = [
        select_columns(col(Comment.id), col(Comment.posted_at))
        .where(same, getattr(Comment, name) == bindparam(name))
        .order_by(*by_time)
        .limit(MOST_THREAD)
        .subquery()
        for name in names
    ]
    return union_all(*(select_columns(first.c.id, first.c.posted_at) for first in firsts))


@cache
def _sent() -> Any:
    when = func.coalesce(col(Reply.sent_at), col(Reply.created_at))
    return (
        select_columns(col(Reply.comment_id), when, col(Reply.text))
        .where(col(Reply.comment_id).in_(bindparam("ids", expanding=True)))
        .where(col(Reply.status) == ReplyStatus.CONFIRMED)
        .order_by(col(Reply.created_at), col(Reply.id))
    )


def _answers(session: Session, comment_ids: Collection[str]) -> Answers:
    """Return what we answered, with when it left, by the comment that it answers."""
    found: dict[str, list[tuple[datetime, str | None]]] = {}
    for comment_id, at, text in session.execute(_sent(), {"ids": list(comment_ids)}):
        found.setdefault(comment_id, []).append((at, text))
    return found


def _walk(below: dict[str, list[_Said]], answers: Answers, this: str) -> list[ThreadNode]:
    """Walk the thread from its beginning, each message once, whatever the network says of who answers whom."""
    nodes: list[ThreadNode] = []
    seen: set[str] = set()
    waiting = [(each, 0) for each in reversed(below.get("", []))]
    strays = [(each, 0) for above, rows in below.items() if above for each in rows]
    company = get_settings().company
    while waiting or strays:
        comment, depth = waiting.pop() if waiting else strays.pop(0)
        if comment.id in seen:
            continue
        seen.add(comment.id)
        nodes.append(_node(comment, depth, this=comment.id == this))
        next_depth = min(depth + 1, DEEPEST)
        ours = answers.get(comment.id, ())
        nodes += [ThreadNode(comment.id, company, text, at, next_depth, ours=True) for at, text in ours]
        waiting += [(each, next_depth) for each in reversed(below.get(comment.external_id, []))]
    return nodes


def _node(comment: _Said, depth: int, *, this: bool) -> ThreadNode:
    gone = comment.visibility is not VisibilityFacet.VISIBLE
    who = pseudonym(comment.author_pseudonym)
    return ThreadNode(comment.id, who, comment.text, comment.posted_at, depth, this=this, gone=gone, pv=comment.pv)


def author_lines(session: Session, comment: Comment) -> tuple[AuthorLine, ...]:
    """Return the author's last other comments, newest first, each with its last decision and its cases."""
    if not comment.author_id:
        return ()
    recent = (
        select(Comment.id)
        .where(Comment.author_id == comment.author_id, Comment.network == comment.network, Comment.id != comment.id)
        .order_by(col(Comment.posted_at).desc(), col(Comment.id))
        .limit(MOST_AUTHOR)
    )
    others = session.exec(recent).all()
    if not others:
        return ()
    said = _said(session, others)
    ids = [one.id for one in said]
    decided, cases = _last_decisions(session, ids), _numbers(session, ids)
    return tuple(
        AuthorLine(
            c.id,
            c.text,
            c.posted_at,
            c.pv,
            tuple(TriageOutcome(o) for o in decided[c.id].outcomes) if c.id in decided else (),
            decided[c.id].none_reason if c.id in decided else None,
            tuple(cases.get(c.id, ())),
        )
        for c in reversed(said)
    )


def _last_decisions(session: Session, comment_ids: Sequence[str]) -> dict[str, TriageDecision]:
    found = select(TriageDecision).where(col(TriageDecision.comment_id).in_(comment_ids))
    ordered = found.order_by(col(TriageDecision.decided_at), col(TriageDecision.id))
    return {decision.comment_id: decision for decision in session.exec(ordered)}


def _numbers(session: Session, comment_ids: Sequence[str]) -> dict[str, list[str]]:
    found = (
        select(CaseComment.comment_id, Case.number)
        .where(CaseComment.case_id == Case.id, col(CaseComment.comment_id).in_(comment_ids))
        .order_by(col(Case.number))
        .distinct()
    )
    numbers: dict[str, list[str]] = {}
    for comment_id, number in session.exec(found):
        numbers.setdefault(comment_id, []).append(number)
    return numbers


def wave_of(session: Session, comment_id: str) -> tuple[WaveLine, ...]:
    """Return the comments that say nearly the same as this one, this one among them; nothing where there is none."""
    return _wave(session, get(session, Comment, comment_id))


def _wave(session: Session, comment: Comment) -> tuple[WaveLine, ...]:
    pairs = waves.members(session, comment)
    if not pairs:
        return ()
    texts = covered(session, [revision for _comment, revision in pairs])
    return tuple(
        WaveLine(
            c.id,
            c.revision_n,
            c.row_version,
            pseudonym_of(c),
            texts[r.id],
            c.posted_at,
            c.pv,
            this=c.id == comment.id,
            undecided=c.id != comment.id and waves.waits(c),
        )
        for c, r in pairs
    )


def _held(session: Session, comment: Comment) -> tuple[HeldCase, ...]:
    cases = session.execute(_resting(), {"comment_id": comment.id}).all()
    if not cases:
        return ()
    comments, passages = comments_of(session, [case.id for case in cases]), _passages(session, comment)
    return tuple(
        HeldCase(
            case.id, case.row_version, case.number, case.status, case.patient,
            comments.get(case.id, 0), tuple(passages.get(case.id, ())),
        )
        for case in cases
    )  # fmt: skip


@cache
def _resting() -> Any:
    resting = select(CaseComment.case_id).where(CaseComment.comment_id == bindparam("comment_id"))
    said = map(col, (Case.id, Case.row_version, Case.number, Case.status, Case.patient))
    return select_columns(*said).where(col(Case.id).in_(resting)).order_by(col(Case.number))


def _passages(session: Session, comment: Comment) -> dict[str, list[str]]:
    """Return the words of each case of a divided comment; nothing where its text was emptied."""
    words: dict[str, list[str]] = {}
    for case_id, start, end, text in session.execute(_divided(), {"comment_id": comment.id}):
        if text:
            words.setdefault(case_id, []).append(" ".join(text[start:end].split()))
    return words


@cache
def _divided() -> Any:
    return (
        select_columns(*map(col, (CasePassage.case_id, CasePassage.start, CasePassage.end, CommentRevision.text)))
        .where(col(CasePassage.revision_id) == col(CommentRevision.id))
        .where(col(CommentRevision.comment_id) == bindparam("comment_id"))
        .order_by(col(CommentRevision.n), col(CasePassage.start))
    )


def _choices(session: Session, comment: Comment) -> tuple[CaseChoice, ...]:
    """Return the live cases of the same author first, then of the same thread; never those that it has already."""
    same = ("author_id", "network", "account_id", "conversation_id")
    asked = {"comment_id": comment.id, **{name: getattr(comment, name) for name in same}}
    found = session.execute(_related(bool(comment.author_id), bool(comment.conversation_id)), asked).all()
    mine = {case.id for case in found if comment.author_id and case.author_id == comment.author_id}
    cases = list({case.id: case for case in found}.values())
    chosen = sorted(cases, key=lambda case: case.id not in mine)[:MOST_CHOICES]
    excerpts = excerpts_of(session, [case.id for case in chosen])
    return tuple(
        CaseChoice(case.id, case.number, case.status, case.id in mine, excerpts.get(case.id, "")) for case in chosen
    )


@cache
def _related(author: bool, thread: bool) -> Any:
    own = select(CaseComment.case_id).where(CaseComment.comment_id == bindparam("comment_id"))
    ways = [("author_id", "network")] * author + [("account_id", "conversation_id")] * thread
    related = or_(false(), *(and_(*(getattr(Comment, name) == bindparam(name) for name in way)) for way in ways))
    return (
        select_columns(col(Case.id), col(Case.number), col(Case.status), col(Comment.author_id))
        .where(col(CaseComment.case_id) == col(Case.id), col(CaseComment.comment_id) == col(Comment.id))
        .where(related, col(Case.status).in_(LIVE), col(Case.id).not_in(own))
        .order_by(col(Case.opened_at).desc(), col(Case.number).desc())
        .limit(MOST_THREAD)
    )


def _plan_texts(session: Session, comment: Comment) -> tuple[TextChoice, ...]:
    """Return the approved answers that the moderation plan of the post names, those in the comment's language first."""
    post = posts_of(session, [comment.publication_id]).get(comment.publication_id or "")
    keys = set(post.plan.texts) if post and post.plan else set()
    named = [text for text in sendable(session) if text.key in keys] if keys else []
    offered = choices(named, Asked(comment.language, ""))
    return tuple(sorted(offered, key=lambda choice: choice.language != comment.language))


def text_titles(session: Session) -> dict[str, str]:
    """Return the titles of the answers that may be sent today, by their key in the library."""
    return {text.key: text.title for text in reversed(sendable(session))}
