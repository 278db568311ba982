"""Telling people what waits for their signature: reminders, a word to the administrators, a digest of the morning.

Every mail is an effect of the outbox with a key of its own, so that a job that runs twice tells nobody twice. A mail
leads to the text; nothing is signed without the person's password, and no length of time approves (I18).
"""

from collections.abc import Sequence
from datetime import date, datetime
from email.message import EmailMessage

from sqlmodel import Session, col, select

from compliance import audit, clock, outbox, people
from compliance.audit import AuditAction
from compliance.mails import ABOUT, MailPlan, notice
from compliance.permissions import ROLES, SYSTEM, Actor, Permission, check
from compliance.sign_in import actor_of
from i18n import _
from models.delegation import Delegation
from models.engine_room import Counter, OutboxEffect
from models.enums import EffectKind, Role, RoundStatus, StepStatus
from models.post import Post, PostVersion
from models.review import ReviewRound, ReviewStep
from models.session import get, transaction
from models.user import User
from workflow import lapsing, queries, teams, telling
from workflow.calendar_file import CalendarEvent, calendar_file
from workflow.delegations import usable
from workflow.letters import letter, opens_only, review_link, speaking
from workflow.reminders import DIGEST_AT, Reminder, digest_day, reminders_due
from workflow.rounds import decisions_of, holders, time_of
from workflow.rows import WorkRow
from workflow.step_claims import active_claims
from workflow.words import said

STEP, DIGEST = "step", "digest"
DIGESTS = "digest of the day"
MISSING = -1


def remind() -> None:
    """Write the mails and cards that are due now; for the worker's clock."""
    with transaction() as session:
        queue_reminders(session)
    with transaction() as session:
        lapsing.queue_lapses(session)
    with transaction() as session:
        queue_digests(session)
    with transaction() as session:
        teams.queue_cards(session)


def queue_reminders(session: Session) -> int:
    """Write the reminders and escalations of the open steps that are due now; return how many are new."""
    query = select(ReviewStep, ReviewRound, Post).where(
        ReviewStep.status == StepStatus.OPEN,
        ReviewRound.id == ReviewStep.round_id,
        ReviewRound.status == RoundStatus.OPEN,
        Post.id == ReviewRound.post_id,
    )
    rows = session.exec(query.order_by(col(ReviewStep.id))).all()
    return sum(_remind_of(session, step, review_round, post) for step, review_round, post in rows)


def _remind_of(session: Session, step: ReviewStep, review_round: ReviewRound, post: Post) -> int:
    new = 0
    for reminder in sorted(reminders_due(time_of(session, step, review_round), clock.now())):
        told = [
            user_id
            for user_id in _addressees(session, reminder, step, review_round, post)
            if _queue_once(session, reminder, step, user_id)
        ]
        if told and reminder is Reminder.ESCALATION:
            about = {"step": step.id, "role": step.role.value, "told": len(told)}
            audit.record(session, SYSTEM, AuditAction.STEP_ESCALATE, "post", post.id, new=about)
        new += len(told)
    return new


def _addressees(
    session: Session, reminder: Reminder, step: ReviewStep, review_round: ReviewRound, post: Post
) -> list[str]:
    """Return whom a reminder is for: the administrators, who took the step on, or all who could sign it."""
    if reminder is Reminder.ESCALATION:
        return [user.id for user in people.administrators(session)]
    claim = active_claims(session, [step.id]).get(step.id)
    if claim is not None and reminder is Reminder.HALFWAY:
        return [claim.user_id]
    decided = {each.user_id for each in decisions_of(session, review_round.id) if each.step_id == step.id}
    own = holders(session, review_round, step, post, clock.now())
    return sorted((own | _stand_ins(session, step, review_round, post)) - decided)


def _stand_ins(session: Session, step: ReviewStep, review_round: ReviewRound, post: Post) -> frozenset[str]:
    given = session.exec(select(Delegation.delegate_id).where(Delegation.role == step.role).distinct()).all()
    actors = [actor_of(session, get(session, User, user_id)) for user_id in given]
    return frozenset(actor.id for actor in actors if actor.id and usable(session, actor, step, review_round, post))


def _queue_once(session: Session, reminder: Reminder, step: ReviewStep, user_id: str) -> bool:
    """Write a reminder unless it stands; a step that opened again is another one."""
    opened = step.entered_at.isoformat() if step.entered_at else ""
    key = f"{reminder}:{step.id}:{opened}:{user_id}"
    payload = {ABOUT: STEP, "reminder": reminder.value, "user_id": user_id, "opened": opened}
    return outbox.enqueue_once(
        session, kind=EffectKind.MAIL, subject_id=step.id, key=key, payload=payload, not_before=clock.now()
    )


def queue_digests(session: Session) -> int:
    """Write the digests of the day, once, to everybody for whom something waited at eight; return how many."""
    day = digest_day(clock.now())
    if day is None or not _first_today(session, day):
        return 0
    opens = datetime.combine(day, DIGEST_AT, clock.PARIS)
    told = [user for user in _readers(session) if _waiting_since(session, user, opens)]
    for user in told:
        outbox.enqueue(
            session,
            kind=EffectKind.MAIL,
            subject_id=user.id,
            key=f"{DIGEST}:{user.id}:{day}",
            payload={ABOUT: DIGEST, "user_id": user.id, "day": day.isoformat()},
            not_before=clock.now(),
        )
    return len(told)


def _first_today(session: Session, day: date) -> bool:
    last = session.get(Counter, DIGESTS, with_for_update=True)
    if last is None:
        last = Counter(name=DIGESTS, value=MISSING)
        session.add(last)
    if last.value >= day.toordinal():
        return False
    last.value = day.toordinal()
    session.flush()
    return True


def _readers(session: Session) -> list[User]:
    signing = [role for role in Role if Permission.POST_REVIEW in ROLES[role]]
    return [user for user in people.holders_of(session, signing) if user.email]


def _waiting_since(session: Session, user: User, opens: datetime) -> tuple[WorkRow, ...]:
    rows = queries.to_sign(session, actor_of(session, user))
    return tuple(row for row in rows if row.entered_at is not None and row.entered_at < opens)


def prepare_step(session: Session, effect: OutboxEffect) -> MailPlan | None:
    """Write the reminder of a step that is still open as it was, to a person who is still here; else none."""
    step = get(session, ReviewStep, effect.subject_id)
    user = get(session, User, effect.payload["user_id"])
    opened = step.entered_at.isoformat() if step.entered_at else ""
    if step.status is not StepStatus.OPEN or opened != effect.payload["opened"] or not (user.active and user.email):
        return None
    review_round = get(session, ReviewRound, step.round_id)
    post = get(session, Post, review_round.post_id)
    version = get(session, PostVersion, review_round.version_id)
    with speaking(user.language):
        message = _reminder(Reminder(effect.payload["reminder"]), step, post, version, user)
    return MailPlan(message, effect.idempotency_key)


def _reminder(reminder: Reminder, step: ReviewStep, post: Post, version: PostVersion, user: User) -> EmailMessage:
    subjects = {
        Reminder.HALFWAY: _("À signer : « {title} »"),
        Reminder.DUE: _("En retard : « {title} »"),
        Reminder.ESCALATION: _("Étape sans signature : « {title} »"),
    }
    bodies = {
        Reminder.HALFWAY: _("« {title} », v{n}, attend votre signature ({role}) avant le {due}."),
        Reminder.DUE: _("« {title} », v{n}, attendait votre signature ({role}) pour le {due}."),
        Reminder.ESCALATION: _(
            "« {title} », v{n}, attendait une signature ({role}) pour le {due}. Voyez qui tient ce rôle, ou qui peut "
            "recevoir une délégation : le temps qui passe ne signe rien."
        ),
    }
    due = f"{clock.paris(step.due_at):%d/%m/%Y %H:%M}" if step.due_at else ""
    told = {"title": post.title, "n": version.n, "role": said(step.role), "due": due}
    lines = [bodies[reminder].format(**told)]
    if reminder is not Reminder.ESCALATION:
        lines += ["", review_link(post.id, version.n, step.id), "", opens_only()]
    return letter(user, subjects[reminder].format(**told), lines)


def prepare_digest(session: Session, effect: OutboxEffect) -> MailPlan | None:
    """Write the digest of what still waits; none when all is done."""
    user = get(session, User, effect.payload["user_id"])
    rows = queries.to_sign(session, actor_of(session, user)) if user.active else ()
    if not rows:
        return None
    with speaking(user.language):
        message = _digest(user, rows)
    return MailPlan(message, effect.idempotency_key)


def _digest(user: User, rows: Sequence[WorkRow]) -> EmailMessage:
    late = sum(row.late for row in rows)
    subject = _("À signer aujourd'hui : {n}, dont {late} en retard").format(n=len(rows), late=late)
    lines = [line for row in rows for line in (_told(row), review_link(row.post_id, row.version_n, row.step_id), "")]
    return letter(user, subject, [*lines, opens_only()])


def _told(row: WorkRow) -> str:
    due = f"{clock.paris(row.due_at):%d/%m/%Y %H:%M}" if row.due_at else ""
    told = _("« {title} », v{n}, {role}, pour le {due}").format(
        title=row.title, n=row.version_n, role=said(row.role), due=due
    )
    return told + (_(", au nom de {name}").format(name=row.delegated_by) if row.delegated_by else "")


HANDLERS = {STEP: notice(prepare_step), DIGEST: notice(prepare_digest), **telling.HANDLERS, **lapsing.HANDLERS}


def my_calendar(session: Session, actor: Actor) -> bytes:
    """Return a calendar file of what an actor has to sign, each at its deadline."""
    check(actor, Permission.POST_READ)
    rows = queries.to_sign(session, actor)
    events = [
        CalendarEvent(
            uid=row.step_id,
            at=row.due_at,
            summary=_("Signer : « {title} » ({role})").format(title=row.title, role=said(row.role)),
            link=review_link(row.post_id, row.version_n, row.step_id),
        )
        for row in rows
        if row.due_at is not None
    ]
    return calendar_file(events, clock.now())
