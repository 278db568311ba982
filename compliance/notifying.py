"""Asking a network to tell us by itself: the wish is a row first, then the call, then what came of it.

The call may be repeated without harm, so one that was cut short is made again. The poll stays the truth: an account
that nothing is told of loses minutes, never a comment.
"""

from datetime import timedelta

import structlog
from sqlmodel import Session, col, select

from compliance import accounts, applications, audit, clock
from compliance.audit import AuditAction
from compliance.people import check_admin
from compliance.permissions import SYSTEM, Actor
from connectors.base import Account as Identity
from connectors.subscribing import SUBSCRIPTIONS, Push, subscription_of
from errors import AppError, ConnectorError, InvalidInput
from i18n import N_
from models.account import Account
from models.base import new_id
from models.connection import AccountHealth, WebhookSubscription
from models.enums import SubscriptionStatus, Telling
from models.session import get, reading, transaction
from settings import get_settings

log = structlog.get_logger()

CUT_SHORT = timedelta(minutes=2)
S = SubscriptionStatus


def ask(session: Session, actor: Actor, *, account_id: str) -> str:
    """Write down that a network shall tell us of an account; return the id of the wish, for `carry_out`."""
    check_admin(actor)
    account = get(session, Account, account_id)
    if account.network.value not in SUBSCRIPTIONS:
        raise InvalidInput(N_("Ce réseau n'envoie pas de notifications : ses commentaires sont relevés régulièrement."))
    if account.token_encrypted is None:
        raise InvalidInput(N_("Ce compte n'est pas connecté. Connectez-le d'abord."))
    applications.check_set(account.network, applications.TELLING)
    applications.check_public(account)
    wish = WebhookSubscription(
        id=new_id(), account_id=account.id, callback_url=applications.webhook_uri(account.network),
        asked_by=actor.id, asked_at=clock.now(), status=S.ASKED,
    )  # fmt: skip
    session.add(wish)
    session.flush()
    new = {"network": account.network.value}
    audit.record(session, actor, AuditAction.ACCOUNT_NOTIFY_ASK, "account", account.id, new=new)
    return wish.id


def push_of(account: Account) -> Push:
    """Return what a network needs to know to tell us of an account."""
    network, settings = account.network, get_settings()
    return Push(
        base_url=applications.base_url_of(account),
        account=Identity(account.external_id or "", account.handle, account.display_name),
        token=accounts.token_of(account),
        timeout=settings.network_timeout,
        callback_url=applications.webhook_uri(network),
        application=applications.application_of(network),
        application_id=settings.linkedin_application_id or "",
        bearer=applications.setting("x_bearer_token"),
        word=applications.setting("meta_verify_token"),
    )


def carry_out(wish_id: str) -> WebhookSubscription:
    """Make the call of a wish outside any transaction, and write down what came of it."""
    with reading() as session:
        wish = get(session, WebhookSubscription, wish_id)
        account = get(session, Account, wish.account_id)
    reason = ""
    try:
        subscription_of(account.network.value).begin(push_of(account))
    except (ConnectorError, AppError) as error:
        log.warning("network does not tell", account=account.id, error=type(error).__name__)
        reason = error.reason if isinstance(error, ConnectorError) else str(error)
    return _ended(wish_id, reason)


def _ended(wish_id: str, reason: str) -> WebhookSubscription:
    with transaction() as session:
        wish = get(session, WebhookSubscription, wish_id, lock=True)
        wish.status, wish.ended_at, wish.reason = S.FAILED if reason else S.DONE, clock.now(), reason[:300]
        health = session.get(AccountHealth, wish.account_id)
        if health is not None and not reason:
            health.telling = Telling.YES
        new = {"outcome": wish.status.value}
        audit.record(session, SYSTEM, AuditAction.ACCOUNT_NOTIFY, "account", wish.account_id, new=new)
        return wish


def finish() -> int:
    """Carry out the wishes that were cut short; return how many there were."""
    with reading() as session:
        left = select(WebhookSubscription.id).where(
            WebhookSubscription.status == S.ASKED, col(WebhookSubscription.asked_at) < clock.now() - CUT_SHORT
        )
        open_wishes = session.exec(left).all()
    for wish_id in open_wishes:
        carry_out(wish_id)
    return len(open_wishes)


def telling(account: Account, last: SubscriptionStatus | None) -> Telling:
    """Ask a network whether it tells us of an account; `last` is what our last wish came to.

    Where no network says so, our own success is believed. Raises what the network raises.
    """
    if account.network.value not in SUBSCRIPTIONS:
        return Telling.NEVER
    if applications.unset(account.network, applications.TELLING):
        return Telling.NO
    on = subscription_of(account.network.value).on(push_of(account))
    on = last is S.DONE if on is None else on
    return Telling.YES if on else Telling.NO


def last_wish(session: Session, account_id: str) -> WebhookSubscription | None:
    """Return the newest wish of an account."""
    of_account = select(WebhookSubscription).where(WebhookSubscription.account_id == account_id)
    return session.exec(of_account.order_by(col(WebhookSubscription.id).desc())).first()
