"""One call of one person: by their first way, by the next as soon as one fails, at last by a mail to their own address.

A call holds a sentence of ours and a link that asks for sign-in: no word of a comment, no product, no name, nothing on
health. After a lost answer it is sent again under the same reference: twice is
better than never.
"""

from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from sqlmodel import Session, select

from compliance import clock, mails, outbox, secrets
from compliance.mails import MailPlan
from connectors.pager import send_page
from errors import ConnectorError, Rejected, RuleViolated
from i18n import N_, _, current_language, set_language
from models.base import new_id
from models.engine_room import OutboxEffect
from models.enums import AlarmKind, AlarmStatus, DeliveryStatus, EffectKind
from models.on_call import OnCallAlarm, OnCallDelivery, OnCallPage, OnCallWay
from models.session import get
from models.user import User
from moderation import on_call
from settings import get_settings

REFERENCE = 6
TITLES = {
    AlarmKind.EMERGENCY: N_("Covigie : une urgence vous attend"),
    AlarmKind.PV_SOON: N_("Covigie : un délai approche"),
    AlarmKind.PV_LATE: N_("Covigie : un délai est dépassé"),
    AlarmKind.UNTRIAGED: N_("Covigie : la file n'est pas vide"),
    AlarmKind.SILENT: N_("Covigie : un compte est silencieux"),
}
TRIAL = N_("Covigie : essai d'un moyen de joindre")


@dataclass(frozen=True)
class PagePlan:
    """A call ready to leave: by an address of apprise, or by mail; the address is in no log."""

    title: str
    body: str
    address: str = field(default="", repr=False)
    mail: MailPlan | None = None


def deliver_next(session: Session, page: OnCallPage) -> OnCallDelivery | None:
    """Call by the next way that was not tried in this call; None when there is none left."""
    tried = session.exec(select(OnCallDelivery).where(OnCallDelivery.page_id == page.id)).all()
    used = {each.way_id for each in tried}
    mail = [None] if get(session, User, page.user_id).email else []
    left = [way for way in [*(each.id for each in on_call.ways_of(session, page.user_id)), *mail] if way not in used]
    if not left:
        return None
    delivery = OnCallDelivery(
        id=new_id(),
        page_id=page.id,
        n=len(tried),
        way_id=left[0],
        status=DeliveryStatus.QUEUED,
        queued_at=clock.now(),
    )
    session.add(delivery)
    session.flush()
    outbox.enqueue(
        session,
        kind=EffectKind.PAGE,
        subject_id=delivery.id,
        key=f"page:{delivery.id}",
        payload={"alarm_id": page.alarm_id},
        not_before=clock.now(),
    )
    return delivery


def prepare(session: Session, effect: OutboxEffect) -> PagePlan | None:
    """Write the call of an alarm that is still open; none when somebody is on it."""
    if "trial" in effect.payload:
        return _trial(get(session, OnCallWay, effect.payload["trial"]))
    alarm = get(session, OnCallAlarm, effect.payload["alarm_id"], lock=True)
    delivery = get(session, OnCallDelivery, effect.subject_id, lock=True)
    if alarm.status is not AlarmStatus.OPEN:
        delivery.status, delivery.ended_at = DeliveryStatus.MOOT, clock.now()
        return None
    user = get(session, User, get(session, OnCallPage, delivery.page_id).user_id)
    title, body = _said_to(user, alarm)
    if delivery.way_id is None:
        return PagePlan(title, body, mail=MailPlan(_mail(user, title, body), effect.idempotency_key))
    way = get(session, OnCallWay, delivery.way_id)
    if way.removed_at is not None:
        raise RuleViolated(N_("Ce moyen de joindre a été retiré."))
    return PagePlan(title, body, secrets.decrypt(way.address_encrypted, account_id=way.id))


def _trial(way: OnCallWay) -> PagePlan | None:
    if way.removed_at is not None:
        return None
    body = _("Ce moyen de joindre fonctionne.")
    return PagePlan(_(TRIAL), body, secrets.decrypt(way.address_encrypted, account_id=way.id))


def _said_to(user: User, alarm: OnCallAlarm) -> tuple[str, str]:
    """Return title and text in the person's language: what kind of thing waits, since when, the link."""
    before = current_language()
    set_language(user.language)
    try:
        body = _("Depuis {at}. Ouvrez, connectez-vous, dites que vous y êtes : {link} (réf. {reference})").format(
            at=f"{clock.paris(alarm.raised_at):%H:%M}", link=alarm_link(alarm.id), reference=alarm.id[-REFERENCE:]
        )
        return _(TITLES[alarm.kind]), body
    finally:
        set_language(before)


def alarm_link(alarm_id: str) -> str:
    """Return the address that opens an alarm, after sign-in."""
    settings = get_settings()
    address = settings.public_url or f"http://localhost:{settings.port}"
    return f"{address.rstrip('/')}/astreinte?alerte={alarm_id}"


def _mail(user: User, title: str, body: str) -> EmailMessage:
    message = EmailMessage()
    message["To"], message["From"], message["Subject"] = user.email, get_settings().mail_from, title
    message.set_content(body + "\n")
    return message


def call(plan: PagePlan, reconcile: bool) -> dict[str, Any]:
    """Send the call. What does not leave at once is refused, whatever the reason: another way does not wait for it."""
    if plan.mail is None:
        send_page(plan.address, plan.title, plan.body)
        return {"delivered": True}
    try:
        return mails.send(plan.mail, reconcile)
    except ConnectorError as error:
        raise Rejected(error.reason) from error
