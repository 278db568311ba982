"""Google's consent page and token endpoint, with everyone consenting at once."""

import base64
import hashlib
import secrets
import sqlite3
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from connectors.sandbox.people import company
from connectors.sandbox.state import Sandbox

CLIENT = ("sandbox-youtube-client", "sandboxYoutubeClientSecret")
SCOPE = "https://www.googleapis.com/auth/"
NEEDED = ("client_id", "redirect_uri", "response_type", "scope")
AN_HOUR = 3599


async def consent(request: Request) -> Response:
    """GET o/oauth2/v2/auth: back to the application with a code, which can be used once."""
    query, sandbox = request.query_params, request.app.state.sandbox
    missing = [name for name in NEEDED if not query.get(name)]
    right = query.get("client_id") == CLIENT[0] and query.get("response_type") == "code"
    known = all(one.startswith(SCOPE) for one in query.get("scope", "").split())
    if missing or not right or not known or query.get("code_challenge_method", "S256") != "S256":
        return Response(f"Error 400: invalid_request {', '.join(missing)}", 400)
    code = f"4/{secrets.token_urlsafe(24)}"
    offline = query.get("access_type") == "offline"
    with sandbox.db as db:
        kept = (code, query["redirect_uri"], query.get("code_challenge", ""), query["scope"] if offline else "")
        db.execute("INSERT INTO token VALUES ('youtube', 'code', ?, ?, ?, ?, NULL, 0)", kept)
    back = {"code": code, "scope": query["scope"], **({"state": query["state"]} if "state" in query else {})}
    return RedirectResponse(f"{query['redirect_uri']}?{urlencode(back)}", 302)


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
    granted = _granted(db)
    return granted | ({"refresh_token": _kept(db, "refresh", "1//")} if row["client_secret"] else {})


def _by_refresh(db: sqlite3.Connection, form: dict[str, str]) -> dict[str, Any] | None:
    return _granted(db) if _known(db, "refresh", form.get("refresh_token", "")) else None


def _known(db: sqlite3.Connection, kind: str, access: str) -> sqlite3.Row | None:
    query = "SELECT * FROM token WHERE network = 'youtube' AND kind = ? AND access = ? AND revoked = 0"
    row: sqlite3.Row | None = db.execute(query, (kind, access)).fetchone()
    return row


def _granted(db: sqlite3.Connection) -> dict[str, Any]:
    scope = f"{SCOPE}youtube.force-ssl {SCOPE}youtube.upload"
    return {"access_token": _kept(db, "user", "ya29."), "expires_in": AN_HOUR, "scope": scope, "token_type": "Bearer"}


def _kept(db: sqlite3.Connection, kind: str, start: str) -> str:
    """Make a token of a kind, and remember it."""
    access = start + secrets.token_urlsafe(24)
    with db:
        row = (kind, access, company(db, "youtube").id)
        db.execute("INSERT INTO token VALUES ('youtube', ?, ?, '', '', '', ?, 0)", row)
    return access


def _refused(status: int, error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status)


ROUTES = [
    Route("/youtube/o/oauth2/v2/auth", consent, methods=["GET"]),
    Route("/youtube/token", token, methods=["POST"]),
]
