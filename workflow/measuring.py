"""The facts behind the committee's times: when steps were opened, which rounds came back, which rules they set off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from compliance import clock
from compliance.permissions import Actor, Permission, allows, check
from models.enums import RoundStatus, StepStatus
from models.post import Finding, Post, PostVersion
from models.review import Decision, ReviewRound, ReviewStep, StepOpening
from models.session import get
from models.user import User
from workflow.cycle_times import PassageFacts, RightFirst, RoleTimes, StepFacts, right_by_author, right_by_rule
from workflow.cycle_times import times_by_role as _times_by_role
from workflow.readings import note_readings, unread_steps
from workflow.rounds import author_ids, running_round, steps_of

CLOSED = (RoundStatus.APPROVED, RoundStatus.CHANGES_REQUESTED, RoundStatus.REJECTED)


@dataclass(frozen=True)
class CycleView:
    """What the page of the committee's times shows; authors only to those who may see everybody's."""

    roles: tuple[RoleTimes, ...]
    authors: tuple[RightFirst, ...]
    rules: tuple[RightFirst, ...]
    rounds: int


def note_opening(session: Session, actor: Actor, *, post_id: str) -> None:
    """Note that a holder of an open step's role has opened its text; the first time counts, an author never does.

    It is a measure, and lets a person sign the text among several; it decides nothing, so that no event is written.
    """
    running = _running(session, actor, post_id)
    if running is not None:
        note_readings(session, actor, running)
        for step in _to_open(session, actor, running):
            session.add(StepOpening(step_id=step.id, user_id=actor.id or "", opened_at=clock.now()))


def opens_step(session: Session, actor: Actor, *, post_id: str) -> bool:
    """Say whether an opening by this person would be noted: they have a step to decide that they have not opened."""
    running = _running(session, actor, post_id)
    return running is not None and bool(_to_open(session, actor, running) or unread_steps(session, actor, running))


def _running(session: Session, actor: Actor, post_id: str) -> ReviewRound | None:
    """Return the round that runs on a post; none for who wrote the text."""
    check(actor, Permission.POST_READ)
    running = running_round(session, post_id)
    if actor.id is None or (running and actor.id in author_ids(session, get(session, Post, post_id))):
        return None
    return running


def _to_open(session: Session, actor: Actor, running: ReviewRound) -> list[ReviewStep]:
    return [
        step
        for step in steps_of(session, running.id)
        if step.status is StepStatus.OPEN and step.role in actor.roles and session.get(StepOpening, step.id) is None
    ]


def cycle_view(session: Session, actor: Actor, *, since: datetime) -> CycleView:
    """Return the times of the steps decided, and what became of the rounds closed, since a moment.

    Authors see their own line; quality and auditors, who read the audit trail, see every line.
    """
    check(actor, Permission.CYCLE_READ)
    rounds = session.exec(
        select(ReviewRound).where(col(ReviewRound.status).in_(CLOSED), col(ReviewRound.closed_at) >= since)
    ).all()
    passages = _passages(session, rounds)
    authors = right_by_author(passages)
    if not allows(actor, Permission.AUDIT_READ):
        authors = tuple(row for row in authors if row.name == actor.printed_name)
    return CycleView(_times_by_role(_steps(session, since)), authors, right_by_rule(passages), len(rounds))


def _steps(session: Session, since: datetime) -> list[StepFacts]:
    """Return every step on which somebody decided since a moment, with its last decision."""
    rows = session.exec(
        select(ReviewStep, Decision, StepOpening)
        .join(Decision, col(Decision.step_id) == col(ReviewStep.id))
        .join(StepOpening, col(StepOpening.step_id) == col(ReviewStep.id), isouter=True)
        .where(Decision.decided_at >= since)
        .order_by(col(Decision.decided_at))
    ).all()
    latest = {step.id: (step, decision, opening) for step, decision, opening in rows}
    return [
        StepFacts(step.role, step.entered_at, opening.opened_at if opening else None, decision.decided_at, step.due_at)
        for step, decision, opening in latest.values()
        if step.entered_at is not None
    ]


def _passages(session: Session, rounds: Sequence[ReviewRound]) -> list[PassageFacts]:
    """Return the rounds with their authors, findings, and what the next version no longer sets off."""
    posts = [each.post_id for each in rounds]
    versions = session.exec(select(PostVersion).where(col(PostVersion.post_id).in_(posts))).all()
    number = {version.id: (version.post_id, version.n) for version in versions}
    rules: dict[tuple[str, int], set[str]] = {place: set() for place in number.values()}
    found = select(Finding.version_id, Finding.rule_id).where(col(Finding.version_id).in_(number))
    for version_id, rule in session.exec(found).all():
        rules[number[version_id]].add(rule)
    authors = dict(
        session.exec(
            select(Post.id, User.printed_name).where(col(Post.id).in_(posts)).where(User.id == Post.author_id)
        ).all()
    )
    first = _first_rounds(session, posts)
    return [_passage(each, authors[each.post_id], each.id in first, number[each.version_id], rules) for each in rounds]


def _first_rounds(session: Session, posts: Sequence[str]) -> frozenset[str]:
    """Return the first round of each post."""
    opened = (
        select(ReviewRound.post_id, ReviewRound.id)
        .where(col(ReviewRound.post_id).in_(posts))
        .order_by(col(ReviewRound.opened_at).desc(), col(ReviewRound.id).desc())
    )
    return frozenset(dict(session.exec(opened).all()).values())


def _passage(
    each: ReviewRound, author: str, first: bool, place: tuple[str, int], rules: dict[tuple[str, int], set[str]]
) -> PassageFacts:
    returned = each.status is not RoundStatus.APPROVED
    post_id, n = place
    after = rules.get((post_id, n + 1))
    mended = rules[place] - after if returned and after is not None else set()
    return PassageFacts(author, first, returned, frozenset(rules[place]), frozenset(mended))
