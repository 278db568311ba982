"""LinkedIn's webhooks: the challenge that proves whose address it is, and the signature over each notification.

Both are HMAC-SHA256 with the application's client secret, in hexadecimal. A challenge must be answered within three
seconds and comes again every two hours; a notification carries `X-LI-Signature`, and comes again every five minutes
for eight hours until it is acknowledged (learn.microsoft.com, "Webhooks", read 2026-11).
"""

import hmac
import re
from hashlib import sha256
from typing import Any

from errors import Rejected

CODE = re.compile(r"[0-9a-fA-F-]{1,64}")
SIGNED_PREFIX = b"hmacsha256="


def answer_challenge(challenge_code: str, client_secret: str) -> dict[str, str]:
    """Return the JSON object that answers `GET ?challengeCode=`; `Rejected` for what is no UUID."""
    if not CODE.fullmatch(challenge_code) or not client_secret:
        raise Rejected("this is no challenge of LinkedIn's")
    response = _signature(challenge_code.encode(), client_secret)
    return {"challengeCode": challenge_code, "challengeResponse": response}


def is_signed(body: bytes, signature: str, client_secret: str) -> bool:
    """Say whether `X-LI-Signature` is LinkedIn's own over the raw bytes of a body; compared in constant time."""
    if not client_secret:
        return False
    return hmac.compare_digest(_signature(SIGNED_PREFIX + body, client_secret).encode(), signature.encode())


def named(told: Any) -> tuple[str, ...]:
    """Return the names of the comments that a notification speaks of; raises KeyError when it speaks of other things.

    A reaction or a share has no `comment` beside its activity.
    """
    spoken = [one["decoratedGeneratedActivity"]["comment"]["entity"] for one in told["notifications"]]
    return tuple(str(urn) for urn in spoken)


def _signature(message: bytes, client_secret: str) -> str:
    return hmac.new(client_secret.encode(), message, sha256).hexdigest()
