"""How calls reach X: tweepy's client on our own session, its errors turned into ours.

tweepy 4.17 names its host in the code and sets no time-out. The session puts the configured host in its place before
the request is prepared, so that an OAuth 1.0a signature covers the address that is really called; it adds the
time-out and follows no redirect: X never redirects, and a token must not follow one to another host.
"""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import requests
import tweepy

from connectors.base import ReplyNotAllowed, Token
from connectors.http_facts import is_loopback, redirect_host, server_time
from errors import AuthExpired, ConnectorError, DeliveryUnknown, RateLimited, Rejected, Unavailable

TWEEPY_HOST = "https://api.twitter.com"
TIMEOUT = 10.0
WINDOW = timedelta(minutes=15)
SHOWN_DETAIL = 300

# At DEBUG level tweepy and requests_oauthlib write headers, and so tokens, into the log.
for _name in ("tweepy", "requests_oauthlib", "oauthlib"):
    logging.getLogger(_name).setLevel(logging.INFO)

Call = Callable[[], requests.Response]


class Forbidden(Rejected):
    """X answered 403: not with this token, or not to this person."""


class RebasedSession(requests.Session):
    """A session that sends tweepy's calls to `base_url`."""

    def __init__(self, base_url: str, timeout: float) -> None:
        super().__init__()
        self.base_url, self.timeout = base_url.rstrip("/"), timeout
        # A proxy of the environment must not stand between us and this very machine.
        self.trust_env = not is_loopback(self.base_url)

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        """Send to the configured host, with a time-out, following nothing."""
        kwargs.setdefault("timeout", self.timeout)
        kwargs["allow_redirects"] = False
        return super().request(method, self.base_url + str(url).removeprefix(TWEEPY_HOST), *args, **kwargs)


def make_client(base_url: str, token: Token, timeout: float = TIMEOUT) -> tweepy.Client:
    """Return a tweepy client for one account; its methods return the response itself."""
    oauth1 = bool(token.secret)
    client = tweepy.Client(
        bearer_token=None if oauth1 else token.access,
        consumer_key=token.client_id or None,
        consumer_secret=token.client_secret or None,
        access_token=token.access if oauth1 else None,
        access_token_secret=token.secret or None,
        return_type=requests.Response,
        wait_on_rate_limit=False,
    )
    client.session = RebasedSession(base_url, timeout)
    return client


def make_session(base_url: str, bearer: str, timeout: float = TIMEOUT) -> Callable[..., requests.Response]:
    """Return how the application itself calls X: (method, path, JSON body or None); its failures as `reached`'s."""
    session = RebasedSession(base_url, timeout)

    def call(method: str, path: str, body: Any = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {bearer}"}
        try:
            response = session.request(method, path, json=body, headers=headers)
        except requests.RequestException as error:
            raise Unavailable(f"X could not be reached: {type(error).__name__}") from error
        if not response.ok or response.is_redirect:
            raise refusal(response)
        return response

    return call


def read(call: Call) -> tuple[dict[str, Any], requests.Response]:
    """Make a reading call: its JSON object and the response. Nothing can have happened when it fails."""
    response = reached(call)
    return body_of(response), response


def reached(call: Call) -> requests.Response:
    """Make a call whose failure changes nothing that anyone sees; its answer may be empty."""
    try:
        return call()
    except tweepy.HTTPException as error:
        raise refusal(error.response) from error
    except requests.RequestException as error:
        raise Unavailable(f"X could not be reached: {type(error).__name__}") from error


def write(call: Call) -> tuple[dict[str, Any], requests.Response]:
    """Make a writing call. Once it has left, only a clear refusal says that nothing happened."""
    try:
        response = call()
        return body_of(response), response
    except tweepy.HTTPException as error:
        answer = refusal(error.response)
        raise _doubt(answer) if isinstance(answer, Unavailable) else answer from error
    except (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError) as error:
        raise Unavailable(f"X could not be reached, nothing was sent: {type(error).__name__}") from error
    except requests.ConnectionError as error:
        if _never_connected(error):
            raise Unavailable("X could not be reached, nothing was sent") from error
        raise DeliveryUnknown(f"the connection to X broke: {type(error).__name__}") from error
    except requests.RequestException as error:
        raise DeliveryUnknown(f"X did not answer: {type(error).__name__}") from error
    except Unavailable as error:
        raise _doubt(error) from error


def _doubt(error: ConnectorError) -> DeliveryUnknown:
    return DeliveryUnknown(f"the outcome is unknown: {error.reason}")


def _never_connected(error: requests.ConnectionError) -> bool:
    """Whether the connection was refused or the name unknown, so that no byte left (urllib3 NewConnectionError)."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError")


def body_of(response: requests.Response) -> dict[str, Any]:
    """Return the JSON object of a success; anything else, an HTML page say, teaches nothing."""
    try:
        body = json.loads(response.content)
    except ValueError:
        kind = response.headers.get("content-type", "no type").split(";")[0]
        raise Unavailable(f"X answered {response.status_code} with {kind} instead of JSON") from None
    if not isinstance(body, dict):
        raise Unavailable(f"X answered {response.status_code} with JSON that is no object")
    return body


def refusal(response: requests.Response) -> ConnectorError:
    """Return the error that a response stands for.

    401: the token. 429, or the monthly cap (`usage-capped`): wait. 403: refused for good. 4xx: our request.
    3xx, 5xx and what is not X's own JSON: unavailable.
    """
    status, detail, kind = response.status_code, *_problem(response)
    said = f"X answered {status}: {detail}"
    if status == HTTPStatus.UNAUTHORIZED:
        return AuthExpired(said)
    if status == HTTPStatus.TOO_MANY_REQUESTS or kind.endswith("usage-capped"):
        return RateLimited(said, retry_at=reset_of(response) or server_time(response.headers) + WINDOW)
    if response.is_redirect or status < HTTPStatus.BAD_REQUEST:
        return Unavailable(f"X answered {status}, a redirect to {redirect_host(response.headers)}: refused")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return Unavailable(said)
    if status != HTTPStatus.FORBIDDEN:
        return Rejected(said)
    return ReplyNotAllowed(said) if "have not been mentioned" in detail else Forbidden(said)


def _problem(response: requests.Response) -> tuple[str, str]:
    """Return what X says and the type of its problem; shortened, it may be a page."""
    try:
        body = json.loads(response.content)
    except ValueError:
        return response.reason or "no JSON", ""
    if not isinstance(body, dict):
        return "JSON that is no object", ""
    errors = body.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    detail = first.get("message") or body.get("detail") or body.get("title") or "no reason given"
    return str(detail)[:SHOWN_DETAIL], str(body.get("type", ""))


def reset_of(response: requests.Response) -> datetime | None:
    """Return when the rate window ends (`x-rate-limit-reset`, unix seconds), None when X does not tell."""
    text = response.headers.get("x-rate-limit-reset", "")
    return datetime.fromtimestamp(int(text), UTC) if text.isdigit() else None


def used_up_until(response: requests.Response) -> datetime | None:
    """Return when the next call is allowed, None while some are left in this window."""
    return reset_of(response) if response.headers.get("x-rate-limit-remaining") == "0" else None
