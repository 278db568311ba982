"""The committee's meetings: an agenda that builds itself, what was settled, who was there.

A meeting decides nothing by itself: whoever must sign signs, in the meeting, on the exact version, as at any other
time. What the meeting adds is the agenda, the words, and the minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from compliance import audit, clock, transitions
from compliance.audit import AuditAction
from compliance.canonical import sha256_text
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput, RuleViolated
from i18n import N_
from models.base import new_id
from models.enums import DecisionKind, MeetingAction, MeetingStatus, Role, RoundStatus, StepStatus
from models.meeting import Meeting, MeetingPresence, MeetingTopic
from models.post import Post
from models.review import Decision, ReviewRound, ReviewStep
from models.session import expect_version, get
from models.user import User
from workflow.states import MEETING_TRANSITIONS

OPEN = (MeetingStatus.CALLED, MeetingStatus.RUNNING)


@dataclass(frozen=True)
class DueRow:
    """A post whose step is due by the meeting, or late: it stands on the agenda by itself."""

    post_id: str
    title: str
    roles: tuple[Role, ...]
    due_at: datetime
    late: bool


@dataclass(frozen=True)
class TopicRow:
    """A topic that somebody put on the agenda, with what came of it."""

    topic_id: str
    post_id: str | None
    title: str
    proposed_by: str
    outcome: str
    row_version: int


@dataclass(frozen=True)
class TakenRow:
    """A decision that was taken while the meeting was held."""

    post_id: str
    title: str
    person: str
    role: Role
    kind: DecisionKind
    decided_at: datetime


@dataclass(frozen=True)
class MeetingView:
    """A meeting, whole."""

    meeting_id: str
    held_at: datetime
    place: str
    status: MeetingStatus
    opened_at: datetime | None
    closed_at: datetime | None
    due: tuple[DueRow, ...]
    topics: tuple[TopicRow, ...]
    present: tuple[str, ...]
    taken: tuple[TakenRow, ...]
    row_version: int


def call_meeting(session: Session, actor: Actor, *, held_at: datetime, place: str = "") -> Meeting:
    """Call a meeting to come; raises RuleViolated for a moment that has passed."""
    check(actor, Permission.MEETING_KEEP)
    if held_at <= clock.now():
        raise RuleViolated(N_("Cette date est passée. Choisissez une date à venir."))
    meeting = Meeting(
        id=new_id(), held_at=held_at, place=place.strip(), status=MeetingStatus.CALLED, called_by=actor.id or ""
    )
    session.add(meeting)
    session.flush()
    new = {"held_at": held_at.isoformat()}
    audit.record(session, actor, AuditAction.MEETING_CALL, "meeting", meeting.id, new=new)
    return meeting


def add_topic(
    session: Session, actor: Actor, *, meeting_id: str, title: str = "", post_id: str | None = None
) -> MeetingTopic:
    """Put a post or a subject on the agenda of a meeting that is not closed."""
    check(actor, Permission.POST_NOTE)
    _open(session, meeting_id)
    title = title.strip() or (get(session, Post, post_id).title if post_id else "")
    if not title:
        raise InvalidInput(N_("Donnez un titre au sujet, ou choisissez une publication."))
    topic = MeetingTopic(
        id=new_id(),
        meeting_id=meeting_id,
        post_id=post_id,
        title=title,
        proposed_by=actor.id or "",
        created_at=clock.now(),
    )
    session.add(topic)
    session.flush()
    new = {"topic": topic.id, "post": post_id}
    audit.record(session, actor, AuditAction.MEETING_TOPIC, "meeting", meeting_id, new=new)
    return topic


def note_outcome(
    session: Session, actor: Actor, *, topic_id: str, row_version: int | None, outcome: str
) -> MeetingTopic:
    """Write what was settled on a topic, while the meeting runs."""
    check(actor, Permission.MEETING_KEEP)
    topic = get(session, MeetingTopic, topic_id, lock=True)
    expect_version(topic, row_version)
    if _open(session, topic.meeting_id).status is not MeetingStatus.RUNNING:
        raise RuleViolated(N_("Ouvrez la séance avant de noter ce qui s'y conclut."))
    topic.outcome = outcome.strip()
    new = {"topic": topic.id, "outcome_sha256": sha256_text(topic.outcome)}
    audit.record(session, actor, AuditAction.MEETING_OUTCOME, "meeting", topic.meeting_id, new=new)
    return topic


def join_meeting(session: Session, actor: Actor, *, meeting_id: str) -> None:
    """Note that one is there; twice is once."""
    check(actor, Permission.POST_READ)
    _open(session, meeting_id)
    there = select(MeetingPresence).where(MeetingPresence.meeting_id == meeting_id, MeetingPresence.user_id == actor.id)
    if session.exec(there).first() is None:
        session.add(MeetingPresence(meeting_id=meeting_id, user_id=actor.id or "", noted_at=clock.now()))


def change_meeting(
    session: Session,
    actor: Actor,
    *,
    meeting_id: str,
    row_version: int | None,
    action: MeetingAction,
    reason: str = "",
) -> Meeting:
    """Open, close or cancel a meeting."""
    meeting = get(session, Meeting, meeting_id, lock=True)
    expect_version(meeting, row_version)
    transitions.apply(session, actor, meeting, MEETING_TRANSITIONS, action, reason=reason or None)
    if action is MeetingAction.OPEN:
        meeting.opened_at = clock.now()
    elif action is MeetingAction.CLOSE:
        meeting.closed_at, meeting.closed_by = clock.now(), actor.id
    return meeting


def _open(session: Session, meeting_id: str) -> Meeting:
    meeting = get(session, Meeting, meeting_id, lock=True)
    if meeting.status not in OPEN:
        raise RuleViolated(N_("Cette réunion est close : son compte rendu ne change plus."))
    return meeting


def list_meetings(session: Session, actor: Actor) -> Sequence[Meeting]:
    """Return the meetings, those to come first, the next one at the top."""
    check(actor, Permission.POST_READ)
    meetings = session.exec(select(Meeting).order_by(col(Meeting.held_at))).all()
    ahead = [meeting for meeting in meetings if meeting.status in OPEN]
    return ahead + [meeting for meeting in reversed(meetings) if meeting.status not in OPEN]


def meeting_view(session: Session, actor: Actor, *, meeting_id: str) -> MeetingView:
    """Return a meeting with its agenda: what is due by then, and what was put on it; and the decisions taken in it."""
    check(actor, Permission.POST_READ)
    meeting = get(session, Meeting, meeting_id)
    names = dict(session.exec(select(User.id, User.printed_name)).all())
    topics = session.exec(
        select(MeetingTopic).where(MeetingTopic.meeting_id == meeting_id).order_by(col(MeetingTopic.created_at))
    ).all()
    there = session.exec(
        select(MeetingPresence).where(MeetingPresence.meeting_id == meeting_id).order_by(col(MeetingPresence.noted_at))
    ).all()
    return MeetingView(
        meeting_id=meeting.id,
        held_at=meeting.held_at,
        place=meeting.place,
        status=meeting.status,
        opened_at=meeting.opened_at,
        closed_at=meeting.closed_at,
        due=_due(session, meeting.held_at) if meeting.status in OPEN else (),
        topics=tuple(
            TopicRow(t.id, t.post_id, t.title, names[t.proposed_by], t.outcome, t.row_version) for t in topics
        ),
        present=tuple(names[each.user_id] for each in there),
        taken=_taken(session, meeting, names),
        row_version=meeting.row_version,
    )


def _due(session: Session, by: datetime) -> tuple[DueRow, ...]:
    rows = session.exec(
        select(ReviewStep, Post)
        .where(ReviewStep.status == StepStatus.OPEN, col(ReviewStep.due_at) <= by)
        .where(ReviewRound.id == ReviewStep.round_id, ReviewRound.status == RoundStatus.OPEN)
        .where(Post.id == ReviewRound.post_id)
        .order_by(col(ReviewStep.due_at))
    ).all()
    found: dict[str, list[tuple[ReviewStep, Post]]] = {}
    for step, post in rows:
        found.setdefault(post.id, []).append((step, post))
    return tuple(_due_row(pairs) for pairs in found.values())


def _due_row(pairs: Sequence[tuple[ReviewStep, Post]]) -> DueRow:
    (step, post), *_others = pairs
    due_at = step.due_at or clock.now()
    return DueRow(post.id, post.title, tuple(each.role for each, _post in pairs), due_at, due_at < clock.now())


def _taken(session: Session, meeting: Meeting, names: dict[str, str]) -> tuple[TakenRow, ...]:
    if meeting.opened_at is None:
        return ()
    until = meeting.closed_at or clock.now()
    rows = session.exec(
        select(Decision, ReviewStep, Post)
        .where(Decision.decided_at >= meeting.opened_at, Decision.decided_at <= until)
        .where(ReviewStep.id == Decision.step_id, ReviewRound.id == Decision.round_id, Post.id == ReviewRound.post_id)
        .order_by(col(Decision.decided_at))
    ).all()
    return tuple(
        TakenRow(post.id, post.title, names[taken.user_id], step.role, taken.kind, taken.decided_at)
        for taken, step, post in rows
    )
