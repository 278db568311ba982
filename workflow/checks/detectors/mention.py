"""A product named, or declared."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Literal

from workflow.checks.conditions import ProductIs
from workflow.checks.detectors.detector import ALL_FIELDS, Detector, FieldName, Hit, Wording, any_of
from workflow.checks.folding import fold
from workflow.checks.post import ProductFacts
from workflow.checks.reading import Mention, Reading

# A shorter part of an indication ("flu") is found in other words.
_SHORTEST_INDICATION = 4


class ProductNamed(Detector):
    """Find products of the register (those that are `product`, when given) named in the fields.

    `with_wording`: only where one of these wordings stands in the post too; `with_indication`: or the product's
    indication as the register words it. `declared`: a product that the post only declares is found too. A substance
    counts where every product of the register that holds it meets the condition: what is also sold freely does not
    name the prescription product.
    """

    kind: Literal["mention"]
    product: ProductIs | None = None
    by_substance: bool = True
    with_wording: tuple[Wording, ...] = ()
    with_indication: bool = False
    declared: bool = False
    fields: tuple[FieldName, ...] = ALL_FIELDS

    @cached_property
    def _near(self) -> re.Pattern[str] | None:
        return any_of(self.with_wording) if self.with_wording else None

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return the first mention of each product in each field, then the products declared but not named."""
        seen: set[tuple[str, str]] = set()
        for mention in reading.mentions:
            name = mention.products[0].name
            if (mention.field, name) not in seen and self._meant(mention, reading):
                seen.add((mention.field, name))
                yield Hit(mention.field, mention.start, mention.end, {"product": name})
        named = {name for _, name in seen}
        for product in reading.declared if self.declared else ():
            if product and product.name not in named and self._such(product) and self._worded(reading, (product,)):
                yield Hit("products", words={"product": product.name})

    def _meant(self, mention: Mention, reading: Reading) -> bool:
        return (
            mention.field in self.fields
            and (self.by_substance or not mention.by_substance)
            and all(map(self._such, mention.products))
            and self._worded(reading, mention.products)
        )

    def _such(self, product: ProductFacts) -> bool:
        return self.product is None or self.product.holds(product)

    def _worded(self, reading: Reading, products: tuple[ProductFacts, ...]) -> bool:
        """Say whether a wording that makes the mention matter stands in the post."""
        if not self._near and not self.with_indication:
            return True
        texts = [field.words.text for field in reading.fields]
        if self._near and any(self._near.search(text) for text in texts):
            return True
        return self.with_indication and any(term in text for term in _indications(products) for text in texts)


def _indications(products: tuple[ProductFacts, ...]) -> list[str]:
    """Return the parts of the indications as the register words them, folded."""
    given = [words for product in products for words in (product.indication, product.use) if words]
    parts = [part.strip() for words in given for part in re.split(r"[,;/]| et ", fold(words).text)]
    return [part for part in dict.fromkeys(parts) if len(part) >= _SHORTEST_INDICATION]
