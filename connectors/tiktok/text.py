"""How TikTok counts a text, and what it changes of it."""

import unicodedata


def utf16_units(text: str) -> int:
    """Return the length in UTF-16 code units, as TikTok counts a caption.

    For a comment it only says "150 characters": units are never fewer, so nothing passes here that is cut there.
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def same_words(left: str, right: str) -> bool:
    """Whether two texts are the same but for NFC, outer blanks and the way lines end."""
    return _canonical(left) == _canonical(right)


def _canonical(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()
