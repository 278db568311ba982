"""X's page of consent and its token route: OAuth 2.0 with PKCE, a confidential client, refresh tokens that serve once.

Source: docs.x.com, "OAuth 2.0 Authorization Code Flow with PKCE", read 2026-11. All is granted or nothing.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from connectors.sandbox.consent import Asked, may_return_to, show
from connectors.sandbox.state import Sandbox
from connectors.sandbox.store import Person
from connectors.sandbox.x_auth import revoke

CLIENT = ("sandboxXClientId", "sandboxXClientSecret")
_SCOPES = """
    tweet.read tweet.write tweet.moderate.write users.read media.write offline.access follows.read like.read list.read
    bookmark.read dm.read dm.write
"""
SCOPES = frozenset(_SCOPES.split())
TWO_HOURS = 7200
PARAMETERS = frozenset(
    ("response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")
)


async def consent(request: Request) -> Response:
    """GET /i/oauth2/authorize: the page, for a request that says all that X wants."""
    query = request.query_params
    scopes = query.get("scope", "").split()
    right = query.get("response_type") == "code" and query.get("client_id") == CLIENT[0]
    proof = query.get("code_challenge_method") == "S256" and len(query.get("code_challenge", "")) == 43  # noqa: PLR2004
    known = set(query) == PARAMETERS and bool(scopes) and set(scopes) <= SCOPES
    if not (right and proof and known and may_return_to(query["redirect_uri"])):
        return PlainTextResponse("Something went wrong. You weren't able to give access to the App.", 400)
    about = {"challenge": query["code_challenge"]}
    page = Asked("x", "X", CLIENT[0], query["redirect_uri"], query["state"], tuple(scopes), _code, about=about)
    return show(request, page)


def _code(sandbox: Sandbox, asked: Asked, person: Person, scopes: tuple[str, ...]) -> Mapping[str, str]:
    kept = f"{asked.about['challenge']} {asked.redirect_uri}"
    return {"code": _keep(sandbox.db, "code", kept, " ".join(scopes), person.id)}


def _keep(db: sqlite3.Connection, kind: str, secret: str, scopes: str, person_id: str) -> str:
    access = secrets.token_urlsafe(48)
    with db:
        row = (kind, access, secret, CLIENT[0], scopes, person_id)
        db.execute("INSERT INTO token VALUES ('x', ?, ?, ?, ?, ?, ?, 0)", row)
    return access


async def token(request: Request) -> Response:
    """POST /2/oauth2/token: a code with its verifier, or a refresh token, for tokens; the client in the header."""
    sandbox: Sandbox = request.app.state.sandbox
    if not _is_client(request.headers.get("authorization", "")):
        return _refused("unauthorized_client", "Missing valid authorization header", 401)
    if request.url.query or not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return _refused("invalid_request", "The parameters stand in the body, as a form")
    form = {name: str(value) for name, value in (await request.form()).items()}
    grants = {"authorization_code": _by_code, "refresh_token": _by_refresh}
    grant = grants.get(form.get("grant_type", ""))
    if grant is None:
        return _refused("unsupported_grant_type", "grant_type is not known")
    row = grant(sandbox.db, form)
    if row is None:
        return _refused("invalid_request", "Value passed for the token or the authorization code was invalid.")
    return JSONResponse(_granted(sandbox.db, row))


def _is_client(header: str) -> bool:
    scheme, _, rest = header.partition(" ")
    try:
        pair = base64.b64decode(rest, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return scheme == "Basic" and (unquote(pair[0]), unquote(pair[2])) == CLIENT


def _by_code(db: sqlite3.Connection, form: dict[str, str]) -> sqlite3.Row | None:
    """Use a code up; its address and its verifier must be those of the page."""
    row = _used(db, "code", form.get("code", ""))
    if row is None:
        return None
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    kept = f"{proof} {form.get('redirect_uri', '')}"
    return row if hmac.compare_digest(kept.encode(), row["secret"].encode()) else None


def _by_refresh(db: sqlite3.Connection, form: dict[str, str]) -> sqlite3.Row | None:
    return _used(db, "refresh", form.get("refresh_token", ""))


def _used(db: sqlite3.Connection, kind: str, access: str) -> sqlite3.Row | None:
    """Find a code or a refresh token, and use it up: both serve once."""
    query = "SELECT * FROM token WHERE network = 'x' AND kind = ? AND access = ? AND revoked = 0"
    row: sqlite3.Row | None = db.execute(query, (kind, access)).fetchone()
    if row is not None:
        revoke(db, "x", access)
    return row


def _granted(db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
    scopes, who = row["client_secret"], row["person_id"]
    told = {"token_type": "bearer", "expires_in": TWO_HOURS, "scope": scopes}
    told["access_token"] = _keep(db, "user", "", scopes, who)
    # A secret beside it, so that nobody takes it for a bearer token.
    again = {"refresh_token": _keep(db, "refresh", "refresh", scopes, who)}
    return told | (again if "offline.access" in scopes.split() else {})


def _refused(error: str, why: str, status: int = 400) -> Response:
    return JSONResponse({"error": error, "error_description": why}, status)


ROUTES = [
    Route("/i/oauth2/authorize", consent, methods=["GET"]),
    Route("/2/oauth2/token", token, methods=["POST"]),
]
