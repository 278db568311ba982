"""A product that another one is set against."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from models.enums import ProductOwner
from workflow.checks.detectors.detector import AnyOf, Detector, Hit, Wording, any_of
from workflow.checks.detectors.near import sentence_of
from workflow.checks.reading import Mention, Reading


class Comparator(Detector):
    """Find products and substances of the register that the post's own product is set against.

    A product that is not the post's own is one where its sentence compares (`any_of`); one of several of the post's own
    where the comparing wording stands right before its name. `by_name`: a competitor's product is one by its name
    alone. `unless`: a sentence with one of these names it for another reason (generic of, interaction).
    """

    kind: Literal["comparator"]
    any_of: Annotated[tuple[Wording, ...], Field(min_length=1)]
    unless: tuple[Wording, ...] = ()
    by_name: bool = False

    @cached_property
    def _compares(self) -> AnyOf:
        return any_of(self.any_of)

    @cached_property
    def _right_before(self) -> re.Pattern[str]:
        compares = self._compares.joined.pattern
        return re.compile(rf"(?:{compares})\s*(?:(?:l[ea]s?|l'|d[ue]s?|d'|une?|the|au|aux|a)\s*)*$")

    @cached_property
    def _innocent(self) -> AnyOf | None:
        return any_of(self.unless) if self.unless else None

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return the mentions that are comparators."""
        own = _own(reading)
        for mention in reading.mentions:
            hit = Hit(mention.field, mention.start, mention.end, {"product": mention.products[0].name})
            if own and mention.field != "link" and self._is_comparator(reading, mention, hit, own):
                yield hit

    def _is_comparator(self, reading: Reading, mention: Mention, hit: Hit, own: frozenset[str]) -> bool:
        sentence, start, _ = sentence_of(reading, hit)
        if self._innocent and self._innocent.search(sentence):
            return False
        names = {product.name for product in mention.products}
        if names & own:
            return len(own) > 1 and bool(self._right_before.search(sentence[:start]))
        foreign = all(product.owner is ProductOwner.COMPETITOR for product in mention.products)
        return (self.by_name and foreign) or bool(self._compares.search(sentence))


def _own(reading: Reading) -> frozenset[str]:
    """Return the names of the products that the post is about: declared, or else the first that it names."""
    declared = [product for product in reading.declared if product]
    named = [m.products[0] for m in reading.mentions if not m.by_substance]
    own = [product for product in declared or named[:1] if product.owner is not ProductOwner.COMPETITOR]
    return frozenset(product.name for product in own)
