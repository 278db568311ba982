"""What networks tell us by themselves: written down first, acknowledged, then the accounts concerned are read.

The poll is the truth and the webhook its accelerator: no word of a notification becomes a comment. A notification that
is lost, doubled or forged therefore loses, doubles and forges nothing; it only moves a poll.
"""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from sqlmodel import Session, col, delete, select, update

from compliance import clock
from connectors.webhooks import HookSecrets, hook_of
from models.account import Account
from models.engine_room import WebhookDelivery
from models.enums import AccountStatus, Network
from models.session import reading, transaction
from moderation import intake
from settings import get_settings

LONGEST_BODY = 1_048_576
AT_ONCE = 5_000
KEPT = timedelta(days=7)


def secrets_of(network: Network) -> HookSecrets:
    """Return the application's secrets at a network, from the settings."""
    settings = get_settings()
    meta = network in (Network.FACEBOOK, Network.INSTAGRAM)
    secret = {
        Network.X: settings.x_app_secret,
        Network.FACEBOOK: settings.meta_app_secret,
        Network.INSTAGRAM: settings.meta_app_secret,
        Network.LINKEDIN: settings.linkedin_app_secret,
        Network.TIKTOK: settings.tiktok_app_secret,
    }.get(network)
    word = settings.meta_verify_token.get_secret_value() if meta and settings.meta_verify_token else ""
    return HookSecrets(secret.get_secret_value() if secret else "", word)


def is_genuine(network: Network, body: bytes, headers: dict[str, str]) -> bool:
    """Whether the network sent these raw bytes, not long ago where it says when; `Rejected` where none are sent."""
    return hook_of(network.value).genuine(body, headers, secrets_of(network), clock.now())


def handshake(network: Network, query: dict[str, str]) -> tuple[str, str]:
    """Return the answer to a network's question whether the address is ours, and its content type; or `Rejected`."""
    return hook_of(network.value).answer(query, secrets_of(network))


def write_down(session: Session, network: Network, body: bytes) -> WebhookDelivery:
    """Write a genuine notification down as it came; the same bytes again are counted, and start nothing."""
    digest = sha256(body).hexdigest()
    known = select(WebhookDelivery).where(WebhookDelivery.network == network, WebhookDelivery.body_sha256 == digest)
    row = session.exec(known.with_for_update()).first()
    if row:
        row.times += 1
    else:
        row = WebhookDelivery(
            network=network, body=body.decode("utf-8", "replace"), body_sha256=digest, received_at=clock.now()
        )
        session.add(row)
    session.flush()
    return row


def hear() -> int:
    """Read the accounts that unheard notifications speak of, once each; return how many notifications were heard.

    What cannot be read now (a limit, an outage) is left to the poll, which comes again by itself.
    """
    with reading() as session:
        unheard = select(WebhookDelivery).where(col(WebhookDelivery.heard_at).is_(None))
        rows = session.exec(unheard.order_by(col(WebhookDelivery.id)).limit(AT_ONCE)).all()
        accounts = _named(session, rows)
    if not rows:
        return 0
    for account_id in accounts:
        intake.poll_account(account_id)
    with transaction() as session:
        now = clock.now()
        # Those that were read alone: what came meanwhile has not been heard.
        heard = col(WebhookDelivery.id).in_([row.id for row in rows])
        session.execute(update(WebhookDelivery).where(heard).values(heard_at=now))
        session.execute(delete(WebhookDelivery).where(col(WebhookDelivery.heard_at) < now - KEPT))
    return len(rows)


def _named(session: Session, rows: Sequence[WebhookDelivery]) -> list[str]:
    """Return the accounts that notifications name by the network's id; all of the network when they name none."""
    found: list[str] = []
    for network in {row.network for row in rows}:
        connected = select(Account).where(Account.network == network, col(Account.token_encrypted).is_not(None))
        accounts = session.exec(connected.where(Account.status != AccountStatus.PAUSED)).all()
        bodies = [row.body for row in rows if row.network == network]
        named = [one for one in accounts if one.external_id and any(one.external_id in body for body in bodies)]
        found += [one.id for one in named or accounts]
    return found
