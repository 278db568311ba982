"""The mailbox of acknowledgements: read through IMAP, its cursor in the transaction of the mail that it passes.

One that refuses says so on the screens and to the administrators by mail; it is tried again, and nothing is lost.
"""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

import structlog
from sqlmodel import Session

from compliance import clock, outbox, people
from compliance.mails import ABOUT, MailPlan, notice
from compliance.permissions import SYSTEM
from connectors.imap import Mailbox
from errors import ConnectorError
from i18n import N_, _
from models.engine_room import OutboxEffect
from models.enums import EffectKind
from models.handoff import MailboxCursor
from models.session import reading, transaction
from moderation import receipts
from settings import get_settings

REFUSED = "pv_mailbox"
WHY = {
    "AuthExpired": N_("elle n'accepte plus l'identifiant ou le mot de passe"),
    "Rejected": N_("le dossier demandé n'y est pas"),
    "Unavailable": N_("elle ne répond pas"),
}
ADVICE = N_(
    "Un administrateur doit vérifier les réglages COVIGIE_PV_IMAP_*. En attendant, déposez ici les accusés reçus : "
    "rien n'est perdu, la lecture reprendra où elle s'est arrêtée."
)
OTHER_ADVICE = N_(
    "Un administrateur doit vérifier les réglages COVIGIE_INBOX_IMAP_*. En attendant, lisez cette boîte vous-même : "
    "rien n'est perdu, la lecture reprendra où elle s'est arrêtée."
)

log = structlog.get_logger()


@dataclass(frozen=True)
class MailboxState:
    """Whether acknowledgements are read: a sentence, what to do, and whether all is well."""

    sentence: str
    advice: str
    healthy: bool


def mailbox() -> Mailbox | None:
    """Return the mailbox of the settings; None where acknowledgements are typed in or dropped."""
    settings = get_settings()
    if not settings.pv_imap_host:
        return None
    password = settings.pv_imap_password.get_secret_value() if settings.pv_imap_password else ""
    return Mailbox(
        settings.pv_imap_host,
        settings.pv_imap_port,
        settings.pv_imap_login,
        password,
        settings.pv_imap_folder,
        settings.pv_imap_tls,
        settings.network_timeout,
    )


def read_mailbox() -> None:
    """Take in what is new, a transaction a mail; then look again at what waited for its case."""
    box = mailbox()
    if box and not _read_all(box):
        return
    with transaction() as session:
        receipts.settle_waiting(session)


def _read_all(box: Mailbox) -> bool:
    more = True
    while more:
        with reading() as session:
            cursor = session.get(MailboxCursor, box.name) or MailboxCursor(mailbox=box.name)
        try:
            page = box.read_after(cursor.validity, cursor.uid)
        except ConnectorError as error:
            log.warning("mailbox not read", error=type(error).__name__)
            with transaction() as session:
                note_refused(session, box.name, type(error).__name__)
            return False
        for uid, raw in page.mails:
            with transaction() as session:
                receipts.receive(session, SYSTEM, raw=raw)
                move_cursor(session, box.name, page.validity, uid)
        with transaction() as session:
            note_read(session, box.name, page.validity)
        more = page.more
    return True


def cursor_of(session: Session, name: str) -> MailboxCursor:
    """Return how far a mailbox was read, locked; made when it is read first."""
    cursor = session.get(MailboxCursor, name, with_for_update=True)
    if cursor is None:
        cursor = MailboxCursor(mailbox=name)
        session.add(cursor)
    return cursor


def move_cursor(session: Session, name: str, validity: int, uid: int) -> None:
    """Pass a mail, in the transaction that stores it."""
    cursor = cursor_of(session, name)
    cursor.uid = max(uid, cursor.uid) if cursor.validity == validity else uid
    cursor.validity = validity


def note_read(session: Session, name: str, validity: int) -> None:
    """Note that a mailbox answered."""
    cursor = cursor_of(session, name)
    if cursor.validity != validity:
        cursor.validity, cursor.uid = validity, 0
    cursor.read_at, cursor.failed_since, cursor.last_error = clock.now(), None, None


def note_refused(session: Session, name: str, error: str) -> None:
    """Note that a mailbox cannot be read, and alert the administrators once."""
    cursor = cursor_of(session, name)
    cursor.last_error = error
    cursor.failed_since = cursor.failed_since or clock.now()
    since = cursor.failed_since.isoformat()
    outbox.enqueue_once(
        session,
        kind=EffectKind.MAIL,
        subject_id=name,
        key=f"alert:{REFUSED}:{name}:{since}",
        payload={ABOUT: REFUSED, "mailbox": name, "error": error, "since": since},
        not_before=clock.now(),
    )


def mailbox_state(session: Session) -> MailboxState | None:
    """Return how the mailbox stands; None where there is none."""
    box = mailbox()
    if box is None:
        return None
    cursor = session.get(MailboxCursor, box.name)
    if cursor is None:
        return MailboxState(_("Boîte des accusés : jamais lue."), _("Vérifiez que le moteur tourne."), healthy=False)
    if cursor.failed_since:
        since = f"{clock.paris(cursor.failed_since):%d/%m %H:%M}"
        told = _("Boîte des accusés : non lue depuis le {since}, {why}.")
        why = _(WHY.get(cursor.last_error or "", WHY["Unavailable"]))
        return MailboxState(told.format(since=since, why=why), _(ADVICE), healthy=False)
    at = f"{clock.paris(cursor.read_at):%d/%m %H:%M}" if cursor.read_at else ""
    return MailboxState(_("Boîte des accusés : lue le {at}.").format(at=at), "", healthy=True)


def prepare(session: Session, effect: OutboxEffect) -> MailPlan | None:
    """Write the mail to the administrators; without one who has an address the screens alone say it."""
    addresses = sorted(user.email for user in people.administrators(session) if user.email)
    if not addresses:
        return None
    since = clock.paris(datetime.fromisoformat(effect.payload["since"]))
    message = EmailMessage()
    message["To"], message["From"] = ", ".join(addresses), get_settings().mail_from
    message["Subject"] = _("Alerte : une boîte de courriels ne se lit plus")
    body = _("Depuis le {since}, la boîte {mailbox} n'est plus lue : {why}.\n\n{advice}")
    why = _(WHY.get(effect.payload["error"], WHY["Unavailable"]))
    box = mailbox()
    advice = ADVICE if box and box.name == effect.payload["mailbox"] else OTHER_ADVICE
    told = body.format(since=f"{since:%d/%m/%Y %H:%M}", mailbox=effect.payload["mailbox"], why=why, advice=_(advice))
    message.set_content(told)
    return MailPlan(message, effect.idempotency_key)


HANDLERS = {REFUSED: notice(prepare)}
