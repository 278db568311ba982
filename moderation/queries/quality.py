"""What is known of the quality of detection and of reading, over a month of Paris."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, exists, func
from sqlmodel import Session, col, select

from compliance import clock
from compliance.permissions import Actor, Permission, check
from models.comment import CommentRevision, TriageDecision
from models.enums import Network, NoneReason, PvFacet, Screening, SkimResult
from models.reading import SecondReading
from models.skim import SkimItem, Witness
from models.user import User
from moderation import agreement
from moderation.agreement import Agreement, drifted
from moderation.deadlines import day_bounds, months_after
from moderation.figures import Figures, summed, valued
from moderation.queries.evidence import covered
from moderation.queries.figures import DayFigures, figures_between, mark_of, state_of
from moderation.queries.unchanged import unchanged
from moderation.recall import Recall, Stratum, estimate
from moderation.second_reading import BACK, Blind, drawn_for_reading, is_case

CASES = (PvFacet.CONFIRMED, PvFacet.FORWARDED, PvFacet.ACKNOWLEDGED)
NEAR, REST = "near", "rest"
BEFORE_MONTHS = 3


@dataclass(frozen=True)
class ReaderLine:
    """One person's decisions: how many, how many of them cases; `drifts` against the three months before."""

    name: str
    decisions: int
    cases: int
    drifts: bool


@dataclass(frozen=True)
class NetworkLine:
    """What the detection flagged on one network; `drifts` against the three months before."""

    network: Network
    received: int
    flagged: int
    drifts: bool


@dataclass(frozen=True)
class ReasonLine:
    """How often a second reader came to the same decision, by the reason that the first one gave (None: a case)."""

    reason: NoneReason | None
    read: int
    same: int


@dataclass(frozen=True)
class Dispute:
    """Two readings that differ, for a third person; `text` with personal data covered."""

    reading_id: str
    row_version: int
    comment_id: str
    text: str | None
    first: tuple[str, ...]
    first_reason: NoneReason | None
    second: tuple[str, ...]
    second_reason: NoneReason | None
    read_at: datetime


@dataclass(frozen=True)
class QualityView:
    """A month: recall with its strata, agreement, readers, networks, witnesses."""

    first_day: date
    recall: Recall
    strata: tuple[Stratum, ...]
    agreement: Agreement
    reasons: tuple[ReasonLine, ...]
    readers: tuple[ReaderLine, ...]
    networks: tuple[NetworkLine, ...]
    witnesses_laid: int
    witnesses_missed: int


def month_bounds(first_day: date, months: int = 1) -> tuple[datetime, datetime]:
    """Return the first moment of a month in Paris and of the `months`-th after it, in UTC; negative goes back."""
    first_day = first_day.replace(day=1)
    early, late = sorted((first_day, months_after(first_day, months)))
    return day_bounds(early)[0], day_bounds(late)[0]


def quality_view(session: Session, actor: Actor, *, first_day: date) -> QualityView:
    """Return a month's figures."""
    check(actor, Permission.QUALITY_READ)
    bounds, before = month_bounds(first_day), month_bounds(first_day, -BEFORE_MONTHS)
    caught, strata = detection(session, first_day)
    pairs = _pairs(session, bounds)
    laid, missed = _witnesses(session, bounds)
    return QualityView(
        first_day=first_day.replace(day=1),
        recall=estimate(caught, strata),
        strata=strata,
        agreement=_agreement(pairs),
        reasons=_reasons(pairs),
        readers=_readers(session, bounds, before),
        networks=_networks(session, first_day),
        witnesses_laid=laid,
        witnesses_missed=missed,
    )


Bounds = tuple[datetime, datetime]


def recall_curve(session: Session, *, first_day: date, months: int = 6) -> list[tuple[date, Recall]]:
    """Return recall month by month, the given one last; months without a comment are left out."""
    since, last = months_after(first_day.replace(day=1), 1 - months), _last_of(first_day)
    state = state_of(session, since, last)
    return unchanged(("recall curve", since, last), state, lambda: _curve(figures_between(session, since, last)))


def _curve(days: Sequence[DayFigures]) -> list[tuple[date, Recall]]:
    months: dict[date, list[Figures]] = {}
    for one in days:
        months.setdefault(one.day.replace(day=1), []).append(one.figures)
    told = {month: detection_of(summed(figures)) for month, figures in sorted(months.items())}
    return [
        (month, estimate(caught, strata))
        for month, (caught, strata) in told.items()
        if caught or any(one.population for one in strata)
    ]


def detection(session: Session, first_day: date) -> tuple[int, tuple[Stratum, ...]]:
    """Return what `detection_of` says of a month of Paris, days that changed since they were counted included."""
    first, last = first_day.replace(day=1), _last_of(first_day)
    return unchanged(
        ("detection", first),
        mark_of(session, first, last),
        lambda: detection_of(summed(one.figures for one in figures_between(session, first, last, exact=True))),
    )


def _last_of(day: date) -> date:
    """Return the last day of a day's month."""
    return months_after(day.replace(day=1), 1) - timedelta(days=1)


def detection_of(figures: Figures) -> tuple[int, tuple[Stratum, ...]]:
    """Return how many cases the detection put before a person, and what of the rest was read again.

    A comment that no detector could judge stood before a person as well, and counts as caught.
    """
    groups = []
    for key, n in valued(figures, "detection"):
        pv, screening, near, flagged = key.split("|")
        groups.append((PvFacet(pv), Screening(screening), near == "1", flagged == "1", n))
    caught = sum(n for pv, _screening, _near, flagged, n in groups if flagged and pv in CASES)
    cleared = [(pv, screening, near, n) for pv, screening, near, flagged, n in groups if not flagged]
    return caught, tuple(
        _stratum(name, [g for g in cleared if g[2] is near]) for name, near in ((NEAR, True), (REST, False))
    )


def _stratum(name: str, groups: Sequence[tuple[PvFacet, Screening, bool, int]]) -> Stratum:
    return Stratum(
        name=name,
        population=sum(n for *_rest, n in groups),
        read=sum(n for pv, screening, _near, n in groups if screening is not Screening.CLEARED or pv is PvFacet.NOT_AE),
        found=sum(n for pv, _screening, _near, n in groups if pv in CASES),
        pending=sum(n for pv, _screening, _near, n in groups if pv is PvFacet.POSSIBLE),
    )


Pair = tuple[list[str], NoneReason | None, list[str]]


def _pairs(session: Session, bounds: Bounds) -> list[Pair]:
    found = (
        select(TriageDecision.outcomes, TriageDecision.none_reason, SecondReading.outcomes)
        .where(SecondReading.decision_id == TriageDecision.id)
        .where(SecondReading.read_at >= bounds[0], SecondReading.read_at < bounds[1])
    )
    return [(list(one), NoneReason(why) if why else None, list(other)) for one, why, other in session.exec(found)]


def agreement_of(session: Session, bounds: Bounds) -> Agreement:
    """Return how first and second readers agree on what is a case, of the second readings between two moments."""
    return _agreement(_pairs(session, bounds))


def _agreement(pairs: Sequence[Pair]) -> Agreement:
    return agreement.agreement([(is_case(a), is_case(b)) for a, _why, b in pairs], 2)


def _reasons(pairs: Sequence[Pair]) -> tuple[ReasonLine, ...]:
    reasons = sorted({why for _one, why, _other in pairs}, key=lambda why: why.value if why else "")
    return tuple(
        ReasonLine(
            reason,
            sum(why is reason for _one, why, _other in pairs),
            sum(why is reason and is_case(one) is is_case(other) for one, why, other in pairs),
        )
        for reason in reasons
    )


def _readers(session: Session, bounds: Bounds, before: Bounds) -> tuple[ReaderLine, ...]:
    now, then = _decided(session, bounds), _decided(session, before)
    names = dict(session.exec(select(User.id, User.printed_name).where(col(User.id).in_(now))).all())
    return tuple(
        ReaderLine(names[user_id], total, cases, drifted(cases, total, *reversed(then.get(user_id, (0, 0)))))
        for user_id, (total, cases) in sorted(now.items(), key=lambda one: names[one[0]])
    )


def _decided(session: Session, bounds: Bounds) -> dict[str, tuple[int, int]]:
    """Return by person how many decisions, and how many of them without a reason for "none" or a mere product.

    Decisions are written for good: where there are as many as before, they are the same.
    """
    within = (TriageDecision.decided_at >= bounds[0], TriageDecision.decided_at < bounds[1])
    written = session.exec(select(func.count()).select_from(TriageDecision).where(*within)).one()
    return unchanged(("decided", bounds), written, lambda: _by_person(session, within))


def _by_person(session: Session, within: tuple[Any, ...]) -> dict[str, tuple[int, int]]:
    found = session.exec(
        select(TriageDecision.user_id, TriageDecision.outcomes, func.count())
        .where(*within)
        .group_by(col(TriageDecision.user_id), col(TriageDecision.outcomes))
    )
    counted: dict[str, tuple[int, int]] = {}
    for user_id, outcomes, n in found:
        total, cases = counted.get(user_id, (0, 0))
        counted[user_id] = (total + n, cases + n * is_case(outcomes))
    return counted


def _networks(session: Session, first_day: date) -> tuple[NetworkLine, ...]:
    first = first_day.replace(day=1)
    since, last = months_after(first, -BEFORE_MONTHS), _last_of(first)
    state = state_of(session, since, last)
    return unchanged(("networks", first), state, lambda: _drifting(figures_between(session, since, last), first))


def _drifting(days: Sequence[DayFigures], first: date) -> tuple[NetworkLine, ...]:
    now = _flagged(one for one in days if one.day >= first)
    then = _flagged(one for one in days if one.day < first)
    return tuple(
        NetworkLine(network, total, flagged, drifted(flagged, total, *reversed(then.get(network, (0, 0)))))
        for network, (total, flagged) in sorted(now.items())
    )


def _flagged(days: Iterable[DayFigures]) -> dict[Network, tuple[int, int]]:
    found: dict[Network, tuple[int, int]] = {}
    for one in days:
        total, flagged = found.get(one.network, (0, 0))
        found[one.network] = (total + one.figures["received"], flagged + one.figures["flagged"])
    return {network: counted for network, counted in found.items() if counted[0]}


def _witnesses(session: Session, bounds: Bounds) -> tuple[int, int]:
    """Return how many suspect witnesses were laid before readers, and how many of them they passed over."""
    missed = func.sum(case((col(SkimItem.result) == SkimResult.PASSED, 1), else_=0))
    laid, passed = session.exec(
        select(func.count(), missed)
        .where(SkimItem.witness_id == Witness.id, col(Witness.suspect))
        .where(col(SkimItem.decided_at) >= bounds[0], col(SkimItem.decided_at) < bounds[1])
        .where(col(SkimItem.result).in_((SkimResult.PASSED, SkimResult.LIFTED)))
    ).one()
    return laid, int(passed or 0)


def next_blind(session: Session, actor: Actor) -> Blind | None:
    """Return the next decision of others that was drawn and that nobody read again, the oldest first."""
    check(actor, Permission.READING_SECOND)
    read = exists().where(col(SecondReading.decision_id) == col(TriageDecision.id))
    found = session.exec(
        select(TriageDecision, CommentRevision)
        .where(TriageDecision.revision_id == CommentRevision.id, TriageDecision.user_id != actor.id)
        .where(drawn_for_reading(), ~read, TriageDecision.decided_at > clock.now() - BACK)
        .where(col(CommentRevision.text).is_not(None))
        .order_by(col(TriageDecision.decided_at))
        .limit(1)
    ).first()
    if found is None:
        return None
    decision, revision = found
    return Blind(decision.id, decision.comment_id, covered(session, [revision])[revision.id])


def disputes(session: Session, actor: Actor, *, limit: int = 20) -> list[Dispute]:
    """Return the readings that differ and that the actor may settle, the oldest first."""
    check(actor, Permission.READING_SETTLE)
    found = session.exec(
        select(SecondReading, TriageDecision, CommentRevision)
        .where(SecondReading.decision_id == TriageDecision.id, TriageDecision.revision_id == CommentRevision.id)
        .where(col(SecondReading.agrees).is_(False), col(SecondReading.settled_at).is_(None))
        .where(SecondReading.reader_id != actor.id, TriageDecision.user_id != actor.id)
        .order_by(col(SecondReading.read_at))
        .limit(limit)
    ).all()
    texts = covered(session, [revision for _second, _first, revision in found])
    return [
        Dispute(
            second.id,
            second.row_version,
            second.comment_id,
            texts[revision.id],
            tuple(first.outcomes),
            first.none_reason,
            tuple(second.outcomes),
            second.none_reason,
            second.read_at,
        )
        for second, first, revision in found
    ]
