"""A strength that a product does not come in."""

import re
from collections.abc import Iterator
from typing import Literal

from workflow.checks.detectors.detector import Detector, Hit
from workflow.checks.detectors.near import field_of, folded_place
from workflow.checks.folding import fold
from workflow.checks.post import ProductFacts
from workflow.checks.reading import Mention, Reading

_STRENGTH = re.compile(r"(\d{1,4}(?:[.,]\d{1,3})?)\s?(mg|g|ug|µg|mcg|μg)\b")
_AFTER_NAME = re.compile(rf"[\s,:(]{{0,3}}{_STRENGTH.pattern}")
_MILLIGRAMS = {"g": 1000.0, "mg": 1.0}


class OtherStrength(Detector):
    """Find a strength right after a product's name that none of its presentations in the register has.

    A product without strengths in its presentations is not looked at.
    """

    kind: Literal["strength"]

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return the strengths, each with its product."""
        for mention in reading.mentions:
            if not mention.by_substance and mention.field not in {"link", "hashtags"}:
                yield from _other_strength(reading, mention)


def _other_strength(reading: Reading, mention: Mention) -> Iterator[Hit]:
    """Return the strength after a mention, when it is another one."""
    field, known = field_of(reading, mention.field), _strengths(mention.products)
    if field is None or not known:
        return
    match = _AFTER_NAME.match(field.words.text, folded_place(field.words, mention.start, mention.end)[1])
    if match and _milligrams(match) not in known:
        place = field.words.span(match.start(1), match.end())
        yield Hit(mention.field, *place, {"product": mention.products[0].name})


def _strengths(products: tuple[ProductFacts, ...]) -> set[float]:
    """Return the strengths of the presentations, in milligrams."""
    given = [fold(str(presentation)).text for product in products for presentation in product.presentations]
    return {_milligrams(match) for words in given for match in _STRENGTH.finditer(words)}


def _milligrams(match: re.Match[str]) -> float:
    """Return a strength in milligrams."""
    return round(float(match[1].replace(",", ".")) * _MILLIGRAMS.get(match[2], 0.001), 6)
