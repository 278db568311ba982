"""The length of a post as its network counts it. Nothing is ever cut: what is too long is refused with its length.

| network | limit | unit | source |
|---|---|---|---|
| X | 280 | weighted characters | twitter-text configuration 3: `connectors.x_text`, the one place that weighs |
| LinkedIn | 3000 | characters after the escaping of "little text" | Posts API, `commentary` |
| Facebook | 63206 | characters | network's limit of a post |
| Instagram | 2200 | characters | Content publishing, `caption` |
| TikTok | 2200 | UTF-16 code units | Content Posting API, `title` |
| YouTube | 5000 | bytes of UTF-8 | Data API, `snippet.description` |
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from connectors.linkedin.little_text import RESERVED
from connectors.x_text import MAX_WEIGHTED_LENGTH, weighted_length
from models.enums import Network

WITHOUT_ATTACHED_LINK = frozenset({Network.X, Network.INSTAGRAM, Network.LINKEDIN, Network.TIKTOK, Network.YOUTUBE})
LAST_OF_PLANE_0 = 0xFFFF


@dataclass(frozen=True)
class Length:
    """How long a text is on a network: `count` and `limit` in the network's unit; no limit is None."""

    count: int
    limit: int | None
    over: bool


def published_text(network: Network | None, text: str, hashtags: Iterable[str] = (), link: str = "") -> str:
    """Return the text that is published: hashtags that the text does not hold are appended on a line of their own.

    Where a network attaches no link (all but Facebook), one that the text does not hold is appended too, and counts: it
    would be lost otherwise.
    """
    written = {word.casefold() for word in re.findall(r"#\w+", text)}
    tags = [f"#{tag.lstrip('#')}" for tag in hashtags if tag.strip("# ")]
    missing = " ".join(tag for tag in dict.fromkeys(tags) if tag.casefold() not in written)
    address = link if network in WITHOUT_ATTACHED_LINK and link and link not in text else ""
    return "\n".join(part for part in (text, address, missing) if part)


def measure(network: Network, text: str) -> Length:
    """Measure a text as `network` counts it; a network without a limit of its own counts characters."""
    counter, limit = COUNTERS.get(network, (len, None))
    count = counter(text)
    return Length(count, limit, limit is not None and count > limit)


def little_text(text: str) -> str:
    """Escape the characters that LinkedIn's "little text" reserves; unescaped, they cut the post silently."""
    return "".join(f"\\{character}" if character in RESERVED else character for character in text)


def _utf16_units(text: str) -> int:
    """Count UTF-16 code units; a lone surrogate is one."""
    return sum(2 if ord(character) > LAST_OF_PLANE_0 else 1 for character in text)


def _utf8_bytes(text: str) -> int:
    """Count bytes of UTF-8; a lone surrogate, which has none, counts three."""
    return len(text.encode("utf-8", "surrogatepass"))


COUNTERS: dict[Network, tuple[Callable[[str], int], int]] = {
    Network.X: (weighted_length, MAX_WEIGHTED_LENGTH),
    Network.LINKEDIN: (lambda text: len(little_text(text)), 3000),
    Network.FACEBOOK: (len, 63206),
    Network.INSTAGRAM: (len, 2200),
    Network.TIKTOK: (_utf16_units, 2200),
    Network.YOUTUBE: (_utf8_bytes, 5000),
}
