"""A wording that a post must hold."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from workflow.checks.detectors.detector import ALL_FIELDS, AnyOf, Detector, FieldName, Hit, Wording, any_of
from workflow.checks.reading import Reading


class Absence(Detector):
    """Find that none of the wordings of `any_of` stands in any of the fields; the finding has no place."""

    kind: Literal["absence"]
    any_of: Annotated[tuple[Wording, ...], Field(min_length=1)]
    fields: tuple[FieldName, ...] = ALL_FIELDS

    @cached_property
    def _wanted(self) -> AnyOf:
        return any_of(self.any_of)

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return one hit, on the text, when it is absent."""
        if not any(self._wanted.search(field.words.text) for field in reading.fields if field.name in self.fields):
            yield Hit("text")
