"""What the screens show of visibility: one comment's state, acts and evidence; what waits for a decision."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from connectors.registry import capabilities_of
from models.comment import Comment, CommentRevision
from models.enums import (
    PRIVATE_KINDS,
    ActKind,
    ActOrigin,
    ActStatus,
    ContestStatus,
    FindingKind,
    HideReason,
    Network,
    VisibilityFacet,
)
from models.user import User
from models.visibility import Evidence, VisibilityAct, VisibilityContest
from moderation.masking import masked
from moderation.naming import Named, named_in
from moderation.queries.evidence import covered
from moderation.queries.queue import pseudonym_of
from moderation.queries.rows import QueueRow
from moderation.queries.traces import traces_of
from moderation.visibility_rules import obstacle
from moderation.visibility_states import OUT_OF_SIGHT

MOST = 50


@dataclass(frozen=True)
class ActLine:
    """One act on a comment's visibility; `who` is None for a policy and for what was done on the network."""

    id: str
    row_version: int
    kind: ActKind
    origin: ActOrigin
    status: ActStatus
    reason: HideReason | None
    note: str | None
    who: str | None
    asked_by: str | None
    approver: str | None
    asked_at: datetime
    ended_at: datetime | None
    last_error: str | None


@dataclass(frozen=True)
class EvidenceLine:
    """One frozen evidence."""

    id: str
    content_sha256: str
    frozen_at: datetime


@dataclass(frozen=True)
class ContestLine:
    """One contest; `involved` may not decide; `reason` is why the comment went."""

    id: str
    row_version: int
    comment_id: str
    status: ContestStatus
    words: str
    opened_at: datetime
    due_at: datetime
    opener: str
    decider: str | None
    decision: str | None
    reason: HideReason | None
    involved: frozenset[str]


@dataclass(frozen=True)
class VisibilityView:
    """All that is known of a comment's visibility.

    `obstacles` says, for each act that the network cannot do, what to do instead (French msgid). `hidden_others` are
    the author's other comments that are out of sight: what they write may be a contest of it. `private`: the public
    never saw it.
    """

    comment_id: str
    row_version: int
    revision_n: int
    network: Network
    visibility: VisibilityFacet
    text: str | None
    obstacles: dict[ActKind, str | None]
    acts: tuple[ActLine, ...]
    evidence: tuple[EvidenceLine, ...]
    contests: tuple[ContestLine, ...]
    named: Named | None
    hidden_others: tuple[str, ...]
    private: bool = False


@dataclass(frozen=True)
class DeskLine:
    """One comment in a list: whose, where, its beginning with personal data covered, what the public sees."""

    comment_id: str
    network: Network
    pseudonym: str
    excerpt: str
    visibility: VisibilityFacet


@dataclass(frozen=True)
class Desk:
    """What waits for a decision on visibility, and what is out of sight, newest first."""

    contests: tuple[tuple[ContestLine, DeskLine], ...]
    deletions: tuple[tuple[ActLine, DeskLine], ...]
    failed: tuple[tuple[ActLine, DeskLine], ...]
    concealed: tuple[tuple[ActLine, DeskLine], ...]


def visibility_view(session: Session, comment_id: str, row: QueueRow | None = None) -> VisibilityView:
    """Return what is known of a comment's visibility; raises NotFound. `row` is its row, where it was read before."""
    comment, there = traces_of(session, comment_id)
    acts = select(VisibilityAct).where(VisibilityAct.comment_id == comment_id)
    acts = acts.order_by(col(VisibilityAct.asked_at), col(VisibilityAct.id))
    frozen = select(Evidence.id, Evidence.content_sha256, Evidence.frozen_at).where(Evidence.comment_id == comment_id)
    frozen = frozen.order_by(col(Evidence.frozen_at))
    contests = select(VisibilityContest).where(VisibilityContest.comment_id == comment_id)
    contests = contests.order_by(col(VisibilityContest.opened_at))
    return VisibilityView(
        comment_id=comment.id,
        row_version=comment.row_version,
        revision_n=comment.revision_n,
        network=comment.network,
        visibility=comment.visibility,
        text=_text(session, comment, row),
        obstacles=obstacles(comment),
        acts=_act_lines(session, session.exec(acts).all()) if VisibilityAct in there else (),
        evidence=tuple(EvidenceLine(*one) for one in session.exec(frozen)) if Evidence in there else (),
        contests=_contest_lines(session, session.exec(contests).all()) if VisibilityContest in there else (),
        named=named_in(session, [comment]).get(comment.id),
        hidden_others=_hidden_others(session, comment),
        private=comment.kind in PRIVATE_KINDS,
    )


def _text(session: Session, comment: Comment, row: QueueRow | None) -> str | None:
    """Return what a comment says now, personal data covered, as its row tells it where it still reads so."""
    if row is None or row.revision_n != comment.revision_n:
        return _texts(session, [comment]).get(comment.id)
    personal = [span for span in row.evidence if span.kind is FindingKind.PII]
    return None if row.text is None else masked(row.text, personal)


def obstacles(comment: Comment) -> dict[ActKind, str | None]:
    """Return, for each act, why the network cannot do it to a comment; None where it can."""
    capabilities = capabilities_of(comment.network.value)
    in_thread = comment.parent_external_id is not None or comment.publication_id is not None
    private = comment.kind in PRIVATE_KINDS
    return {kind: obstacle(kind, capabilities, in_thread=in_thread, private=private) for kind in ActKind}


def _hidden_others(session: Session, comment: Comment) -> tuple[str, ...]:
    if not comment.author_id:
        return ()
    author = {"author_id": comment.author_id, "network": comment.network, "comment_id": comment.id}
    return tuple(session.execute(_gone(), author).scalars())


@cache
def _gone() -> Any:
    same = (Comment.author_id == bindparam("author_id"), Comment.network == bindparam("network"))
    gone = col(Comment.visibility).in_(list(OUT_OF_SIGHT))
    found = select(Comment.id).where(*same, gone, Comment.id != bindparam("comment_id"))
    return found.order_by(col(Comment.posted_at).desc()).limit(3)


def _people(session: Session, ids: Collection[str | None]) -> dict[str | None, str]:
    found = session.exec(select(User.id, User.printed_name).where(col(User.id).in_([one for one in ids if one])))
    return dict(found.all())


def _act_lines(session: Session, acts: Sequence[VisibilityAct]) -> tuple[ActLine, ...]:
    if not acts:
        return ()
    names = _people(session, [person for act in acts for person in (act.asked_by, act.approved_by)])
    return tuple(
        ActLine(
            a.id,
            a.row_version,
            a.kind,
            a.origin,
            a.status,
            a.reason,
            a.note,
            names.get(a.asked_by),
            a.asked_by,
            names.get(a.approved_by),
            a.asked_at,
            a.ended_at,
            a.last_error,
        )
        for a in acts
    )


def _contest_lines(session: Session, contests: Sequence[VisibilityContest]) -> tuple[ContestLine, ...]:
    if not contests:
        return ()
    acts = session.exec(select(VisibilityAct).where(col(VisibilityAct.id).in_([c.act_id for c in contests])))
    by_id = {act.id: act for act in acts}
    names = _people(session, [person for c in contests for person in (c.opened_by, c.decided_by)])
    return tuple(_contest_line(c, by_id[c.act_id], names) for c in contests)


def _contest_line(contest: VisibilityContest, act: VisibilityAct, names: dict[str | None, str]) -> ContestLine:
    return ContestLine(
        contest.id,
        contest.row_version,
        contest.comment_id,
        contest.status,
        contest.words,
        contest.opened_at,
        contest.due_at,
        names.get(contest.opened_by, ""),
        names.get(contest.decided_by),
        contest.decision,
        act.reason,
        frozenset(person for person in (act.asked_by, act.approved_by) if person),
    )


def desk(session: Session) -> Desk:
    """Return what waits for a decision, contests by their clock, and what is out of sight, newest first."""
    waiting = select(VisibilityContest).where(VisibilityContest.status == ContestStatus.OPEN)
    contests = session.exec(waiting.order_by(col(VisibilityContest.due_at)).limit(MOST)).all()
    asked = _acts(session, VisibilityAct.status == ActStatus.ASKED)
    failed = _acts(session, VisibilityAct.status == ActStatus.FAILED)
    out = select(Comment.id).where(col(Comment.visibility).in_(list(OUT_OF_SIGHT)))
    hiding = col(VisibilityAct.kind).in_((ActKind.HIDE, ActKind.DELETE)) & col(VisibilityAct.comment_id).in_(out)
    concealed = _acts(session, hiding & (col(VisibilityAct.status) == ActStatus.DONE))
    ids = {one.comment_id for group in (contests, asked, failed, concealed) for one in group}
    lines = desk_lines(session, ids)

    def beside(acts: Sequence[VisibilityAct]) -> tuple[tuple[ActLine, DeskLine], ...]:
        held = zip(_act_lines(session, acts), acts, strict=True)
        return tuple((line, lines[act.comment_id]) for line, act in held)

    told = tuple((line, lines[line.comment_id]) for line in _contest_lines(session, contests))
    return Desk(told, beside(asked), beside(failed), beside(concealed))


def _acts(session: Session, condition: object) -> Sequence[VisibilityAct]:
    found = select(VisibilityAct).where(condition)  # type: ignore[arg-type]
    return session.exec(found.order_by(col(VisibilityAct.asked_at).desc(), col(VisibilityAct.id)).limit(MOST)).all()


def desk_lines(session: Session, comment_ids: Collection[str]) -> dict[str, DeskLine]:
    """Return comments as lines of a list, personal data covered, by id."""
    comments = session.exec(select(Comment).where(col(Comment.id).in_(comment_ids))).all()
    texts = _texts(session, comments)
    return {c.id: DeskLine(c.id, c.network, pseudonym_of(c), texts.get(c.id) or "", c.visibility) for c in comments}


def _texts(session: Session, comments: Collection[Comment]) -> dict[str, str | None]:
    """Return what the comments say now, personal data covered, by comment id."""
    now = select(CommentRevision).where(
        CommentRevision.comment_id == Comment.id,
        CommentRevision.n == Comment.revision_n,
        col(Comment.id).in_([comment.id for comment in comments]),
    )
    revisions = session.exec(now).all()
    texts = covered(session, revisions)
    return {revision.comment_id: texts[revision.id] for revision in revisions}
