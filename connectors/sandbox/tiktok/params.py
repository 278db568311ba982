"""What may be asked of TikTok's lists, and what is refused."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from connectors.sandbox.tiktok.access import wrong


def whole(asked: Mapping[str, Any], name: str, default: int, low: int, high: int) -> int:
    """Read a whole number between two bounds."""
    text = str(asked.get(name, default))
    if not text.isdigit():
        raise wrong(name, "Not a valid integer.")
    if not low <= int(text) <= high:
        raise wrong(name, f"Must be greater than or equal to {low} and less than or equal to {high}.")
    return int(text)


def one_of(asked: Mapping[str, Any], name: str, allowed: Collection[str], default: str = "") -> str:
    """Read a word of an enumeration."""
    text = asked.get(name, default)
    if name in asked and text not in allowed:
        raise wrong(name, f"Must be one of: {', '.join(allowed)}.")
    return str(text)


def truth(asked: Mapping[str, Any], name: str) -> bool:
    """Read a true or false of a query."""
    text = str(asked.get(name, "false")).lower()
    if text not in ("true", "false"):
        raise wrong(name, "Not a valid boolean.")
    return text == "true"


def texts(name: str, value: Any, most: int) -> list[str]:
    """Read a list of texts, in a query a JSON text, of one to `most`."""
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise wrong(name, "Not a valid list.")
    if not 1 <= len(found) <= most:
        raise wrong(name, f"Length must be between 1 and {most}.")
    return found


def text_of(asked: Mapping[str, Any], name: str, longest: int) -> str:
    """Read a text that is not blank."""
    text = asked.get(name)
    if not isinstance(text, str) or not text.strip():
        raise wrong(name, "Not a valid string.")
    if len(text) > longest:
        raise wrong(name, f"Longer than maximum length {longest}.")
    return text
