"""Telling the administrators at once that an account was locked (21 CFR 11.300(d)): by mail, through the outbox."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from sqlmodel import Session, col, select

from compliance import clock, outbox
from compliance.outbox import Handler
from connectors.mail import Mailer
from i18n import _
from models.engine_room import OutboxEffect
from models.enums import EffectKind, Role
from models.session import get
from models.user import RoleAssignment, User
from settings import get_settings

LOCKOUT = "lockout"


@dataclass(frozen=True)
class AlertMail:
    """An alert ready to leave, and the key that makes its Message-ID."""

    message: EmailMessage
    key: str


def alert_lockout(session: Session, user: User, *, seq: int, signing: bool) -> None:
    """Queue the mail that tells the administrators of a lockout; `seq` is its event in the audit trail."""
    until = user.locked_until.isoformat() if user.locked_until else ""
    payload = {"alert": LOCKOUT, "user_id": user.id, "until": until, "signing": signing}
    outbox.enqueue(
        session,
        kind=EffectKind.MAIL,
        subject_id=user.id,
        key=f"alert:{LOCKOUT}:{seq}",
        payload=payload,
        not_before=clock.now(),
    )


def administrators(session: Session) -> list[str]:
    """Return the addresses of the active administrators."""
    held = select(RoleAssignment.user_id).where(
        RoleAssignment.role == Role.ADMINISTRATOR, col(RoleAssignment.revoked_at).is_(None)
    )
    active = select(User.email).where(col(User.id).in_(held), col(User.active)).order_by(col(User.email))
    return [address for address in session.exec(active) if address]


def prepare(session: Session, effect: OutboxEffect) -> AlertMail | None:
    """Write the mail; without an administrator who has an address there is none, and the screen alone says it."""
    people = administrators(session)
    return AlertMail(_message(session, effect, people), effect.idempotency_key) if people else None


def _message(session: Session, effect: OutboxEffect, people: list[str]) -> EmailMessage:
    user = get(session, User, effect.payload["user_id"])
    until = clock.paris(datetime.fromisoformat(effect.payload["until"]))
    at_signing = _("au moment de signer") if effect.payload["signing"] else _("à la connexion")
    message = EmailMessage()
    message["To"], message["From"] = ", ".join(people), get_settings().mail_from
    message["Subject"] = _("Alerte : le compte {login} est verrouillé").format(login=user.login)
    body = _(
        "Plusieurs mots de passe faux ont été saisis {where} pour {name} ({login}).\n"
        "Le compte est verrouillé jusqu'à {until}. Rien n'a été signé.\n\n"
        "Demandez à la personne si c'était elle. Si oui, vous pouvez déverrouiller son compte dans Administration, "
        "avec une raison. Si non, fermez son accès et prévenez l'assurance qualité : la piste d'audit dit le reste."
    )
    message.set_content(
        body.format(where=at_signing, name=user.printed_name, login=user.login, until=f"{until:%d/%m/%Y %H:%M}")
    )
    return message


def call(plan: AlertMail, reconcile: bool) -> dict[str, Any]:  # noqa: ARG001 - a mail cannot be looked up
    """Send the mail; after a lost answer again, under the same Message-ID."""
    settings = get_settings()
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else ""
    mailer = Mailer(settings.smtp_host, settings.smtp_port, settings.mail_from, settings.smtp_login or "", password)
    return {"message_id": mailer.send(plan.message, plan.key)}


def conclude(_session: Session, _effect: OutboxEffect, _result: dict[str, Any]) -> None:
    """Leave everything as it is: the effect's row says that the mail left."""


def refuse(_session: Session, _effect: OutboxEffect, _reason: str) -> None:
    """Leave everything as it is: the effect's row says why, and the alert stands on the administrators' screen."""


ALERT_HANDLER = Handler(prepare, call, conclude, refuse)


def beside(other: Handler) -> Handler:
    """Return the handler of all mails: alerts by this module, every other mail by the one given."""

    def of(effect: OutboxEffect) -> Handler:
        return ALERT_HANDLER if "alert" in effect.payload else other

    return Handler(
        prepare=lambda session, effect: of(effect).prepare(session, effect),
        call=lambda plan, reconcile: (ALERT_HANDLER if isinstance(plan, AlertMail) else other).call(plan, reconcile),
        conclude=lambda session, effect, result: of(effect).conclude(session, effect, result),
        refuse=lambda session, effect, reason: of(effect).refuse(session, effect, reason),
        delayed=lambda session, effect, reason: of(effect).delayed(session, effect, reason),
    )
