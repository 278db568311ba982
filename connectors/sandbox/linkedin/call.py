"""Who calls LinkedIn and how: token and scope, version, protocol, encoded names, limits of a day, problems as JSON."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from connectors.sandbox import quota
from connectors.sandbox.people import company, person_by_id
from connectors.sandbox.state import Sandbox
from connectors.sandbox.store import Person
from connectors.sandbox.x_auth import faults, revoke

NETWORK = "linkedin"
ACTIVE = frozenset({"202512", *(f"2026{month:02d}" for month in range(1, 11))})
"""A version is answered for a year."""
READ = frozenset({"r_organization_social_feed", "r_organization_social", "rw_organization_admin"})
SCOPES = {"user": READ | {"w_organization_social_feed", "w_organization_social"}, "reader": READ}
A_DAY = 50_000
MOST = 100
PLAIN_KEY = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})*")
LIST = re.compile(r"List\((.*)\)")


class Problem(Exception):
    """An answer that is no success, with the members that LinkedIn sends."""

    def __init__(self, status: int, code: str, message: str, service: int | None = None) -> None:
        more = {} if service is None else {"serviceErrorCode": service}
        self.status, self.body = status, {"status": status, "code": code, "message": message, **more}
        super().__init__(message)


def invalid(message: str) -> Problem:
    """400 about what was asked."""
    return Problem(400, "ILLEGAL_ARGUMENT", message)


def unprocessable(member: str, message: str) -> Problem:
    """422 about a member of the body."""
    return Problem(422, "UNPROCESSABLE_ENTITY", f"ERROR :: /{member} :: {message}")


def absent(message: str = "Not Found") -> Problem:
    """404."""
    return Problem(404, "NOT_FOUND", message)


def denied(message: str) -> Problem:
    """403."""
    return Problem(403, "ACCESS_DENIED", message, 100)


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was let in."""

    request: Request
    sandbox: Sandbox
    us: Person
    body: Any

    @property
    def urn(self) -> str:
        """The name in the address, decoded."""
        return str(self.request.path_params["urn"])

    def parameter(self, name: str, default: str = "") -> str:
        """Return a parameter, decoded."""
        return self.request.query_params.get(name, default)

    def page(self) -> tuple[int, int]:
        """Return `start` and `count` of a list: ten from the beginning unless it is said otherwise."""
        start, count = self.parameter("start", "0"), self.parameter("count", "10")
        if not (start.isdigit() and count.isdigit() and 1 <= int(count) <= MOST):
            raise invalid(f"Invalid query parameters: start={start}, count={count}")
        return int(start), int(count)

    def listed(self, name: str) -> list[str]:
        """Return the items of a list parameter, `List(a,b)` with each item encoded."""
        raw = next((part for part in self.request.url.query.split("&") if part.startswith(f"{name}=")), "")
        match = LIST.fullmatch(raw.removeprefix(f"{name}="))
        items = match[1].split(",") if match else []
        if not items or not all(item and PLAIN_KEY.fullmatch(item) for item in items):
            raise invalid("Invalid query parameters passed to request")
        found = self.parameter(name)[len("List(") : -1]
        return re.split(r",(?![^(]*\))", found)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler gives back; None is an empty body."""

    body: Any
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


Handler = Callable[[Call], Answer]
Run = Callable[[Request], Awaitable[Response]]


def endpoint(
    route: str,
    method: str,
    *,
    scope: str = "r_organization_social_feed",
    names: frozenset[str] = frozenset(),
    compound: bool = False,
) -> Callable[[Handler], Run]:
    """Wrap a handler; `method` is the Rest.li method that the header, if it is sent, must name.

    `compound`: the address holds a key of several parts, which the handler reads itself.
    """

    def wrap(handler: Handler) -> Run:
        @wraps(handler)
        async def run(request: Request) -> Response:
            try:
                return _answer(handler(await _let_in(request, route, method, scope, None if compound else names)))
            except Problem as problem:
                return JSONResponse(problem.body, problem.status)

        return run

    return wrap


def _answer(answer: Answer) -> Response:
    headers = dict(answer.headers)
    return Response(status_code=answer.status, headers=headers) if answer.body is None else JSONResponse(
        answer.body, answer.status, headers
    )  # fmt: skip


async def _let_in(request: Request, route: str, method: str, scope: str, names: frozenset[str] | None) -> Call:
    sandbox: Sandbox = request.app.state.sandbox
    row = caller(request, sandbox)
    _check_headers(request, method)
    if names is not None:
        _check_address(request, names)
    if scope not in SCOPES[row["kind"]]:
        raise denied(f"Not enough permissions to access: {route}.{method}.NO_VERSION")
    _spend(request, sandbox, row["access"], route)
    us = person_by_id(sandbox.db, NETWORK, row["person_id"]) or company(sandbox.db, NETWORK)
    return Call(request, sandbox, us, await _read(request))


def caller(request: Request, sandbox: Sandbox) -> Any:
    """Return the token's row or raise 401. A fault `revoke_token` strikes here."""
    kind, _, access = request.headers.get("authorization", "").partition(" ")
    if kind != "Bearer" or not access:
        raise Problem(401, "EMPTY_ACCESS_TOKEN", "Empty oauth2 access token", 65604)
    query = "SELECT * FROM token WHERE network = ? AND access = ? AND kind IN ('user', 'reader')"
    row = sandbox.db.execute(query, (NETWORK, access)).fetchone()
    if row is not None and "revoke_token" in faults(request):
        revoke(sandbox.db, NETWORK, access)
        row = sandbox.db.execute(query, (NETWORK, access)).fetchone()
    if row is None:
        raise Problem(401, "INVALID_ACCESS_TOKEN", "Invalid access token", 65600)
    if row["revoked"]:
        raise Problem(401, "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked by the user", 65601)
    return row


def _check_headers(request: Request, method: str) -> None:
    version = request.headers.get("linkedin-version")
    if version is None:
        message = "A version must be present. Please specify a version by adding the LinkedIn-Version header."
        raise Problem(400, "VERSION_MISSING", message)
    if version not in ACTIVE:
        raise Problem(426, "NONEXISTENT_VERSION", f"Requested version {version}01 is not active")
    if request.headers.get("x-restli-protocol-version") != "2.0.0":
        raise invalid("Rest.li protocol version 2.0.0 is required")
    if request.headers.get("x-restli-method", method) != method:
        raise invalid(f"X-RestLi-Method is not {method}")


def _check_address(request: Request, names: frozenset[str]) -> None:
    """Refuse a name that is not encoded, and a parameter that the resource does not know or that comes twice."""
    raw = bytes(request.scope.get("raw_path") or b"").decode("ascii", "replace").split("?")[0]
    if not all(PLAIN_KEY.fullmatch(part) for part in raw.split("/")):
        raise invalid("Syntax exception in path variables")
    given = [part.partition("=") for part in request.url.query.split("&") if part]
    keys = [key for key, _, _ in given]
    plain = [value for key, _, value in given if key != "ids"]
    if len(set(keys)) < len(keys) or set(keys) - names or not all(PLAIN_KEY.fullmatch(value) for value in plain):
        raise invalid("Invalid query parameters passed to request")


def _spend(request: Request, sandbox: Sandbox, access: str, route: str) -> None:
    """Count this call of the day; a fault `rate_limit` uses the day up. No header tells."""
    fault = faults(request).get("rate_limit")
    if fault:
        quota.exhaust(sandbox.db, NETWORK, access, route, fault.value)
    if quota.spend(sandbox.db, NETWORK, access, route, A_DAY).used_up:
        message = "Resource level throttle MEMBER DAY limit for calls to this resource is reached."
        raise Problem(429, "TOO_MANY_REQUESTS", message, 101)


async def _read(request: Request) -> Any:
    """Read the JSON object of a write."""
    raw = await request.body()
    if not raw or request.method not in {"POST", "PUT"}:
        return {}
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise Problem(415, "UNSUPPORTED_MEDIA_TYPE", "The content type must be application/json.")
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise invalid("The body is no JSON object")
    return body


def paged(call: Call, found: list[Any]) -> tuple[list[Any], dict[str, Any]]:
    """Cut one page; return it and the member `paging`."""
    start, count = call.page()
    links = []
    if start + count < len(found):
        path = call.request.url.path
        links.append({"type": "application/json", "rel": "next", "href": f"{path}?start={start + count}&count={count}"})
    return found[start : start + count], {"start": start, "count": count, "links": links, "total": len(found)}
