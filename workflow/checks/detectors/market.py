"""A disease that leads to one of our products: no need to name it when hardly another treats the disease."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Literal

from pydantic import Field

from models.enums import ProductOwner
from workflow.checks.conditions import ProductIs
from workflow.checks.detectors.detector import ALL_FIELDS, Detector, FieldName, Hit
from workflow.checks.folding import fold
from workflow.checks.post import ProductFacts, paris_day
from workflow.checks.reading import Reading

# A shorter part of an indication is found in other words.
_SHORTEST = 4
_MONTHS = 12
# What narrows an indication ("diabète de type 2") is often left out when a post speaks of the disease.
_NARROWING = re.compile(
    r"\b(?:de )?type (?:\d|i{1,2})\b"
    r"|\b(?:severe|moderee?|legere?|allergique|saisonniere?|chronique|aigue?|precoce|recidivante?)s?\b"
)


class OwnMarket(Detector):
    """Find that the post speaks of the indication of one of our products that is `product` and such.

    `launched_within`: it came to market at most so many months before the day of the post, or will so many after.
    `at_most`: the register knows at most so many products of that indication, a competitor's among them: a register
    that holds ours alone says nothing of the market. A product whose owner is unknown counts as ours. `also`: other
    words for a disease as the register words it.
    """

    kind: Literal["market"]
    product: ProductIs | None = None
    launched_within: int | None = None
    at_most: int | None = None
    also: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    fields: tuple[FieldName, ...] = ALL_FIELDS

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return the first naming of such a disease in each field."""
        known = [disease for product in reading.register if self._such(product, reading) for disease in named(product)]
        if not known:
            return
        wanted = _any_disease((*known, *(word for disease in known for word in self.also.get(disease, ()))))
        for field in reading.fields:
            found = wanted.search(field.words.text) if field.name in self.fields else None
            if found:
                yield Hit(field.name, *field.words.span(*found.span()))

    def _such(self, product: ProductFacts, reading: Reading) -> bool:
        return (
            product.owner is not ProductOwner.COMPETITOR
            and (self.product is None or self.product.holds(product))
            and (self.launched_within is None or self._recent(product, reading.day))
            and (self.at_most is None or self._rare(product, reading.register))
        )

    def _recent(self, product: ProductFacts, day: date) -> bool:
        if product.marketed_since is None or self.launched_within is None:
            return False
        since = paris_day(product.marketed_since)
        months = abs((day.year - since.year) * _MONTHS + day.month - since.month)
        return months < self.launched_within or (months == self.launched_within and _within(since, day))

    def _rare(self, product: ProductFacts, register: tuple[ProductFacts, ...]) -> bool:
        same = [other for other in register if set(named(other)) & set(named(product))]
        rivals = any(other.owner is ProductOwner.COMPETITOR for other in same)
        return rivals and self.at_most is not None and len(same) <= self.at_most


def _within(since: date, day: date) -> bool:
    """Say whether the last month between two days is not begun."""
    return day.day <= since.day if day >= since else day.day >= since.day


@lru_cache(maxsize=64)
def _any_disease(diseases: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds one of the diseases, in the plural or in English too ("diabetes"); a short one as a word."""
    return re.compile(
        r"\b(?:" + "|".join(re.escape(word) + (r"\b" if len(word) <= _SHORTEST else "") for word in diseases) + ")"
    )


def named(product: ProductFacts) -> tuple[str, ...]:
    """Return the diseases of a product's indication as a post may word them, folded."""
    return _diseases(product.indication or product.use or "")


@lru_cache(maxsize=8192)
def _diseases(indication: str) -> tuple[str, ...]:
    parts = (_NARROWING.sub("", part) for part in re.split(r"[,;/]| et ", fold(indication).text))
    return tuple(disease for disease in (" ".join(part.split()) for part in parts) if len(disease) >= _SHORTEST)
