"""A wording that a post must not hold."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from workflow.checks.detectors.detector import ALL_FIELDS, Detector, FieldName, Hit, Wording, any_of
from workflow.checks.folding import Folded
from workflow.checks.reading import Reading
from workflow.checks.scope import asserted


class Pattern(Detector):
    """Find the wordings of `any_of` where the sentence asserts them (`asserted: false` finds them everywhere).

    `unless` lists wordings that contain one innocently ("spécialité de référence"): a hit inside one of them does not
    count. A finding is one passage; passages that overlap are one.
    """

    kind: Literal["pattern"]
    any_of: Annotated[tuple[Wording, ...], Field(min_length=1)]
    unless: tuple[Wording, ...] = ()
    fields: tuple[FieldName, ...] = ALL_FIELDS
    asserted: bool = True

    @cached_property
    def _wanted(self) -> re.Pattern[str]:
        return any_of(self.any_of)

    @cached_property
    def _innocent(self) -> re.Pattern[str] | None:
        return any_of(self.unless) if self.unless else None

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return the passages, field by field."""
        for field in reading.fields:
            if field.name in self.fields:
                for start, end in self._spans(field.words):
                    yield Hit(field.name, *field.words.span(start, end))

    def _spans(self, folded: Folded) -> Iterator[tuple[int, int]]:
        text = folded.text
        innocent = [match.span() for match in self._innocent.finditer(text)] if self._innocent else []
        for match in self._wanted.finditer(text):
            start, end = match.span()
            covered = any(first <= start and end <= last for first, last in innocent)
            if not covered and (not self.asserted or asserted(text, start, end)):
                yield start, end
