"""How LinkedIn names things: `urn:li:organization:5`, `urn:li:share:7`, `urn:li:comment:(urn:li:activity:8,9)`.

A post has a name of its own (share or ugcPost) and, as the thread that is commented, another: its activity. A comment
is named by the thread and its number. In an address a name is one key, so every special character is encoded.
"""

import re
from urllib.parse import quote

POST = re.compile(r"urn:li:(?:share|ugcPost|activity):\d+")
COMMENT = re.compile(r"urn:li:comment:\((urn:li:)?(\w+:\d+),(\d+)\)")
FEED = "https://www.linkedin.com/feed/update/"


def key(urn: str) -> str:
    """Return a name as a key of an address (Rest.li 2.0: colons, commas and brackets encoded)."""
    return quote(urn, safe="")


def actions(urn: str) -> str:
    """Return the path of the comments under a post or a comment."""
    return f"/socialActions/{key(urn)}/comments"


def is_post(urn: str) -> bool:
    """Say whether a name is a post's."""
    return POST.fullmatch(urn) is not None


def comment_urn(thread: str, number: str) -> str:
    """Return the name of a comment of a thread."""
    return f"urn:li:comment:({thread},{number})"


def parts_of(urn: str) -> tuple[str, str] | None:
    """Return thread and number of a comment; None for what is no comment's name."""
    match = COMMENT.fullmatch(urn)
    return (f"urn:li:{match[2]}", match[3]) if match else None


def address(urn: str) -> str:
    """Return the public address of a post or a comment."""
    parts = parts_of(urn)
    return f"{FEED}{parts[0]}/?commentUrn={urn}" if parts else f"{FEED}{urn}/"
