"""How X counts and rewrites text.

Source: the twitter-text configuration version 3 (weights per 100: 100 for the ranges below, 200 for the rest, every
link 23, every emoji 2, after NFC normalisation), docs.x.com "Counting characters".
"""

import re
import unicodedata

MAX_WEIGHTED_LENGTH = 280
LINK_LENGTH = 23
LIGHT_RANGES = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))

_BARE_DOMAINS = "com|net|org|eu|fr|info|be|ch|ca|lu|de|uk|es|it|nl|io|co|health|gouv|app|me|ly|gl"
LINK = re.compile(
    r"(?<![\w@.#/-])(?:https?://[^\s<>\"«»]+|(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:" + _BARE_DOMAINS + r")"
    r"(?![\w@-])(?:/[^\s<>\"«»]*)?)",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?…'’)]}*_"
_BASE = "[\U0001f000-\U0001faff\u2190-\u2bff\u3030\u303d\u3297\u3299\u00a9\u00ae\u203c\u2049\u2122\u2139]"
_MODIFIED = _BASE + "(?:\ufe0f|[\U0001f3fb-\U0001f3ff])?[\U000e0020-\U000e007f]*"
EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|[0-9#*]\ufe0f?\u20e3|" + _MODIFIED + "(?:\u200d" + _MODIFIED + ")*", re.UNICODE
)
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)


def links(text: str) -> list[tuple[int, int]]:
    """Return the spans (start, end) that X would turn into links, closing punctuation left out."""
    return [(match.start(), match.start() + len(match.group().rstrip(_TRAILING))) for match in LINK.finditer(text)]


def weighted_length(text: str) -> int:
    """Return the length that X compares with 280: links 23, emoji 2, Latin, Greek, Cyrillic 1, most other scripts 2."""
    text = unicodedata.normalize("NFC", text)
    total, rest, last = 0, [], 0
    for start, end in links(text):
        rest.append(text[last:start])
        total, last = total + LINK_LENGTH, end
    rest.append(text[last:])
    for part in rest:
        without, emoji = EMOJI.subn("", part)
        total += 2 * emoji + sum(1 if _light(ord(char)) else 2 for char in without)
    return total


def _light(point: int) -> bool:
    return any(low <= point <= high for low, high in LIGHT_RANGES)


def same_words(left: str, right: str) -> bool:
    """Whether two texts are the same but for what X changes: NFC, outer blanks, a link's scheme and final slash."""
    return _canonical(left) == _canonical(right)


def _canonical(text: str) -> str:
    text = unicodedata.normalize("NFC", text).strip()
    for start, end in reversed(links(text)):
        link = _SCHEME.sub("", text[start:end]).rstrip("/")
        host, slash, path = link.partition("/")
        text = f"{text[:start]}{host.lower()}{slash}{path}{text[end:]}"
    return text


def unescape(text: str) -> str:
    """Undo the three escapes that X's interface puts into a text (`&amp;`, `&lt;`, `&gt;`), and no other."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
