"""How LinkedIn names an item: a post by its share, its thread by an activity of another number, a comment by both."""

import re

from connectors.sandbox.store import Item

APART = 1_001
"""An activity's number is not its share's."""
POST = re.compile(r"urn:li:(share|ugcPost|activity):(\d{1,19})")
COMMENT = re.compile(r"urn:li:comment:\(urn:li:activity:(\d{1,19}),(\d{1,19})\)")


def thread(item: Item) -> str:
    """Return the activity under which a post is commented."""
    return f"urn:li:activity:{item.top + APART}"


def name(item: Item) -> str:
    """Return an item's name; it stays through edits."""
    return f"urn:li:comment:({thread(item)},{item.first_id})" if item.parent else f"urn:li:share:{item.first_id}"


def number(urn: str) -> int | None:
    """Return the number of the item that is named, None for what is no name of a post or a comment."""
    comment, post = COMMENT.fullmatch(urn), POST.fullmatch(urn)
    if comment:
        return int(comment[2])
    return int(post[2]) - (APART if post[1] == "activity" else 0) if post else None


def link(_handle: str, item: Item) -> str:
    """Return an item's public address."""
    feed = "https://www.linkedin.com/feed/update/"
    return f"{feed}{thread(item)}/?commentUrn={name(item)}" if item.parent else f"{feed}{name(item)}/"


def author(item: Item) -> str:
    """Return who wrote an item: the company's own name, or a member's."""
    return item.author_id if item.author_id.startswith("urn:") else f"urn:li:person:{item.author_id}"
