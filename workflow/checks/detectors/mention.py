"""A product named, or declared."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Literal

from workflow.checks.conditions import ProductIs
from workflow.checks.detectors.detector import ALL_FIELDS, AnyOf, Detector, FieldName, Hit, Wording, any_of
from workflow.checks.folding import fold
from workflow.checks.post import ProductFacts
from workflow.checks.reading import Mention, Reading

# A shorter part of an indication ("flu") is found in other words.
_SHORTEST_INDICATION = 4


class ProductNamed(Detector):
    """Find products of the register (those that are `product`, when given) named in the fields.

    `with_wording`: only where one of these wordings stands in the post too; `with_indication`: or the product's
    indication as the register words it. `inside`: only within one of these wordings (a hashtag). `indicated`: only
    products whose indication in the register holds one of these. `declared`: a product that the post only declares is
    found too. A substance counts where every product of the register that holds it meets the condition: what is also
    sold freely does not name the prescription product.
    """

    kind: Literal["mention"]
    product: ProductIs | None = None
    by_substance: bool = True
    with_wording: tuple[Wording, ...] = ()
    with_indication: bool = False
    inside: tuple[Wording, ...] = ()
    indicated: tuple[Wording, ...] = ()
    declared: bool = False
    fields: tuple[FieldName, ...] = ALL_FIELDS

    @cached_property
    def _near(self) -> AnyOf | None:
        return any_of(self.with_wording) if self.with_wording else None

    @cached_property
    def _around(self) -> AnyOf | None:
        return any_of(self.inside) if self.inside else None

    @cached_property
    def _used_in(self) -> AnyOf | None:
        return any_of(self.indicated) if self.indicated else None

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return the first mention of each product in each field, then the products declared but not named."""
        seen: set[tuple[str, str]] = set()
        for mention in self._meant(reading):
            name = mention.products[0].name
            if (mention.field, name) not in seen:
                seen.add((mention.field, name))
                yield Hit(mention.field, mention.start, mention.end, {"product": name})
        named = {name for _, name in seen}
        declared = [each for each in reading.declared if each and self._such(each)] if self.declared else []
        near = bool(declared) and self._worded_near(reading)
        for product in declared:
            if product.name not in named and (near or self._indicated(reading, (product,))):
                yield Hit("products", words={"product": product.name})

    def _meant(self, reading: Reading) -> list[Mention]:
        """Return the mentions that matter; the wordings are looked for only where there are mentions to judge."""
        mentions = [mention for mention in reading.mentions if self._fits(mention)]
        if mentions and not self._worded_near(reading):
            mentions = [mention for mention in mentions if self._indicated(reading, mention.products)]
        if not mentions or not self._around:
            return mentions
        spans = {
            (field.name, *field.plain.span(*found.span()))
            for field in reading.fields
            for found in self._around.finditer(field.plain.text)
        }
        return [each for each in mentions if any(_inside(each, *span) for span in spans)]

    def _fits(self, mention: Mention) -> bool:
        return (
            mention.field in self.fields
            and (self.by_substance or not mention.by_substance)
            and all(map(self._such, mention.products))
        )

    def _such(self, product: ProductFacts) -> bool:
        if self._used_in and not any(map(self._used_in.search, indications((product,)))):
            return False
        return self.product is None or self.product.holds(product)

    def _worded_near(self, reading: Reading) -> bool:
        """Say whether a wording that makes every mention matter stands in the post, or none is asked for."""
        if not self._near:
            return not self.with_indication
        return any(self._near.search(field.words.text) for field in reading.fields)

    def _indicated(self, reading: Reading, products: tuple[ProductFacts, ...]) -> bool:
        """Say whether the post words the indication of the products, where that makes a mention matter."""
        texts = [field.words.text for field in reading.fields]
        return self.with_indication and any(term in text for term in indications(products) for text in texts)


def _inside(mention: Mention, field: str, start: int, end: int) -> bool:
    """Say whether a mention stands within a span of a field."""
    return mention.field == field and start <= mention.start and mention.end <= end


def indications(products: tuple[ProductFacts, ...]) -> list[str]:
    """Return the parts of the indications as the register words them, folded."""
    given = [words for product in products for words in (product.indication, product.use) if words]
    parts = [part.strip() for words in given for part in re.split(r"[,;/]| et ", fold(words).text)]
    return [part for part in dict.fromkeys(parts) if len(part) >= _SHORTEST_INDICATION]
