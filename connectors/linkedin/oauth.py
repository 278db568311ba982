"""Connecting a page: a member who administers it consents, and the application gets a token to act with.

An access token lives sixty days. A refresh token (approved applications only) lives a year from the consent on, and
refreshing does not lengthen it (learn.microsoft.com, "Programmatic refresh tokens", read 2026-11).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx

from connectors.base import Token
from connectors.http_facts import is_loopback, scopes_in, server_time
from connectors.linkedin.wire import TIMEOUT, body_of, refusal
from errors import AuthExpired, Rejected, Unavailable

HOST = "https://www.linkedin.com"
SCOPES = ("r_organization_social_feed", "w_organization_social_feed", "r_organization_social", "w_organization_social",
          "rw_organization_admin")  # fmt: skip
"""Read and write posts, comments and pictures of pages, and see which pages the member administers."""


def authorize_url(*, client_id: str, redirect_uri: str, state: str, base_url: str = HOST) -> str:
    """Return where the browser goes for the consent; `state` comes back and must be compared."""
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "state": state,
        "scope": " ".join(SCOPES),
    }
    return f"{base_url}/oauth/v2/authorization?{urlencode(asked)}"


def exchange(
    code: str, *, client_id: str, client_secret: str, redirect_uri: str, base_url: str = HOST, timeout: float = TIMEOUT
) -> Token:
    """Return the token for the code that the consent gave (good for half an hour, and once)."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    former = Token(access="", client_id=client_id, client_secret=client_secret)
    return _token(former, form, base_url, timeout)


def refresh(token: Token, *, base_url: str = HOST, timeout: float = TIMEOUT) -> Token:
    """Return a new token in place of one that ends; `AuthExpired` when a person has to consent again."""
    if not token.refresh:
        raise AuthExpired("LinkedIn gave no refresh token for this account")
    return _token(token, {"grant_type": "refresh_token", "refresh_token": token.refresh}, base_url, timeout)


def _token(former: Token, form: Mapping[str, str], base_url: str, timeout: float) -> Token:
    """Send a form to the token's route. The secrets stand in the body, never in the address."""
    try:
        response = httpx.post(
            f"{base_url}/oauth/v2/accessToken",
            data={**form, "client_id": former.client_id, "client_secret": former.client_secret},
            timeout=timeout,
            follow_redirects=False,
            trust_env=not is_loopback(base_url),
        )
    except httpx.HTTPError as error:
        raise Unavailable(f"LinkedIn could not be reached: {type(error).__name__}") from error
    if not response.is_success:
        answer = refusal(response)
        raise AuthExpired(answer.reason) if isinstance(answer, Rejected) else answer
    return _read(former, body_of(response), response)


def _read(former: Token, body: Mapping[str, Any], response: httpx.Response) -> Token:
    access, seconds = body.get("access_token"), body.get("expires_in")
    if not isinstance(access, str) or not access or not isinstance(seconds, int):
        raise Unavailable("LinkedIn answered with a token that cannot be read")
    ends = server_time(response.headers) + timedelta(seconds=seconds)
    granted = scopes_in(body.get("scope")) or former.scopes
    renewed = str(body.get("refresh_token") or former.refresh)
    return replace(former, access=access, refresh=renewed, expires_at=ends, scopes=granted)
