"""People younger than the register admits for a product."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from workflow.checks.detectors.detector import ALL_FIELDS, AnyOf, Detector, FieldName, Hit, Wording, any_of
from workflow.checks.detectors.near import sentence_of, subjects
from workflow.checks.detectors.no_age import MONTHS, in_months
from workflow.checks.folding import fold
from workflow.checks.post import ProductFacts
from workflow.checks.reading import Reading
from workflow.checks.scope import asserted

ADULT = 18.0
# Who has not reached an age is a little younger.
_NOT_YET = 0.01
_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{1,2})?")
_ADULTS = re.compile(r"\badultes?\b|\badults?\b")
_YOUNGER = re.compile(r"\benfants?\b|\bnourrissons?\b|\badolescents?\b|\bchild(?:ren)?\b|\bans\b|\bmois\b|\byears?\b")


class TooYoung(Detector):
    """Find an age, or a word for young people, below the least age of the product that the passage speaks of.

    The first number in a wording of `years` or `months` is the youngest age that it admits; of `below` ("moins de
    6 ans") the age that its people have not reached. `people`: words for people who may be so many years old at most.
    Where the register gives no least age, an indication "de l'adulte" alone means adults. `unless`: a sentence with
    one of these forbids or warns.
    """

    kind: Literal["too_young"]
    years: tuple[Wording, ...] = ()
    months: tuple[Wording, ...] = ()
    below: tuple[Wording, ...] = ()
    people: dict[Annotated[int, Field(gt=0)], tuple[Wording, ...]] = Field(default_factory=dict)
    unless: tuple[Wording, ...] = ()
    fields: tuple[FieldName, ...] = ALL_FIELDS

    @cached_property
    def _innocent(self) -> AnyOf | None:
        return any_of(self.unless) if self.unless else None

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return the passages, each with its product; of those that overlap, the first."""
        for field in reading.fields:
            if field.name in self.fields:
                past = 0
                for match, age in sorted(self._ages(field.words.text), key=lambda found: found[0].span()):
                    hit = Hit(field.name, *field.words.span(*match.span()))
                    product = _too_young_for(subjects(reading, hit), age)
                    if product and match.start() >= past and self._stated(reading, hit, match):
                        past = match.end()
                        yield Hit(hit.field, hit.start, hit.end, {"product": product.name})

    def _ages(self, text: str) -> Iterator[tuple[re.Match[str], float]]:
        """Return the passages with the age, in years, that a product for them must admit."""
        for place in self._any.finditer(text):
            for wordings, divisor, oldest in self._kinds:
                match = wordings.match(text, place.start())
                number = _NUMBER.search(match[0]) if match and oldest is None else None
                if match and oldest is not None:
                    yield match, oldest - _NOT_YET
                elif match and number:
                    below = _NOT_YET if wordings is self._below else 0.0
                    yield match, float(number[0].replace(",", ".")) / divisor - below

    @cached_property
    def _any(self) -> AnyOf:
        people = (wording for wordings in self.people.values() for wording in wordings)
        return any_of((*self.years, *self.months, *self.below, *people))

    @cached_property
    def _below(self) -> re.Pattern[str] | None:
        return any_of(self.below).joined if self.below else None

    @cached_property
    def _kinds(self) -> list[tuple[re.Pattern[str], int, int | None]]:
        """The wordings: what divides their number, or the age that they mean."""
        numbered = [(self.years, 1), (self.months, MONTHS)]
        kinds: list[tuple[re.Pattern[str], int, int | None]] = [(any_of(w).joined, by, None) for w, by in numbered if w]
        kinds += [(self._below, 1, None)] if self._below else []
        return kinds + [(any_of(wordings).joined, 1, oldest) for oldest, wordings in self.people.items()]

    def _stated(self, reading: Reading, hit: Hit, match: re.Match[str]) -> bool:
        """Say whether the sentence addresses these people, and neither forbids nor warns."""
        if not asserted(match.string, *match.span()):
            return False
        return not (self._innocent and self._innocent.search(sentence_of(reading, hit)[0]))


def least_age(product: ProductFacts | None) -> float | None:
    """Return the least age of a product in years, or None when the register does not tell."""
    if product is None:
        return None
    if product.age_min is not None:
        return in_months(product.age_min) / MONTHS or None
    words = fold(product.indication or "").text
    return ADULT if _ADULTS.search(words) and not _YOUNGER.search(words) else None


def _too_young_for(products: tuple[ProductFacts | None, ...], age: float) -> ProductFacts | None:
    """Return a product, when the age lies below the least age of them all."""
    least = [least_age(product) for product in products]
    return products[0] if least and all(limit is not None and age < limit for limit in least) else None
