"""What networks tell us by themselves: written down first, acknowledged, then the accounts concerned are read.

The poll is the truth and the webhook its accelerator: no word of a notification becomes a comment. A notification that
is lost, doubled or forged therefore loses, doubles and forges nothing; it only moves a poll.
"""

import time
from collections import deque
from collections.abc import Iterator, Sequence
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
MOST_A_MINUTE, MINUTE = 10, 60.0
"""Readings of one account for notifications: X allows 300 in a quarter of an hour, the rounds take their share."""
_read: dict[str, deque[float]] = {}


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

    What cannot be read now (a limit, an outage) is left to the poll, which comes again by itself. An account that was
    read often this minute waits a moment: a wave of notifications must not use up the network's limit.
    """
    with reading() as session:
        unheard = select(WebhookDelivery).where(col(WebhookDelivery.heard_at).is_(None))
        rows = session.exec(unheard.order_by(col(WebhookDelivery.id)).limit(AT_ONCE)).all()
        named = {row.id: accounts for row, accounts in _named(session, rows)}
    now = time.monotonic()
    read = {account_id for account_id in set().union(*named.values()) if _may_read(account_id, now)}
    for account_id in read:
        intake.poll_account(account_id)
    heard = [row_id for row_id, accounts in named.items() if accounts <= read]
    if heard:
        _note_heard(heard)
    return len(heard)


def _may_read(account_id: str, now: float) -> bool:
    """Count a reading of an account; say whether it is among the first ten of the last minute."""
    times = _read.setdefault(account_id, deque(maxlen=MOST_A_MINUTE))
    if len(times) == MOST_A_MINUTE and times[0] > now - MINUTE:
        return False
    times.append(now)
    return True


def _note_heard(row_ids: list[str]) -> None:
    """Note those that were read alone: what came meanwhile has not been heard. Old ones are removed."""
    with transaction() as session:
        now = clock.now()
        session.execute(update(WebhookDelivery).where(col(WebhookDelivery.id).in_(row_ids)).values(heard_at=now))
        session.execute(delete(WebhookDelivery).where(col(WebhookDelivery.heard_at) < now - KEPT))


def _named(session: Session, rows: Sequence[WebhookDelivery]) -> Iterator[tuple[WebhookDelivery, frozenset[str]]]:
    """Yield the accounts that each notification names by the network's id; all of the network when it names none."""
    connected = select(Account).where(col(Account.token_encrypted).is_not(None), Account.status != AccountStatus.PAUSED)
    accounts = session.exec(connected).all() if rows else ()
    for row in rows:
        own = [one for one in accounts if one.network == row.network]
        named = [one for one in own if one.external_id and one.external_id in row.body]
        yield row, frozenset(one.id for one in named or own)
