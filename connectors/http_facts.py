"""What every channel over HTTP asks of an address or an answer."""

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx


def is_loopback(base_url: str) -> bool:
    """Whether an address is on this very machine: no proxy of the environment must stand between."""
    host = urlsplit(base_url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def server_time(headers: Mapping[str, str]) -> datetime:
    """Return the network's clock (header `Date`), ours when it does not tell."""
    try:
        return parsedate_to_datetime(headers["date"]).astimezone(UTC)
    except (KeyError, ValueError):
        return datetime.now(UTC)


def scopes_in(told: object) -> tuple[str, ...]:
    """Return the scopes in the list that a network wrote, with commas or blanks; none where it wrote no list."""
    return tuple(sorted(told.replace(",", " ").split())) if isinstance(told, str) else ()


def clock_of(base_url: str, timeout: float) -> datetime | None:
    """Ask a network's server what time it is, to the second; None when it does not answer, or does not tell."""
    try:
        response = httpx.head(
            base_url,
            timeout=timeout,
            follow_redirects=False,
            trust_env=not is_loopback(base_url),
            verify=certificates(),
        )
        return parsedate_to_datetime(response.headers["date"]).astimezone(UTC)
    except (httpx.HTTPError, KeyError, ValueError):
        return None


def redirect_host(headers: Mapping[str, str]) -> str:
    """Return where an answer sends us, for the sentence that refuses it."""
    return urlsplit(headers.get("location", "")).hostname or "nowhere"


@cache
def certificates() -> ssl.SSLContext:
    """Return whom a server must be vouched for by; reading the list takes longer than a call, so once."""
    return httpx.create_ssl_context()
