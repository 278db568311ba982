"""Connecting an account: the person's consent, the code for a token, a new token before the old one ends.

An access token lives a day, a refresh token a year (portal docs of tt_user/oauth2, 2026-11). Application id and secret
travel in a body, never in an address but for the id on the page of consent.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from connectors.base import Token
from connectors.http_facts import scopes_in
from connectors.tiktok.version import BASE_URL
from connectors.tiktok.wire import TIMEOUT, Answer, ask, make_client
from errors import AuthExpired, Unavailable

CONSENT = "https://www.tiktok.com"
SCOPES = (
    "user.info.basic",
    "user.info.username",
    "user.info.profile",
    "user.info.stats",
    "video.list",
    "video.publish",
    "comment.list",
    "comment.list.manage",
)


def authorize_url(*, client_id: str, redirect_uri: str, state: str, base_url: str = CONSENT) -> str:
    """Return the address of TikTok's page of consent.

    `redirect_uri` is the one registered with TikTok, to the letter: https, no port, no query, a final slash. TikTok
    comes back to it with `code` and the same `state`.
    """
    asked = {"client_key": client_id, "scope": ",".join(SCOPES), "response_type": "code"}
    query = urlencode({**asked, "redirect_uri": redirect_uri, "state": state})
    return f"{base_url.rstrip('/')}/v2/auth/authorize/?{query}"


def exchange(
    code: str,
    *,
    client_id: str,
    client_secret: str,
    redirect_uri: str,
    base_url: str = BASE_URL,
    timeout: float = TIMEOUT,
) -> Token:
    """Return the token that a code of ten minutes and one use stands for; `whoami` then says for which account."""
    body = {"grant_type": "authorization_code", "auth_code": code, "redirect_uri": redirect_uri}
    application = Token(access="", client_id=client_id, client_secret=client_secret)
    return _token(base_url, "token", application, body, timeout)


def refresh(token: Token, *, base_url: str = BASE_URL, timeout: float = TIMEOUT) -> Token:
    """Return a new token for the account, its refresh token perhaps new; `AuthExpired`: a person connects again."""
    if not token.refresh:
        raise AuthExpired("this account has no refresh token: connect it again")
    body = {"grant_type": "refresh_token", "refresh_token": token.refresh}
    return _token(base_url, "refresh_token", token, body, timeout)


def revoke(token: Token, *, base_url: str = BASE_URL, timeout: float = TIMEOUT) -> None:
    """Give a token back: TikTok accepts it no longer."""
    _post(base_url, "revoke", token, {"access_token": token.access}, timeout)


def _token(base_url: str, path: str, former: Token, body: Mapping[str, str], timeout: float) -> Token:
    answer = _post(base_url, path, former, body, timeout)
    access = str(answer.data.get("access_token") or "")
    if not access:
        raise Unavailable("TikTok answered without a token")
    renewed = str(answer.data.get("refresh_token") or former.refresh)
    expires_at = answer.at + timedelta(seconds=_seconds(answer.data))
    granted = scopes_in(answer.data.get("scope")) or former.scopes
    return replace(former, access=access, refresh=renewed, expires_at=expires_at, scopes=granted)


def _seconds(data: Mapping[str, Any]) -> int:
    """Return how long a token lives; one that does not say is taken for used up, so that it is renewed first."""
    told = data.get("expires_in")
    return int(told) if isinstance(told, int | float) else 0


def _post(base_url: str, path: str, application: Token, body: Mapping[str, str], timeout: float) -> Answer:
    secrets = {"client_id": application.client_id, "client_secret": application.client_secret}
    with make_client(base_url, timeout=timeout) as client:
        return ask(client, f"tt_user/oauth2/{path}/", {**secrets, **body})
