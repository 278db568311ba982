"""Where a remark stands: a quotation found again in a changed text, a region of a picture. Pure.

A quotation is W3C's text-quote selector: the exact words, with some text before and after. It is always sought with the
words that were first quoted, never with those that it was found in later, so that it cannot drift from version to
version. Offsets are Python indices into the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from errors import InvalidInput
from i18n import N_

CONTEXT = 32
ALIKE = 0.8
CERTAIN_LENGTH = 12
"""A quotation of so many characters that stands in a text once is found, whatever is around it now."""
LONGEST = 2_000
WORD = re.compile(r"\w+|[^\w\s]")
DIGITS = re.compile(r"\d+")
WHOLE = 100.0


@dataclass(frozen=True)
class Quote:
    """Words of one field of one variant, between what stood before and after them."""

    account_id: str
    field: str
    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class Region:
    """A rectangle of a picture in a variant, in percent, from the upper left corner."""

    account_id: str
    sha256: str
    x: float
    y: float
    width: float
    height: float


Anchor = Quote | Region


@dataclass(frozen=True)
class Found:
    """Where a quotation stands now; `same`: word for word."""

    start: int
    end: int
    same: bool


def quote_in(text: str, exact: str, *, account_id: str, field: str) -> Quote:
    """Return the selector of words that stand in a text once; raises InvalidInput for none, or for several places.

    Blanks may differ: what is copied from a screen has its own.
    """
    exact = exact.strip()
    if not exact or len(exact) > LONGEST:
        raise InvalidInput(N_("Copiez le passage sur lequel porte la remarque, tel qu'il est écrit."))
    blanks = r"\s+".join(re.escape(word) for word in exact.split())
    places = [match.span() for match in re.finditer(blanks, text)]
    if not places:
        raise InvalidInput(N_("Ce passage n'est pas dans ce texte. Copiez-le tel qu'il y est écrit."))
    if len(places) > 1:
        raise InvalidInput(
            N_("Ce passage s'y trouve {count} fois. Copiez-en un peu plus, pour que l'on sache lequel."),
            count=len(places),
        )
    return quote_at(text, *places[0], account_id=account_id, field=field)


def quote_at(text: str, start: int, end: int, *, account_id: str = "", field: str = "text") -> Quote:
    """Return the selector of `text[start:end]`."""
    return Quote(account_id, field, text[start:end], text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT])


def check_region(region: Region) -> Region:
    """Return a region that lies in its picture; raises InvalidInput for another."""
    inside = (
        region.x >= 0
        and region.y >= 0
        and region.width > 0
        and region.height > 0
        and region.x + region.width <= WHOLE
        and region.y + region.height <= WHOLE
    )
    if not inside:
        raise InvalidInput(N_("Cette zone sort de l'image : gauche et largeur, haut et hauteur, 100 % au plus."))
    return region


def find(text: str, quote: Quote) -> Found | None:
    """Return where a quotation stands in a text: word for word, or so nearly that it is the same passage; else None.

    Among several places the one with the most similar surroundings is meant; a few letters count only between
    surroundings that are still there. A passage in which a number changed is another passage.
    """
    exact = [(start, _around(text, start, start + len(quote.exact), quote)) for start in _places(text, quote.exact)]
    if exact:
        start, around = max(exact, key=lambda each: (each[1], -each[0]))
        alone = len(exact) == 1 and len(quote.exact) >= CERTAIN_LENGTH
        if alone or around >= ALIKE / 2 or not (quote.prefix or quote.suffix):
            return Found(start, start + len(quote.exact), same=True)
        return None
    return _nearly(text, quote)


def _places(text: str, exact: str) -> Iterator[int]:
    at = text.find(exact) if exact else -1
    while at >= 0:
        yield at
        at = text.find(exact, at + 1)


def _around(text: str, start: int, end: int, quote: Quote) -> float:
    """Return how much of the surroundings is there still, from 0 to 1: the better of the two sides."""
    before, after = text[max(0, start - len(quote.prefix)) : start], text[end : end + len(quote.suffix)]
    sides = [(quote.prefix, before), (quote.suffix, after)]
    alike = [SequenceMatcher(None, was, now, autojunk=False).ratio() for was, now in sides if was]
    return sum(alike) / len(alike) if alike else 0.0


def _nearly(text: str, quote: Quote) -> Found | None:
    """Seek a passage of about as many words, around the longest run of words that it kept."""
    words = [match.span() for match in WORD.finditer(text)]
    sought = WORD.findall(quote.exact)
    there = [text[start:end] for start, end in words]
    run = SequenceMatcher(None, there, sought, autojunk=False).find_longest_match()
    if not run.size:
        return None
    first, last = max(0, run.a - run.b), run.a - run.b + len(sought)
    best, found = 0.0, None
    for begin in {first, max(0, first - 1), min(first + 1, run.a)}:
        for end in range(max(begin + 1, last - 2), min(len(words), last + 2) + 1):
            start, stop = words[begin][0], words[end - 1][1]
            alike = SequenceMatcher(None, text[start:stop], quote.exact, autojunk=False).ratio()
            if alike > best:
                best, found = alike, Found(start, stop, same=False)
    if found is None or best < ALIKE or _numbers(text[found.start : found.end]) != _numbers(quote.exact):
        return None
    return found


def _numbers(text: str) -> list[str]:
    return DIGITS.findall(text)
