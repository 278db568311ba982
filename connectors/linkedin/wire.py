"""How calls reach LinkedIn: httpx, the token in a header, nothing followed, LinkedIn's errors turned into ours."""

import weakref
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import httpx

from connectors.base import Token
from connectors.http_facts import is_loopback, redirect_host, server_time
from connectors.linkedin.version import PROTOCOL, VERSION
from errors import AuthExpired, ConnectorError, DeliveryUnknown, RateLimited, Rejected, Unavailable

TIMEOUT = 10.0
WAIT = timedelta(minutes=15)
SHOWN_DETAIL = 300


class Gone(Rejected):
    """LinkedIn shows no such thing."""


class Wire:
    """One account's calls; `now` is LinkedIn's clock at its last answer (aware UTC)."""

    def __init__(self, base_url: str, token: Token, timeout: float) -> None:
        self.now = datetime.now(UTC)
        self.base_url = base_url.rstrip("/")
        self._client = httpx.Client(
            base_url=self.base_url,
            timeout=timeout,
            follow_redirects=False,
            # A proxy of the environment must not stand between us and this very machine.
            trust_env=not is_loopback(self.base_url),
            headers={
                "authorization": f"Bearer {token.access}",
                "linkedin-version": VERSION,
                "x-restli-protocol-version": PROTOCOL,
            },
        )
        weakref.finalize(self, self._client.close)

    def read(self, path: str, *, finder: bool = False) -> dict[str, Any]:
        """GET `/rest{path}`: its JSON object. Nothing can have happened when it fails; `Gone` when there is none."""
        headers = {"x-restli-method": "FINDER"} if finder else {}
        return body_of(self.reached("GET", f"/rest{path}", headers=headers))

    def reached(self, method: str, address: str, **more: Any) -> httpx.Response:
        """Make a call whose failure changes nothing that anyone sees, and return its success."""
        try:
            response = self._client.request(method, address, **more)
        except httpx.HTTPError as error:
            raise Unavailable(f"LinkedIn could not be reached: {type(error).__name__}") from error
        self._look_at_clock(response)
        if not response.is_success:
            raise refusal(response)
        return response

    def write(
        self, method: str, path: str, *done: HTTPStatus, body: Mapping[str, Any] | None = None, named: str = ""
    ) -> httpx.Response:
        """Make a writing call. Once it has left, only a clear refusal or one of the statuses `done` says what happened.

        `named`: the Rest.li method that a POST is, where the address does not say.
        """
        headers = {"x-restli-method": named} if named else {}
        try:
            response = self._client.request(method, f"/rest{path}", json=body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Unavailable(f"LinkedIn could not be reached, nothing was sent: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            raise DeliveryUnknown(f"LinkedIn did not answer: {type(error).__name__}") from error
        self._look_at_clock(response)
        if response.status_code in done:
            return response
        answer = refusal(response)
        raise DeliveryUnknown(f"the outcome is unknown: {answer.reason}") if isinstance(answer, Unavailable) else answer

    def _look_at_clock(self, response: httpx.Response) -> None:
        self.now = server_time(response.headers)


def body_of(response: httpx.Response) -> dict[str, Any]:
    """Return the JSON object of a success; anything else, an HTML page say, teaches nothing."""
    try:
        body = response.json()
    except ValueError:
        kind = response.headers.get("content-type", "no type").split(";")[0]
        raise Unavailable(f"LinkedIn answered {response.status_code} with {kind} instead of JSON") from None
    if not isinstance(body, dict):
        raise Unavailable(f"LinkedIn answered {response.status_code} with JSON that is no object")
    return body


def elements_of(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the elements of a list; what is no list of objects cannot be read."""
    found = body.get("elements", [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Unavailable("LinkedIn answered with a list that cannot be read")
    return found


def has_more(body: Mapping[str, Any], size: int) -> bool:
    """Whether another page follows: the link to it, or a page as full as was asked for."""
    links = (body.get("paging") or {}).get("links") or []
    found = len(elements_of(body))
    return found >= size or (found > 0 and any(one.get("rel") == "next" for one in links))


def refusal(response: httpx.Response) -> ConnectorError:
    """Return the error that a response stands for.

    401: the token. 404: not there. 429: wait, see `retry_at`. Other 4xx, 426 (a version that ended) among them:
    refused for good. 3xx, 5xx and a success of another kind than was due: unavailable.
    """
    status = response.status_code
    said = f"LinkedIn answered {status}: {_problem(response)}"
    if status == HTTPStatus.UNAUTHORIZED:
        return AuthExpired(said)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(said, retry_at=retry_at(response))
    if response.is_redirect:
        host = redirect_host(response.headers)
        return Unavailable(f"LinkedIn answered {status}, a redirect to {host}: refused")
    if not response.is_client_error or status == HTTPStatus.REQUEST_TIMEOUT:
        return Unavailable(said)
    return Gone(said) if status == HTTPStatus.NOT_FOUND else Rejected(said)


def _problem(response: httpx.Response) -> str:
    """Return what LinkedIn says, shortened; it may be a page."""
    try:
        body = response.json()
    except ValueError:
        return response.reason_phrase or "no JSON"
    if not isinstance(body, dict):
        return "JSON that is no object"
    said = (body.get("code") or body.get("error"), body.get("message") or body.get("error_description"))
    return " ".join(str(one) for one in said if one)[:SHOWN_DETAIL] or "no reason given"


def retry_at(response: httpx.Response) -> datetime:
    """Return when to come back: LinkedIn tells by no header; its limits of a day end at midnight UTC."""
    now = server_time(response.headers)
    told = response.headers.get("retry-after", "")
    if told.isdigit():
        return now + timedelta(seconds=int(told))
    if "DAY" in _problem(response):
        return (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return now + WAIT
