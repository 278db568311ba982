"""What networks tell us by themselves: proven genuine, written down as it came, then acknowledged."""

from hashlib import sha256

from sqlmodel import Session, select

from compliance import clock
from connectors.webhooks import HookSecrets, hook_of
from models.engine_room import WebhookDelivery
from models.enums import Network
from settings import get_settings

LONGEST_BODY = 1_048_576


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


def has_signature(network: Network, headers: dict[str, str]) -> bool:
    """Whether a call bears a signature at all; `Rejected` where the network sends none."""
    return bool(headers.get(hook_of(network.value).header))


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
