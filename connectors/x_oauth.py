"""Connecting an account of X: the person's consent, the code for a token, a new token before the two hours are over.

OAuth 2.0 with PKCE for a confidential client: the application proves itself in the header (Basic), and its code by the
verifier. A refresh token serves once and comes back renewed (docs.x.com, "OAuth 2.0 Authorization Code Flow with
PKCE", read 2026-11).
"""

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from connectors.base import Token
from connectors.http_facts import certificates, is_loopback, redirect_host, scopes_in, server_time
from errors import AuthExpired, Rejected, Unavailable

CONSENT = "https://x.com"
API = "https://api.x.com"
TIMEOUT = 10.0
SHOWN_DETAIL = 300
SCOPES = ("tweet.read", "tweet.write", "tweet.moderate.write", "users.read", "media.write", "offline.access")
"""To read, publish, answer and hide, with pictures, and without asking the person again every two hours."""


def authorize_url(*, client_id: str, redirect_uri: str, state: str, challenge: str, base_url: str = CONSENT) -> str:
    """Return the address of the consent page.

    `state` comes back unchanged; `challenge` is the base64url SHA-256 of the verifier given to `exchange`.
    """
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(SCOPES),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{base_url.rstrip('/')}/i/oauth2/authorize?{urlencode(asked)}"


def exchange(
    code: str,
    *,
    client_id: str,
    client_secret: str,
    redirect_uri: str,
    verifier: str,
    base_url: str = API,
    timeout: float = TIMEOUT,
) -> Token:
    """Return the token that a code of half a minute and one use stands for."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
    return _token(Token(access="", client_id=client_id, client_secret=client_secret), form, base_url, timeout)


def refresh(token: Token, *, base_url: str = API, timeout: float = TIMEOUT) -> Token:
    """Return a new token, its refresh token new too; `AuthExpired` when a person has to connect the account again."""
    if not token.refresh:
        raise AuthExpired("this account was connected without a refresh token")
    return _token(token, {"grant_type": "refresh_token", "refresh_token": token.refresh}, base_url, timeout)


def _token(former: Token, form: Mapping[str, str], base_url: str, timeout: float) -> Token:
    try:
        response = httpx.post(
            f"{base_url.rstrip('/')}/2/oauth2/token",
            data=dict(form),
            headers={"authorization": f"Basic {_basic(former)}"},
            timeout=timeout,
            follow_redirects=False,
            trust_env=not is_loopback(base_url),
            verify=certificates(),
        )
    except httpx.HTTPError as error:
        raise Unavailable(f"X could not be reached: {type(error).__name__}") from error
    return _read(former, response)


def _basic(application: Token) -> str:
    """Return the application's id and secret as RFC 6749 (2.3.1) wants them: each encoded, then together."""
    pair = f"{quote(application.client_id, safe='')}:{quote(application.client_secret, safe='')}"
    return base64.b64encode(pair.encode()).decode()


def _read(former: Token, response: httpx.Response) -> Token:
    body, status = _body(response), response.status_code
    if response.is_redirect:
        raise Unavailable(f"X answered {status}, a redirect to {redirect_host(response.headers)}: refused")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS or body is None:
        raise Unavailable(f"X answered {status}")
    if not response.is_success:
        why = str(body.get("error_description") or body.get("error") or "no reason given")[:SHOWN_DETAIL]
        refused = AuthExpired if body.get("error") in {"invalid_grant", "invalid_request"} else Rejected
        raise refused(f"X answered {status}: {why}")
    if not body.get("access_token"):
        raise Unavailable("X granted a token and did not show it")
    ends = server_time(response.headers) + timedelta(seconds=int(body.get("expires_in") or 0))
    return replace(
        former,
        access=str(body["access_token"]),
        refresh=str(body.get("refresh_token") or former.refresh),
        expires_at=ends,
        scopes=scopes_in(body.get("scope")) or former.scopes,
    )


def _body(response: httpx.Response) -> dict[str, Any] | None:
    try:
        body = response.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
