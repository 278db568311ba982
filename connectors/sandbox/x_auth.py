"""Who calls X, and how often: OAuth 2 bearer and OAuth 1.0a (RFC 5849, signature checked), rate windows, problems."""

import hmac
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from oauthlib.oauth1.rfc5849 import Client, signature  # type: ignore[import-untyped]
from starlette.requests import Request

from connectors.sandbox import quota
from connectors.sandbox.faults import Fault
from connectors.sandbox.people import person_by_id
from connectors.sandbox.store import Person

PROBLEMS = "https://api.x.com/2/problems/"


class XProblem(Exception):
    """An answer that is no success: RFC 7807 members as X sends them."""

    def __init__(self, status: int, title: str, detail: str, kind: str = "about:blank", **more: Any) -> None:
        self.status = status
        self.body = {"title": title, "detail": detail, "type": kind, "status": status, **more}
        super().__init__(detail)


def unauthorized() -> XProblem:
    """401: no token, an unknown or revoked one, or a wrong signature."""
    return XProblem(401, "Unauthorized", "Unauthorized")


def forbidden(detail: str) -> XProblem:
    """403 about the thing asked for."""
    return XProblem(403, "Forbidden", detail)


def invalid(parameter: str, value: Any, message: str) -> XProblem:
    """400 about one parameter or member."""
    errors = [{"parameters": {parameter: [str(value)]}, "message": message}]
    detail = "One or more parameters to your request was invalid."
    return XProblem(400, "Invalid Request", detail, PROBLEMS + "invalid-request", errors=errors)


@dataclass(frozen=True, slots=True)
class Caller:
    """The token that calls; `person` is None for an application-only token."""

    access: str
    person: Person | None


def authenticate(request: Request, db: sqlite3.Connection) -> Caller:
    """Return the caller or raise 401. A fault `revoke_token` strikes here."""
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    if scheme == "Bearer":
        row = _known(db, rest.strip(), oauth1=False)
    elif scheme == "OAuth":
        row = _signed(request, db, rest)
    else:
        raise unauthorized()
    if "revoke_token" in faults(request):
        revoke(db, "x", row["access"])
        raise unauthorized()
    return Caller(row["access"], person_by_id(db, "x", row["person_id"]) if row["person_id"] else None)


def faults(request: Request) -> Mapping[str, Fault]:
    """Return the faults that strike this call, by kind."""
    found: Mapping[str, Fault] = request.scope.get("sandbox.faults", {})
    return found


def revoke(db: sqlite3.Connection, network: str, access: str | None = None, *, revoked: bool = True) -> None:
    """Revoke (or restore) one token, or all of a network."""
    with db:
        query = "UPDATE token SET revoked = ? WHERE network = ? AND (? IS NULL OR access = ?)"
        db.execute(query, (revoked, network, access, access))


def _known(db: sqlite3.Connection, access: str, *, oauth1: bool) -> sqlite3.Row:
    row = db.execute("SELECT * FROM token WHERE network = 'x' AND access = ? AND revoked = 0", (access,)).fetchone()
    if row is None or bool(row["secret"]) is not oauth1:
        raise unauthorized()
    found: sqlite3.Row = row
    return found


def _signed(request: Request, db: sqlite3.Connection, header: str) -> sqlite3.Row:
    """Check an OAuth 1.0a header: the HMAC-SHA1 over method, address and parameters as we received them."""
    url = str(request.url)
    parameters = signature.collect_parameters(request.url.query, [], {"Authorization": "OAuth " + header}, False)
    given = dict(parameters)
    row = _known(db, given.get("oauth_token", ""), oauth1=True)
    if given.get("oauth_consumer_key") != row["client_id"] or given.get("oauth_signature_method") != "HMAC-SHA1":
        raise unauthorized()
    normalized = signature.normalize_parameters([pair for pair in parameters if pair[0] != "oauth_signature"])
    signer = Client(row["client_id"], row["client_secret"], row["access"], row["secret"])
    base = signature.signature_base_string(request.method, signature.base_string_uri(url), normalized)
    expected = signature.sign_hmac_sha1_with_client(base, signer)
    if not hmac.compare_digest(expected, given.get("oauth_signature", "")):
        raise unauthorized()
    return row


def spend(request: Request, db: sqlite3.Connection, caller: Caller, route: str, size: int) -> quota.Window:
    """Count this call; a fault `rate_limit` uses the window up first."""
    fault = faults(request).get("rate_limit")
    if fault:
        quota.exhaust(db, "x", caller.access, route, fault.value)
    return quota.spend(db, "x", caller.access, route, size)


def rate_headers(window: quota.Window) -> dict[str, str]:
    """Return the three headers, the reset in unix seconds."""
    return {
        "x-rate-limit-limit": str(window.size),
        "x-rate-limit-remaining": str(window.remaining),
        "x-rate-limit-reset": str(int(window.until) + 1),
    }
