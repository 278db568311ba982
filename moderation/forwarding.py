"""The mail that carries a case to pharmacovigilance: the case is forwarded when the mail server has taken it."""

from email.message import EmailMessage
from typing import Any

from sqlmodel import Session

from compliance import clock, transitions
from compliance.mails import MailPlan, send
from compliance.outbox import Handler
from compliance.permissions import SYSTEM
from i18n import _
from models.case import Case, CaseDocument
from models.engine_room import OutboxEffect
from models.enums import CaseAction, CaseStatus
from models.session import get
from moderation.opening import follow, lock_case, resting
from moderation.sent_mails import remember_sent
from moderation.states import CASE_TRANSITIONS
from settings import get_settings

DOCX = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")


def prepare(session: Session, effect: OutboxEffect) -> MailPlan | None:
    """Write the mail of a case that is queued; any other case has no mail to send."""
    case = get(session, Case, effect.subject_id, lock=True)
    if case.status is not CaseStatus.QUEUED:
        return None
    document = get(session, CaseDocument, effect.payload["document_id"])
    remember_sent(session, case_id=case.id, key=effect.idempotency_key)
    return MailPlan(_message(case, document), effect.idempotency_key)


def _message(case: Case, document: CaseDocument) -> EmailMessage:
    """Write the mail. Subject and body hold number, clocks and hash, nothing on health: that is in the document."""
    settings = get_settings()
    due = clock.paris(case.forward_due_at)
    message = EmailMessage()
    message["To"], message["From"] = settings.pv_mailbox, settings.mail_from
    serious = _("grave") if case.serious else _("gravité non établie")
    message["Subject"] = _("Cas {number}, {serious}, à traiter").format(number=case.number, serious=serious)
    body = _(
        "Cas {number}\nConnu le {awareness}\nÀ transmettre avant le {due}\nJour zéro : {day_zero}\n"
        "Document joint : {filename}\nSHA-256 : {sha}\n\nMerci d'accuser réception avec votre numéro de cas."
    ).format(
        number=case.number,
        awareness=f"{clock.paris(case.awareness_at):%d/%m/%Y %H:%M}",
        due=f"{due:%d/%m/%Y %H:%M}",
        day_zero=f"{case.day_zero:%d/%m/%Y}" if case.day_zero else _("critères incomplets"),
        filename=document.filename,
        sha=document.content_sha256,
    )
    message.set_content(body)
    message.add_attachment(document.content, maintype=DOCX[0], subtype=DOCX[1], filename=document.filename)
    return message


def conclude(session: Session, effect: OutboxEffect, result: dict[str, Any]) -> None:
    """Note that the case left, and when; its comments with it."""
    case = lock_case(session, effect.subject_id)
    if case.status is not CaseStatus.QUEUED:
        return
    details = {"document": effect.payload["document_id"], "message_id": result["message_id"]}
    transitions.apply(session, SYSTEM, case, CASE_TRANSITIONS, CaseAction.FORWARD, details=details)
    case.forwarded_at = clock.now()
    follow(session, case, was=CaseStatus.QUEUED)
    for comment in session.exec(resting(case.id)):
        comment.forwarded_at = comment.forwarded_at or case.forwarded_at


def refuse(session: Session, effect: OutboxEffect, reason: str) -> None:  # noqa: ARG001 - kept on the effect's row
    """Give a case back to the people when its mail was refused for good; its clocks run on."""
    case = get(session, Case, effect.subject_id, lock=True)
    if case.status is CaseStatus.QUEUED:
        transitions.apply(session, SYSTEM, case, CASE_TRANSITIONS, CaseAction.FAIL, reason="mail refused")


MAIL_HANDLER = Handler(prepare, send, conclude, refuse)
