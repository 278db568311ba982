"""Connecting an account: Google's consent page, the code it gives back, and a fresh token when the hour is over.

An access token lives about an hour; the refresh token lives until it is revoked, unused for six months, or, while the
project's consent screen is in testing, seven days (developers.google.com/identity/protocols/oauth2, read 2026-11).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlencode

import httpx

from connectors.base import Token
from connectors.http_facts import scopes_in, server_time
from connectors.youtube.wire import TIMEOUT, body_of, make_http
from errors import AuthExpired, Rejected, Unavailable

CONSENT = "https://accounts.google.com"
TOKENS = "https://oauth2.googleapis.com"
SCOPES = ("https://www.googleapis.com/auth/youtube.force-ssl", "https://www.googleapis.com/auth/youtube.upload")
"""To moderate and answer; to publish films."""


def authorize_url(
    *, client_id: str, redirect_uri: str, state: str, challenge: str = "", base_url: str = CONSENT
) -> str:
    """Return the address of the consent page.

    `state` comes back unchanged; `challenge` is the base64url SHA-256 of the verifier given to `exchange` (PKCE).
    """
    asked = {
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": " ".join(SCOPES),
        "access_type": "offline",
        "prompt": "consent",
        "state": state,
    }
    proof = {"code_challenge": challenge, "code_challenge_method": "S256"} if challenge else {}
    return f"{base_url.rstrip('/')}/o/oauth2/v2/auth?{urlencode(asked | proof)}"


def exchange(
    code: str,
    *,
    client_id: str,
    client_secret: str,
    redirect_uri: str,
    verifier: str = "",
    base_url: str = TOKENS,
    timeout: float = TIMEOUT,
) -> Token:
    """Turn the code of the consent page into a token; a person may grant less than was asked: see its `scopes`."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
    known = Token(access="", client_id=client_id, client_secret=client_secret)
    return _granted(known, {name: value for name, value in form.items() if value}, base_url, timeout)


def refresh(token: Token, *, base_url: str = TOKENS, timeout: float = TIMEOUT) -> Token:
    """Return the account's token with a new hour; `AuthExpired` when a person must connect it again."""
    if not token.refresh:
        raise AuthExpired("this account was connected without a refresh token")
    return _granted(token, {"grant_type": "refresh_token", "refresh_token": token.refresh}, base_url, timeout)


def _granted(known: Token, form: Mapping[str, str], base_url: str, timeout: float) -> Token:
    """POST token: everything in the body, nothing in the address."""
    own = {"client_id": known.client_id, "client_secret": known.client_secret}
    try:
        with make_http(base_url, timeout) as http:
            response = http.post("/token", data={**form, **own})
    except httpx.HTTPError as error:
        raise Unavailable(f"Google could not be reached: {type(error).__name__}") from error
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or response.is_redirect:
        raise Unavailable(f"Google answered {response.status_code}")
    body = body_of(response)
    if not response.is_success:
        said = f"Google answered {response.status_code}: {body.get('error_description') or body.get('error')}"
        raise AuthExpired(said) if body.get("error") == "invalid_grant" else Rejected(said)
    if not body.get("access_token"):
        raise Unavailable("Google granted a token and did not show it")
    end = server_time(response.headers) + timedelta(seconds=int(body.get("expires_in") or 0))
    renewed = str(body.get("refresh_token") or known.refresh)
    granted = scopes_in(body.get("scope")) or known.scopes
    return replace(known, access=str(body["access_token"]), refresh=renewed, expires_at=end, scopes=granted)
