"""How calls reach YouTube: httpx, no redirect followed, its errors turned into ours."""

import json
import logging
import re
import weakref
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import httpx

from connectors.base import Token
from connectors.http_facts import certificates, is_loopback, redirect_host, server_time
from connectors.youtube.costs import next_reset
from connectors.youtube.version import API
from errors import AuthExpired, ConnectorError, DeliveryUnknown, RateLimited, Rejected, Unavailable

TIMEOUT = 10.0
SHORT_WAIT = timedelta(minutes=2)
"""How long to wait after too many calls at once: YouTube names no moment."""
A_DAY = timedelta(hours=24)
SHOWN_DETAIL = 300
DAILY = frozenset({"quotaExceeded", "dailyLimitExceeded"})
HASTY = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
Call = Callable[[], httpx.Response]
UNSIGNED = frozenset({"insufficientPermissions", "authError", "youtubeSignupRequired"})

# At INFO level httpx writes every address into the log, and with it the secret one of an upload.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Refused(Rejected):
    """YouTube refuses, and says why in one word of its own (`commentNotFound`, `forbidden`, …)."""

    def __init__(self, reason: str, *, why: str, status: int) -> None:
        self.why, self.status = why, status
        super().__init__(reason)


def make_http(base_url: str, timeout: float) -> httpx.Client:
    """Return a client that follows no redirect; a proxy of the environment never stands between us and this machine."""
    root, env = base_url.rstrip("/"), not is_loopback(base_url)
    return httpx.Client(base_url=root, timeout=timeout, trust_env=env, follow_redirects=False, verify=certificates())


class Wire:
    """One account's calls. The token goes into a header, never into an address."""

    def __init__(self, base_url: str, token: Token, timeout: float = TIMEOUT) -> None:
        self.base_url = base_url.rstrip("/")
        self.http = make_http(base_url, timeout)
        self.http.headers["authorization"] = f"Bearer {token.access}"
        weakref.finalize(self, self.http.close)

    def read(self, resource: str, /, **params: Any) -> dict[str, Any]:
        """GET a list: its JSON object. Nothing can have happened when it fails."""
        return self.read_dated(resource, **params)[0]

    def read_dated(self, resource: str, /, **params: Any) -> tuple[dict[str, Any], datetime]:
        """GET a list: its JSON object, and the network's clock."""
        response = reached(lambda: self.http.get(f"/youtube/{API}/{resource}", params=given(params)))
        return body_of(response), server_time(response.headers)

    def write(self, method: str, resource: str, body: Any = None, /, **params: Any) -> tuple[dict[str, Any], datetime]:
        """Make a writing call. Once it has left, only a clear refusal says that nothing happened. 204: no members."""
        address, content = f"/youtube/{API}/{resource}", {"json": body} if body is not None else {}
        response = sent(lambda: self.http.request(method, address, params=given(params), **content))
        if response.status_code == HTTPStatus.NO_CONTENT:
            return {}, server_time(response.headers)
        return confirmed(response), server_time(response.headers)


def given(params: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters that have a value; lists are joined by commas."""
    known = {name: value for name, value in params.items() if value is not None}
    return {name: ",".join(v) if isinstance(v, list | tuple) else str(v) for name, v in known.items()}


def reached(call: Call, *, also: int | None = None) -> httpx.Response:
    """Make a call whose failure changes nothing that anyone sees; the status `also` is no failure."""
    try:
        response = call()
    except httpx.HTTPError as error:
        raise Unavailable(f"YouTube could not be reached: {type(error).__name__}") from error
    if not response.is_success and response.status_code != also:
        raise refusal(response)
    return response


def sent(call: Call, *, also: int | None = None) -> httpx.Response:
    """Make a call that changes what others see: without an answer its outcome is unknown."""
    try:
        response = call()
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise Unavailable(f"YouTube could not be reached, nothing was sent: {type(error).__name__}") from error
    except httpx.HTTPError as error:
        raise DeliveryUnknown(f"YouTube did not answer: {type(error).__name__}") from error
    if not response.is_success and response.status_code != also:
        answer = refusal(response)
        raise _doubt(answer) if isinstance(answer, Unavailable) else answer
    return response


def confirmed(response: httpx.Response) -> dict[str, Any]:
    """Return the JSON object that confirms a write; anything else leaves its outcome unknown."""
    try:
        return body_of(response)
    except Unavailable as error:
        raise _doubt(error) from error


def _doubt(error: ConnectorError) -> DeliveryUnknown:
    return DeliveryUnknown(f"the outcome is unknown: {error.reason}")


def body_of(response: httpx.Response) -> dict[str, Any]:
    """Return the JSON object of a success; anything else, an HTML page say, teaches nothing."""
    try:
        body = json.loads(response.content)
    except ValueError:
        kind = response.headers.get("content-type", "no type").split(";")[0]
        raise Unavailable(f"YouTube answered {response.status_code} with {kind} instead of JSON") from None
    if not isinstance(body, dict):
        raise Unavailable(f"YouTube answered {response.status_code} with JSON that is no object")
    return body


def refusal(response: httpx.Response) -> ConnectorError:
    """Return the error that a response stands for.

    401, or a token without the scope: reconnect. The day's units used up: wait until midnight in California. Too many
    at once: wait a little. 3xx, 5xx and what is not YouTube's own JSON: unavailable. All else: refused for good.
    """
    status, (why, message) = response.status_code, problem(response)
    said = f"YouTube answered {status}: {message}"
    if status == HTTPStatus.UNAUTHORIZED or why in UNSIGNED:
        return AuthExpired(said)
    limit = limited_until(response, why, message)
    if limit:
        return RateLimited(said, retry_at=limit)
    if response.is_redirect or status < HTTPStatus.BAD_REQUEST:
        return Unavailable(f"YouTube answered {status}, a redirect to {redirect_host(response.headers)}: refused")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return Unavailable(said)
    return Refused(said, why=why, status=status)


def limited_until(response: httpx.Response, why: str, message: str) -> datetime | None:
    """Return when the next call is allowed, None when the answer is about something else."""
    now = server_time(response.headers)
    if why in DAILY or (response.status_code == HTTPStatus.TOO_MANY_REQUESTS and "per day" in message):
        return next_reset(now)
    if why == "uploadLimitExceeded":
        return now + A_DAY
    if why in HASTY or response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        asked = response.headers.get("retry-after", "")
        return now + (timedelta(seconds=int(asked)) if asked.isdigit() else SHORT_WAIT)
    return None


def problem(response: httpx.Response) -> tuple[str, str]:
    """Return the reason in YouTube's word and its sentence, shortened and without the tags that it puts in."""
    try:
        error = json.loads(response.content)["error"]
        errors = error.get("errors") or [{}]
        message = re.sub(r"<[^>]*>", "", str(error.get("message") or "no reason given"))
        return str(errors[0].get("reason", "")), message[:SHOWN_DETAIL]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return "", response.reason_phrase or "no JSON"
