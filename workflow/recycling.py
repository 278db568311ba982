"""Publishing again what was published: the same signed content at later slots, only while everything still holds.

Every repetition is a publication of its own: its key, its read-back, its archive entry. All that the first one rested
on is asked again twice, when the series is planned (on each slot's date) and when each repetition leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NoReturn

from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, allows, check
from errors import AppError, InvalidInput, RuleViolated
from i18n import N_
from models.base import new_id
from models.enums import Network, PostAction, PostStatus, PublicationStatus, SeriesStatus
from models.post import Post, PostVersion
from models.publication import Publication, RepeatSeries
from models.session import expect_version, get
from models.user import User
from workflow import policies
from workflow.delivery import findings_on
from workflow.dependencies import refuse_lapsed
from workflow.findings import variants_of
from workflow.publications import is_out, publications_of
from workflow.publishing import queue_variant, slot_facts
from workflow.rounds import current_version
from workflow.series import refuse_taken_down, repetitions
from workflow.states import POST_TRANSITIONS

MOST = 52
APART = {Network.X: timedelta(days=7)}
"""How far apart a network wants the same text: X refuses one that it showed of late (its rules on duplicate posts)."""


@dataclass(frozen=True)
class SeriesRow:
    """A series as the page of its post shows it: what is still to leave, how often it left, why it ends early."""

    series_id: str
    status: SeriesStatus
    every_weeks: int | None
    to_come: tuple[datetime, ...]
    published: int
    cut_short: str
    ended_because: str
    started_by: str
    started_at: datetime
    may_stop: bool
    row_version: int


class _Tried(Exception):
    """The rules were tried on a date, with what they found; what they wrote goes."""

    def __init__(self, found: policies.FindingFacts) -> None:
        self.found = found


def weekly(first: datetime, weeks: int, until: date) -> tuple[datetime, ...]:
    """Return the slots every so many weeks until a day, it included: at the same hour of Paris, summer or winter."""
    if weeks < 1:
        raise InvalidInput(N_("Une répétition revient toutes les semaines au plus souvent."))
    here = clock.paris(first)
    slots: list[datetime] = []
    step = timedelta(weeks=weeks)
    while here.date() <= until and len(slots) <= MOST:
        slots.append(clock.from_paris(here.replace(tzinfo=None)))
        here += step
    return tuple(slots)


def repeat_post(
    session: Session,
    actor: Actor,
    *,
    post_id: str,
    row_version: int | None,
    slots: Sequence[datetime],
    every_weeks: int | None = None,
) -> RepeatSeries:
    """Publish a published post again at these slots, exactly as it was signed.

    The series ends before the first slot that something refuses on its date (visa, product, rule, consent, the age of
    the approval), and says so in `cut_short`. Raises RuleViolated when that is the first slot already, when another
    series runs, or when what is out must be taken down; InvalidInput for slots that are none.
    """
    check(actor, Permission.POST_SCHEDULE)
    post = get(session, Post, post_id, lock=True)
    expect_version(post, row_version)
    if post.status is not PostStatus.PUBLISHED:
        raise RuleViolated(N_("Seule une publication parue peut être répétée."))
    if any(series.status is SeriesStatus.RUNNING for series in _series(session, post.id)):
        raise RuleViolated(N_("Une répétition de cette publication est déjà en cours : arrêtez-la d'abord."))
    refuse_taken_down(session, post.id)
    version = current_version(session, post)
    wanted = _wanted(session, post, slots)
    good, why = _possible(session, post, version, wanted)
    if not good:
        raise RuleViolated(why)
    return _start(session, actor, post, version, good, why, every_weeks)


def _wanted(session: Session, post: Post, slots: Sequence[datetime]) -> list[datetime]:
    wanted = sorted(set(slots))
    if not wanted or any(slot.tzinfo is None for slot in wanted):
        raise InvalidInput(N_("Choisissez au moins une date pour la répétition."))
    if len(wanted) > MOST:
        raise InvalidInput(N_("Une répétition compte au plus {most} dates."), most=MOST)
    _check_apart(session, post, wanted)
    return wanted


def _check_apart(session: Session, post: Post, wanted: Sequence[datetime]) -> None:
    """Refuse slots that a network takes for a duplicate; compared by the days of Paris, for an hour may change."""
    out = [each for each in publications_of(session, post.id) if is_out(each)]
    apart = max((APART.get(each.network, timedelta(0)) for each in out), default=timedelta(0))
    last = max((each.published_at or each.due_at for each in out), default=wanted[0] - apart)
    days = [clock.paris(moment).date() for moment in (last, *wanted)]
    if any(later - earlier < apart for earlier, later in pairwise(days)):
        raise RuleViolated(
            N_("X refuse un texte identique trop tôt : espacez les répétitions d'au moins {days} jours."),
            days=apart.days,
        )


def _possible(
    session: Session, post: Post, version: PostVersion, wanted: Sequence[datetime]
) -> tuple[list[datetime], str]:
    """Return the slots before the first that something refuses, and what refuses that one; empty when nothing does."""
    for n, slot in enumerate(wanted):
        try:
            _check_slot(session, post, version, slot)
        except AppError as error:
            return list(wanted[:n]), str(error)
    return list(wanted), ""


def _check_slot(session: Session, post: Post, version: PostVersion, slot: datetime) -> None:
    refuse_lapsed(session, post, version, clock.paris(slot).date())
    facts = slot_facts(session, post, version, slot, _tried(session, post, version, slot))
    for condition in POST_TRANSITIONS[PostStatus.APPROVED, PostAction.SCHEDULE].when:
        condition(facts)


def _tried(session: Session, post: Post, version: PostVersion, slot: datetime) -> policies.FindingFacts:
    """Run the rules as if on a date; the findings of what is published stay as they are."""
    try:
        with session.begin_nested():
            _try(session, post, version, slot)
    except _Tried as tried:
        return tried.found


def _try(session: Session, post: Post, version: PostVersion, slot: datetime) -> NoReturn:
    raise _Tried(findings_on(session, post, version, slot))


def _start(
    session: Session,
    actor: Actor,
    post: Post,
    version: PostVersion,
    slots: Sequence[datetime],
    cut_short: str,
    every_weeks: int | None,
) -> RepeatSeries:
    series = RepeatSeries(
        id=new_id(),
        post_id=post.id,
        version_id=version.id,
        every_weeks=every_weeks,
        status=SeriesStatus.RUNNING,
        created_by=actor.id or "",
        created_at=clock.now(),
        cut_short=cut_short or None,
    )
    session.add(series)
    session.flush()
    appeared = {each.variant_id for each in publications_of(session, post.id) if is_out(each)}
    for slot in slots:
        for variant in (each for each in variants_of(session, version.id) if each.id in appeared):
            queue_variant(session, actor, post, variant, slot, series.id)
    new = {"post": post.id, "content_sha256": version.content_sha256, "slots": [slot.isoformat() for slot in slots]}
    audit.record(session, actor, AuditAction.SERIES_START, "repeatseries", series.id, new=new)
    return series


def _series(session: Session, post_id: str) -> Sequence[RepeatSeries]:
    of_post = select(RepeatSeries).where(RepeatSeries.post_id == post_id)
    return session.exec(of_post.order_by(col(RepeatSeries.created_at).desc(), col(RepeatSeries.id).desc())).all()


def series_of(session: Session, actor: Actor, *, post_id: str) -> tuple[SeriesRow, ...]:
    """Return the series of a post, newest first."""
    check(actor, Permission.POST_READ)
    return tuple(_row(session, actor, series) for series in _series(session, post_id))


def _row(session: Session, actor: Actor, series: RepeatSeries) -> SeriesRow:
    ours: Sequence[Publication] = repetitions(session, series.id)
    coming = {each.due_at for each in ours if each.status is PublicationStatus.SCHEDULED}
    return SeriesRow(
        series_id=series.id,
        status=series.status,
        every_weeks=series.every_weeks,
        to_come=tuple(sorted(coming)),
        published=sum(each.status is PublicationStatus.PUBLISHED for each in ours),
        cut_short=series.cut_short or "",
        ended_because=series.ended_because or "",
        started_by=get(session, User, series.created_by).printed_name,
        started_at=series.created_at,
        may_stop=series.status is not SeriesStatus.STOPPED and allows(actor, Permission.POST_SCHEDULE),
        row_version=series.row_version,
    )
