"""Canonical JSON and its SHA-256: the same content always gives the same bytes and the same hash.

Keys sorted, no spaces, UTF-8, text as given (no Unicode normalisation: what is signed is what is published).
"""

import hashlib
import json
from typing import Any


def canonical(content: Any) -> str:
    """Return the canonical JSON of a content made of dicts, lists, texts, integers, booleans and nulls."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256_text(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, in hexadecimal (lone surrogates kept apart, never merged)."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def sha256_of(content: Any) -> str:
    """Return the SHA-256 of a content's canonical JSON."""
    return sha256_text(canonical(content))
