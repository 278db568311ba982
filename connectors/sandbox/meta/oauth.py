"""How an application is let in: the dialog, codes, short and long user tokens, and the page's token behind them.

Source: "Facebook Login, manually build a login flow" and "Long-lived access tokens", read 2026-11.
"""

import secrets
from typing import Any

from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from connectors.base import Account, Token
from connectors.sandbox.meta import fields
from connectors.sandbox.meta.graph import Call, listed
from connectors.sandbox.meta.problems import GraphProblem, invalid
from connectors.sandbox.people import COMPANY

APP_ID = "700000000000001"
APP_SECRET = "sandboxMetaAppSecret"  # noqa: S105 - opens nothing but the sandbox
SCOPES = (
    "pages_show_list,pages_read_engagement,pages_read_user_content,pages_manage_posts,pages_manage_engagement,"
    "pages_manage_metadata,instagram_basic,instagram_manage_comments,instagram_content_publish,"
    "instagram_manage_contents"
)
INSTAGRAM = Account(id="17841400000000001", handle="LabosHelior", name="Laboratoires Hélior")
SHORT, LONG = 3_600, 5_184_000


def token_of(access: str) -> Token:
    """Return a token of the sandbox's application."""
    return Token(access=access, client_id=APP_ID, client_secret=APP_SECRET)


def dialog(network: str, root: str) -> Route:
    """Return the dialog in which a person lets the application in: here at once, for the scopes asked."""

    async def run(request: Request) -> Response:
        query = request.query_params
        asked = {"client_id", "redirect_uri", "state", "scope", "response_type"}
        if query.get("client_id") != APP_ID or set(query) - asked or not query.get("state"):
            return JSONResponse({"error": {"message": "Invalid App ID or request", "code": 101}}, 400)
        scopes = sorted(set(query.get("scope", "").split(",")) & set(SCOPES.split(",")))
        code = _new(request.app.state.sandbox.db, network, f"code {query['redirect_uri']}", scopes)
        back = URL(query["redirect_uri"]).include_query_params(code=code, state=query["state"])
        return RedirectResponse(str(back), 302)

    return Route(f"{root}/{{version}}/dialog/oauth", run, methods=["GET"])


def _new(db: Any, network: str, kind: str, scopes: list[str]) -> str:
    access = f"EAA{secrets.token_hex(16)}"
    person = COMPANY.id if network == "facebook" else INSTAGRAM.id
    row = (network, f"{kind}:{','.join(scopes)}", access, "", APP_ID, APP_SECRET, person, 0)
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
    made = _new(call.db, call.network, "user", scopes.split(","))
    return {"access_token": made, "token_type": "bearer", "expires_in": LONG if long else SHORT}


def _row(call: Call, access: str) -> Any:
    query = "SELECT * FROM token WHERE network = ? AND access = ?"
    return call.db.execute(query, (call.network, access)).fetchone()


def accounts(call: Call) -> dict[str, Any]:
    """GET /me/accounts: the pages that a person may act for, each with its token, and their Instagram accounts."""
    if not str(call.token["kind"]).startswith("user"):
        raise invalid("Tried accessing nonexisting field (accounts) on node type (Page)")
    query = (
        "SELECT access FROM token WHERE network = ? AND kind LIKE 'page:%' AND revoked = 0 ORDER BY length(kind) DESC"
    )
    row = call.db.execute(query, (call.network,)).fetchone()
    instagram = {"id": INSTAGRAM.id, "username": INSTAGRAM.handle, "name": INSTAGRAM.name}
    page = {"id": COMPANY.id, "name": COMPANY.name, "username": COMPANY.handle, "tasks": ["MODERATE", "CREATE_CONTENT"]}
    whole = page | {"access_token": row["access"] if row else None, "instagram_business_account": instagram}
    wanted = fields.parse(call.query.get("fields", ""))
    return listed([fields.select(whole, wanted, "Page", ("name", "access_token", "tasks"))], {})
