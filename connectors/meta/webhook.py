"""Meta's webhooks, for pages and for Instagram accounts: the handshake and the signature over the bytes as they came.

Source: Graph API, "Webhooks, getting started", read 2026-11. Meta gives no time and no number of its own to a
notification: one that is played again is known by its content alone, and the poll stays the truth.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from errors import Rejected

SIGNATURE_HEADER = "x-hub-signature-256"
PREFIX = "sha256="


def handshake(query: Mapping[str, str], verify_token: str) -> str:
    """Return what is to be answered, as plain text, to Meta's question whether the address is ours; or `Rejected`."""
    given = query.get("hub.verify_token", "")
    known = bool(verify_token) and hmac.compare_digest(given.encode(), verify_token.encode())
    if query.get("hub.mode") != "subscribe" or not known:
        raise Rejected("a webhook of Meta was asked for with another word than ours")
    return query.get("hub.challenge", "")


def signature(body: bytes, app_secret: str) -> str:
    """Return the header's value for a body: hex HMAC-SHA256 by the application's secret."""
    return PREFIX + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


def is_signed(body: bytes, header: str | None, app_secret: str) -> bool:
    """Whether Meta signed these raw bytes; compared in constant time, never true without a secret."""
    return bool(app_secret) and hmac.compare_digest((header or "").encode(), signature(body, app_secret).encode())


def named(told: Any) -> tuple[str, ...]:
    """Return the ids of the comments that a notification speaks of; raises KeyError when it speaks of other things.

    A page's come in the field `feed` with `item` "comment", an Instagram account's in the field `comments`. What was
    written in private names none.
    """
    public = [entry for entry in told["entry"] if not _is_private(entry) or "changes" in entry]
    changes = [change for entry in public for change in entry["changes"]]
    return tuple(_comment(change["field"], change["value"]) for change in changes)


def private(told: Any) -> tuple[bool, bool]:
    """Say whether a notification tells of private messages, and whether it tells of anything else.

    Messages come as `entry[].messaging[]`, or as `standby` while another application holds the thread (Messenger
    Platform, "Webhook events", read 2026-11); our own come too, with `is_echo`.
    """
    entries = told["entry"]
    found = [_is_private(entry) for entry in entries]
    return any(found), not all(found) or any("changes" in entry for entry in entries)


def _is_private(entry: Mapping[str, Any]) -> bool:
    return bool(entry.get("messaging") or entry.get("standby"))


def _comment(field: str, value: Mapping[str, Any]) -> str:
    if field == "feed" and value["item"] == "comment":
        return str(value["comment_id"])
    return str({"comments": value}[field]["id"])
