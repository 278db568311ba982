"""LinkedIn's consent and tokens: all or nothing is granted; a code is good once, a refresh token for a year."""

import secrets
import sqlite3
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from connectors.sandbox.consent import Asked, may_return_to, show
from connectors.sandbox.linkedin.call import NETWORK, SCOPES
from connectors.sandbox.state import Sandbox
from connectors.sandbox.store import Person

SIXTY_DAYS, A_YEAR = 5_184_000, 31_536_000


def _refused(error: str, why: str, status: int = 400) -> Response:
    return JSONResponse({"error": error, "error_description": why}, status)


def _keep(db: sqlite3.Connection, kind: str, like: Any, secret: str = "") -> str:
    """Make a code or a token for the same application and person; return it."""
    value = f"sandbox-linkedin-{kind}-{secrets.token_urlsafe(12)}"
    with db:
        row = (NETWORK, kind, value, secret, like["client_id"], like["client_secret"], like["person_id"])
        db.execute("INSERT INTO token VALUES (?, ?, ?, ?, ?, ?, ?, 0)", row)
    return value


def _row(db: sqlite3.Connection, condition: str, *values: str) -> Any:
    query = f"SELECT * FROM token WHERE network = ? AND revoked = 0 AND {condition}"  # noqa: S608 - conditions of ours
    return db.execute(query, (NETWORK, *values)).fetchone()


async def consent(request: Request) -> Response:
    """GET /oauth/v2/authorization: the page; a scope that the application was not given sends back at once."""
    sandbox: Sandbox = request.app.state.sandbox
    asked = request.query_params
    known = _row(sandbox.db, "kind = 'refresh' AND client_id = ?", asked.get("client_id", ""))
    scopes, place = set(asked.get("scope", "").split()), asked.get("redirect_uri", "")
    if known is None or asked.get("response_type") != "code" or not may_return_to(place):
        return _refused("invalid_request", "client_id, response_type or redirect_uri is wrong")
    state = asked.get("state", "")
    if not scopes or scopes - SCOPES["user"]:
        return RedirectResponse(f"{place}?{urlencode({'error': 'unauthorized_scope_error', 'state': state})}", 302)
    about = {"client_id": known["client_id"], "client_secret": known["client_secret"]}
    return show(
        request,
        Asked(
            NETWORK, "LinkedIn", known["client_id"], place, state, tuple(sorted(scopes)), _code,
            denied={"error": "user_cancelled_authorize", "error_description": "The user cancelled the authorization"},
            about=about,
        ),
    )  # fmt: skip


def _code(sandbox: Sandbox, asked: Asked, person: Person, _scopes: tuple[str, ...]) -> Mapping[str, str]:
    return {"code": _keep(sandbox.db, "code", {**asked.about, "person_id": person.id}, asked.redirect_uri)}


async def token(request: Request) -> Response:
    """POST /oauth/v2/accessToken: a code, or a refresh token, against an access token."""
    sandbox: Sandbox = request.app.state.sandbox
    if request.url.query or not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return _refused("invalid_request", "The parameters stand in the body, as a form")
    form = {name: str(value) for name, value in (await request.form()).items()}
    kind, member = ("code", "code") if form.get("grant_type") == "authorization_code" else ("refresh", "refresh_token")
    if form.get("grant_type") not in {"authorization_code", "refresh_token"}:
        return _refused("invalid_request", "grant_type is not known")
    row = _row(sandbox.db, f"kind = '{kind}' AND access = ?", form.get(member, ""))
    if row is None or (kind == "code" and form.get("redirect_uri") != row["secret"]):
        return _refused(
            "invalid_grant", "The provided authorization grant or refresh token is invalid, expired or revoked"
        )
    if (row["client_id"], row["client_secret"]) != (form.get("client_id"), form.get("client_secret")):
        return _refused("invalid_client", "Client authentication failed", 401)
    return JSONResponse(_granted(sandbox.db, kind, row))


def _granted(db: sqlite3.Connection, kind: str, row: sqlite3.Row) -> dict[str, Any]:
    """Use a code up; a refresh token stays, and its year goes on."""
    if kind == "code":
        with db:
            db.execute("UPDATE token SET revoked = 1 WHERE network = ? AND access = ?", (NETWORK, row["access"]))
    refresh = _keep(db, "refresh", row) if kind == "code" else row["access"]
    return {
        "access_token": _keep(db, "user", row),
        "expires_in": SIXTY_DAYS,
        "refresh_token": refresh,
        "refresh_token_expires_in": A_YEAR,
        "scope": ",".join(sorted(SCOPES["user"])),
    }


ROUTES = [
    Route("/linkedin/oauth/v2/authorization", consent, methods=["GET"]),
    Route("/linkedin/oauth/v2/accessToken", token, methods=["POST"]),
]
