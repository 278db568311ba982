r"""LinkedIn's "little text": how the text of a post is written. Comments are plain text.

Reserved characters stand behind a backslash. One that does not cuts the post there, and LinkedIn says nothing
("little Text Format", learn.microsoft.com, version 2026-05). A hashtag of letters and digits is written as it is, so
that it can be clicked. What LinkedIn shows comes back with hashtags as `{hashtag|\#|mot}` and mentions as
`@[Nom](urn:li:organization:5)`.
"""

import re
import unicodedata

RESERVED = frozenset("\\|{}@[]()<>#*_~")
HASHTAG = re.compile(r"(?<![\w#])#(?=\w*[^\W\d_])[^\W_]+(?!\w)")
ELEMENT = re.compile(
    r"""\\(?P<escaped>[\\|{}@\[\]()<>\#*_~])
    | \{hashtag\|\\?[\#＃]\|(?P<tag>(?:\\.|[^}\\])*)\}
    | @\[(?P<name>(?:\\.|[^\]\\])*)\]\ ?\(urn:li:[^)]+\)""",
    re.VERBOSE,
)


def escaped(text: str) -> str:
    """Return a plain text as it is sent."""
    tags = {match.start() for match in HASHTAG.finditer(text)}
    return "".join(f"\\{one}" if one in RESERVED and place not in tags else one for place, one in enumerate(text))


def plain(text: str) -> str:
    """Return the words that people read of a text in LinkedIn's writing."""
    return ELEMENT.sub(_words, text)


def _words(match: re.Match[str]) -> str:
    if match["escaped"]:
        return match["escaped"]
    return plain(match["name"]) if match["tag"] is None else f"#{plain(match['tag'])}"


def same_words(left: str, right: str) -> bool:
    """Whether two texts are the same but for NFC, line ends and outer blanks."""
    return _canonical(left) == _canonical(right)


def _canonical(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
