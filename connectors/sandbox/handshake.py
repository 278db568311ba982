"""What the networks ask an address before they tell it anything: whether it is the application's own."""

import base64
import hmac
import secrets
import uuid
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from connectors.sandbox.consent import HERE

SECONDS = 3.0


def may_listen(url: str) -> bool:
    """Whether the networks would call an address: https without a port, or this very machine."""
    parts = urlsplit(url)
    return parts.hostname in HERE or (parts.scheme == "https" and parts.port is None and bool(parts.hostname))


def answers_x(url: str, secret: str) -> bool:
    """Ask X's challenge, and check the answer as X does."""
    token = secrets.token_urlsafe(12)
    told = _ask(url, {"crc_token": token})
    digest = base64.b64encode(hmac.new(secret.encode(), token.encode(), "sha256").digest()).decode()
    return told is not None and _members(told).get("response_token") == f"sha256={digest}"


def answers_linkedin(url: str, secret: str) -> bool:
    """Ask LinkedIn's challenge."""
    code = str(uuid.uuid4())
    told = _ask(url, {"challengeCode": code})
    response = hmac.new(secret.encode(), code.encode(), "sha256").hexdigest()
    return told is not None and _members(told) == {"challengeCode": code, "challengeResponse": response}


def answers_meta(url: str, word: str) -> bool:
    """Ask Meta's question, with the word that the application chose."""
    number = str(secrets.randbelow(10**9))
    told = _ask(url, {"hub.mode": "subscribe", "hub.challenge": number, "hub.verify_token": word})
    return told is not None and told.text == number


def _ask(url: str, query: Mapping[str, str]) -> httpx.Response | None:
    try:
        response = httpx.get(url, params=dict(query), timeout=SECONDS, trust_env=False)
    except httpx.HTTPError:
        return None
    return response if response.status_code == httpx.codes.OK else None


def _members(response: httpx.Response) -> dict[str, object]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
