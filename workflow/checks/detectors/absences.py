"""The parts that a post must hold, each under its name."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from i18n import N_
from workflow.checks.detectors.detector import ALL_FIELDS, AnyOf, Detector, FieldName, Hit, Wording, any_of
from workflow.checks.detectors.mention import indications
from workflow.checks.folding import fold
from workflow.checks.format import Data, Translated
from workflow.checks.reading import Reading

Fact = Literal["name", "indication"]


class Part(Data):
    """One part, under the name that the finding gives it.

    It is there when one of its wordings stands in the post, or when the post gives the `fact` as the register words
    it: the brand of a product, or its indication.
    """

    name: Translated
    any_of: tuple[Wording, ...] = ()
    fact: Fact | None = None

    @model_validator(mode="after")
    def _can_be_there(self) -> "Part":
        """Refuse a part that no post could hold."""
        if not self.any_of and self.fact is None:
            raise ValueError(N_("pas assez d'éléments"))
        return self

    @cached_property
    def _wanted(self) -> AnyOf | None:
        return any_of(self.any_of) if self.any_of else None

    def stands_in(self, reading: Reading, texts: list[str]) -> bool:
        """Say whether one of the folded texts holds it."""
        wanted, terms = self._wanted, _terms(reading, self.fact)
        return any((wanted and wanted.search(text)) or any(term in text for term in terms) for text in texts)


class Absences(Detector):
    """Find which of the parts stand in none of the fields: one finding, without a place, that lists them."""

    kind: Literal["absences"]
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]
    fields: tuple[FieldName, ...] = ALL_FIELDS

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return one hit, on the text, when something is missing."""
        texts = [field.words.text for field in reading.fields if field.name in self.fields]
        missing = [part.name for part in self.parts if not part.stands_in(reading, texts)]
        if missing:
            yield Hit(
                "text",
                words={
                    "reason_fr": ", ".join(name.fr for name in missing),
                    "reason_en": ", ".join(name.en for name in missing),
                },
            )


def _terms(reading: Reading, fact: Fact | None) -> list[str]:
    """Return what the register says that gives the fact; a name that it does not know is taken as declared."""
    products = tuple(product for product in reading.products if product)
    if fact == "indication":
        return indications(products)
    if fact == "name":
        names = [name for product in products for name in product.names] + list(reading.post.products)
        return [term for term in (fold(name).text.strip() for name in names) if term]
    return []
