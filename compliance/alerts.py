"""Telling the administrators at once that an account was locked (21 CFR 11.300(d)): by mail, through the outbox."""

from datetime import datetime
from email.message import EmailMessage

from sqlmodel import Session

from compliance import clock, outbox, people
from compliance.mails import ABOUT, MailPlan, notice
from i18n import _
from models.engine_room import OutboxEffect
from models.enums import EffectKind
from models.session import get
from models.user import User
from settings import get_settings

LOCKOUT = "lockout"


def alert_lockout(session: Session, user: User, *, seq: int, signing: bool) -> None:
    """Queue the mail that tells the administrators of a lockout; `seq` is its event in the audit trail."""
    until = user.locked_until.isoformat() if user.locked_until else ""
    payload = {ABOUT: LOCKOUT, "user_id": user.id, "until": until, "signing": signing}
    outbox.enqueue(
        session,
        kind=EffectKind.MAIL,
        subject_id=user.id,
        key=f"alert:{LOCKOUT}:{seq}",
        payload=payload,
        not_before=clock.now(),
    )


def prepare(session: Session, effect: OutboxEffect) -> MailPlan | None:
    """Write the mail; without an administrator who has an address there is none, and the screen alone says it."""
    addresses = sorted(user.email for user in people.administrators(session) if user.email)
    return MailPlan(_message(session, effect, addresses), effect.idempotency_key) if addresses else None


def _message(session: Session, effect: OutboxEffect, addresses: list[str]) -> EmailMessage:
    user = get(session, User, effect.payload["user_id"])
    until = clock.paris(datetime.fromisoformat(effect.payload["until"]))
    at_signing = _("au moment de signer") if effect.payload["signing"] else _("à la connexion")
    message = EmailMessage()
    message["To"], message["From"] = ", ".join(addresses), get_settings().mail_from
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


HANDLERS = {LOCKOUT: notice(prepare)}
"""Whoever refuses or loses the mail, the alert stands on the administrators' screen."""
