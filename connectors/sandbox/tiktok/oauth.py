"""How an account's owner consents, and what tokens come of it: codes of one use, access and refresh tokens."""

import secrets
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from connectors.sandbox.consent import HERE, Asked, show
from connectors.sandbox.state import Sandbox
from connectors.sandbox.store import Person
from connectors.sandbox.tiktok.access import (
    INVALID,
    NO_PATH,
    TikTokProblem,
    check_names,
    envelope,
    read_asked,
    scopes_of,
    wrong,
)
from connectors.sandbox.tiktok.people import APP_ID, APP_SECRET
from connectors.sandbox.x_auth import revoke

DAY, YEAR = 86_400, 31_536_000
_SCOPES = """
    user.info.basic user.info.username user.info.profile user.info.stats video.list video.publish comment.list
    comment.list.manage
"""
SCOPES = frozenset(_SCOPES.split())
WRONG_APPLICATION, USED_CODE, BAD_REFRESH = 40101, 40110, 40107
Handler = Callable[[sqlite3.Connection, Mapping[str, Any]], dict[str, Any]]


def public(required: str) -> Callable[[Handler], Callable[[Request], Awaitable[Response]]]:
    """Wrap a handler that takes no token, only what stands in its body."""

    def wrap(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        @wraps(handler)
        async def run(request: Request) -> Response:
            try:
                asked = await read_asked(request)
                check_names(asked, required.split(), set(required.split()))
                _check_application(asked)
                return envelope(0, "OK", handler(request.app.state.sandbox.db, asked))
            except TikTokProblem as problem:
                return envelope(problem.code, problem.message, {})

        return run

    return wrap


def _check_application(asked: Mapping[str, Any]) -> None:
    if "client_id" in asked and (asked["client_id"], asked["client_secret"]) != (APP_ID, APP_SECRET):
        raise TikTokProblem(WRONG_APPLICATION, "The application id or its secret is not valid.")


async def consent(request: Request) -> Response:
    """GET /tiktok/v2/auth/authorize/: the page; each scope can be refused alone."""
    asked = request.query_params
    scopes, place = set(asked.get("scope", "").split(",")), asked.get("redirect_uri", "")
    if asked.get("client_key") != APP_ID or asked.get("response_type") != "code" or not scopes <= SCOPES:
        return PlainTextResponse("error=invalid_scope, client_key or response_type", 400)
    if not _registered(place):
        return PlainTextResponse("error=redirect_uri", 400)
    page = Asked(
        "tiktok", "TikTok", APP_ID, place, asked.get("state", ""), tuple(sorted(scopes)), _code, choosable=True
    )
    return show(request, page)


def _code(sandbox: Sandbox, asked: Asked, person: Person, scopes: tuple[str, ...]) -> Mapping[str, str]:
    code = _keep(sandbox.db, f"code:{','.join(scopes)}", person.id, secret=asked.redirect_uri)
    return {"code": code, "scopes": ",".join(scopes)}


def _registered(place: str) -> bool:
    """Whether an address may be registered: https, no port, query or anchor, a final slash; or this very machine."""
    parts = urlsplit(place)
    if not place.endswith("/") or parts.query or parts.fragment:
        return False
    return parts.hostname in HERE or (parts.scheme == "https" and parts.port is None)


def _keep(db: sqlite3.Connection, kind: str, person_id: str, secret: str = "") -> str:
    """Write a new token or code for a person."""
    access = f"{kind.partition(':')[0]}.{secrets.token_hex(24)}"
    with db:
        row = ("tiktok", kind, access, secret, APP_ID, APP_SECRET, person_id)
        db.execute("INSERT INTO token VALUES (?, ?, ?, ?, ?, ?, ?, 0)", row)
    return access


def _row(db: sqlite3.Connection, access: str, kind: str) -> sqlite3.Row | None:
    query = "SELECT * FROM token WHERE network = 'tiktok' AND access = ? AND revoked = 0 AND kind LIKE ?"
    found: sqlite3.Row | None = db.execute(query, (access, f"{kind}%")).fetchone()
    return found


def _granted(db: sqlite3.Connection, row: sqlite3.Row, refresh: str) -> dict[str, Any]:
    scopes = scopes_of(row["kind"]) or SCOPES
    return {
        "access_token": _keep(db, f"user:{','.join(sorted(scopes))}", row["person_id"]),
        "token_type": "Bearer",
        "scope": ",".join(sorted(scopes)),
        "expires_in": DAY,
        "refresh_token": refresh,
        "refresh_token_expires_in": YEAR,
        "open_id": row["person_id"],
    }


@public("client_id client_secret grant_type auth_code redirect_uri")
def token(db: sqlite3.Connection, asked: Mapping[str, Any]) -> dict[str, Any]:
    """POST tt_user/oauth2/token/: a code of one use for tokens."""
    row = _row(db, str(asked["auth_code"]), "code")
    if asked["grant_type"] != "authorization_code":
        raise wrong("grant_type", "Must be one of: authorization_code.")
    if row is None or row["secret"] != asked["redirect_uri"]:
        raise TikTokProblem(USED_CODE, "The auth_code is expired, used or not of this redirect_uri.")
    revoke(db, "tiktok", row["access"])
    scopes = row["kind"].partition(":")[2]
    return _granted(db, row, _keep(db, f"refresh:{scopes}", row["person_id"]))


@public("client_id client_secret grant_type refresh_token")
def refresh_token(db: sqlite3.Connection, asked: Mapping[str, Any]) -> dict[str, Any]:
    """POST tt_user/oauth2/refresh_token/: a new access token, the refresh token as it was."""
    row = _row(db, str(asked["refresh_token"]), "refresh")
    if asked["grant_type"] != "refresh_token":
        raise wrong("grant_type", "Must be one of: refresh_token.")
    if row is None:
        raise TikTokProblem(BAD_REFRESH, "The refresh token is not valid.")
    return _granted(db, row, row["access"])


@public("client_id client_secret access_token")
def revoke_token(db: sqlite3.Connection, asked: Mapping[str, Any]) -> dict[str, Any]:
    """POST tt_user/oauth2/revoke/."""
    revoke(db, "tiktok", _user(db, asked)["access"])
    return {}


@public("app_id access_token")
def token_info(db: sqlite3.Connection, asked: Mapping[str, Any]) -> dict[str, Any]:
    """POST tt_user/token_info/get/: the account that a token speaks for, and its scopes."""
    row = _user(db, asked)
    if asked["app_id"] != row["client_id"]:
        raise TikTokProblem(WRONG_APPLICATION, "The application id is not that of the token.")
    scopes = scopes_of(row["kind"]) or SCOPES
    return {"app_id": row["client_id"], "creator_id": row["person_id"], "scope": ",".join(sorted(scopes))}


def _user(db: sqlite3.Connection, asked: Mapping[str, Any]) -> sqlite3.Row:
    row = _row(db, str(asked["access_token"]), "user")
    if row is None:
        raise TikTokProblem(INVALID, "Access token is incorrect or has been revoked.")
    return row


async def nothing(_request: Request) -> Response:
    """Any other path of the interface, or another method: none that is known."""
    return envelope(NO_PATH, "no schema found", {})


ROOT = "/tiktok/open_api/v1.3/tt_user"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
ROUTES = [
    Route("/tiktok/v2/auth/authorize/", consent, methods=["GET"]),
    Route(f"{ROOT}/oauth2/token/", token, methods=["POST"]),
    Route(f"{ROOT}/oauth2/refresh_token/", refresh_token, methods=["POST"]),
    Route(f"{ROOT}/oauth2/revoke/", revoke_token, methods=["POST"]),
    Route(f"{ROOT}/token_info/get/", token_info, methods=["POST"]),
]
OTHERWISE = [Route("/tiktok/open_api/{path:path}", nothing, methods=METHODS)]
