"""How X counts and rewrites text: the one place that weighs a text for X, whoever asks (rules, screens, connector).

Source: the twitter-text configuration version 3 (weights per 100: 100 for the ranges below, 200 for the rest, every
link 23, every emoji 2, after NFC normalisation), docs.x.com "Counting characters".
"""

import re
import unicodedata

MAX_WEIGHTED_LENGTH = 280
LINK_LENGTH = 23
LIGHT_RANGES = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))

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
LINK = re.compile(
    rf"""(?<![A-Za-z0-9@＠$#＃_./-])
    (?: https?://(?:[\w-]+\.)+[^\W\d_]{{2,}}
      | (?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\.)+(?:{_TLD})(?![\w@＠-]) )
    (?: :\d+ )?
    (?: /(?:{_PATH_CHARACTER}*\({_PATH_CHARACTER}*\)|{_PATH_CHARACTER}*[\w=#/+-])? )?
    (?: \?[\w!?*'();:&=+$/%#\[\].,~|@-]*[\w=&#/-] )?""",
    re.VERBOSE | re.IGNORECASE,
)
_EMOJI_UNIT = "[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]\ufe0f?[\U0001f3fb-\U0001f3ff]?"
EMOJI = re.compile(
    "[0-9#*]\ufe0f?\u20e3"
    "|[\U0001f1e6-\U0001f1ff]{2}"
    "|\U0001f3f4[\U000e0061-\U000e007a]+\U000e007f"
    f"|{_EMOJI_UNIT}(?:\u200d{_EMOJI_UNIT})*"
    "|[\u00a9\u00ae\u203c\u2049\u2122\u2139]\ufe0f"
)
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)


def links(text: str) -> list[tuple[int, int]]:
    """Return the spans (start, end) that X would turn into links, closing punctuation left out."""
    return [match.span() for match in LINK.finditer(text)]


def weighted_length(text: str) -> int:
    """Return the length that X compares with 280: links 23, emoji 2, Latin, Greek, Cyrillic 1, most other scripts 2."""
    rest, linked = LINK.subn("", unicodedata.normalize("NFC", text))
    rest, emojis = EMOJI.subn("", rest)
    return linked * LINK_LENGTH + 2 * emojis + sum(map(_weight, rest))


def _weight(character: str) -> int:
    code = ord(character)
    return 1 if any(first <= code <= last for first, last in LIGHT_RANGES) else 2


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
