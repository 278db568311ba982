"""The signature of a delivery: HMAC-SHA256 over the moment, a point and the raw body. Pure.

X-Covigie-Timestamp: 1795348800                       seconds since 1970, within five minutes of our clock
X-Covigie-Signature: sha256=hex(HMAC(secret, b"1795348800." + body))
"""

import hashlib
import hmac
from datetime import datetime

WINDOW_SECONDS = 300
PREFIX = "sha256="
DIGITS = 12
LENGTH = len(PREFIX) + 64


def signature_of(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature that a sender must give."""
    return PREFIX + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_signed(secret: str, timestamp: str, signature: str, body: bytes) -> bool:
    """Say whether a body was signed with the secret at the moment it names; compared in constant time."""
    return hmac.compare_digest(signature_of(secret, timestamp, body).encode(), signature.encode())


def is_timely(timestamp: str, now: datetime) -> bool:
    """Say whether a moment is within five minutes of ours, before or after."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= DIGITS):
        return False
    return abs(int(timestamp) - now.timestamp()) <= WINDOW_SECONDS


def looks_signed(timestamp: str, signature: str, now: datetime) -> bool:
    """Say whether a delivery can be signed at all, by its headers alone: a body that cannot be is not read."""
    return signature.startswith(PREFIX) and len(signature) == LENGTH and is_timely(timestamp, now)
