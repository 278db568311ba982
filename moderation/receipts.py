"""Acknowledgements that come by mail: kept as they came, recognised where there is no doubt, else left to a person.

What is settled is looked at anew each time: a mail that comes before its case is marked as sent, twice, or after
another, leads to the same state.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from compliance import audit, clock, transitions
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM, Actor, Permission, check
from errors import InvalidInput, RuleViolated
from i18n import N_
from models.case import Case
from models.enums import CaseAction, CaseStatus, PvMailDoubt, PvMailKind, PvMailStatus
from models.handoff import ReceivedMail, SentMail
from models.session import expect_version, get
from moderation import cases
from moderation.as_received import storable_text
from moderation.opening import follow, lock_case
from moderation.pv_letter import Letter, read_letter
from moderation.states import CASE_TRANSITIONS
from settings import get_settings

ENTITY = "received_mail"
EXCERPT = 600
LARGEST_MAIL = 10_000_000
D, K, S = PvMailDoubt, PvMailKind, PvMailStatus


def drop_mail(session: Session, actor: Actor, *, raw: bytes) -> ReceivedMail:
    """Take in a mail that a person dropped on the page; raises InvalidInput for what is no mail."""
    check(actor, Permission.HANDOFF_KEEP)
    if len(raw) > LARGEST_MAIL:
        raise InvalidInput(N_("Ce fichier dépasse 10 Mo. Enregistrez le courriel sans ses pièces jointes."))
    if read_letter(raw).kind is K.UNREADABLE:
        raise InvalidInput(
            N_("Ce fichier n'est pas un courriel lisible. Enregistrez le message au format .eml, puis déposez-le.")
        )
    return receive(session, actor, raw=raw)


def receive(session: Session, actor: Actor, *, raw: bytes) -> ReceivedMail:
    """Keep a mail, and let it acknowledge its case where nothing is in doubt; one already held changes nothing."""
    letter = read_letter(raw)
    known = session.exec(select(ReceivedMail).where(ReceivedMail.identity == letter.identity)).first()
    if known:
        return known
    mail = ReceivedMail(
        identity=letter.identity,
        raw=raw,
        received_at=clock.now(),
        sent_at=letter.sent_at,
        sender=storable_text(letter.sender),
        subject=storable_text(letter.subject),
        excerpt=storable_text(letter.text)[:EXCERPT],
        kind=letter.kind,
        status=S.KEPT if letter.kind is K.AUTOMATIC else S.WAITING,
        doubt=D.AUTOMATIC if letter.kind is K.AUTOMATIC else None,
        case_id=_case_of(session, letter),
        pv_reference=storable_text(letter.pv_reference) if letter.pv_reference else None,
    )
    session.add(mail)
    session.flush()
    new = {"kind": mail.kind.value, "status": mail.status.value, "identity": mail.identity, "case": mail.case_id}
    audit.record(session, actor, AuditAction.PV_MAIL_RECEIVE, ENTITY, mail.id, new=new)
    _settle(session, mail, letter)
    return mail


def settle_waiting(session: Session) -> int:
    """Look again at the mails whose case was not marked as sent when they came; return how many found their place."""
    waiting = select(ReceivedMail).where(ReceivedMail.status == S.WAITING, ReceivedMail.doubt == D.NOT_SENT_YET)
    settled = 0
    for mail in session.exec(waiting.order_by(col(ReceivedMail.received_at)).with_for_update()).all():
        _settle(session, mail, read_letter(mail.raw))
        settled += mail.status is not S.WAITING
    return settled


def _case_of(session: Session, letter: Letter) -> str | None:
    """Return the case that a mail is about: by the mail that it answers, else by the one number in it."""
    if letter.answers:
        found = select(SentMail).where(col(SentMail.message_id).in_(letter.answers))
        answered = {sent.message_id: sent.case_id for sent in session.exec(found)}
        if answered:
            return next(answered[each] for each in letter.answers if each in answered)
    if len(letter.cases) != 1:
        return None
    return session.exec(select(Case.id).where(Case.number == letter.cases[0])).first()


def _settle(session: Session, mail: ReceivedMail, letter: Letter) -> None:
    """Let a mail do what it does without a doubt; else write down the doubt."""
    if mail.kind is K.AUTOMATIC:
        return
    case = lock_case(session, mail.case_id) if mail.case_id else None
    mail.doubt = _doubt(session, mail, letter, case)
    if mail.doubt is D.BOUNCED and case:
        _take_back(session, mail, letter, case)
    if mail.doubt is None and case:
        if case.status is CaseStatus.FORWARDED:
            _acknowledge(session, mail, case)
        mail.status, mail.handled_at = S.ATTACHED, clock.now()
    session.flush()


def _doubt(session: Session, mail: ReceivedMail, letter: Letter, case: Case | None) -> PvMailDoubt | None:
    if mail.kind in {K.UNREADABLE, K.FAILURE}:
        return D.UNREADABLE if mail.kind is K.UNREADABLE else D.BOUNCED
    if case is None:
        return D.SEVERAL_CASES if len(letter.cases) > 1 else D.NO_CASE
    if not trusted(letter.sender):
        return D.UNKNOWN_SENDER
    if mail.kind is K.LETTER or letter.pv_reference is None:
        return D.NOT_CLEAR if not letter.clear else D.NO_REFERENCE
    return _misplaced(session, mail, letter, case)


def _misplaced(session: Session, mail: ReceivedMail, letter: Letter, case: Case) -> PvMailDoubt | None:
    """Say why a plain acknowledgement does not fit its case as it stands."""
    if case.status is CaseStatus.ACKNOWLEDGED:
        return None if case.pv_reference == mail.pv_reference else D.OTHER_REFERENCE
    if case.status is CaseStatus.OPEN and case.forwarded_at:
        return D.EARLIER_SENDING
    if case.status is not CaseStatus.FORWARDED or case.forwarded_at is None:
        return D.NOT_SENT_YET
    answers_earlier = not _answers_last(session, letter, case)
    written = mail.sent_at or mail.received_at
    too_early = written < case.forwarded_at.replace(second=0, microsecond=0)
    return D.EARLIER_SENDING if answers_earlier or too_early else None


def _answers_last(session: Session, letter: Letter, case: Case) -> bool:
    """Say whether a mail answers the last sending of its case, or does not say which one."""
    sendings = session.exec(
        select(SentMail).where(SentMail.case_id == case.id).order_by(col(SentMail.made_at), col(SentMail.n))
    ).all()
    last = max((sent.made_at for sent in sendings if sent.n == 0), default=None)
    named = [sent for sent in sendings if sent.message_id in letter.answers]
    return not named or last is None or any(sent.made_at >= last for sent in named)


def trusted(sender: str) -> bool:
    """Say whether an address may acknowledge: it is of the domain of pharmacovigilance, or of one in the settings."""
    settings = get_settings()
    own = settings.pv_mailbox.rpartition("@")[2].strip("> ").lower()
    domains = {own, *(one.strip().lower() for one in settings.pv_domains.split(",") if one.strip())}
    return sender.rpartition("@")[2] in domains


def _acknowledge(session: Session, mail: ReceivedMail, case: Case) -> None:
    """Note that a case was received, on the word of a mail."""
    now = clock.now()
    details = {"mail": mail.id, "identity": mail.identity}
    transitions.apply(session, SYSTEM, case, CASE_TRANSITIONS, CaseAction.RECEIPT, details=details)
    case.pv_reference, case.acknowledged_by = mail.pv_reference, mail.sender
    case.acknowledged_at = min(mail.sent_at or mail.received_at, now)
    follow(session, case, was=CaseStatus.FORWARDED)


def _take_back(session: Session, mail: ReceivedMail, letter: Letter, case: Case) -> None:
    """Give a case back to the people when its own mail came back undelivered; its clocks never stopped."""
    own = select(SentMail).where(SentMail.case_id == case.id, SentMail.n == 0)
    sendings = session.exec(own.order_by(col(SentMail.made_at))).all()
    if case.status is not CaseStatus.FORWARDED or not sendings or sendings[-1].message_id not in letter.answers:
        return
    details = {"mail": mail.id, "identity": mail.identity}
    transitions.apply(
        session, SYSTEM, case, CASE_TRANSITIONS, CaseAction.BOUNCE, reason="mail returned", details=details
    )
    follow(session, case, was=CaseStatus.FORWARDED)


def attach(
    session: Session, actor: Actor, *, mail_id: str, row_version: int, case_number: str, pv_reference: str
) -> ReceivedMail:
    """Let a person say which case a mail acknowledges, and under which number; automatic answers too, on their word."""
    check(actor, Permission.HANDOFF_KEEP)
    mail = _open_mail(session, mail_id, row_version)
    if mail.kind is K.FAILURE:
        raise RuleViolated(
            N_("Un avis de non-remise n'est pas un accusé : renvoyez le cas, puis écartez l'avis avec une raison.")
        )
    case = session.exec(select(Case).where(Case.number == case_number.strip())).first()
    if case is None:
        raise InvalidInput(
            N_("Le cas « {number} » n'existe pas. Vérifiez le numéro, par exemple 2026-0117."), number=case_number
        )
    if case.status is not CaseStatus.ACKNOWLEDGED:
        _acknowledged_by_hand(session, actor, mail, case, pv_reference)
    elif case.pv_reference != pv_reference.strip():
        raise RuleViolated(
            N_(
                "Le cas {number} est déjà accusé sous le numéro {known}. Rouvrez-le s'il a été renvoyé, ou écartez ce "
                "courriel avec une raison."
            ),
            number=case.number,
            known=case.pv_reference or "",
        )
    mail.case_id, mail.pv_reference, mail.doubt = case.id, storable_text(pv_reference).strip(), None
    _close(mail, actor, S.ATTACHED)
    session.flush()
    new = {"case": case.id, "status": mail.status.value}
    audit.record(session, actor, AuditAction.PV_MAIL_ATTACH, ENTITY, mail.id, new=new)
    return mail


def _acknowledged_by_hand(session: Session, actor: Actor, mail: ReceivedMail, case: Case, pv_reference: str) -> None:
    at, told_by = _moment_for(mail, case), mail.sender or "—"
    cases.acknowledge(session, actor, case_id=case.id, pv_reference=pv_reference, acknowledged_by=told_by, at=at)


def _moment_for(mail: ReceivedMail, case: Case) -> datetime:
    """Return when a mail acknowledged a case: what it says, where the clocks of both houses allow it."""
    said = mail.sent_at
    fits = said and said <= mail.received_at and (case.forwarded_at is None or said >= case.forwarded_at)
    return said if said and fits else mail.received_at


def dismiss(session: Session, actor: Actor, *, mail_id: str, row_version: int, reason: str) -> ReceivedMail:
    """Set a mail aside, with a reason; it stays readable."""
    check(actor, Permission.HANDOFF_KEEP)
    mail = _open_mail(session, mail_id, row_version)
    if not reason.strip():
        raise RuleViolated(N_("Indiquez une raison : elle sera jointe à la décision."))
    mail.reason = storable_text(reason).strip()
    _close(mail, actor, S.DISMISSED)
    session.flush()
    new = {"status": mail.status.value}
    audit.record(session, actor, AuditAction.PV_MAIL_DISMISS, ENTITY, mail.id, new=new, reason=mail.reason)
    return mail


def _open_mail(session: Session, mail_id: str, row_version: int) -> ReceivedMail:
    mail = get(session, ReceivedMail, mail_id, lock=True)
    expect_version(mail, row_version)
    if mail.status not in (S.WAITING, S.KEPT):
        raise RuleViolated(N_("Ce courriel a déjà trouvé sa place. Rechargez la page."))
    return mail


def _close(mail: ReceivedMail, actor: Actor, status: PvMailStatus) -> None:
    mail.status, mail.handled_by, mail.handled_at = status, actor.id, clock.now()
