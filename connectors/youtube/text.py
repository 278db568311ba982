"""How YouTube counts and keeps text (videos and comments resources, read 2026-11)."""

import unicodedata

MOST_BYTES = 5000
"""A film's description, in bytes of UTF-8."""
LONGEST_TITLE = 100
LONGEST_COMMENT = 10_000
FORBIDDEN = "<>"
"""What neither a title nor a description may hold."""


def comment_length(text: str) -> int:
    """Return the length that YouTube compares with 10,000: characters."""
    return len(text)


def same_words(left: str, right: str) -> bool:
    """Whether two texts are the same but for what YouTube changes: NFC, line ends, outer blanks."""
    return _canonical(left) == _canonical(right)


def _canonical(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()
