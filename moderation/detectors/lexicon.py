"""The expressions of terms files, each looked for only at the words that it can begin with."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from itertools import groupby
from operator import attrgetter, itemgetter, or_
from typing import Any, Generic, NamedTuple, TypeVar

from moderation.detectors.beginnings import DIGIT, Next, Way, ways
from moderation.detectors.folding import Folded
from moderation.detectors.notation import LONGEST_ENDING, REACHES, items, meaning

_WORDS_KEPT = 20_000
_LONGEST_KEPT = 40


class Expression:
    """One line of a terms file; `place` is its section and its precedence there.

    A mark begins with a sign or a digit: it is found inside words too, and gives way to what begins with letters.
    """

    def __init__(self, section: int, rank: int, text: str) -> None:
        self.is_mark = not (text[0].isalnum() or text[0] in "([")
        self.place = (section, self.is_mark, rank)
        self._text = text

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when a text first needs it: many never are."""
        meant = meaning(self._text)
        return re.compile(meant if self.is_mark else rf"(?<![^\W_])(?:{meant})(?![^\W_])")

    def ways(self) -> Iterator[Way]:
        """Yield the ways to begin; raises ValueError when any word would do."""
        for way in ways(items(self._text)):
            if not way.letters:
                raise ValueError(f"An expression that can begin with anything: {meaning(self._text)}")
            yield way.opened() if self.is_mark else way


class Step(NamedTuple):
    """One thing to try at a word: its `length` when the word alone decides, else the pattern of the expression.

    The pattern is not there unless one of the words within `reach` meets one of `needs` (bits); 0 needs none.
    """

    expression: Expression
    length: int = 0
    needs: int = 0
    reach: int = 0


Sections = tuple[tuple[int, int, tuple[Step, ...]], ...]
"""The steps of each section and what one of them needs (0: one needs nothing)."""


class Tries(NamedTuple):
    """What to try at one place of a text: `always`, or `every` when one of `needs` is met by the words that follow."""

    always: Sections
    needs: int
    every: Sections


class Plan(NamedTuple):
    """What a word is good for: what to try at it, and the needs of words before it that it meets."""

    tries: Tries | None
    meets: int


class Candidate(NamedTuple):
    """A way to begin an expression; `place` goes on with its precedence among the ways of the expression."""

    place: tuple[int, bool, int, int]
    expression: Expression
    way: Way


Near = tuple[int, int, int]
"""The needs that the words after a place meet, within each of REACHES."""
Place = tuple[int, Tries, Near]
_NOTHING: Near = (0, 0, 0)
_NO_MORE_WORDS = (0,) * REACHES[-1]
Section = TypeVar("Section")


class _Plans(dict[str, Plan]):
    """The plan of each word, made when the word is first met."""

    def __init__(self, lexicon: "Lexicon[Any]") -> None:
        super().__init__()
        self._lexicon = lexicon

    def __missing__(self, word: str) -> Plan:
        plan = self._lexicon.plan(word)
        if len(word) <= _LONGEST_KEPT:
            if len(self) >= _WORDS_KEPT:
                self.clear()
            self[word] = plan
        return plan


class Lexicon(Generic[Section]):
    """Sections of expressions, in order; what they find depends on the text alone."""

    def __init__(self, sections: Mapping[Section, list[str]]) -> None:
        self._names = tuple(sections)
        self._whole: dict[str, list[Candidate]] = defaultdict(list)
        self._begun: dict[str, list[Candidate]] = defaultdict(list)
        self._needs: dict[frozenset[tuple[str, bool]], int] = {}
        self._met: dict[tuple[str, bool], int] = defaultdict(int)
        for section, lines in enumerate(sections.values()):
            for rank, text in enumerate(lines):
                self._add(Expression(section, rank, text))
        self._longest = max(map(len, (*self._begun, *(letters for letters, _ in self._met))), default=0)
        self._at_signs = {sign: at for sign in self._begun if not sign.isalnum() and (at := self._tries_at(sign))}
        # Looking for signs of other scripts costs five times as much, and most texts are ASCII once folded.
        self._signs = {True: _any_of(s for s in self._at_signs if s.isascii()), False: _any_of(self._at_signs)}
        self._plans = _Plans(self)

    def _add(self, expression: Expression) -> None:
        for rank, way in enumerate(expression.ways()):
            begun = self._whole if way.whole else self._begun
            begun[way.letters].append(Candidate((*expression.place, rank), expression, way))
            if way.after and way.after.words not in self._needs:
                self._needs[way.after.words] = bit = 1 << len(self._needs)
                for word in way.after.words:
                    self._met[word] |= bit

    def spans(self, folded: Folded) -> Iterator[tuple[Section, list[tuple[int, int]]]]:
        """Yield what each section finds, as spans of the folded text, in the order of the sections and of the text.

        The text holds no "_": a word would run on behind it, and every expression would have to be tried.
        """
        found: dict[int, list[tuple[int, int]]] = {}
        for start, tries, near in self._places(folded):
            met = tries.needs & near[-1]
            for section, needs, steps in tries.every if met else tries.always:
                spans = found.get(section)
                if (needs and not needs & met) or (spans and start < spans[-1][1]):
                    continue
                if end := _end(steps, folded.text, start, near):
                    found.setdefault(section, []).append((start, end))
        for section in sorted(found):
            yield self._names[section], found[section]

    def _places(self, folded: Folded) -> Iterable[Place]:
        """Return where to try what, in the order of the text, and what the words after it meet."""
        plans = [self._plans[word] for word in folded.words]
        meets = [*(plan.meets for plan in plans), *_NO_MORE_WORDS]
        starts = folded.starts
        places = [(starts[i], plan.tries, _near(meets, i)) for i, plan in enumerate(plans) if plan.tries]
        signs = self._signs[folded.text.isascii()]
        marks = [(m.start(), self._at_sign(m.group()), _NOTHING) for m in signs.finditer(folded.text)]
        return sorted([*places, *marks], key=itemgetter(0)) if marks else places

    def _at_sign(self, sign: str) -> Tries:
        return self._at_signs[DIGIT if sign.isdecimal() else sign]

    def plan(self, word: str) -> Plan:
        """Return what to do at a word."""
        letters = [word[:n] for n in range(1, min(len(word), self._longest) + 1)]
        begun = [c for some in letters for c in self._begun.get(some, ()) if _goes_on(c.way, word)]
        meets = self._met.get((word, True), 0)
        if word[0].isdecimal():
            begun += [c for c in self._begun.get(DIGIT, ()) if not c.expression.is_mark]
            letters.append(DIGIT)
        for some in letters:
            meets |= self._met.get((some, False), 0)
        return Plan(self._tries([*self._whole.get(word, ()), *begun], len(word), ended=True), meets)

    def _tries_at(self, sign: str) -> Tries | None:
        """Return what to try at a sign; at a digit only marks, because words begin at their first."""
        begun = [c for c in self._begun[sign] if c.expression.is_mark or sign != DIGIT]
        return self._tries(begun, 0, ended=False)

    def _tries(self, candidates: list[Candidate], length: int, *, ended: bool) -> Tries | None:
        ordered = sorted(candidates, key=attrgetter("place"))
        found = []
        for section, some in groupby(ordered, key=lambda c: c.place[0]):
            if steps := tuple(self._steps(some, length, ended=ended)):
                needs = [step.needs for step in steps]
                found.append((section, reduce(or_, needs) if all(needs) else 0, steps))
        always = tuple(one for one in found if not one[1])
        return Tries(always, reduce(or_, (needs for _, needs, _ in found)), tuple(found)) if found else None

    def _steps(self, candidates: Iterator[Candidate], length: int, *, ended: bool) -> Iterator[Step]:
        """Yield the steps of one section at a word; none comes after one that the word alone decides."""
        for expression, some in groupby(candidates, key=attrgetter("expression")):
            searched = []
            alone = False
            for way in (c.way for c in some):
                if way.ends and (way.whole or ended):
                    if alone := way.whole or length <= len(way.letters) + LONGEST_ENDING:
                        break
                else:
                    searched.append(way.after if ended else None)
            if searched:
                yield self._search(expression, searched)
            # Ways before this one come first when their words follow; the whole expression then finds the right one.
            if alone:
                yield Step(expression, length)
                return

    def _search(self, expression: Expression, after: list[Next | None]) -> Step:
        known = [following for following in after if following]
        if len(known) < len(after):
            return Step(expression)
        needs = reduce(or_, (self._needs[following.words] for following in known))
        return Step(expression, needs=needs, reach=max(following.reach for following in known))


def _goes_on(way: Way, word: str) -> bool:
    """Tell whether a digit stands where the way has one."""
    return not way.digit or word[len(way.letters) :][:1].isdecimal()


def _any_of(signs: Iterable[str]) -> re.Pattern[str]:
    escaped = "".join(sign if sign == DIGIT else re.escape(sign) for sign in signs)
    return re.compile(f"[{escaped}]") if escaped else re.compile(r"\b\B")


def _near(meets: Sequence[int], i: int) -> Near:
    """Return what the words after the i-th meet within 1, 4 and 7, as REACHES has it."""
    one = meets[i + 1]
    four = one | meets[i + 2] | meets[i + 3] | meets[i + 4]
    return one, four, four | meets[i + 5] | meets[i + 6] | meets[i + 7]


def _end(steps: Sequence[Step], text: str, start: int, near: Near) -> int:
    """Return where the first step that succeeds ends; 0 when none does."""
    for expression, length, needs, reach in steps:
        if length:
            return start + length
        if needs and not needs & near[reach]:
            continue
        if match := expression.pattern.match(text, start):
            return match.end()
    return 0
