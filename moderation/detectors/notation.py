"""The notation of terms files (`moderation.detectors.terms` states it), as a regular expression and as items.

The regular expression says what an expression finds; the items say how it can begin.
"""

import re
import unicodedata
from enum import Enum
from typing import NamedTuple

_GAP = r"(?:[\W_]{1,4}\w{1,24}){0,3}?[\W_]{1,4}"
_LONG_GAP = r"(?:[\W_]{1,4}\w{1,24}){0,6}?[\W_]{1,4}"


class Kind(Enum):
    """What one item of an expression stands for."""

    LETTERS = "letters"
    SIGN = "sign"
    DIGITS = "digits"
    ENDING = "any ending of a word"
    GAP = "something that is no word, and perhaps words between"
    PERHAPS_GAP = "as GAP, or nothing"
    CHOICE = "one of several"
    OTHER = "anything"


class Item(NamedTuple):
    """One item: the letters or the sign in `text`; in `reach` an index into REACHES; the choices in `branches`."""

    kind: Kind
    text: str = ""
    reach: int = 0
    branches: tuple[tuple["Item", ...], ...] = ()


Items = tuple[Item, ...]

_NOTATION = (
    (" ~ ~ ", _LONG_GAP, Item(Kind.GAP, reach=2)),
    (" ~ ", _GAP, Item(Kind.GAP, reach=1)),
    (" ?", r"[\s'\-_]{0,4}", Item(Kind.PERHAPS_GAP)),
    ("'", r"[' ]?", Item(Kind.PERHAPS_GAP)),
    (r"\w*", r"\w{0,14}", Item(Kind.ENDING)),
    (r"\w+", r"\w{1,24}", Item(Kind.OTHER)),
    (r"\d+", r"\d{1,6}", Item(Kind.DIGITS)),
    ("*", r"\w{0,14}", Item(Kind.ENDING)),
    (" ", r"[\s'\-_]{1,4}", Item(Kind.GAP)),
)
REACHES = (1, 4, 7)
"""How many words on the next one can be: at once, after up to three others, after up to six."""
LONGEST_ENDING = 14
"""Letters that "any ending" stands for."""

_PIECE = re.compile(r"\\.|\[[^\]]*\]|\{[^}]*\}|[^\W_]+(?![?{+])|.", re.DOTALL)
"""Letters before a quantifier stand alone, because it speaks of the last one only."""
_ANY = Item(Kind.OTHER)
_DIGIT = Item(Kind.DIGITS)


def marked(line: str) -> str:
    """Return an expression folded, one control character for each piece of notation."""
    plain = "".join(c for c in unicodedata.normalize("NFD", line) if not unicodedata.combining(c))
    plain = plain.replace("œ", "oe").replace("’", "'").lower()
    plain = plain.removesuffix(" ~")
    for marker, (written, _, _) in enumerate(_NOTATION):
        plain = plain.replace(written, chr(marker))
    return plain


def meaning(expression: str) -> str:
    """Return the regular expression that a marked expression stands for."""
    for marker, (_, meant, _) in enumerate(_NOTATION):
        expression = expression.replace(chr(marker), meant)
    return expression


def items(expression: str) -> tuple[Items, ...]:
    """Return the branches of a marked expression; what is not understood is OTHER, which may be anything."""
    return _Reader(expression).branches()


class _Reader:
    """Reads the pieces of one expression from the left."""

    def __init__(self, expression: str) -> None:
        self._pieces: list[str] = _PIECE.findall(expression)[::-1]

    def _next_is(self, *pieces: str) -> bool:
        return bool(self._pieces) and self._pieces[-1][0] in pieces

    def branches(self) -> tuple[Items, ...]:
        found = [self._branch()]
        while self._next_is("|"):
            self._pieces.pop()
            found.append(self._branch())
        return tuple(found)

    def _branch(self) -> Items:
        found = []
        while self._pieces and not self._next_is("|", ")"):
            found.append(self._quantified(self._pieces.pop()))
        return tuple(found)

    def _quantified(self, piece: str) -> Item:
        item = self._item(piece)
        if self._next_is("{", "+"):
            self._pieces.pop()
            return _ANY
        if self._next_is("?"):
            while self._next_is("?"):
                self._pieces.pop()
            # After a piece of notation it only asks for the shortest reading.
            return item if ord(piece[0]) < len(_NOTATION) else Item(Kind.CHOICE, branches=((item,), ()))
        return item

    def _item(self, piece: str) -> Item:
        if ord(piece[0]) < len(_NOTATION):
            return _NOTATION[ord(piece)][2]
        if piece == "(":
            return self._group()
        if piece.isalnum():
            return Item(Kind.LETTERS, piece)
        if piece == "^":
            return Item(Kind.CHOICE, branches=((),))
        return _symbol(piece)

    def _group(self) -> Item:
        look = self._next_is("?")
        inside = self.branches()
        self._pieces.pop()
        return _ANY if look else Item(Kind.CHOICE, branches=inside)


def _symbol(piece: str) -> Item:
    """Read an escape, a class of single signs, a dot, an end or a sign."""
    if piece == r"\d":
        return _DIGIT
    if len(piece) > 1 and piece[0] == "[":
        return _class(piece[1:-1])
    if piece in (".", "$", "?") or (piece[0] == "\\" and piece[1].isalnum()):
        return _ANY
    return Item(Kind.SIGN, piece[-1])


def _class(signs: str) -> Item:
    if any(c in "^\\" or ord(c) < len(_NOTATION) for c in signs) or "-" in signs[:-1]:
        return _ANY
    kinds = (Kind.LETTERS if c.isalnum() else Kind.SIGN for c in signs)
    return Item(Kind.CHOICE, branches=tuple((Item(kind, c),) for kind, c in zip(kinds, signs, strict=True)))
