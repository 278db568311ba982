"""The mailbox to which the public writes: each mail is a comment, its cursor in the transaction of the mail.

Nothing in the mailbox is changed or marked. A mail above ten million bytes gives its words; the coverage screen says
that the rest is to be read in the mailbox, until somebody has.
"""

import base64
import json
from dataclasses import dataclass

import structlog
from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM, Actor, Permission, check
from connectors.imap import Mailbox
from errors import ConnectorError
from i18n import _
from models.account import Account
from models.comment import Comment, CommentRevision, RawEvent
from models.door import InboxMail
from models.enums import EventSource, Network
from models.handoff import MailboxCursor
from models.session import expect_version, get, reading, transaction
from moderation.files.sources import open_source
from moderation.inbox_letter import read_inbox_letter
from moderation.pv_mailbox import OTHER_ADVICE, WHY, MailboxState, move_cursor, note_read, note_refused
from moderation.receiving import lock_known, receive
from settings import get_settings

TOGETHER = 10
"""Mails fetched at once: each may be ten million bytes."""

log = structlog.get_logger()


def mailbox() -> Mailbox | None:
    """Return the mailbox of the settings; None where there is none."""
    settings = get_settings()
    if not settings.inbox_imap_host:
        return None
    password = settings.inbox_imap_password.get_secret_value() if settings.inbox_imap_password else ""
    return Mailbox(
        settings.inbox_imap_host,
        settings.inbox_imap_port,
        settings.inbox_imap_login,
        password,
        settings.inbox_imap_folder,
        settings.inbox_imap_tls,
        settings.network_timeout,
    )


def cursor_name(box: Mailbox) -> str:
    """Return the name of our cursor: where acknowledgements come to the same mailbox, each keeps its own."""
    return f"public:{box.name}"


def read_inbox() -> None:
    """Take in what is new, a transaction a mail."""
    box, more = mailbox(), True
    while box and more:
        name = cursor_name(box)
        with reading() as session:
            cursor = session.get(MailboxCursor, name) or MailboxCursor(mailbox=name)
        try:
            page = box.read_after(cursor.validity, cursor.uid, most=TOGETHER)
        except ConnectorError as error:
            log.warning("inbox not read", error=type(error).__name__)
            with transaction() as session:
                note_refused(session, name, type(error).__name__)
            return
        for uid, raw in page.mails:
            with transaction() as session:
                take_in_mail(session, box, raw)
                move_cursor(session, name, page.validity, uid)
        with transaction() as session:
            note_read(session, name, page.validity)
        more = page.more


def take_in_mail(session: Session, box: Mailbox, raw: bytes) -> Comment:
    """Store a mail as it came, and as a comment; the company has it since its server took it."""
    letter = read_inbox_letter(raw, clock.now())
    source = open_source(session, SYSTEM, network=Network.EMAIL, name=box.user[:80] or box.host[:80])
    account = get(session, Account, source.id, lock=True)
    lock_known(session, account, [letter.comment])
    row = receive(session, account, letter.comment, EventSource.POLL, awareness_at=letter.arrived_at)
    if row.new_payload:
        audit.record_batch(
            session, SYSTEM, AuditAction.COMMENTS_INGEST, "raw_event", [row.raw.id], [row.raw.payload_sha256]
        )
    if session.get(InboxMail, row.comment.id) is None:
        session.add(
            InboxMail(
                comment_id=row.comment.id,
                attachments=[list(each) for each in letter.attachments],
                gap=letter.gap,
                read_at=clock.now(),
            )
        )
        session.flush()
    return row.comment


def settle_gap(session: Session, actor: Actor, *, comment_id: str, row_version: int) -> InboxMail:
    """Note that a person read in the mailbox what of a mail did not come in."""
    check(actor, Permission.COMMENT_ENTER)
    mail = get(session, InboxMail, comment_id, lock=True)
    expect_version(mail, row_version)
    mail.settled_by, mail.settled_at = actor.id, clock.now()
    audit.record(session, actor, AuditAction.INBOX_MAIL_SETTLE, "comment", comment_id)
    session.flush()
    return mail


@dataclass(frozen=True)
class GapMail:
    """A mail of which not all came in."""

    mail: InboxMail
    comment: Comment


def gap_mails(session: Session) -> list[GapMail]:
    """Return the mails that somebody must still open in the mailbox."""
    rows = (
        select(InboxMail, Comment)
        .where(InboxMail.comment_id == Comment.id, col(InboxMail.gap).is_not(None), col(InboxMail.settled_at).is_(None))
        .order_by(col(InboxMail.read_at))
    )
    return [GapMail(mail, comment) for mail, comment in session.exec(rows)]


def mail_of(session: Session, comment_id: str) -> InboxMail | None:
    """Return what came with the mail that a comment is."""
    return session.get(InboxMail, comment_id)


def attachment(comment_id: str, n: int) -> bytes:
    """Return the content of one attachment; empty once retention has emptied the payload."""
    with reading() as session:
        latest = (
            select(RawEvent.payload)
            .where(CommentRevision.raw_event_id == RawEvent.id, CommentRevision.comment_id == comment_id)
            .order_by(col(CommentRevision.n).desc())
        )
        payload = session.exec(latest.limit(1)).first()
    return base64.b64decode(json.loads(payload)["attachments"][n]["data"]) if payload else b""


def inbox_state(session: Session) -> MailboxState | None:
    """Return how the mailbox stands; None where there is none."""
    box = mailbox()
    if box is None:
        return None
    cursor = session.get(MailboxCursor, cursor_name(box))
    if cursor is None:
        return MailboxState(_("Boîte du public : jamais lue."), _("Vérifiez que le moteur tourne."), healthy=False)
    if cursor.failed_since:
        told = _("Boîte du public : non lue depuis le {since}, {why}.")
        why = _(WHY.get(cursor.last_error or "", WHY["Unavailable"]))
        since = f"{clock.paris(cursor.failed_since):%d/%m %H:%M}"
        return MailboxState(told.format(since=since, why=why), _(OTHER_ADVICE), healthy=False)
    at = f"{clock.paris(cursor.read_at):%d/%m %H:%M}" if cursor.read_at else ""
    return MailboxState(_("Boîte du public : lue le {at}.").format(at=at), "", healthy=True)
