"""The length of a post as its network counts it. Nothing is ever cut: what is too long is refused with its length.

| network | limit | unit | source |
|---|---|---|---|
| X | 280 | weighted characters | twitter-text configuration 3 (published by the network) |
| LinkedIn | 3000 | characters after the escaping of "little text" | Posts API, `commentary` |
| Facebook | 63206 | characters | network's limit of a post |
| Instagram | 2200 | characters | Content publishing, `caption` |
| TikTok | 2200 | UTF-16 code units | Content Posting API, `title` |
| YouTube | 5000 | bytes of UTF-8 | Data API, `snippet.description` |
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from models.enums import Network

X_LIMIT = 280
X_URL_LENGTH = 23
# Code points that weigh one; every other weighs two.
X_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
LAST_OF_PLANE_0 = 0xFFFF
LITTLE_TEXT_RESERVED = frozenset("\\|{}@[]()<>#*_~")

_CC_TLDS = """ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv
bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg eh er es et eu fi fj fk
fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je
jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp mq
mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro
rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tp tr tt
tv tw tz ua ug uk um us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"""
_GENERIC_TLDS = """com org net info biz edu gov mil int name pro mobi jobs asia cat tel travel aero coop museum app dev
blog shop store site online website web tech xyz club live life news media video social health care clinic dental doctor
hospital pharmacy bio science foundation paris bzh alsace corsica page link click email cloud world group company agency
academy education events team work zone today top"""
_TLD = "|".join(sorted([*_CC_TLDS.split(), *_GENERIC_TLDS.split()], key=len, reverse=True))
_PATH_CHARACTER = r"[\w!*';:=+,.$/%#\[\]~@|&–-]"
_URL = re.compile(
    rf"""(?<![A-Za-z0-9@＠$#＃_./-])
    (?: https?://(?:[\w-]+\.)+[^\W\d_]{{2,}}
      | (?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\.)+(?:{_TLD})(?![\w@＠-]) )
    (?: :\d+ )?
    (?: /(?:{_PATH_CHARACTER}*\({_PATH_CHARACTER}*\)|{_PATH_CHARACTER}*[\w=#/+-])? )?
    (?: \?[\w!?*'();:&=+$/%#\[\].,~|@-]*[\w=&#/-] )?""",
    re.VERBOSE | re.IGNORECASE,
)
_EMOJI_UNIT = "[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]\ufe0f?[\U0001f3fb-\U0001f3ff]?"
_EMOJI = re.compile(
    "[0-9#*]\ufe0f?\u20e3"
    "|[\U0001f1e6-\U0001f1ff]{2}"
    "|\U0001f3f4[\U000e0061-\U000e007a]+\U000e007f"
    f"|{_EMOJI_UNIT}(?:\u200d{_EMOJI_UNIT})*"
    "|[\u00a9\u00ae\u203c\u2049]\ufe0f"
)


@dataclass(frozen=True)
class Length:
    """How long a text is on a network: `count` and `limit` in the network's unit; no limit is None."""

    count: int
    limit: int | None
    over: bool


def published_text(network: Network | None, text: str, hashtags: Iterable[str] = (), link: str = "") -> str:
    """Return the text that is published: hashtags that the text does not hold are appended on a line of their own.

    X has no attachment for a link: one that the text does not hold is appended there, and counts.
    """
    written = {word.casefold() for word in re.findall(r"#\w+", text)}
    tags = [f"#{tag.lstrip('#')}" for tag in hashtags if tag.strip("# ")]
    missing = " ".join(tag for tag in dict.fromkeys(tags) if tag.casefold() not in written)
    address = link if network is Network.X and link and link not in text else ""
    return "\n".join(part for part in (text, address, missing) if part)


def measure(network: Network, text: str) -> Length:
    """Measure a text as `network` counts it; a network without a limit of its own counts characters."""
    counter, limit = COUNTERS.get(network, (len, None))
    count = counter(text)
    return Length(count, limit, limit is not None and count > limit)


def little_text(text: str) -> str:
    """Escape the characters that LinkedIn's "little text" reserves; unescaped, they cut the post silently."""
    return "".join(f"\\{character}" if character in LITTLE_TEXT_RESERVED else character for character in text)


def weighted_length(text: str) -> int:
    """Count as X does: NFC, a link weighs 23, an emoji sequence 2, CJK and other heavy characters 2."""
    composed = unicodedata.normalize("NFC", text)
    links = _URL.findall(composed)
    rest = _URL.sub("", composed)
    emojis = _EMOJI.findall(rest)
    return len(links) * X_URL_LENGTH + 2 * len(emojis) + sum(map(_weight, _EMOJI.sub("", rest)))


def _weight(character: str) -> int:
    """Weigh one character for X."""
    code = ord(character)
    return 1 if any(first <= code <= last for first, last in X_LIGHT) else 2


def _utf16_units(text: str) -> int:
    """Count UTF-16 code units; a lone surrogate is one."""
    return sum(2 if ord(character) > LAST_OF_PLANE_0 else 1 for character in text)


def _utf8_bytes(text: str) -> int:
    """Count bytes of UTF-8; a lone surrogate, which has none, counts three."""
    return len(text.encode("utf-8", "surrogatepass"))


COUNTERS: dict[Network, tuple[Callable[[str], int], int]] = {
    Network.X: (weighted_length, X_LIMIT),
    Network.LINKEDIN: (lambda text: len(little_text(text)), 3000),
    Network.FACEBOOK: (len, 63206),
    Network.INSTAGRAM: (len, 2200),
    Network.TIKTOK: (_utf16_units, 2200),
    Network.YOUTUBE: (_utf8_bytes, 5000),
}
