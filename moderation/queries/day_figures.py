"""One day counted: what was received and opened on it, as it stands now, by network and product."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import bindparam, func, true
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from compliance.canonical import sha256_text
from models.base import UTCDateTime
from models.case import Case, CaseComment, Reaction, Reply, SuspectProduct
from models.comment import Comment, CommentRevision, DetectorFinding, ScreeningRecord, TriageDecision
from models.enums import CaseStatus, FindingKind, Network, ProductFacet, PvFacet, ReplyFacet, ReplyStatus, Screening
from models.product import Product
from moderation import facets
from moderation.deadlines import day_bounds
from moderation.figures import Figures, Time, time_key
from moderation.skim_choice import lowest_near, near_threshold

Place = tuple[Network, str]
Bounds = tuple[datetime, datetime]
EVERY = ""
"""The product of the figures that count whatever is named."""

FORWARDED = (PvFacet.FORWARDED, PvFacet.ACKNOWLEDGED)
OTHERS_TOO = (ProductFacet.COMPETITOR, ProductFacet.BOTH)
NOT_REGISTERED = "?"
NOT_CODED = "?"


def registered(session: Session) -> frozenset[str]:
    """Return the names of the register: the only words that figures ever carry."""
    return frozenset(session.exec(select(Product.name)))


def fingerprint(session: Session, day: date, names: Collection[str]) -> str:
    """Return what changes with every comment and case of a day, with the register and with the residual risk."""
    return fingerprint_of(session, day_bounds(day), names)


def fingerprint_of(session: Session, bounds: Bounds, names: Collection[str]) -> str:
    """Return what changes with every comment and case between two moments, as `fingerprint`."""
    row = session.execute(_marks(), {"first": bounds[0], "after": bounds[1]}).one()
    return " ".join(str(n or 0) for n in row) + f" {_rules(frozenset(names))}"


@cache
def _marks() -> Any:
    first, after = bindparam("first", type_=UTCDateTime()), bindparam("after", type_=UTCDateTime())
    received = (col(Comment.received_at) >= first) & (col(Comment.received_at) < after)
    opened = (col(Case.opened_at) >= first) & (col(Case.opened_at) < after)
    comments = select_columns(
        func.count().label("n"), func.sum(col(Comment.row_version)).label("versions"),
        func.count(col(Comment.first_displayed_at)).label("shown"),
    ).where(received).subquery()  # fmt: skip
    cases = (
        select_columns(func.count().label("n"), func.sum(col(Case.row_version)).label("versions"))
        .where(opened)
        .subquery()
    )
    linked = select_columns(func.count()).join_from(CaseComment, Case, col(Case.id) == col(CaseComment.case_id))
    every = select_columns(comments, cases, linked.where(opened).scalar_subquery())
    return every.select_from(comments.join(cases, true()))


@lru_cache(8)
def _rules(names: frozenset[str]) -> str:
    return sha256_text(f"{sorted(names)} {lowest_near()}")[:12]


@dataclass(frozen=True)
class _Around:
    """What counts of a comment beside its own row, by comment id."""

    cleared: set[str]
    intents: dict[str, str]
    decided: dict[str, datetime]
    named: dict[str, set[str]]
    replies: dict[str, list[Any]]


def figures_of(session: Session, day: date, names: Collection[str]) -> dict[Place, Figures]:
    """Return a day's figures by network and product of the register; `EVERY` for all of a network."""
    bounds = day_bounds(day)
    counted: dict[Place, Figures] = defaultdict(Figures)
    around = _around(session, bounds, names)
    for one in session.execute(_comments(bounds)):
        keys = list(_keys(one, around))
        for product in (EVERY, *around.named.get(one.id, ())):
            counted[one.network, product].update(keys)
        judged = f"detection:{one.pv}|{one.screening}|{int(bool(one.near))}|{int(one.id not in around.cleared)}"
        counted[one.network, EVERY][judged] += 1
    for place, keys in _cases(session, bounds, names):
        counted[place].update(keys)
    return dict(counted)


def _comments(bounds: Bounds) -> Any:
    current = (col(CommentRevision.comment_id) == col(Comment.id)) & (col(CommentRevision.n) == col(Comment.revision_n))
    return (
        select_columns(
            col(Comment.id), col(Comment.network), col(Comment.screening), col(Comment.pv), col(Comment.product),
            col(Comment.visibility), col(Comment.reply), col(Comment.received_at), col(Comment.awareness_at),
            col(Comment.first_displayed_at), col(Comment.forwarded_at), near_threshold().label("near"),
            col(CommentRevision.seen_at),
        )
        .join(CommentRevision, current)
        .where(*_received(bounds))
    )  # fmt: skip


def _received(bounds: Bounds) -> tuple[Any, Any]:
    return col(Comment.received_at) >= bounds[0], col(Comment.received_at) < bounds[1]


def _keys(one: Any, around: _Around) -> Iterator[str]:
    """Yield the keys under which a comment counts."""
    yield "received"
    if one.screening in (Screening.FLAGGED, Screening.UNSCREENED):
        yield one.screening.value
    if intent := around.intents.get(one.id):
        yield f"intent:{intent}"
    if one.product in OTHERS_TOO:
        yield "competitor"
    for reply in around.replies.get(one.id, ()):
        if reply.status is ReplyStatus.WAIVED:
            yield "waived"
        elif reply.status is ReplyStatus.CONFIRMED:
            yield "library" if reply.approved_text_id else "free"
    for what, start, end in _times(one, around):
        yield time_key(what, start, end)


def _times(one: Any, around: _Around) -> Iterator[tuple[Time, datetime, datetime | None]]:
    """Yield a comment's times, None for the end of one that still runs.

    To decide and to answer begin with the text that reads now, so that an edit opens them again; to hand over, with
    awareness. A waiver ends the waiting and is no answer.
    """
    yield Time.SEE, one.received_at, one.first_displayed_at
    if facets.waits_for_pv(one):
        yield Time.DECIDE, one.seen_at, None
    elif one.id in around.decided:
        yield Time.DECIDE, one.seen_at, around.decided[one.id]
    if one.pv is PvFacet.CONFIRMED:
        yield Time.FORWARD, one.awareness_at, None
    elif one.pv in FORWARDED and one.forwarded_at:
        yield Time.FORWARD, one.awareness_at, one.forwarded_at
    if facets.waits_for_answer(one):
        yield Time.ANSWER, one.seen_at, None
    elif one.reply is ReplyFacet.CONFIRMED:
        ends = [r.confirmed_at for r in around.replies.get(one.id, ()) if r.status is ReplyStatus.CONFIRMED]
        if ends:
            yield Time.ANSWER, one.seen_at, max(ends)


def _around(session: Session, bounds: Bounds, names: Collection[str]) -> _Around:
    current = (
        select_columns(col(Comment.id), col(ScreeningRecord.outcome), col(ScreeningRecord.intent))
        .join(CommentRevision, col(CommentRevision.comment_id) == col(Comment.id))
        .join(ScreeningRecord, col(ScreeningRecord.revision_id) == col(CommentRevision.id))
        .where(col(CommentRevision.n) == col(Comment.revision_n), *_received(bounds))
        .order_by(col(ScreeningRecord.screened_at), col(ScreeningRecord.id))
    )
    screenings = session.execute(current).all()
    cleared = {id_ for id_, outcome, _intent in screenings if outcome is Screening.CLEARED}
    caught = {id_ for id_, outcome, _intent in screenings if outcome is not Screening.CLEARED}
    last = (
        select_columns(col(TriageDecision.comment_id), func.max(col(TriageDecision.decided_at)))
        .join(Comment, col(Comment.id) == col(TriageDecision.comment_id))
        .where(*_received(bounds))
        .group_by(col(TriageDecision.comment_id))
    )
    return _Around(
        cleared - caught,
        {id_: intent for id_, _outcome, intent in screenings},
        dict(session.execute(last).all()),
        _named(session, bounds, names),
        _replies(session, bounds),
    )


def _named(session: Session, bounds: Bounds, names: Collection[str]) -> dict[str, set[str]]:
    """Return the products of the register that comments name, by comment id."""
    found = (
        select_columns(col(Comment.id), col(DetectorFinding.label))
        .join(CommentRevision, col(CommentRevision.comment_id) == col(Comment.id))
        .join(ScreeningRecord, col(ScreeningRecord.revision_id) == col(CommentRevision.id))
        .join(DetectorFinding, col(DetectorFinding.screening_id) == col(ScreeningRecord.id))
        .where(col(CommentRevision.n) == col(Comment.revision_n), *_received(bounds))
        .where(col(Comment.product) != ProductFacet.NONE, col(DetectorFinding.kind) == FindingKind.PRODUCT)
    )
    named: dict[str, set[str]] = defaultdict(set)
    for comment_id, label in session.execute(found):
        if label in names:
            named[comment_id].add(label)
    return named


def _replies(session: Session, bounds: Bounds) -> dict[str, list[Any]]:
    found = (
        select_columns(
            col(Reply.comment_id), col(Reply.status), col(Reply.approved_text_id), col(Reply.confirmed_at)
        )
        .join(Comment, col(Comment.id) == col(Reply.comment_id))
        .where(*_received(bounds))
    )  # fmt: skip
    replies: dict[str, list[Any]] = defaultdict(list)
    for one in session.execute(found):
        replies[one.comment_id].append(one)
    return replies


def _cases(session: Session, bounds: Bounds, names: Collection[str]) -> Iterator[tuple[Place, list[str]]]:
    """Yield where each case that was opened on the day counts, and under which keys; dismissed ones count nowhere.

    A case counts on the network of its first comment, under each of its products and of its reactions.
    """
    products = _words(session, bounds, col(SuspectProduct.case_id), col(SuspectProduct.name))
    coded = _words(session, bounds, col(Reaction.case_id), col(Reaction.term))
    groups = _reaction_groups(session, bounds)
    for case_id, network in _networks(session, bounds).items():
        known = {name if name in names else NOT_REGISTERED for name in products.get(case_id, {NOT_REGISTERED})}
        terms = [f"case_term:{term}" for term in coded.get(case_id, ())]
        terms = terms or [f"case_group:{group}" for group in groups.get(case_id, {NOT_CODED})]
        keys = ["case", *terms, *(f"case_product:{name}" for name in known)]
        for product in (EVERY, *(known - {NOT_REGISTERED})):
            yield (network, product), keys


def _opened(bounds: Bounds) -> tuple[Any, ...]:
    within = col(Case.opened_at) >= bounds[0], col(Case.opened_at) < bounds[1]
    return (*within, col(Case.status) != CaseStatus.DISMISSED)


def _networks(session: Session, bounds: Bounds) -> dict[str, Network]:
    found = (
        select_columns(col(CaseComment.case_id), col(Comment.network))
        .join(Case, col(Case.id) == col(CaseComment.case_id))
        .join(Comment, col(Comment.id) == col(CaseComment.comment_id))
        .where(*_opened(bounds))
        .order_by(col(Comment.id).desc())
    )
    return dict(session.execute(found).all())


def _words(session: Session, bounds: Bounds, case_id: Any, word: Any) -> dict[str, set[str]]:
    found = select_columns(case_id, word).join(Case, col(Case.id) == case_id).where(*_opened(bounds), word.is_not(None))
    words: dict[str, set[str]] = defaultdict(set)
    for key, said in session.execute(found):
        words[key].add(said)
    return words


def _reaction_groups(session: Session, bounds: Bounds) -> dict[str, set[str]]:
    """Return the groups in which the detectors put the reactions of a case's texts, by case id."""
    found = (
        select_columns(col(CaseComment.case_id), col(DetectorFinding.label))
        .join(Case, col(Case.id) == col(CaseComment.case_id))
        .join(ScreeningRecord, col(ScreeningRecord.revision_id) == col(CaseComment.revision_id))
        .join(DetectorFinding, col(DetectorFinding.screening_id) == col(ScreeningRecord.id))
        .where(*_opened(bounds), col(DetectorFinding.kind) == FindingKind.REACTION)
    )
    groups: dict[str, set[str]] = defaultdict(set)
    for case_id, label in session.execute(found):
        if label not in UNTOLD:
            groups[case_id].add(label)
    return groups


UNTOLD = ("reaction", "generic", "emoji")
"""Labels that say no more than that there is a reaction."""
