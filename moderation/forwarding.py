"""The mail that carries a case to pharmacovigilance: the case is forwarded when the mail server has taken it."""

from collections.abc import Sequence
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
from models.enums import CaseAction, CaseStatus, PvFacet
from models.session import get
from moderation.case_report import CIOMS, RECORD
from moderation.following_up import mark_sent, unsent_comments
from moderation.opening import follow, lock_case, resting
from moderation.sent_mails import remember_sent
from moderation.states import CASE_TRANSITIONS
from settings import get_settings

TYPES = {
    CIOMS: ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document"),
    RECORD: ("application", "json"),
}


def prepare(session: Session, effect: OutboxEffect) -> MailPlan | None:
    """Write the mail of a case that is queued; any other case has no mail to send."""
    case = get(session, Case, effect.subject_id, lock=True)
    if case.status is not CaseStatus.QUEUED:
        return None
    kept = [effect.payload[name] for name in ("document_id", "record_id") if effect.payload.get(name)]
    documents = [get(session, CaseDocument, document_id) for document_id in kept]
    remember_sent(session, case_id=case.id, key=effect.idempotency_key)
    return MailPlan(_message(case, documents), effect.idempotency_key)


def _message(case: Case, documents: Sequence[CaseDocument]) -> EmailMessage:
    """Write the mail. Subject and body hold number, clocks and hashes, nothing on health: that is in the documents."""
    settings = get_settings()
    due = clock.paris(case.forward_due_at)
    message = EmailMessage()
    message["To"], message["From"] = settings.pv_mailbox, settings.mail_from
    message["Subject"] = _subject(case)
    body = _(
        "Cas {number}\nConnu le {awareness}\nÀ transmettre avant le {due}\nJour zéro : {day_zero}\n"
        "Documents joints :\n{documents}\n\nMerci d'accuser réception avec votre numéro de cas."
    ).format(
        number=case.number,
        awareness=f"{clock.paris(case.awareness_at):%d/%m/%Y %H:%M}",
        due=f"{due:%d/%m/%Y %H:%M}",
        day_zero=f"{case.day_zero:%d/%m/%Y}" if case.day_zero else _("critères incomplets"),
        documents="\n".join(f"{one.filename} (SHA-256 {one.content_sha256})" for one in documents),
    )
    message.set_content(body)
    for one in documents:
        main, sub = TYPES[one.kind]
        message.add_attachment(one.content, maintype=main, subtype=sub, filename=one.filename)
    return message


def _subject(case: Case) -> str:
    """Return the subject: the number and how pressing it is, no word on health."""
    kind = _("suivi n° {n}").format(n=case.follow_up_n) if case.follow_up_n else _("à traiter")
    pressing = _("prioritaire") if case.serious else _("délai ordinaire")
    return _("Cas {number}, {kind}, {pressing}").format(number=case.number, kind=kind, pressing=pressing)


def conclude(session: Session, effect: OutboxEffect, result: dict[str, Any]) -> None:
    """Note that the case left, and when; its comments with it."""
    case = lock_case(session, effect.subject_id)
    if case.status is not CaseStatus.QUEUED:
        return
    details = {"document": effect.payload["document_id"], "message_id": result["message_id"]}
    transitions.apply(session, SYSTEM, case, CASE_TRANSITIONS, CaseAction.FORWARD, details=details)
    case.forwarded_at = clock.now()
    follow(session, case, was=CaseStatus.QUEUED)
    late = unsent_comments(session, case.id)
    for comment in session.exec(resting(case.id)):
        if comment.id not in late and comment.pv in (PvFacet.FORWARDED, PvFacet.ACKNOWLEDGED):
            comment.forwarded_at = comment.forwarded_at or case.forwarded_at
    mark_sent(session, case)


def refuse(session: Session, effect: OutboxEffect, reason: str) -> None:  # noqa: ARG001 - kept on the effect's row
    """Give a case back to the people when its mail was refused for good; its clocks run on."""
    case = get(session, Case, effect.subject_id, lock=True)
    if case.status is CaseStatus.QUEUED:
        transitions.apply(session, SYSTEM, case, CASE_TRANSITIONS, CaseAction.FAIL, reason="mail refused")


MAIL_HANDLER = Handler(prepare, send, conclude, refuse)
