"""What the page of the detection shows: what holds and who signed it, the change on its way, what its trial found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from compliance.permissions import Actor, Permission, allows, check
from errors import AppError
from i18n import _
from models.comment import Comment, CommentRevision
from models.detection import DetectionChange, DetectionDifference
from models.enums import (
    DetectionStatus,
    DifferenceKind,
    Network,
    ProductOwner,
    Screening,
    Situation,
    TermKind,
)
from models.product import Product
from models.review import Signature
from models.session import get
from models.user import User
from moderation.decision import Verdict
from moderation.detection import classifiers, pending_change, refuse, signed_digest
from moderation.detection_rules import Term, losses, terms_of
from moderation.detectors.evidence import Evidence, Evidences, Finding, FindingKind
from moderation.detectors.tuning import AS_SHIPPED, Tuning
from moderation.explanation import explain
from moderation.masking import masked, personal_in
from moderation.tunings import change_in_force, former_tuning, tuning_of
from settings import get_settings

PAGE = 25
EXCERPT = 240
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Given:
    """A signature: by whom, when."""

    name: str
    at: datetime


@dataclass(frozen=True)
class State:
    """What a tuning sets, as people read it; `promise` in percent, `classifier` None for the shipped model."""

    n: int
    terms: tuple[Term, ...]
    promise: int
    promise_signed: bool
    classifier: str | None
    classifier_percent: int
    unreadable: bool

    def of(self, kind: TermKind) -> tuple[Term, ...]:
        """Return the terms of one list."""
        return tuple(term for term in self.terms if term.kind is kind)


@dataclass(frozen=True)
class ChangeRow:
    """A change with all that is said of it; counts are of texts, by kind of difference."""

    change: DetectionChange
    author: str
    added: tuple[Term, ...]
    removed: tuple[Term, ...]
    before: State
    after: State
    losses: tuple[str, ...]
    signed: Given | None
    counts: dict[DifferenceKind, int]
    by_network: tuple[tuple[Network, DifferenceKind, int], ...]
    by_language: tuple[tuple[str, DifferenceKind, int], ...]
    digest: str
    refusal: str | None

    @property
    def id(self) -> str:
        """Return the change's identifier."""
        return self.change.id

    @property
    def status(self) -> DetectionStatus:
        """Return where the change stands."""
        return self.change.status

    @property
    def days_read(self) -> float:
        """Return over how many days the texts of the trial came, one at least."""
        first, last = self.change.first_seen_at, self.change.started_at
        return max(1.0, (last - first) / DAY) if first and last else 1.0

    @property
    def extra_per_day(self) -> float:
        """Return how many more texts a person would read each day."""
        more = self.counts.get(DifferenceKind.FLAGGED, 0) + self.counts.get(DifferenceKind.UNREAD, 0)
        return more / self.days_read

    @property
    def fewer_per_day(self) -> float:
        """Return how many texts a day would no longer stand first before a person."""
        return self.counts.get(DifferenceKind.CLEARED, 0) / self.days_read


@dataclass(frozen=True)
class DetectionView:
    """The whole page."""

    state: State
    since: datetime | None
    signed: Given | None
    pending: ChangeRow | None
    history: tuple[ChangeRow, ...]
    products: tuple[str, ...]
    classifiers: tuple[str, ...]
    may_change: bool


@dataclass(frozen=True)
class DifferenceLine:
    """One comment that a change judges otherwise: an excerpt, personal data covered, and why before and now."""

    comment_id: str
    network: Network
    author: str
    posted_at: datetime
    excerpt: str
    was: Screening
    becomes: Screening
    before: tuple[str, ...]
    now: tuple[str, ...]
    score_before: float
    score_now: float
    late: bool


def detection_view(session: Session, actor: Actor) -> DetectionView:
    """Return what holds, what is on its way, and what was before."""
    check(actor, Permission.DETECTION_READ)
    held, pending = change_in_force(session), pending_change(session)
    past = select(DetectionChange).order_by(col(DetectionChange.n).desc())
    settled = [change for change in session.exec(past) if not pending or change.id != pending.id]
    return DetectionView(
        state=state_of(tuning_of(held) if held else AS_SHIPPED),
        since=held.signed_at if held else None,
        signed=_signed(session, held) if held else None,
        pending=row_of(session, actor, pending) if pending else None,
        history=tuple(row_of(session, actor, change) for change in settled),
        products=tuple(session.exec(select(Product.name).order_by(col(Product.name)))),
        classifiers=tuple(classifiers()),
        may_change=allows(actor, Permission.DETECTION_CHANGE),
    )


def state_of(tuning: Tuning) -> State:
    """Return a tuning as people read it, the settings of the installation filled in."""
    settings, own = get_settings(), tuning.classifier
    named = own.name if own else settings.own_classifier.name if settings.own_classifier else None
    percent = own.percent if own else round(100 * settings.own_classifier_threshold)
    promise = tuning.promise or settings.missed_cases_percent
    return State(tuning.n, terms_of(tuning), promise, tuning.promise is not None, named, percent, tuning.unreadable)


def row_of(session: Session, actor: Actor, change: DetectionChange) -> ChangeRow:
    """Return a change with its author, its signature, its losses and its counts."""
    base, new = former_tuning(session, change), tuning_of(change)
    return ChangeRow(
        change=change,
        author=get(session, User, change.author_id).printed_name,
        added=_terms(change.delta, "added"),
        removed=_terms(change.delta, "removed"),
        before=state_of(base),
        after=state_of(new),
        losses=losses(base, new, get_settings().missed_cases_percent),
        signed=_signed(session, change),
        counts=_counts(session, change),
        by_network=_by_network(session, change),
        by_language=_by_language(session, change),
        digest=signed_digest(change),
        refusal=_refusal(session, actor, change),
    )


def _terms(delta: dict[str, Any], key: str) -> tuple[Term, ...]:
    return tuple(Term(TermKind(one["kind"]), one["text"], one["product"]) for one in delta.get(key, ()))


def _signed(session: Session, change: DetectionChange) -> Given | None:
    signature = session.get(Signature, change.signature_id) if change.signature_id else None
    return Given(signature.printed_name, signature.signed_at) if signature else None


def _counts(session: Session, change: DetectionChange) -> dict[DifferenceKind, int]:
    counted = (
        select(DetectionDifference.kind, func.count())
        .where(DetectionDifference.change_id == change.id)
        .group_by(col(DetectionDifference.kind))
    )
    return {DifferenceKind(kind): n for kind, n in session.exec(counted)}


def _by_network(session: Session, change: DetectionChange) -> tuple[tuple[Network, DifferenceKind, int], ...]:
    network, kind = col(DetectionDifference.network), col(DetectionDifference.kind)
    counted = select(DetectionDifference.network, DetectionDifference.kind, func.count())
    found = counted.where(DetectionDifference.change_id == change.id).group_by(network, kind).order_by(network, kind)
    return tuple((Network(name), DifferenceKind(of), n) for name, of, n in session.exec(found))


def _by_language(session: Session, change: DetectionChange) -> tuple[tuple[str, DifferenceKind, int], ...]:
    language, kind = col(DetectionDifference.language), col(DetectionDifference.kind)
    counted = select(DetectionDifference.language, DetectionDifference.kind, func.count())
    found = counted.where(DetectionDifference.change_id == change.id).group_by(language, kind).order_by(language, kind)
    return tuple((name, DifferenceKind(of), n) for name, of, n in session.exec(found))


def _refusal(session: Session, actor: Actor, change: DetectionChange) -> str | None:
    """Return why this person may not sign now; None when they may, and where there is nothing to sign."""
    if change.status is not DetectionStatus.READY:
        return None
    try:
        refuse(session, actor, change, signed_digest(change))
    except AppError as refusal:
        return str(refusal)
    return None


def differences(
    session: Session, actor: Actor, *, change_id: str, kind: DifferenceKind, page: int = 0
) -> tuple[DifferenceLine, ...]:
    """Return one page of the texts that a change judges otherwise, in the order in which they came."""
    check(actor, Permission.DETECTION_READ)
    found = session.exec(
        select(DetectionDifference, Comment, CommentRevision)
        .where(DetectionDifference.change_id == change_id, DetectionDifference.kind == kind)
        .where(DetectionDifference.comment_id == Comment.id, DetectionDifference.revision_id == CommentRevision.id)
        .order_by(col(DetectionDifference.revision_id).desc())
        .offset(page * PAGE)
        .limit(PAGE)
    ).all()
    return tuple(_line(*each) for each in found)


def _line(found: DetectionDifference, comment: Comment, revision: CommentRevision) -> DifferenceLine:
    was, becomes = _verdict(found.before), _verdict(found.after)
    text = revision.text or ""
    excerpt = masked(text, personal_in(text), 0, EXCERPT) + ("…" if len(text) > EXCERPT else "")
    return DifferenceLine(
        comment_id=comment.id,
        network=found.network,
        author=comment.author_pseudonym,
        posted_at=comment.posted_at,
        excerpt=excerpt if revision.text is not None else "",
        was=was.screening,
        becomes=becomes.screening,
        before=_why(text, was, found.before),
        now=_why(text, becomes, found.after),
        score_before=was.score,
        score_now=becomes.score,
        late=found.late,
    )


def _verdict(told: dict[str, Any]) -> Verdict:
    verdict = told["verdict"]
    return Verdict(
        Screening(verdict["screening"]),
        verdict["score"],
        tuple(verdict["rules"]),
        tuple(Situation(one) for one in verdict["situations"]),
        verdict["serious"],
        verdict["emergency"],
        tuple(verdict["reasons"]),
    )


def _why(text: str, verdict: Verdict, told: dict[str, Any]) -> tuple[str, ...]:
    """Return the sentences of a verdict from its places; nothing when the text was erased."""
    if not text:
        return ()
    if verdict.screening is Screening.CLEARED:
        return (_("Score {n} %, sous le seuil de signalement.").format(n=round(100 * verdict.score)),)
    given = [Evidence("", "", tuple(_findings(told["findings"]))), Evidence("", "", personal_in(text))]
    return explain(text, verdict, Evidences(tuple(given)))


def _findings(stored: Sequence[Sequence[Any]]) -> list[Finding]:
    return [_finding(*fields) for fields in stored]


def _finding(detector: str, version: str, kind: str, *place: Any) -> Finding:
    label, start, end, rule, owner, substance = place
    owned = ProductOwner(owner) if owner else None
    return Finding(detector, version, FindingKind(kind), label, start, end, rule, owned, substance)
