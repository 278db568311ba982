"""What a refusal of the Graph API means, and when the next call is allowed.

Codes: "Handle errors" and "Rate limits" of the Graph API's documentation, read 2026-11. The percentages stand in
`X-App-Usage` and `X-Business-Use-Case-Usage`; only the second tells, in minutes, when access comes back.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from connectors.base import NotGranted, ReplyNotAllowed
from connectors.http_facts import server_time
from errors import AuthExpired, ConnectorError, RateLimited, Rejected, Unavailable

TOKEN = frozenset({102, 190, 463, 467})
WAIT = frozenset({4, 17, 32, 341, 613, *range(80000, 80015)})
PASSING = frozenset({1, 2})
INVALID, NO_SUCH_OBJECT, NO_SUCH_ALIAS = 100, 33, 803
PERMISSION = frozenset({3, 10, *range(200, 300)})
UNREACHABLE, OUT_OF_WINDOW = 551, 2018278
"""A person who cannot be written to; a message after the window of 24 hours (error codes of the Messenger Platform)."""
OWN_WAIT = timedelta(minutes=5)
"""How long we wait where Meta limits and does not say until when."""
FULL = 100
SHOWN_DETAIL = 300


class Gone(Rejected):
    """Meta shows no object with this id: deleted, or out of this token's sight."""


class NotUnderstood(Rejected):
    """Meta refuses a parameter or a field (code 100)."""


def refusal(status: int, body: Any, headers: Mapping[str, str], secret: str = "") -> ConnectorError:
    """Return the error that an answer stands for. `secret` is the token: Meta quotes one that it cannot read."""
    error = body.get("error") if isinstance(body, dict) else None
    told = error if isinstance(error, dict) else {}
    code, detail = _number(told.get("code")), str(told.get("message") or "no reason given")[:SHOWN_DETAIL]
    said = f"Meta answered {status}, code {code}: {detail}"
    said = said.replace(secret, "…") if secret else said
    if code in TOKEN or (status == HTTPStatus.UNAUTHORIZED and not code):
        return AuthExpired(said)
    if code in WAIT or status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(said, retry_at=server_time(headers) + (regained_after(headers) or OWN_WAIT))
    if code in PASSING or told.get("is_transient") is True or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(said)
    if status < HTTPStatus.BAD_REQUEST:
        return Unavailable(f"Meta answered {status} and no success: {detail}")
    return _refused(code, _number(told.get("error_subcode")), said)


def _refused(code: int, subcode: int, said: str) -> Rejected:
    """Return what a refusal for good is about."""
    if code == NO_SUCH_ALIAS or (code == INVALID and subcode == NO_SUCH_OBJECT):
        return Gone(said)
    if code == UNREACHABLE or subcode == OUT_OF_WINDOW:
        return ReplyNotAllowed(said)
    if code == INVALID:
        return NotUnderstood(said)
    return NotGranted(said) if code in PERMISSION else Rejected(said)


def _number(value: Any) -> int:
    return int(value) if isinstance(value, int | str) and str(value).isdigit() else 0


def wait_until(headers: Mapping[str, str]) -> datetime | None:
    """Return when the next call is allowed, None while something is left of every limit."""
    shares = [
        _number(one.get(name)) for one in _usages(headers) for name in ("call_count", "total_cputime", "total_time")
    ]
    if max(shares, default=0) < FULL:
        return None
    return server_time(headers) + (regained_after(headers) or OWN_WAIT)


def regained_after(headers: Mapping[str, str]) -> timedelta | None:
    """Return how long Meta says that the limit lasts; None when it does not say."""
    minutes = max((_number(one.get("estimated_time_to_regain_access")) for one in _usages(headers)), default=0)
    return timedelta(minutes=minutes) if minutes else None


def _usages(headers: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield every usage told; a header that cannot be read tells nothing."""
    for name in ("x-app-usage", "x-business-use-case-usage"):
        try:
            told = json.loads(headers.get(name) or "{}")
        except ValueError:
            continue
        if isinstance(told, dict):
            lists = [one for one in told.values() if isinstance(one, list)]
            yield told
            yield from (one for usages in lists for one in usages if isinstance(one, dict))
