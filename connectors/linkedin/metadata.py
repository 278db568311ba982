"""What LinkedIn tells of a post's comments as a whole: how many, and whether they are open (Social Metadata API)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from connectors.linkedin.urn import key
from errors import Rejected

AT_ONCE = 50
OPEN, CLOSED = "OPEN", "CLOSED"


def path_of(post: str) -> str:
    """Return the address of a post's metadata."""
    return f"/socialMetadata/{key(post)}"


def summaries(read: Callable[[str], Mapping[str, Any]], posts: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what is told of each post, fifty a call; nothing where LinkedIn does not let us ask for several."""
    told: dict[str, dict[str, Any]] = {}
    for start in range(0, len(posts), AT_ONCE):
        names = ",".join(key(post) for post in posts[start : start + AT_ONCE])
        try:
            results = read(f"/socialMetadata?ids=List({names})").get("results") or {}
        except Rejected:
            return {}
        # A name may come back encoded, as it was asked for.
        told |= {unquote(name): one for name, one in results.items()}
    return told


def is_open(summary: Mapping[str, Any]) -> bool | None:
    """Say whether everybody may comment; None where LinkedIn does not tell."""
    return {OPEN: True, CLOSED: False}.get(str(summary.get("commentsState")))


def change_to(enabled: bool) -> dict[str, Any]:
    """Return the partial update that opens or closes the comments."""
    return {"patch": {"$set": {"commentsState": OPEN if enabled else CLOSED}}}
