"""A wording that a post must not hold."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from workflow.checks.detectors.detector import ALL_FIELDS, AnyOf, Detector, FieldName, Hit, Wording, any_of
from workflow.checks.folding import Folded
from workflow.checks.reading import Reading
from workflow.checks.scope import asserted


class Pattern(Detector):
    """Find the wordings of `any_of` where the sentence asserts them (`asserted: false` finds them everywhere).

    `unless` lists wordings that contain one innocently ("spécialité de référence"): a hit inside one of them does not
    count. `with_wording`: only where one of these stands in the post too; `without`: only where none does in the fields
    of `without_in`. `claimed`: a passage that an approved claim carries does not count. A finding is one passage;
    passages that overlap are one.
    """

    kind: Literal["pattern"]
    any_of: Annotated[tuple[Wording, ...], Field(min_length=1)]
    unless: tuple[Wording, ...] = ()
    with_wording: tuple[Wording, ...] = ()
    without: tuple[Wording, ...] = ()
    without_in: tuple[FieldName, ...] = ALL_FIELDS
    fields: tuple[FieldName, ...] = ALL_FIELDS
    asserted: bool = True
    claimed: bool = False

    @cached_property
    def _wanted(self) -> AnyOf:
        return any_of(self.any_of)

    @cached_property
    def _innocent(self) -> AnyOf | None:
        return any_of(self.unless) if self.unless else None

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return the passages, field by field."""
        found = [
            Hit(field.name, *field.words.span(start, end))
            for field in reading.fields
            if field.name in self.fields
            for start, end in self._spans(field.words)
        ]
        if self.claimed:
            found = [each for each in found if not reading.carried(each.field, each.start or 0, each.end or 0)]
        if found and self._in_context(reading):
            yield from found

    def _in_context(self, reading: Reading) -> bool:
        """Say whether the rest of the post lets a passage count."""
        worded = not self.with_wording or _stands(self.with_wording, ALL_FIELDS, reading)
        return worded and not _stands(self.without, self.without_in, reading)

    def _spans(self, folded: Folded) -> Iterator[tuple[int, int]]:
        text = folded.text
        found = [match.span() for match in self._wanted.finditer(text)]
        innocent = [match.span() for match in self._innocent.finditer(text)] if found and self._innocent else []
        for start, end in found:
            covered = any(first <= start and end <= last for first, last in innocent)
            if not covered and (not self.asserted or asserted(text, start, end)):
                yield start, end


def _stands(wordings: tuple[re.Pattern[str], ...], names: tuple[FieldName, ...], reading: Reading) -> bool:
    """Say whether one of the wordings stands in one of the fields of these names."""
    texts = [field.words.text for field in reading.fields if field.name in names]
    return any(wording.search(text) for text in texts for wording in wordings)
