"""Chasing pharmacovigilance: a case that nothing acknowledged is asked after, once a business day, then climbs.

An automatic acknowledgement is not enough, and what is not acknowledged is chased the next business day (GVP VI.B.7,
the clause that every safety agreement holds).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage

from sqlmodel import Session, col, select

from compliance import audit, clock, outbox
from compliance.audit import AuditAction
from compliance.business_hours import is_business_day
from compliance.mails import ABOUT, MailPlan, notice
from compliance.permissions import SYSTEM
from i18n import _
from models.case import Case
from models.engine_room import OutboxEffect
from models.enums import CaseStatus, EffectKind
from models.handoff import SentMail
from models.session import get, reading, transaction
from moderation.opening import lock_case
from moderation.sent_mails import remember_sent
from settings import get_settings

CHASE = "pv_chase"
OPENS = time(9)


@dataclass(frozen=True)
class Chased:
    """How a case without an acknowledgement stands: reminders sent, since when it waits, whether people must act."""

    case_id: str
    number: str
    reminders: int
    waiting_since: datetime
    climbed: bool


def next_chase(last: datetime) -> datetime:
    """Return when to ask again after a sending or a reminder: the next business day at nine in Paris, in UTC."""
    day = clock.paris(last).date() + timedelta(days=1)
    while not is_business_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, OPENS, clock.PARIS).astimezone(UTC)


def chase() -> None:
    """Ask after every case that is due, a transaction a case; run twice, nothing leaves twice."""
    with reading() as session:
        silent = session.exec(select(Case).where(Case.status == CaseStatus.FORWARDED).order_by(col(Case.id))).all()
        sent = reminders_of(session, silent)
        due = [case.id for case in silent if _is_due(case, *sent.get(case.id, (0, case.forwarded_at)))]
    for case_id in due:
        with transaction() as session:
            chase_case(session, case_id=case_id)


def chase_case(session: Session, *, case_id: str) -> bool:
    """Queue the next reminder of a case when it is due, the mailbox asked as often as the settings say."""
    case = lock_case(session, case_id)
    if case.status is not CaseStatus.FORWARDED or case.forwarded_at is None:
        return False
    sent, last = reminders_of(session, [case]).get(case.id, (0, case.forwarded_at))
    if not _is_due(case, sent, last):
        return False
    n, forwarding = sent + 1, case.forwarded_at.isoformat()
    key = f"chase:{case.id}:{forwarding}:{n}"
    remember_sent(session, case_id=case.id, key=key, n=n)
    payload = {ABOUT: CHASE, "case_id": case.id, "n": n, "forwarded_at": forwarding}
    outbox.enqueue(session, kind=EffectKind.MAIL, subject_id=case.id, key=key, payload=payload, not_before=clock.now())
    audit.record(session, SYSTEM, AuditAction.CASE_CHASE, "case", case.id, new={"n": n})
    return True


def _is_due(case: Case, sent: int, last: datetime | None) -> bool:
    if case.status is not CaseStatus.FORWARDED or last is None:
        return False
    return sent < get_settings().chase_attempts and clock.now() >= next_chase(last)


def reminders_of(session: Session, cases: Sequence[Case]) -> dict[str, tuple[int, datetime]]:
    """Return how many reminders the last sending of each case had, and when the last one was; none without any."""
    sendings = {case.id: case.forwarded_at for case in cases if case.forwarded_at}
    found: dict[str, tuple[int, datetime]] = {}
    wanted = select(SentMail).where(col(SentMail.case_id).in_(sendings), SentMail.n > 0)
    for mail in session.exec(wanted.order_by(col(SentMail.made_at), col(SentMail.n))):
        if mail.made_at >= sendings[mail.case_id]:
            found[mail.case_id] = (found.get(mail.case_id, (0, mail.made_at))[0] + 1, mail.made_at)
    return found


def chased(session: Session, case_ids: Collection[str]) -> dict[str, Chased]:
    """Return how the forwarded ones among some cases stand."""
    found = select(Case).where(col(Case.id).in_(case_ids), Case.status == CaseStatus.FORWARDED)
    return {one.case_id: one for one in _standing(session, session.exec(found).all())}


def silent_cases(session: Session) -> list[Chased]:
    """Return the cases that left and are not acknowledged, the oldest first."""
    found = select(Case).where(Case.status == CaseStatus.FORWARDED).order_by(col(Case.forwarded_at), col(Case.id))
    return _standing(session, session.exec(found).all())


def _standing(session: Session, cases: Sequence[Case]) -> list[Chased]:
    sent, most, now = reminders_of(session, cases), get_settings().chase_attempts, clock.now()
    told = []
    for case in cases:
        if case.forwarded_at is None:
            continue
        reminders, last = sent.get(case.id, (0, case.forwarded_at))
        over = reminders >= most and now >= next_chase(last)
        told.append(Chased(case.id, case.number, reminders, case.forwarded_at, over))
    return told


def prepare(session: Session, effect: OutboxEffect) -> MailPlan | None:
    """Write a reminder; none for a case that was acknowledged, or sent again, since."""
    case = get(session, Case, effect.subject_id)
    sent = case.forwarded_at.isoformat() if case.forwarded_at else ""
    if case.status is not CaseStatus.FORWARDED or sent != effect.payload["forwarded_at"]:
        return None
    return MailPlan(_message(session, case, effect.payload["n"]), effect.idempotency_key)


def _message(session: Session, case: Case, n: int) -> EmailMessage:
    """Write the reminder: number, dates and nothing on health; in the thread of the mail that carried the case."""
    settings = get_settings()
    first = select(SentMail.message_id).where(SentMail.case_id == case.id, SentMail.n == 0)
    thread = session.exec(first.order_by(col(SentMail.made_at).desc())).first()
    message = EmailMessage()
    message["To"], message["From"] = settings.pv_mailbox, settings.mail_from
    message["Subject"] = _("Relance {n} : cas {number}, sans accusé de réception").format(n=n, number=case.number)
    if thread:
        message["In-Reply-To"] = message["References"] = thread
    sent = f"{clock.paris(case.forwarded_at):%d/%m/%Y %H:%M}" if case.forwarded_at else ""
    body = _(
        "Cas {number}\nTransmis le {sent}\nRelance {n} sur {most}\n\nNous n'avons pas reçu votre accusé de réception. "
        "Répondez à ce courriel avec votre numéro de cas ; une réponse automatique ne suffit pas.\n"
        "Si le cas ne vous est pas parvenu, dites-le : il sera renvoyé."
    )
    message.set_content(body.format(number=case.number, sent=sent, n=n, most=settings.chase_attempts))
    return message


HANDLERS = {CHASE: notice(prepare)}
