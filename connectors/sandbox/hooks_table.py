"""Who listens to the networks, and sending to them: signed, again when they give no answer."""

import base64
import hmac
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache

import httpx

from connectors.sandbox import clock

TRIES, PAUSE = 3, 0.5
_senders = ThreadPoolExecutor(4, "hooks")


@dataclass(frozen=True, slots=True)
class Listener:
    """Where an application listens to one network, and what signs what it is sent.

    `messages`: whether it asked to be told of private messages too.
    """

    url: str
    secret: str = field(repr=False)
    messages: bool = True


def now() -> int:
    """Return the networks' moment in seconds."""
    return int(clock.now().timestamp())


def signed(network: str, body: bytes, secret: str) -> dict[str, str]:
    """Return the header by which a network proves a body its own, reckoned here anew and not as our channels do."""
    key = secret.encode()
    if network == "x":
        digest = hmac.new(key, body, "sha256").digest()
        return {"x-twitter-webhooks-signature": "sha256=" + base64.b64encode(digest).decode()}
    if network == "linkedin":
        return {"x-li-signature": hmac.new(key, b"hmacsha256=" + body, "sha256").hexdigest()}
    if network == "tiktok":
        moment = str(now())
        return {
            "tiktok-signature": f"t={moment},s={hmac.new(key, moment.encode() + b'.' + body, 'sha256').hexdigest()}"
        }
    return {"x-hub-signature-256": "sha256=" + hmac.new(key, body, "sha256").hexdigest()}


def deliver(listener: Listener, network: str, body: bytes) -> None:
    """Send a body without making the caller wait."""
    _senders.submit(_send, listener, network, body)


@cache
def _client() -> httpx.Client:
    """Return what all senders share: networks keep their connections open."""
    return httpx.Client(timeout=10.0, trust_env=False)


def _send(listener: Listener, network: str, body: bytes) -> None:
    """Send until it is acknowledged, three times at most."""
    for _ in range(TRIES):
        headers = {"content-type": "application/json", **signed(network, body, listener.secret)}
        try:
            if _client().post(listener.url, content=body, headers=headers).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(PAUSE)
