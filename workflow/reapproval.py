"""Which signatures survive a change: the matrix of delta re-approval, as data, and the difference that it reads. Pure.

A signature binds to the version that its signer read. Between that version and a new one, `differences` names every
kind of change, and `kept` says which meanings of signature stand on the new one: those that every kind of change
leaves. One compares with the version that was signed, never with the one in between, so that many small changes are
one large change. What this module does not know lets every signature fall.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import chain
from typing import Any

from models.enums import SignatureMeaning as M

DELIVERED = "1"
"""The number of the matrix below; that of the one in force is written beside every signature that is carried over."""

TYPO_WORDS = 3
TYPO_LETTERS = 5
TERM_LETTERS = 4
WORD = re.compile(r"\w+")


class Change(StrEnum):
    """One kind of change between two versions."""

    SLOT = "slot"
    DESCRIPTION = "description"
    WHITESPACE = "whitespace"
    TYPO = "typo"
    TEXT = "text"
    SENSITIVE = "sensitive"
    LINK = "link"
    HASHTAGS = "hashtags"
    FIRST_COMMENT = "first_comment"
    ALT_TEXT = "alt_text"
    MEDIA = "media"
    SETTINGS = "settings"
    AUDIENCE = "audience"
    QUALIFICATION = "qualification"
    PRODUCTS = "products"
    VISA = "visa"
    INTERNAL_REF = "internal_ref"
    VARIANT_ADDED = "variant_added"
    VARIANT_REMOVED = "variant_removed"
    FINDING = "finding"
    OTHER = "other"


ALL = frozenset(M)
NONE: frozenset[M] = frozenset()
SEEN = frozenset({M.APPROVAL_MEDICAL, M.APPROVAL_PV})

KEPT: Mapping[Change, frozenset[M]] = {
    # In no hash: the slot is checked against visa and rules when it is chosen, and again when it comes.
    Change.SLOT: ALL,
    Change.DESCRIPTION: ALL,
    # Blank lines can push a mandatory mention below the fold of a network: regulatory looks again.
    Change.WHITESPACE: ALL - {M.APPROVAL_REGULATORY, M.RELEASE},
    Change.TYPO: frozenset({M.APPROVAL_COMMUNICATIONS, M.APPROVAL_LEGAL}),
    Change.TEXT: NONE,
    Change.SENSITIVE: NONE,
    # A link or a hashtag can make an information an advertisement (L. 5122-1 CSP): the qualification falls too.
    Change.LINK: SEEN,
    Change.HASHTAGS: SEEN,
    Change.FIRST_COMMENT: SEEN,
    Change.ALT_TEXT: SEEN | {M.QUALIFICATION},
    # Nothing reads what is written in a picture: medical looks at it, and a pack shot can change the qualification.
    Change.MEDIA: frozenset({M.APPROVAL_LEGAL, M.APPROVAL_PV}),
    Change.SETTINGS: ALL - {M.APPROVAL_REGULATORY, M.APPROVAL_PV, M.RELEASE},
    # Public or professionals: two different laws (R. 5122-8 and R. 5122-11 CSP), so that everything falls.
    Change.AUDIENCE: NONE,
    Change.QUALIFICATION: NONE,
    Change.PRODUCTS: NONE,
    Change.VISA: SEEN | {M.APPROVAL_COMMUNICATIONS},
    Change.INTERNAL_REF: ALL - {M.APPROVAL_REGULATORY, M.RELEASE},
    # Signatures bind to a version, not to one variant: a new network is a new text for everybody.
    Change.VARIANT_ADDED: NONE,
    Change.VARIANT_REMOVED: ALL - {M.APPROVAL_REGULATORY, M.RELEASE},
    Change.FINDING: NONE,
    Change.OTHER: NONE,
}
"""Which meanings of signature stand after a change. The release never does: the last word is on the last text."""

_READ_AGAIN = ALL - {M.APPROVAL_REGULATORY, M.RELEASE}
_LEAVING = _READ_AGAIN - {M.QUALIFICATION}

CEILING: Mapping[Change, frozenset[M]] = dict(KEPT) | {
    Change.WHITESPACE: _READ_AGAIN,
    Change.TYPO: _READ_AGAIN,
    Change.LINK: _LEAVING,
    Change.HASHTAGS: _LEAVING,
    Change.ALT_TEXT: _READ_AGAIN,
    Change.MEDIA: _LEAVING,
    Change.SETTINGS: _READ_AGAIN,
    Change.VISA: _LEAVING,
    Change.INTERNAL_REF: _READ_AGAIN,
    Change.VARIANT_REMOVED: _READ_AGAIN,
}
"""The safe floor, as the most that any matrix may leave standing. Every change that can hold a number, a product, a
mandatory mention or an indication keeps nothing (words of the text, names, products, qualification, audience), or what
the delivered matrix keeps (the first comment): no matrix can be signed that says otherwise, and none is read so."""

EDITABLE: tuple[Change, ...] = tuple(change for change in KEPT if CEILING[change] and CEILING[change] != ALL)
"""The changes on which a matrix may differ; those in no hash keep all, those of the floor keep nothing."""

MEANINGS: tuple[M, ...] = (
    M.QUALIFICATION,
    M.APPROVAL_COMMUNICATIONS,
    M.APPROVAL_REGULATORY,
    M.APPROVAL_LEGAL,
    M.APPROVAL_MEDICAL,
    M.APPROVAL_PV,
    M.RELEASE,
)
"""The signatures of a round: the columns of the matrix."""

DECLARED: Mapping[str, Change] = {
    "qualification": Change.QUALIFICATION,
    "audience": Change.AUDIENCE,
    "products": Change.PRODUCTS,
    "visa": Change.VISA,
    "internal_ref": Change.INTERNAL_REF,
}
FIELDS: Mapping[str, Change] = {
    "link": Change.LINK,
    "settings": Change.SETTINGS,
    "audience": Change.AUDIENCE,
    "own_audience": Change.AUDIENCE,
}
MADE_OF = ("text", "hashtags", "link")
"""What `published_text` is made of; it counts on its own only when none of these explains its change."""


@dataclass(frozen=True)
class Snapshot:
    """A version as stored: its canonical JSON as a dict, and the payload of each account."""

    canonical: Mapping[str, Any]
    payloads: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Matrix:
    """One version of the matrix; without a table of its own it is the delivered one."""

    n: str = DELIVERED
    table: Mapping[Change, frozenset[M]] | None = None

    def keeps(self, change: Change) -> frozenset[M]:
        """Return which meanings of signature stand after a change, never more than the floor lets stand."""
        table = KEPT if self.table is None else self.table
        return table.get(change, NONE) & (CEILING if change in EDITABLE else KEPT)[change]


def kept(changes: Iterable[Change], matrix: Matrix | None = None) -> frozenset[M]:
    """Return the meanings of signature that stand after all these changes; no change keeps them all."""
    asked = matrix or Matrix()
    return ALL.intersection(*(asked.keeps(change) for change in changes))


def fallen(changes: Iterable[Change], meaning: M, matrix: Matrix | None = None) -> tuple[Change, ...]:
    """Return which of the changes let a signature of this meaning fall, in the order of the table."""
    found, asked = set(changes), matrix or Matrix()
    return tuple(change for change in KEPT if change in found and meaning not in asked.keeps(change))


def beyond_floor(table: Mapping[Change, frozenset[M]]) -> tuple[Change, ...]:
    """Return the changes for which a table would leave more standing than any matrix may; none is a safe one."""
    return tuple(change for change in KEPT if not table.get(change, NONE) <= CEILING[change])


def differences(old: Snapshot, new: Snapshot, terms: frozenset[str] = frozenset()) -> frozenset[Change]:
    """Return every kind of change between two versions.

    `terms` are the names of products and substances, casefolded. What has no row of its own is OTHER.
    """
    found = set(_declared(old.canonical, new.canonical))
    for account in old.payloads.keys() | new.payloads.keys():
        before, after = old.payloads.get(account), new.payloads.get(account)
        if before is None or after is None:
            found.add(Change.VARIANT_ADDED if before is None else Change.VARIANT_REMOVED)
        else:
            found.update(_variant(before, after, terms))
    return frozenset(found)


def _declared(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before, after = old["declarations"], new["declarations"]
    for name in _differing(before, after):
        yield DECLARED.get(name, Change.OTHER)
    for name in _differing(old, new):
        if name not in {"variants", "declarations"}:
            yield Change.OTHER


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    missing = object()
    return [name for name in sorted(old.keys() | new.keys()) if old.get(name, missing) != new.get(name, missing)]


def _variant(old: Mapping[str, Any], new: Mapping[str, Any], terms: frozenset[str]) -> Iterator[Change]:
    changed = _differing(old, new)
    for name in changed:
        if name in {"text", "first_comment"}:
            yield from _text(name, str(old.get(name, "")), str(new.get(name, "")), terms)
        elif name == "hashtags":
            yield from _hashtags(old.get(name, ()), new.get(name, ()), terms)
        elif name == "media":
            yield from _media(old.get(name, ()), new.get(name, ()), terms)
        elif name != "published_text":
            yield FIELDS.get(name, Change.OTHER)
    if "published_text" in changed and not any(name in changed for name in MADE_OF):
        yield Change.OTHER


def _text(name: str, old: str, new: str, terms: frozenset[str]) -> Iterator[Change]:
    kind = text_change(old, new, terms)
    if name == "text" or kind in {Change.WHITESPACE, Change.SENSITIVE}:
        yield kind
    if name == "first_comment" and kind is not Change.WHITESPACE:
        yield Change.FIRST_COMMENT


def text_change(old: str, new: str, terms: frozenset[str] = frozenset()) -> Change:
    """Return what kind of change a text went through: blanks only, a typo, a number or product, or anything else.

    A typo changes at most three words, each by one letter, none short, none with a digit, a name or a link; nothing is
    added or taken away, for a negation is one word.
    """
    before, after = old.split(), new.split()
    if before == after:
        return Change.WHITESPACE
    if any(sensitive(word, terms) for word in _changed_words(before, after)):
        return Change.SENSITIVE
    pairs = [(one, other) for one, other in zip(before, after, strict=False) if one != other]
    small = len(before) == len(after) and len(pairs) <= TYPO_WORDS
    return Change.TYPO if small and all(is_typo(one, other) for one, other in pairs) else Change.TEXT


def _changed_words(old: list[str], new: list[str]) -> Iterator[str]:
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from chain(old[a:b], new[c:d])


def sensitive(word: str, terms: frozenset[str]) -> bool:
    """Say whether a changed word holds a number, a mention, an address, or (part of) the name of a product."""
    if any(char.isnumeric() or char in "@#%/" for char in word):
        return True
    parts = [part for part in WORD.findall(word.casefold()) if len(part) >= TERM_LETTERS]
    return any(term in part or part in term for part in parts for term in terms)


def is_typo(old: str, new: str) -> bool:
    """Say whether one word is another with one letter wrong, missing, double or swapped, its beginning the same."""
    one, other = old.casefold(), new.casefold()
    letters = min(sum(char.isalpha() for char in word) for word in (one, other))
    return letters >= TYPO_LETTERS and one[:2] == other[:2] and _one_apart(one, other)


def _one_apart(one: str, other: str) -> bool:
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, left = one[start:], other[start:]
    swapped = rest[:2] == left[:2][::-1] and rest[2:] == left[2:]
    return swapped or rest[1:] == left[1:] or rest[1:] == left or rest == left[1:]


def _hashtags(old: Iterable[str], new: Iterable[str], terms: frozenset[str]) -> Iterator[Change]:
    yield Change.HASHTAGS
    if any(sensitive(tag, terms) for tag in set(old) ^ set(new)):
        yield Change.SENSITIVE


def _media(old: Iterable[Any], new: Iterable[Any], terms: frozenset[str]) -> Iterator[Change]:
    before, after = [dict(each) for each in old], [dict(each) for each in new]
    spoken = [[str(each.pop("alt_text", "")) for each in media] for media in (before, after)]
    if before != after:
        yield Change.MEDIA
    if spoken[0] != spoken[1]:
        yield Change.ALT_TEXT
        if text_change("\n".join(spoken[0]), "\n".join(spoken[1]), terms) is Change.SENSITIVE:
            yield Change.SENSITIVE
