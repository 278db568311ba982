"""Mails through the outbox: what a mail is about decides who writes it; all leave by the same server."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from sqlmodel import Session

from compliance.outbox import Handler
from connectors.mail import Mailer
from models.engine_room import OutboxEffect
from settings import get_settings

ABOUT = "about"


@dataclass(frozen=True)
class MailPlan:
    """A mail ready to leave, and the key that makes its Message-ID."""

    message: EmailMessage
    key: str


def message_id(key: str) -> str:
    """Return the Message-ID of the mail of a key: the same however often it leaves, and known before it does."""
    settings = get_settings()
    return Mailer(settings.smtp_host, settings.smtp_port, settings.mail_from).message_id(key)


def send(plan: MailPlan, reconcile: bool) -> dict[str, Any]:  # noqa: ARG001 - a mail cannot be looked up
    """Send the mail. After a lost answer it is sent again under the same Message-ID: twice is better than never."""
    settings = get_settings()
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else ""
    mailer = Mailer(settings.smtp_host, settings.smtp_port, settings.mail_from, settings.smtp_login or "", password)
    return {"message_id": mailer.send(plan.message, plan.key)}


def notice(prepare: Callable[[Session, OutboxEffect], MailPlan | None]) -> Handler:
    """Return the handler of a mail that changes nothing here: the effect's own row says what came of it."""
    return Handler(prepare, send, _nothing, _nothing)


def _nothing(*_session_effect_and_what_came: object) -> None:
    """Leave things as they are."""


def by_subject(handlers: Mapping[str, Handler], otherwise: Handler) -> Handler:
    """Return one handler of all mails: the effect's payload says under "about" whose it is."""

    def chosen(effect: OutboxEffect) -> Handler:
        return handlers.get(effect.payload.get(ABOUT, ""), otherwise)

    def prepare(session: Session, effect: OutboxEffect) -> tuple[Handler, Any] | None:
        plan = chosen(effect).prepare(session, effect)
        return None if plan is None else (chosen(effect), plan)

    def call(plan: tuple[Handler, Any], reconcile: bool) -> dict[str, Any]:
        return plan[0].call(plan[1], reconcile)

    def conclude(session: Session, effect: OutboxEffect, result: dict[str, Any]) -> None:
        chosen(effect).conclude(session, effect, result)

    def refuse(session: Session, effect: OutboxEffect, reason: str) -> None:
        chosen(effect).refuse(session, effect, reason)

    def delayed(session: Session, effect: OutboxEffect, reason: str) -> None:
        chosen(effect).delayed(session, effect, reason)

    return Handler(prepare, call, conclude, refuse, delayed)
