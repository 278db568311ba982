"""Who calls YouTube and what is let in: bearer token, scope, rate, day's budget, names of parameters."""

import json
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
from connectors.sandbox.youtube import budget

READ, WRITE, UPLOAD = "youtube.readonly", "youtube.force-ssl", "youtube.upload"
SCOPES = {"user": frozenset({READ, WRITE, UPLOAD}), "readonly": frozenset({READ})}
"""What each kind of token may do; `youtube.force-ssl` reads too."""
COMMON = frozenset({"alt", "prettyPrint", "quotaUser", "fields", "key"})
MOST_CALLS = 30_000
"""Calls of one method in fifteen minutes."""


class Problem(Exception):
    """An answer that is no success, as Google's interfaces write it."""

    def __init__(self, status: int, reason: str, message: str, domain: str = "youtube.common") -> None:
        self.status, self.reason, self.message, self.domain = status, reason, message, domain
        super().__init__(message)

    @property
    def headers(self) -> dict[str, str]:
        """Where to ask for a token, when there is none."""
        realm = 'Bearer realm="https://accounts.google.com/"'
        return {"www-authenticate": realm} if self.reason == "authError" else {}

    @property
    def body(self) -> dict[str, Any]:
        """The members of the answer."""
        first = {"message": self.message, "domain": self.domain, "reason": self.reason}
        return {"error": {"code": self.status, "message": self.message, "errors": [first]}}


def bad(reason: str, message: str, domain: str = "youtube.parameter") -> Problem:
    """400 about the request."""
    return Problem(400, reason, message, domain)


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was let in."""

    request: Request
    sandbox: Sandbox
    person: Person
    raw: bytes

    @property
    def db(self) -> sqlite3.Connection:
        """The memory."""
        return self.sandbox.db

    def value(self, name: str, default: str = "") -> str:
        """One parameter."""
        return str(self.request.query_params.get(name, default))

    def listed(self, name: str) -> list[str]:
        """Read a parameter that may be repeated, or separated by commas."""
        return [one for text in self.request.query_params.getlist(name) for one in text.split(",") if one]

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object sent."""
        if self.request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
            raise bad("badContent", "Content type must be application/json", "global")
        try:
            found = json.loads(self.raw)
        except ValueError:
            raise bad("parseError", "Parse Error", "global") from None
        if not isinstance(found, dict):
            raise bad("parseError", "The body must be an object", "global")
        return found


Answer = dict[str, Any] | Response | None
Handler = Callable[[Call], Answer]
Run = Callable[[Request], Awaitable[Response]]


def method(
    name: str, scope: str, names: frozenset[str] = frozenset(), *, charged: bool = True
) -> Callable[[Handler], Run]:
    """Wrap a handler: token, scope, rate, budget, names of parameters; no members answer 204."""

    def wrap(handler: Handler) -> Run:
        @wraps(handler)
        async def run(request: Request) -> Response:
            sandbox: Sandbox = request.app.state.sandbox
            try:
                person = authenticate(request, sandbox.db, scope)
                check_rate(request, sandbox.db, name)
                if charged and not budget.charge(sandbox.db, name):
                    raise exhausted()
                check_names(request, names | {"part"})
                answer = handler(Call(request, sandbox, person, await request.body()))
            except Problem as problem:
                return JSONResponse(problem.body, problem.status, problem.headers)
            if isinstance(answer, Response):
                return answer
            return Response(status_code=204) if answer is None else JSONResponse(answer)

        return run

    return wrap


def exhausted() -> Problem:
    """403: the day is used up."""
    link = '<a href="/youtube/v3/getting-started#quota">quota</a>'
    message = f"The request cannot be completed because you have exceeded your {link}."
    return Problem(403, "quotaExceeded", message, "youtube.quota")


def authenticate(request: Request, db: sqlite3.Connection, scope: str) -> Person:
    """Return who calls, by the header alone; a fault `revoke_token` strikes here."""
    scheme, _, access = request.headers.get("authorization", "").partition(" ")
    query = "SELECT * FROM token WHERE network = 'youtube' AND access = ? AND revoked = 0"
    row = db.execute(query, (access.strip(),)).fetchone() if scheme == "Bearer" else None
    kinds = SCOPES.get(row["kind"]) if row else None
    if row is None or kinds is None or "revoke_token" in faults(request):
        if row is not None:
            with db:
                db.execute("UPDATE token SET revoked = 1 WHERE network = 'youtube' AND access = ?", (row["access"],))
        raise Problem(401, "authError", "Request had invalid authentication credentials.", "global")
    if scope not in kinds:
        raise Problem(403, "insufficientPermissions", "Request had insufficient authentication scopes.", "global")
    person = person_by_id(db, "youtube", row["person_id"])
    if person is None or person.suspended:
        raise Problem(403, "authenticatedUserAccountSuspended", "The account is suspended.")
    return person


def faults(request: Request) -> Mapping[str, Fault]:
    """Return the faults that strike this call, by kind."""
    found: Mapping[str, Fault] = request.scope.get("sandbox.faults", {})
    return found


def check_rate(request: Request, db: sqlite3.Connection, name: str) -> None:
    """Refuse what comes too fast, without telling how long it lasts; a fault `rate_limit` uses the window up first."""
    fault = faults(request).get("rate_limit")
    if fault:
        quota.exhaust(db, "youtube", budget.PROJECT, name, fault.value)
    if quota.spend(db, "youtube", budget.PROJECT, name, MOST_CALLS).used_up:
        message = "The request cannot be completed because too many requests were sent in a short time."
        raise Problem(403, "rateLimitExceeded", message, "usageLimits")


def check_names(request: Request, names: frozenset[str]) -> None:
    """Refuse a parameter that the method does not know."""
    for name in request.query_params:
        if name not in names | COMMON:
            raise bad("unexpectedParameter", f"Unknown name: {name}")
    if request.query_params.get("alt", "json") != "json":
        raise bad("invalidParameter", "alt must be json")
