"""Postal addresses: French, Belgian and Swiss ("12 bis rue des Lilas, 7000 Mons"), British, Irish and American."""

import re
from collections.abc import Iterator, Sequence

_WAY_FR = (
    r"(?:rue|avenue|av\.?|bd|boulevard|all[ée]e|impasse|chemin|ch\.|place|pl\.|route|rte|quai|cours|r[ée]sidence|hameau|"
    r"lotissement|square|passage|faubourg|cit[ée]|clos|voie|esplanade|mail|sentier|mont[ée]e|chauss[ée]e|ruelle|venelle)"
)
_NUMBER_FR = (
    r"(?:\d{1,4}|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|"
    r"quarante|cinquante|soixante)(?:[- ](?:et[- ])?(?:un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix))?"
)
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w’']{0,30}(?:-\w{1,30}){0,4}"
_SMALL = r"(?:(?:de la|de l['’]|des|du|de|d['’]|la|les|le|l['’]|aux?|en|sur|sous|et|saint|sainte) ?)"
_NAME_FR = (
    rf"{_SMALL}{{0,3}}(?:{_CAPITAL}|\w[\w’'-]{{2,40}})(?:[ -]{_SMALL}{{0,2}}(?:{_CAPITAL}|\d{{1,2}} {_CAPITAL})){{0,6}}"
)
_TOWN = rf"{_CAPITAL}(?:[ -]{_SMALL}{{0,2}}{_CAPITAL}){{0,3}}"
_TAIL_FR = (
    rf"(?:,? (?:escalier|b[âa]t(?:iment)?|appt?\.?|appartement|porte|[ée]tage) \w{{1,4}})?"
    rf"(?:(?:,|\n| -|) ?\(?\d{{4,5}} {_TOWN}\)?|, {_TOWN}(?![\w’'])| [àa] {_TOWN})?"
)
_FRENCH = re.compile(rf"(?<!\w){_NUMBER_FR}(?: ?(?:bis|ter|quater|[A-D]))?,? (?i:{_WAY_FR}) {_NAME_FR}{_TAIL_FR}")
_WORDS_FR = """
rue avenue av bd boulevard allee impasse chemin ch place pl route rte quai cours residence hameau lotissement square
passage faubourg cite clos voie esplanade mail sentier montee chaussee ruelle venelle
"""
_WAYS_FR = frozenset(_WORDS_FR.split())
_WAY_EN = (
    r"(?:Street|St|Road|Rd|Lane|Ln|Terrace|Avenue|Ave|Close|Drive|Dr|Court|Ct|Way|Gardens|Crescent|Row|Walk|Passage|Park|"
    r"Place|Pl|Square|Sq|Hill|Grove|Mews|Heights|View|Green|Rise|Parade|Boulevard|Blvd|Quay|Yard|Circle|Parkway|Pkwy|"
    r"Highway|Hwy|Trail|Vale|Mount|Wharf|Estate|Villas|Cottages|Paddock|Avenue)\b\.?"
)
_WORD_EN = r"[A-Z][\w’']{0,30}(?:-\w{1,30}){0,3}"
_CODE = r"(?:[A-Z]{1,2}\d[A-Z\d]?(?: ?\d[A-Z]{2})?|[A-Z]\d[\dW] ?[A-Z\d]{4}|[A-Z]{2} \d{5}(?:-\d{4})?|\d{5})\b"
_FULL_CODE = r"(?:[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|[A-Z]\d[\dW] [A-Z\d]{4}|[A-Z]{2} \d{5}(?:-\d{4})?)\b"
_INSIDE = r"(?:(?:[Ff]lat|[Aa]pt\.?|[Aa]partment|[Uu]nit|[Ss]uite|[Rr]oom) \w{1,4},? )"
_TOWN_EN = r"[A-Z][a-z’']{1,30}(?:[- ][A-Z][a-z’']{1,30}){0,2}"
_TAIL_EN = rf"(?:,? (?:{_CODE}|{_TOWN_EN}(?: {_CODE})?)){{0,4}}"
_STREET = rf"(?:(?:{_WORD_EN} ){{1,4}}?{_WAY_EN}|The {_WORD_EN})"
_HOUSE = r"\d{1,5}[a-zA-Z]?(?:[-/]\d{1,4})?"
_ENGLISH = re.compile(
    rf"(?<![\w/.,]){_INSIDE}?{_HOUSE},? {_STREET}(?!\w){_TAIL_EN}"
    rf"|(?<!\w){_INSIDE}(?:{_WORD_EN} ){{1,3}}?{_WAY_EN}{_TAIL_EN}"
    rf"|(?<!\w)(?:{_WORD_EN}(?: {_WORD_EN}){{0,3}}, ){{1,3}}{_TOWN_EN} {_FULL_CODE}"
)
_WORDS_EN = """
street st road rd lane ln terrace avenue ave close drive dr court ct way gardens crescent row walk passage park place
pl square sq hill grove mews heights view green rise parade boulevard blvd quay yard circle parkway pkwy highway hwy
trail vale mount wharf estate villas cottages paddock the flat apt
"""
_WAYS_EN = frozenset(_WORDS_EN.split())
_A_CODE = re.compile(r"[A-Z]\d[A-Z\d]? \d[A-Z]{2}\b")


def addresses_in(text: str, words: Sequence[str], *, digits: bool) -> Iterator[tuple[int, int]]:
    """Yield the spans of the addresses in a text; what none can do without is looked for first in its folded words."""
    if not _WAYS_FR.isdisjoint(words):
        yield from (m.span() for m in _FRENCH.finditer(text))
    if digits and (not _WAYS_EN.isdisjoint(words) or _A_CODE.search(text)):
        yield from (m.span() for m in _ENGLISH.finditer(text))
