"""Letting this application act for pages and for the Instagram accounts behind them (Facebook Login for Business).

A person agrees in Meta's dialog; the code it gives becomes a user token of an hour, that one of sixty days, and with it
Meta hands out the tokens of the person's pages, which do not end by themselves. `Token.access` is the page's,
`Token.refresh` the person's, with which the page's is fetched again. Secrets go in the body of a POST, never in an
address. Source: "Manually build a login flow", "Long-lived access tokens", read 2026-11.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from connectors.base import Account, Token
from connectors.meta.version import VERSION
from connectors.meta.wire import TIMEOUT, Graph
from errors import AuthExpired, Rejected, Unavailable

DIALOG = "https://www.facebook.com"
FACEBOOK_SCOPES = (
    "pages_show_list",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_posts",
    "pages_manage_engagement",
    "pages_manage_metadata",
    "pages_messaging",
    "pages_manage_ads",
    "ads_management",
)
INSTAGRAM_SCOPES = (
    "pages_show_list",
    "pages_read_engagement",
    "instagram_basic",
    "instagram_manage_comments",
    "instagram_content_publish",
    "instagram_manage_contents",
    "instagram_manage_messages",
    "pages_manage_metadata",
)
PAGE_FIELDS = "id,name,username,access_token,instagram_business_account{id,username,name}"
Granted = tuple[tuple[Account, Token], ...]


def authorize_url(
    *, client_id: str, redirect_uri: str, state: str, scopes: Sequence[str], base_url: str = DIALOG
) -> str:
    """Return the address of the dialog in which a person lets this application in."""
    asked = {"client_id": client_id, "redirect_uri": redirect_uri, "state": state, "scope": ",".join(scopes)}
    return f"{base_url.rstrip('/')}/{VERSION}/dialog/oauth?" + urlencode({**asked, "response_type": "code"})


def exchange(
    code: str,
    *,
    base_url: str,
    network: str,
    client_id: str,
    client_secret: str,
    redirect_uri: str,
    timeout: float = TIMEOUT,
) -> Granted:
    """Return the accounts that the person let us act for, each with its token; none where they have none.

    A person who refused even the list of their pages gets one nameless account, whose token tells what was granted.
    """
    app = Token(access="", client_id=client_id, client_secret=client_secret)
    short = _user_token(base_url, app, {"code": code, "redirect_uri": redirect_uri}, timeout)
    long = _longer(base_url, app, short, timeout)
    app = replace(app, scopes=_scopes(base_url, app, long, timeout))
    if "pages_show_list" not in app.scopes:
        return ((Account("", "", ""), app),)
    return tuple(one for page in _pages(base_url, app, long, timeout) if (one := _granted(network, page, app, long)))


def _scopes(base_url: str, app: Token, user_token: str, timeout: float) -> tuple[str, ...]:
    """GET /me/permissions: what the person granted; in the dialog each permission can be refused alone."""
    asking = replace(app, access=user_token)
    rows = Graph(base_url, asking, timeout).get("me/permissions").body.get("data")
    if not isinstance(rows, list):
        raise Unavailable("Meta did not tell what was granted")
    granted = [row for row in rows if isinstance(row, dict) and row.get("status") == "granted"]
    return tuple(sorted(str(row.get("permission")) for row in granted))


def refresh(token: Token, *, base_url: str, account_id: str, timeout: float = TIMEOUT) -> Token:
    """Return a fresh token for the account (a page's or an Instagram account's id); `AuthExpired` when it is gone."""
    if not token.refresh:
        raise AuthExpired("this account was connected without a person's token: connect it again")
    long = _longer(base_url, token, token.refresh, timeout)
    for page in _pages(base_url, token, long, timeout):
        for network in ("facebook", "instagram"):
            granted = _granted(network, page, token, long)
            if granted and granted[0].id == account_id:
                return granted[1]
    raise AuthExpired("the person who connected this account may no longer act for it")


def _longer(base_url: str, app: Token, user_token: str, timeout: float) -> str:
    asked = {"grant_type": "fb_exchange_token", "fb_exchange_token": user_token}
    return _user_token(base_url, app, asked, timeout)


def _user_token(base_url: str, app: Token, asked: Mapping[str, str], timeout: float) -> str:
    data = {"client_id": app.client_id, "client_secret": app.client_secret, **asked}
    try:
        body = Graph(base_url, Token(access=""), timeout).bring("oauth/access_token", data).body
    except Rejected as error:
        raise AuthExpired(error.reason) from error
    if not body.get("access_token"):
        raise Unavailable("Meta gave no token")
    return str(body["access_token"])


def _pages(base_url: str, app: Token, user_token: str, timeout: float) -> list[dict[str, Any]]:
    asking = Token(access=user_token, client_id=app.client_id, client_secret=app.client_secret)
    rows = Graph(base_url, asking, timeout).get("me/accounts", fields=PAGE_FIELDS, limit=100).body.get("data")
    if not isinstance(rows, list):
        raise Unavailable("Meta did not list the pages")
    return [row for row in rows if isinstance(row, dict) and row.get("access_token")]


def _granted(network: str, page: Mapping[str, Any], app: Token, user_token: str) -> tuple[Account, Token] | None:
    shown = page if network == "facebook" else page.get("instagram_business_account") or {}
    if not shown.get("id"):
        return None
    account = Account(str(shown["id"]), str(shown.get("username") or ""), str(shown.get("name") or ""))
    return account, replace(app, access=str(page["access_token"]), refresh=user_token)
