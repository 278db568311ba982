"""How an application is let in: the dialog, codes, short and long user tokens, and the page's token behind them.

Source: "Facebook Login, manually build a login flow" and "Long-lived access tokens", read 2026-11.
"""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.base import Account, Token
from connectors.sandbox.consent import Asked, may_return_to, show
from connectors.sandbox.meta import fields
from connectors.sandbox.meta.graph import Call, listed
from connectors.sandbox.meta.problems import GraphProblem, invalid
from connectors.sandbox.people import COMPANY
from connectors.sandbox.state import Sandbox
from connectors.sandbox.store import Person

APP_ID = "700000000000001"
APP_SECRET = "sandboxMetaAppSecret"  # noqa: S105 - opens nothing but the sandbox
SCOPES = (
    "pages_show_list,pages_read_engagement,pages_read_user_content,pages_manage_posts,pages_manage_engagement,"
    "pages_manage_metadata,instagram_basic,instagram_manage_comments,instagram_content_publish,"
    "instagram_manage_contents,pages_messaging,instagram_manage_messages,pages_manage_ads,ads_management"
)
INSTAGRAM = Account(id="17841400000000001", handle="LabosHelior", name="Laboratoires Hélior")
DENIED = {"error": "access_denied", "error_reason": "user_denied", "error_description": "Permissions error"}
SHORT, LONG = 3_600, 5_184_000


def token_of(access: str) -> Token:
    """Return a token of the sandbox's application."""
    return Token(access=access, client_id=APP_ID, client_secret=APP_SECRET)


def dialog(network: str, root: str) -> Route:
    """Return the dialog in which a person lets the application in; each permission can be refused alone."""

    async def run(request: Request) -> Response:
        query = request.query_params
        asked, place = {"client_id", "redirect_uri", "state", "scope", "response_type"}, query.get("redirect_uri", "")
        right = query.get("client_id") == APP_ID and query.get("response_type", "code") == "code"
        if not right or set(query) - asked or not query.get("state") or not may_return_to(place):
            return JSONResponse({"error": {"message": "Invalid App ID or request", "code": 101}}, 400)
        scopes = tuple(sorted(set(query.get("scope", "").split(",")) & set(SCOPES.split(","))))
        page = Asked(network, network.title(), APP_ID, place, query["state"], scopes, _code, True, DENIED)
        return show(request, page)

    return Route(f"{root}/{{version}}/dialog/oauth", run, methods=["GET"])


def _code(sandbox: Sandbox, asked: Asked, person: Person, scopes: tuple[str, ...]) -> Mapping[str, str]:
    return {"code": _new(sandbox.db, asked.network, f"code {asked.redirect_uri}", scopes, person.id)}


def _new(db: Any, network: str, kind: str, scopes: Iterable[str], person_id: str) -> str:
    access = f"EAA{secrets.token_hex(16)}"
    row = (network, f"{kind}:{','.join(scopes)}", access, "", APP_ID, APP_SECRET, person_id, 0)
    with db:
        db.execute("INSERT INTO token VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    return access


def access_token(call: Call) -> dict[str, Any]:
    """GET or POST /oauth/access_token: a code for a short user token, or that for a long one; a code serves once."""
    query = call.query
    if query.get("client_id") != APP_ID or query.get("client_secret") != APP_SECRET:
        raise GraphProblem(101, "Error validating client secret.")
    long = query.get("grant_type") == "fb_exchange_token"
    row = _row(call, query.get("fb_exchange_token" if long else "code", ""))
    kind, _, scopes = str(row["kind"] if row else "").rpartition(":")
    if row is None or row["revoked"] or kind.startswith("code") is long or (long and not kind.startswith("user")):
        raise GraphProblem(100, "Invalid verification code or token.", status=400)
    if not long:
        if kind.removeprefix("code ") != query.get("redirect_uri"):
            raise invalid("redirect_uri isn't the one that was used in the dialog")
        with call.db as db:
            db.execute("UPDATE token SET revoked = 1 WHERE network = ? AND access = ?", (call.network, row["access"]))
    made = _new(call.db, call.network, "user", scopes.split(","), row["person_id"])
    return {"access_token": made, "token_type": "bearer", "expires_in": LONG if long else SHORT}


def _row(call: Call, access: str) -> Any:
    query = "SELECT * FROM token WHERE network = ? AND access = ?"
    return call.db.execute(query, (call.network, access)).fetchone()


def accounts(call: Call) -> dict[str, Any]:
    """GET /me/accounts: the page that a person may act for, with its token, and the Instagram account behind it."""
    check_user(call, "accounts")
    us, ours = call.me, call.me.company
    shown = {"id": us.id, "username": us.handle, "name": us.name}
    known = {"id": INSTAGRAM.id, "username": INSTAGRAM.handle, "name": INSTAGRAM.name}
    behind = shown if call.network == "instagram" else known
    named = {"id": COMPANY.id, "name": COMPANY.name, "username": COMPANY.handle}
    page = named if call.network == "instagram" and ours else shown
    whole: dict[str, Any] = {**page, "tasks": ["MODERATE", "CREATE_CONTENT"], "access_token": _page_token(call)}
    whole["instagram_business_account"] = behind if ours or call.network == "instagram" else None
    wanted = fields.parse(call.query.get("fields", ""))
    return listed([fields.select(whole, wanted, "Page", ("name", "access_token", "tasks"))], {})


def _page_token(call: Call) -> str:
    """Return the token of the person's page: the one that there is, a new one for a page that has none."""
    query = "SELECT access FROM token WHERE network = ? AND kind LIKE 'page:%' AND revoked = 0 AND person_id = ?"
    row = call.db.execute(f"{query} ORDER BY length(kind) DESC", (call.network, call.me.id)).fetchone()
    return row["access"] if row else _new(call.db, call.network, "page", sorted(call.scopes), call.me.id)


def check_user(call: Call, edge: str) -> None:
    """Refuse what only a person's own token may ask."""
    if not str(call.token["kind"]).startswith("user"):
        raise invalid(f"Tried accessing nonexisting field ({edge}) on node type (Page)")


def permissions(call: Call) -> dict[str, Any]:
    """GET /me/permissions: what the person granted, and what not."""
    check_user(call, "permissions")
    known = sorted(SCOPES.split(","))
    rows = [{"permission": one, "status": "granted" if one in call.scopes else "declined"} for one in known]
    return {"data": rows}
