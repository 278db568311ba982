"""A use that the indication of a product does not hold."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from typing import Annotated, Literal

from pydantic import Field

from workflow.checks.detectors.detector import ALL_FIELDS, AnyOf, Detector, FieldName, Hit, Wording, any_of
from workflow.checks.detectors.near import sentence_of, subjects
from workflow.checks.folding import fold
from workflow.checks.post import ProductFacts
from workflow.checks.reading import Field as PostField
from workflow.checks.reading import Reading
from workflow.checks.scope import asserted

# A relation stands at most so many characters before its condition.
_REACH = 90
# "Insomnie ? Essayez …": so far, in characters, a question reaches the product that answers it.
_ANSWER = 70
_ASKED = re.compile(r"[^.!?\n]{0,40}\?")
_CONJUNCTION = re.compile(r"[,&+/:]|\b(?:et|ou|and|or|mais|aussi|also)\b")


class OtherUse(Detector):
    """Find a condition, named as what a product is for, that the register's indication of it does not hold.

    `conditions`: groups of wordings that mean one condition, each from the beginning of a word. `related`: groups that
    an indication holds too. `relations`: wordings that end right before the condition and make it a use. `effects`:
    groups that are a use by themselves ("maigrir"). A condition that only says where an admitted one comes from ("la
    fièvre de la grippe") does not count, nor does a product whose indication names no known condition. `unless`: a
    sentence with one of these warns or forbids.
    """

    kind: Literal["use"]
    conditions: Annotated[dict[str, tuple[Wording, ...]], Field(min_length=1)]
    relations: Annotated[tuple[Wording, ...], Field(min_length=1)]
    effects: tuple[str, ...] = ()
    related: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    unless: tuple[Wording, ...] = ()
    fields: tuple[FieldName, ...] = ALL_FIELDS

    @cached_property
    def _groups(self) -> dict[str, re.Pattern[str]]:
        joined = {name: any_of(wordings).joined.pattern for name, wordings in self.conditions.items()}
        return {name: re.compile(rf"\b(?:{pattern})") for name, pattern in joined.items()}

    @cached_property
    def _any(self) -> re.Pattern[str]:
        """All conditions at once: their bare words behind one word boundary are found ten times as fast."""
        wordings = (wording.pattern for group in self.conditions.values() for wording in group)
        return re.compile(rf"\b(?:{'|'.join(wordings)})")

    @cached_property
    def _relation(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{any_of(self.relations).joined.pattern})[\s'\"]*$")

    @cached_property
    def _innocent(self) -> AnyOf | None:
        return any_of(self.unless) if self.unless else None

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return the conditions, each with its product."""
        for field in reading.fields:
            if field.name in self.fields and any(map(self._admitted, reading.products)):
                for match in self._any.finditer(field.words.text):
                    for name, group in self._groups.items():
                        if group.match(field.words.text, match.start()):
                            yield from self._hit(reading, field, name, match)

    def _hit(self, reading: Reading, field: PostField, name: str, match: re.Match[str]) -> Iterator[Hit]:
        """Return the hit of one condition, when it is a use outside the indication."""
        hit = Hit(field.name, *field.words.span(*match.span()))
        admitted = [self._admitted(product) for product in subjects(reading, hit)]
        if not admitted or not all(groups and name not in groups for groups in admitted):
            return
        if self._is_use(reading, hit, name, match, frozenset().union(*admitted)):
            product = subjects(reading, hit)[0]
            yield Hit(hit.field, hit.start, hit.end, {"product": product.name if product else ""})

    def _is_use(self, reading: Reading, hit: Hit, name: str, match: re.Match[str], admitted: frozenset[str]) -> bool:
        """Say whether the sentence asserts the condition as a use."""
        sentence, start, _ = sentence_of(reading, hit)
        before = sentence[max(0, start - _REACH) : start]
        used = name in self.effects or _answered(reading, hit, match) or self._named_use(before, admitted)
        warned = used and self._innocent and self._innocent.search(sentence)
        return used and not warned and asserted(match.string, *match.span())

    def _named_use(self, before: str, admitted: frozenset[str]) -> bool:
        """Say whether a relation right before makes the condition a use of its own."""
        return bool(self._relation.search(before)) and not self._comes_from(before, admitted)

    def _comes_from(self, before: str, admitted: frozenset[str]) -> bool:
        """Say whether an admitted condition stands before, and nothing sets the two side by side."""
        ends = [match.end() for name in admitted for match in self._groups[name].finditer(before)]
        return bool(ends) and not _CONJUNCTION.search(before, max(ends))

    def _admitted(self, product: ProductFacts | None) -> frozenset[str]:
        """Return the groups that a product's indication holds."""
        return self._held(f"{product.indication or ''} {product.use or ''}") if product else frozenset()

    @cached_property
    def _held(self) -> Callable[[str], frozenset[str]]:
        """The groups that an indication holds, kept for those met before."""

        @lru_cache(maxsize=1024)
        def held(indication: str) -> frozenset[str]:
            words = fold(indication).text
            named = {name for name, group in self._groups.items() if group.search(words)}
            also = {other for name in named for other in self.related.get(name, ()) if other in self._groups}
            return frozenset(named | also)

        return held


def _answered(reading: Reading, hit: Hit, match: re.Match[str]) -> bool:
    """Say whether the condition is asked about and a product named right after is the answer."""
    end = hit.end or 0
    return bool(_ASKED.match(match.string, match.end()) and reading.named_between(hit.field, end, end + _ANSWER))
