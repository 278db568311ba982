"""A wording that needs others beside it."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from workflow.checks.detectors.comparator import Comparator
from workflow.checks.detectors.detector import AnyOf, Detector, Hit, Wording, any_of
from workflow.checks.detectors.pattern import Pattern
from workflow.checks.reading import Reading

Group = Annotated[tuple[Wording, ...], Field(min_length=1)]


class Incomplete(Detector):
    """Find what the detector `of` finds, unless the post holds a wording of every group of `needs`, in any field."""

    kind: Literal["incomplete"]
    of: Annotated[Comparator | Pattern, Field(discriminator="kind")]
    needs: Annotated[tuple[Group, ...], Field(min_length=1)]

    @cached_property
    def _groups(self) -> tuple[AnyOf, ...]:
        return tuple(any_of(group) for group in self.needs)

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return the passages of a post that lacks one of the groups."""
        texts = [field.words.text for field in reading.fields]
        if not all(any(group.search(text) for text in texts) for group in self._groups):
            yield from self.of.hits(reading)
