"""X's webhooks: the challenge (CRC) by which X asks whose address it is, and the signature over the raw bytes.

Both are HMAC-SHA256 with the application's consumer secret, in base64 after `sha256=`. X asks again every hour, and a
notification carries `x-twitter-webhooks-signature` (docs.x.com, "Securing webhooks", read 2026-11).
"""

import base64
import hmac
from hashlib import sha256
from typing import Any

from errors import Rejected

SIGNATURE_HEADER = "x-twitter-webhooks-signature"
LONGEST_TOKEN = 500


def answer_challenge(crc_token: str, consumer_secret: str) -> dict[str, str]:
    """Return the JSON object that answers `GET ?crc_token=`; `Rejected` without a token or a secret."""
    if not crc_token or len(crc_token) > LONGEST_TOKEN or not consumer_secret:
        raise Rejected("this is no challenge of X's")
    return {"response_token": signature(crc_token.encode(), consumer_secret)}


def is_signed(body: bytes, header: str, consumer_secret: str) -> bool:
    """Whether X signed these raw bytes; compared in constant time, never true without a secret."""
    return bool(consumer_secret) and hmac.compare_digest(signature(body, consumer_secret).encode(), header.encode())


EVENTS = ("post_create_events", "tweet_create_events", "post_delete_events", "tweet_delete_events")


def named(told: Any) -> tuple[str, ...]:
    """Return the ids of the posts that a notification says were written or deleted; raises KeyError for other ones."""
    events = [event for kind in EVENTS for event in told.get(kind, ())]
    return tuple(str(event["status"]["id"] if "status" in event else event["id"]) for event in events)


def signature(message: bytes, consumer_secret: str) -> str:
    """Return `sha256=` and the base64 HMAC-SHA256 of a message by the consumer secret."""
    digest = hmac.new(consumer_secret.encode(), message, sha256).digest()
    return "sha256=" + base64.b64encode(digest).decode()
