"""How calls reach the Graph API: the token in a header, the version in the path, no redirect followed.

With the application's secret every call carries `appsecret_proof`, so that a stolen token alone opens nothing. The
addresses of next pages that Meta sends contain the token: they are never called nor kept, only their `after` mark is.
"""

import hashlib
import hmac
import json
import re
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from connectors.base import Token
from connectors.http_facts import certificates, is_loopback, redirect_host, server_time
from connectors.meta.errors import refusal, wait_until
from connectors.meta.version import VERSION
from errors import ConnectorError, DeliveryUnknown, Rejected, Unavailable

TIMEOUT = 10.0
MOST_IN_BATCH = 50
HOST, FILM_HOST, UPLOAD_HOST = "graph.facebook.com", "graph-video.facebook.com", "rupload.facebook.com"
NODE = re.compile(r"[0-9]+(_[0-9]+)*")


@dataclass(frozen=True, slots=True)
class Answer:
    """One success: its JSON object, as text too, the network's clock, and until when it wants no further call."""

    body: dict[str, Any]
    raw: str
    at: datetime
    wait_until: datetime | None = None


class Graph:
    """The Graph API for one token."""

    def __init__(self, base_url: str, token: Token, timeout: float = TIMEOUT) -> None:
        self._secret = token.access
        self.root = f"{base_url.rstrip('/')}/{VERSION}"
        self.film_root = self.root.replace(f"https://{HOST}/", f"https://{FILM_HOST}/")
        proof = {"appsecret_proof": proof_of(token)} if token.client_secret else {}
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {token.access}"} if token.access else {},
            params=proof,
            timeout=timeout,
            verify=certificates(),
            # A proxy of the environment must not stand between us and this very machine.
            trust_env=not is_loopback(base_url),
            follow_redirects=False,
        )
        weakref.finalize(self, self._client.close)

    def get(self, path: str, **params: Any) -> Answer:
        """Read a node or an edge. Nothing can have happened when it fails."""
        return self._reached("GET", path, params=params)

    def bring(self, path: str, data: Mapping[str, Any], files: Mapping[str, Any] | None = None) -> Answer:
        """Send what nobody sees yet: whatever fails here, nothing is public."""
        return self._reached("POST", path, data=data, files=files)

    def send(self, path: str, *, host: str = "", **data: Any) -> Answer:
        """Write. Once it has left, only a clear refusal says that nothing happened."""
        return self._written("POST", path, host=host, data=data)

    def remove(self, path: str) -> Answer:
        """Delete a node."""
        return self._written("DELETE", path)

    def upload(self, uri: str, data: bytes, **about: str) -> Answer:
        """Send a film to the address that Meta gave for it; only Meta's own host, or the one called, gets it."""
        split = urlsplit(uri)
        if (split.scheme, split.netloc) not in {("https", UPLOAD_HOST), urlsplit(self.root)[:2]}:
            raise Unavailable(f"Meta named {split.hostname or 'nowhere'} for a film: refused")
        headers = {"Authorization": f"OAuth {self._secret}", **about}
        try:
            return self._answer(self._client.post(uri, params=httpx.URL(uri).params, content=data, headers=headers))
        except httpx.HTTPError as error:
            raise Unavailable(f"Meta could not be reached: {type(error).__name__}") from error

    def batch(self, calls: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Answer | ConnectorError]:
        """Read up to 50 nodes or edges in one call; each has its own answer, or the error that it stands for."""
        asked = [{"method": "GET", "relative_url": f"{VERSION}/{path}?{urlencode(params)}"} for path, params in calls]
        outer = self._call("POST", "", data={"batch": json.dumps(asked), "include_headers": "false"}, reading=True)
        _refuse_redirect(outer)
        answers = _json(outer)
        if outer.is_error or not isinstance(answers, list) or len(answers) != len(calls):
            raise refusal(outer.status_code, answers, outer.headers, self._secret)
        return [self._part(one, outer) for one in answers]

    def _part(self, one: Any, outer: httpx.Response) -> Answer | ConnectorError:
        """Read one answer of a batch; Meta leaves null where it took too long."""
        try:
            status, body = int(one["code"]), json.loads(one["body"])
        except (TypeError, KeyError, ValueError):
            return Unavailable("Meta left out one answer of a batch")
        if status != httpx.codes.OK or not isinstance(body, dict) or "error" in body:
            return refusal(status, body, outer.headers, self._secret)
        return Answer(body, one["body"], server_time(outer.headers), wait_until(outer.headers))

    def _reached(self, method: str, path: str, **more: Any) -> Answer:
        return self._answer(self._call(method, path, reading=True, **more))

    def _written(self, method: str, path: str, **more: Any) -> Answer:
        try:
            return self._answer(self._call(method, path, reading=False, **more))
        except Unavailable as error:
            if isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout):
                raise
            raise DeliveryUnknown(f"the outcome is unknown: {error.reason}") from error

    def _call(self, method: str, path: str, *, reading: bool, host: str = "", **more: Any) -> httpx.Response:
        doing = "reached" if reading else "asked"
        try:
            return self._client.request(method, f"{host or self.root}/{path}", **more)
        except httpx.HTTPError as error:
            raise Unavailable(f"Meta could not be {doing}: {type(error).__name__}") from error

    def _answer(self, response: httpx.Response) -> Answer:
        _refuse_redirect(response)
        body = _json(response)
        if response.is_error or (isinstance(body, dict) and "error" in body):
            raise refusal(response.status_code, body, response.headers, self._secret)
        if not isinstance(body, dict):
            kind = response.headers.get("content-type", "no type").split(";")[0]
            raise Unavailable(f"Meta answered {response.status_code} with {kind} that is no JSON object")
        return Answer(body, response.text, server_time(response.headers), wait_until(response.headers))


def node(object_id: str) -> str:
    """Return an id fit for a path; `Rejected` when Meta writes none so."""
    if not NODE.fullmatch(object_id):
        raise Rejected(f"not an id of Meta: {object_id[:40]!r}")
    return object_id


def proof_of(token: Token) -> str:
    """Return `appsecret_proof`: hex HMAC-SHA256 of the token by the application's secret."""
    return hmac.new(token.client_secret.encode(), token.access.encode(), hashlib.sha256).hexdigest()


def rows_in(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the objects of a list."""
    rows = body.get("data")
    if not isinstance(rows, list) or not all(isinstance(row, dict) and row.get("id") for row in rows):
        raise Unavailable("Meta answered with a list that cannot be read")
    return rows


def after_of(body: Mapping[str, Any]) -> str:
    """Return the mark of the next page, empty on the last one."""
    paging = body.get("paging") or {}
    return str((paging.get("cursors") or {}).get("after") or "") if paging.get("next") else ""


def _refuse_redirect(response: httpx.Response) -> None:
    if response.is_redirect:
        host = redirect_host(response.headers)
        raise Unavailable(f"Meta answered {response.status_code}, a redirect to {host}: refused")


def _json(response: httpx.Response) -> Any:
    try:
        return json.loads(response.content)
    except ValueError:
        return None
