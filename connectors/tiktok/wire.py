"""How calls reach TikTok: httpx, the token in the header `Access-Token`, refusals as codes in an answer of status 200.

No redirect is followed: a token must not go to another host. What a call raised is named by its kind only, for the
words of a library may quote a header.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import httpx

from connectors.http_facts import certificates, is_loopback, redirect_host, server_time
from connectors.tiktok.version import VERSION
from errors import AuthExpired, ConnectorError, DeliveryUnknown, RateLimited, Rejected, Unavailable

TIMEOUT = 10.0
MINUTE = timedelta(minutes=1)
"""TikTok counts calls by the minute (40 an account and endpoint) and says no hour in its answer."""
SHOWN_DETAIL = 300
TOKEN_CODES = frozenset({40102, 40103, 40104, 40105, 40107})
"""Expired, empty, unknown or revoked, of an access token or a refresh token (appendix "Return codes")."""
LIMIT_CODES = frozenset({40100, 51021})
SYSTEM_CODES = range(50_000, 60_000)
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.LocalProtocolError)

# At DEBUG level httpcore writes headers, and so tokens, into the log.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Answer:
    """A success: its `data`, the whole as received, and when TikTok gave it, aware UTC."""

    data: Mapping[str, Any]
    raw: str
    at: datetime


def make_client(base_url: str, access: str = "", timeout: float = TIMEOUT) -> httpx.Client:
    """Return a client of one account; `base_url` is scheme and host, or the sandbox's address for TikTok."""
    root = f"{base_url.rstrip('/')}/open_api/{VERSION}/"
    headers = {b"Access-Token": access.encode()} if access else {}
    # A proxy of the environment must not stand between us and this very machine.
    env = not is_loopback(base_url)
    return httpx.Client(base_url=root, headers=headers, timeout=timeout, trust_env=env, verify=certificates())


def read(client: httpx.Client, path: str, asked: Mapping[str, Any]) -> Answer:
    """Make a reading call. Nothing can have happened when it fails."""
    return _told(lambda: client.get(path, params={name: _written(value) for name, value in asked.items()}))


def ask(client: httpx.Client, path: str, body: Mapping[str, Any]) -> Answer:
    """Make a call with a body whose failure changes nothing that anyone sees."""
    return _told(lambda: client.post(path, json=dict(body)))


def _told(call: Callable[[], httpx.Response]) -> Answer:
    try:
        return answer_of(call())
    except httpx.HTTPError as error:
        raise Unavailable(f"TikTok could not be reached: {type(error).__name__}") from None


def write(client: httpx.Client, path: str, body: Mapping[str, Any]) -> Answer:
    """Make a writing call. Once it has left, only a clear refusal says that nothing happened."""
    try:
        return answer_of(client.post(path, json=dict(body)))
    except NOT_SENT as error:
        raise Unavailable(f"TikTok could not be reached, nothing was sent: {type(error).__name__}") from None
    except httpx.HTTPError as error:
        raise DeliveryUnknown(f"TikTok did not answer: {type(error).__name__}") from None
    except Unavailable as error:
        raise DeliveryUnknown(f"the outcome is unknown: {error.reason}") from error


def _written(value: Any) -> str:
    """Write a parameter of the query: lists and objects as JSON, as TikTok's own examples do."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def answer_of(response: httpx.Response) -> Answer:
    """Read an answer, or raise what it stands for; what is not TikTok's envelope, an HTML page say, teaches nothing."""
    body = _body(response)
    if response.status_code != HTTPStatus.OK and not (body and body.get("code")):
        raise _by_status(response)
    if body is None or not isinstance(body.get("code"), int):
        kind = response.headers.get("content-type", "no type").split(";")[0]
        raise Unavailable(f"TikTok answered {response.status_code} with {kind} that is none of its answers")
    if body["code"] != 0:
        raise _by_code(body, response)
    data = body.get("data")
    return Answer(data if isinstance(data, dict) else {}, response.text, server_time(response.headers))


def _body(response: httpx.Response) -> dict[str, Any] | None:
    try:
        body = json.loads(response.content)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _by_code(body: Mapping[str, Any], response: httpx.Response) -> ConnectorError:
    """Return the error of a code: the token, a limit, TikTok's own trouble (5xxxx), or our request."""
    code = body["code"]
    said = f"TikTok answered {code}: {str(body.get('message') or 'no reason given')[:SHOWN_DETAIL]}"
    if code in TOKEN_CODES:
        return AuthExpired(said)
    if code in LIMIT_CODES:
        return RateLimited(said, retry_at=server_time(response.headers) + MINUTE)
    return Unavailable(said) if code in SYSTEM_CODES else Rejected(said)


def _by_status(response: httpx.Response) -> ConnectorError:
    """Return the error of a status without an envelope: not TikTok's application speaks, but what stands before it."""
    status = response.status_code
    said = f"TikTok answered {status} {response.reason_phrase}".strip()
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(said, retry_at=server_time(response.headers) + MINUTE)
    if status == HTTPStatus.UNAUTHORIZED:
        return AuthExpired(said)
    if response.is_redirect:
        return Unavailable(f"{said}, a redirect to {redirect_host(response.headers)}: refused")
    refused = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return Rejected(said) if refused and status != HTTPStatus.REQUEST_TIMEOUT else Unavailable(said)
