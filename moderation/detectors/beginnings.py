"""How an expression of a terms file can begin: the word that a text must have where it is looked for.

Words are runs of letters and digits. What is said here may be too wide, never too narrow: the regular expression
decides, except where an expression is one word and the word alone decides.
"""

from collections.abc import Iterator
from typing import NamedTuple

from moderation.detectors.notation import Item, Items, Kind

DIGIT = r"\d"
"""Stands in `Way.letters` for any digit."""

Sequence = tuple[Item, "Sequence"] | None
"""Items as a chain: what follows a choice is one object, whatever was chosen."""
_BEGINNERS = (Kind.SIGN, Kind.DIGITS)


class Next(NamedTuple):
    """The words one of which follows within REACHES[reach]: (letters, whether they are the whole word)."""

    words: frozenset[tuple[str, bool]]
    reach: int


class Way(NamedTuple):
    """One way to begin: a word that is `letters`, or begins with them unless `whole`; a sign when it is no letter.

    `ends` when the expression ends with this word; `digit` when a digit goes on with it; `after` is what must follow
    it, None when that cannot be told.
    """

    letters: str
    whole: bool = False
    ends: bool = False
    digit: bool = False
    after: Next | None = None

    def opened(self) -> "Way":
        """Return the way of an expression that may end inside a word."""
        after = self.after and Next(frozenset((letters, False) for letters, _ in self.after.words), self.after.reach)
        return self._replace(whole=self.whole and not self.ends, ends=False, after=after)


def ways(branches: tuple[Items, ...]) -> Iterator[Way]:
    """Yield the ways to begin in the order in which the regular expression tries them."""
    known: dict[int, tuple[Sequence, Next | None]] = {}
    for branch in branches:
        for letters, rest in _spelt(_before(branch, None)):
            yield _way(letters, rest, known)


def _before(branch: Items, rest: Sequence) -> Sequence:
    for item in reversed(branch):
        rest = (item, rest)
    return rest


def _spelt(sequence: Sequence) -> Iterator[tuple[str, Sequence]]:
    """Yield the letters that a sequence can begin with and what is left of it."""
    if sequence is None:
        yield "", None
        return
    item, rest = sequence
    if item.kind is Kind.CHOICE:
        for branch in item.branches:
            yield from _spelt(_before(branch, rest))
    elif item.kind is Kind.LETTERS:
        for letters, left in _spelt(rest):
            yield item.text + letters, left
    else:
        yield "", sequence
        if item.kind is Kind.PERHAPS_GAP:
            yield from _spelt(rest)


def _way(letters: str, rest: Sequence, known: dict[int, tuple[Sequence, Next | None]]) -> Way:
    if rest is None:
        return Way(letters, whole=True, ends=True)
    item, left = rest
    whole, digit = letters != "" and _is_whole(item), letters != "" and item.kind is Kind.DIGITS
    if not letters and item.kind in _BEGINNERS:
        letters = item.text or DIGIT
    if item.kind is Kind.ENDING and left is None:
        return Way(letters, ends=True)
    # Any ending and a number may run on where there is no gap; letters cannot, that would be another way.
    gap = left if item.kind in (Kind.ENDING, Kind.DIGITS) and left and left[0].kind is Kind.GAP else rest
    if id(gap) not in known:
        known[id(gap)] = gap, _after(*gap)
    return Way(letters, whole, digit=digit, after=known[id(gap)][1])


def _is_whole(item: Item) -> bool:
    return item.kind in (Kind.GAP, Kind.PERHAPS_GAP, Kind.SIGN)


def _after(gap: Item, rest: Sequence) -> Next | None:
    """Return the words that can stand after a gap; None when it is none, or when anything may stand there."""
    if gap.kind not in (Kind.GAP, Kind.PERHAPS_GAP):
        return None
    words = set()
    for letters, left in _spelt(rest):
        if not letters and (left is None or left[0].kind is not Kind.DIGITS):
            return None
        words.add((letters or DIGIT, left is None or (letters != "" and _is_whole(left[0]))))
    return Next(frozenset(words), gap.reach)
