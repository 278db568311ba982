"""Microsoft Teams: one message into a channel, by the address that its incoming webhook or its workflow gave.

The address is a secret: whoever knows it can write there. It is in no error and no log. A workflow answers 202, the
older connector 200 with "1"; that one also answers 200 when Teams behind it refused, and says so in its body.
"""

import ipaddress
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from errors import ConnectorError, DeliveryUnknown, RateLimited, Rejected, Unavailable
from i18n import N_

TOO_MANY, TIMED_OUT, SERVER_ERROR = 429, 408, 500
SAID_FAILED = re.compile(rb"delivery failed.*?HTTP error (\d{3})", re.IGNORECASE | re.DOTALL)
LOOPBACK = frozenset({"localhost"})


def is_safe(address: str) -> bool:
    """Say whether a message may be sent to an address: https and a host, or http on this very machine; no login."""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or parts.username or parts.password or any(char.isspace() for char in address):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in LOOPBACK


def send_message(address: str, message: Mapping[str, Any], *, timeout: float) -> None:
    """Send a message; `timeout` in seconds for every step. A redirection is a refusal, never followed.

    `Unavailable`: nothing was sent. `RateLimited`, `Rejected`: Teams says so. `DeliveryUnknown`: no answer came.
    """
    if not is_safe(address):
        raise Rejected(N_("L'adresse du canal n'est pas une adresse https."))
    here = _is_loopback(urlsplit(address).hostname or "")
    try:
        with httpx.Client(timeout=timeout, follow_redirects=False, trust_env=not here) as client:
            answer = client.post(address, json=dict(message))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
        raise Unavailable(N_("Le canal Teams ne répond pas.")) from error
    except httpx.TransportError as error:
        raise DeliveryUnknown(N_("Le canal Teams n'a pas confirmé le message.")) from error
    refusal = _refusal(answer)
    if refusal:
        raise refusal


def _refusal(answer: httpx.Response) -> ConnectorError | None:
    said = SAID_FAILED.search(answer.content[:4096]) if answer.is_success else None
    status = int(said.group(1)) if said else answer.status_code
    if status == TOO_MANY:
        return RateLimited(N_("Teams demande d'attendre."), retry_at=_retry_at(answer))
    if status == TIMED_OUT or status >= SERVER_ERROR:
        return Unavailable(N_("Le canal Teams ne répond pas."))
    if said or not answer.is_success:
        return Rejected(N_("Teams refuse le message : le canal ou son flux a été retiré, ou l'adresse est fausse."))
    return None


def _retry_at(answer: httpx.Response) -> datetime | None:
    seconds = answer.headers.get("Retry-After", "")
    return datetime.now(UTC) + timedelta(seconds=int(seconds)) if seconds.isdecimal() else None
