"""Google's consent page and token endpoint."""

import base64
import hashlib
import secrets
import sqlite3
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.sandbox.consent import Asked, may_return_to, show
from connectors.sandbox.state import Sandbox
from connectors.sandbox.store import Person

CLIENT = ("sandbox-youtube-client", "sandboxYoutubeClientSecret")
SCOPE = "https://www.googleapis.com/auth/"
BOTH = f"{SCOPE}youtube.force-ssl {SCOPE}youtube.upload"
NEEDED = ("client_id", "redirect_uri", "response_type", "scope")
AN_HOUR = 3599


async def consent(request: Request) -> Response:
    """GET o/oauth2/v2/auth: the page; each scope can be refused alone."""
    query = request.query_params
    missing = [name for name in NEEDED if not query.get(name)]
    right = query.get("client_id") == CLIENT[0] and query.get("response_type") == "code"
    known = all(one.startswith(SCOPE) for one in query.get("scope", "").split())
    proof = query.get("code_challenge_method", "S256") == "S256" and may_return_to(query.get("redirect_uri", ""))
    if missing or not right or not known or not proof:
        return Response(f"Error 400: invalid_request {', '.join(missing)}", 400)
    about = {"challenge": query.get("code_challenge", ""), "offline": query.get("access_type", "")}
    scopes = tuple(query["scope"].split())
    page = Asked(
        "youtube", "Google", CLIENT[0], query["redirect_uri"], query.get("state", ""), scopes, _code,
        choosable=True, about=about,
    )  # fmt: skip
    return show(request, page)


def _code(sandbox: Sandbox, asked: Asked, person: Person, scopes: tuple[str, ...]) -> Mapping[str, str]:
    """Make a code: its address, its proof, and what it is for."""
    code, granted = f"4/{secrets.token_urlsafe(24)}", " ".join(scopes)
    kept = "offline " if asked.about["offline"] == "offline" else ""
    with sandbox.db as db:
        row = (code, asked.redirect_uri, asked.about["challenge"], kept + granted, person.id)
        db.execute("INSERT INTO token VALUES ('youtube', 'code', ?, ?, ?, ?, ?, 0)", row)
    return {"code": code, "scope": granted}


async def token(request: Request) -> Response:
    """POST token: a form, never a query."""
    sandbox: Sandbox = request.app.state.sandbox
    form = {name: str(value) for name, value in (await request.form()).items()}
    if request.url.query:
        return _refused(400, "invalid_request", "Parameters are not allowed in the query.")
    if (form.get("client_id"), form.get("client_secret")) != CLIENT:
        return _refused(401, "invalid_client", "The OAuth client was not found.")
    grants = {"authorization_code": _by_code, "refresh_token": _by_refresh}
    grant = grants.get(form.get("grant_type", ""))
    if grant is None:
        return _refused(400, "unsupported_grant_type", "Invalid grant_type")
    found = grant(sandbox.db, form)
    return JSONResponse(found) if found else _refused(400, "invalid_grant", "Token has been expired or revoked.")


def _by_code(db: sqlite3.Connection, form: dict[str, str]) -> dict[str, Any] | None:
    """Use a code up; its address and its verifier must be those of the consent page."""
    row = _known(db, "code", form.get("code", ""))
    if row is None:
        return None
    with db:
        db.execute("UPDATE token SET revoked = 1 WHERE network = 'youtube' AND access = ?", (row["access"],))
    verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    proof = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
    if form.get("redirect_uri") != row["secret"] or (row["client_id"] and proof != row["client_id"]):
        return None
    scope, who = row["client_secret"].removeprefix("offline "), row["person_id"]
    offline = row["client_secret"].startswith("offline ")
    return _granted(db, scope, who) | ({"refresh_token": _kept(db, "refresh", "1//", who, scope)} if offline else {})


def _by_refresh(db: sqlite3.Connection, form: dict[str, str]) -> dict[str, Any] | None:
    row = _known(db, "refresh", form.get("refresh_token", ""))
    return _granted(db, row["secret"] or BOTH, row["person_id"]) if row else None


def _known(db: sqlite3.Connection, kind: str, access: str) -> sqlite3.Row | None:
    query = "SELECT * FROM token WHERE network = 'youtube' AND kind = ? AND access = ? AND revoked = 0"
    row: sqlite3.Row | None = db.execute(query, (kind, access)).fetchone()
    return row


def _granted(db: sqlite3.Connection, scope: str, person_id: str) -> dict[str, Any]:
    kind = "user" if set(scope.split()) >= set(BOTH.split()) else "readonly"
    access = _kept(db, kind, "ya29.", person_id)
    return {"access_token": access, "expires_in": AN_HOUR, "scope": scope, "token_type": "Bearer"}


def _kept(db: sqlite3.Connection, kind: str, start: str, person_id: str, scope: str = "") -> str:
    """Make a token of a kind, and remember it."""
    access = start + secrets.token_urlsafe(24)
    with db:
        row = (kind, access, scope, person_id)
        db.execute("INSERT INTO token VALUES ('youtube', ?, ?, ?, '', '', ?, 0)", row)
    return access


def _refused(status: int, error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status)


ROUTES = [
    Route("/youtube/o/oauth2/v2/auth", consent, methods=["GET"]),
    Route("/youtube/token", token, methods=["POST"]),
]
