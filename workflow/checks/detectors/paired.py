"""A wording that matters only beside another one."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from workflow.checks.detectors.detector import AnyOf, Detector, Hit, Wording, any_of
from workflow.checks.detectors.near import sentence_of
from workflow.checks.detectors.pattern import Pattern
from workflow.checks.reading import Reading
from workflow.checks.scope import asserted


class Paired(Detector):
    """Find what the pattern `of` finds, where its sentence also asserts one of the wordings of `beside`.

    `unless`: a sentence with one of these does not count.
    """

    kind: Literal["paired"]
    of: Pattern
    beside: Annotated[tuple[Wording, ...], Field(min_length=1)]
    unless: tuple[Wording, ...] = ()

    @cached_property
    def _beside(self) -> AnyOf:
        return any_of(self.beside)

    @cached_property
    def _innocent(self) -> AnyOf | None:
        return any_of(self.unless) if self.unless else None

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return the passages that have the other wording beside them."""
        for hit in self.of.hits(reading):
            sentence, start, end = sentence_of(reading, hit)
            others = (match.span() for match in self._beside.finditer(sentence))
            if not (self._innocent and self._innocent.search(sentence)) and any(
                (last <= start or first >= end) and asserted(sentence, first, last) for first, last in others
            ):
                yield hit
