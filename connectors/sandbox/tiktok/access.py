"""Who calls TikTok and how often: the header `Access-Token`, scopes, 40 calls a minute, refusals as codes."""

import inspect
import json
import secrets
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from connectors.sandbox import quota
from connectors.sandbox.faults import Fault
from connectors.sandbox.people import person_by_id
from connectors.sandbox.state import Sandbox
from connectors.sandbox.store import Person
from connectors.sandbox.x_auth import revoke

MINUTE = 60.0
CALLS_A_MINUTE = 40
DENIED, PARAMETER, NO_PATH, ABSENT, FREQUENT, EMPTY, INVALID = 40001, 40002, 40006, 40007, 40100, 40104, 40105


class TikTokProblem(Exception):
    """An answer that is no success: TikTok's code and its words."""

    def __init__(self, code: int, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


def wrong(name: str, why: str) -> TikTokProblem:
    """Return the refusal of one parameter."""
    return TikTokProblem(PARAMETER, f"{name}: {why}")


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was let in: what it asks, and the account that it speaks for."""

    sandbox: Sandbox
    asked: Mapping[str, Any]
    person: Person
    scopes: frozenset[str] | None

    @property
    def db(self) -> sqlite3.Connection:
        """The sandbox's memory."""
        return self.sandbox.db

    def check_scope(self, scope: str) -> None:
        """Refuse what the account's owner did not consent to; None stands for every scope."""
        if self.scopes is not None and scope not in self.scopes:
            raise TikTokProblem(DENIED, f"No permission to operate: the scope {scope} was not granted.")


Handler = Callable[[Call], dict[str, Any] | Awaitable[dict[str, Any]]]
Run = Callable[[Request], Awaitable[Response]]


def envelope(code: int, message: str, data: Mapping[str, Any]) -> Response:
    """Return an answer as TikTok wraps it, whatever it says: status 200."""
    request_id = secrets.token_hex(17).upper()
    body = {"code": code, "message": message, "request_id": request_id, "data": dict(data)}
    return JSONResponse(body, headers={"X-Tt-Logid": request_id})


def endpoint(
    route: str, scope: str, required: str = "", optional: str = "", *, size: int = CALLS_A_MINUTE
) -> Callable[[Handler], Run]:
    """Wrap a handler: token, rate, parameters by name, the account's id, the scope. Names are separated by blanks."""
    needed, known = ["business_id", *required.split()], {"business_id", *required.split(), *optional.split()}

    def wrap(handler: Handler) -> Run:
        @wraps(handler)
        async def run(request: Request) -> Response:
            try:
                db = request.app.state.sandbox.db
                row = _known(request, db)
                _spend(request, db, row["access"], route, size)
                asked = await read_asked(request)
                check_names(asked, needed, known)
                call = _let_in(request, row, asked)
                call.check_scope(scope)
                data = handler(call)
                return envelope(0, "OK", await data if inspect.isawaitable(data) else data)
            except TikTokProblem as problem:
                return envelope(problem.code, problem.message, {})

        return run

    return wrap


def _known(request: Request, db: sqlite3.Connection) -> sqlite3.Row:
    """Return the token's row. A fault `revoke_token` strikes here."""
    access = request.headers.get("access-token", "")
    if not access:
        raise TikTokProblem(EMPTY, "Access token is empty.")
    query = "SELECT * FROM token WHERE network = 'tiktok' AND access = ? AND revoked = 0 AND kind LIKE 'user%'"
    row = db.execute(query, (access,)).fetchone()
    if row is not None and "revoke_token" in faults(request):
        revoke(db, "tiktok", access)
        row = None
    if row is None:
        raise TikTokProblem(INVALID, "Access token is incorrect or has been revoked.")
    found: sqlite3.Row = row
    return found


def faults(request: Request) -> Mapping[str, Fault]:
    """Return the faults that strike this call, by kind."""
    found: Mapping[str, Fault] = request.scope.get("sandbox.faults", {})
    return found


def _spend(request: Request, db: sqlite3.Connection, access: str, route: str, size: int) -> None:
    fault = faults(request).get("rate_limit")
    if fault:
        quota.exhaust(db, "tiktok", access, route, fault.value)
    if quota.spend(db, "tiktok", access, route, size, MINUTE).used_up:
        raise TikTokProblem(FREQUENT, "Requests made too frequently.")


async def read_asked(request: Request) -> dict[str, Any]:
    """Return the query of a GET, or the JSON object of a POST; a body of another kind is refused."""
    if request.method == "GET":
        return dict(request.query_params)
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise TikTokProblem(PARAMETER, "Content-Type must be application/json.")
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = None
    if not isinstance(body, dict) or request.query_params:
        raise TikTokProblem(PARAMETER, "The parameters must be one JSON object in the body.")
    return body


def check_names(asked: Mapping[str, Any], needed: list[str], known: set[str]) -> None:
    """Refuse what is missing, what is not known, and an id that is no text."""
    for name in needed:
        if asked.get(name) in (None, ""):
            raise wrong(name, "Missing data for required field.")
        if name.endswith("_id") and not isinstance(asked[name], str):
            raise wrong(name, "Not a valid string.")
    for name in sorted(set(asked) - known):
        raise wrong(name, "Unknown field.")


def _let_in(request: Request, row: sqlite3.Row, asked: dict[str, Any]) -> Call:
    sandbox: Sandbox = request.app.state.sandbox
    person = person_by_id(sandbox.db, "tiktok", row["person_id"])
    if person is None or asked["business_id"] != person.id:
        raise TikTokProblem(DENIED, "No permission to operate this business account.")
    scopes = scopes_of(row["kind"])
    return Call(sandbox, asked, person, scopes)


def scopes_of(kind: str) -> frozenset[str] | None:
    """Return the scopes of a token of the kind `user:scope,scope`; None, all of them, of the kind `user`."""
    return frozenset(kind.partition(":")[2].split(",")) if ":" in kind else None
