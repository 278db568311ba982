"""Texts and payloads as the network sent them, made fit for a database without losing what they were.

PostgreSQL refuses NUL and lone surrogates. In a payload they become JSON escapes, which read back as they were; in a
text each becomes one visible character, and the hash kept beside it is of the text as received.
"""

import re

from compliance.canonical import sha256_text

_CONTROL = {code: chr(0x2400 + code) for code in range(0x20) if code not in (0x09, 0x0A, 0x0D)} | {0x7F: "␡"}
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_REFUSED = re.compile("[\x00\ud800-\udfff]")


def whole(text: str) -> str:
    """Join surrogate pairs into the characters that they stand for; a lone one becomes U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def storable_text(text: str) -> str:
    """Return a text with every refused or control character replaced by a visible one."""
    return whole(text).translate(_CONTROL) if _ODD.search(text) else text


def storable_payload(payload: str) -> str:
    """Return a JSON text with every refused character as its JSON escape: the same content, in every database."""
    return _REFUSED.sub(lambda match: f"\\u{ord(match.group()):04x}", payload)


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text as received."""
    return sha256_text(text)
