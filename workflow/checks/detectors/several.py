"""Several wordings of one sort in a row, with a conclusion beside them."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from workflow.checks.detectors.detector import ALL_FIELDS, AnyOf, Detector, FieldName, Hit, Wording, any_of
from workflow.checks.reading import Reading


class Several(Detector):
    """Find `at_least` different wordings of `any_of` in a row, no two further than `apart` characters from each other.

    They count where one of `led_by` stands in the `reach` characters before them, or one of `followed_by` in those
    after; `unless` lists wordings that make the row innocent there, or in it (a list of adverse effects).
    """

    kind: Literal["several"]
    any_of: Annotated[tuple[Wording, ...], Field(min_length=1)]
    at_least: Annotated[int, Field(ge=2)]
    apart: Annotated[int, Field(gt=0)] = 40
    reach: Annotated[int, Field(gt=0)] = 80
    led_by: tuple[Wording, ...] = ()
    followed_by: tuple[Wording, ...] = ()
    unless: tuple[Wording, ...] = ()
    fields: tuple[FieldName, ...] = ALL_FIELDS

    @cached_property
    def _wanted(self) -> AnyOf:
        return any_of(self.any_of)

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return the rows, field by field."""
        for field in reading.fields:
            if field.name in self.fields:
                for row in self._rows(field.words.text):
                    end = self._concluded(field.words.text, row)
                    if end is not None:
                        yield Hit(field.name, *field.words.span(row[0].start(), end))

    def _rows(self, text: str) -> Iterator[list[re.Match[str]]]:
        """Return the wordings that stand in a row, row by row."""
        row: list[re.Match[str]] = []
        for item in self._wanted.finditer(text):
            if row and item.start() - row[-1].end() > self.apart:
                yield row
                row = []
            row.append(item)
        if row:
            yield row

    def _concluded(self, text: str, row: list[re.Match[str]]) -> int | None:
        """Return where the row ends that a conclusion leads or follows, None when there is none.

        A conclusion may name one more of the wordings ("fatigue ? C'est un reflux"): every long enough start of the
        row counts.
        """
        first, last = row[0].start(), row[-1].end()
        before = text[max(0, first - self.reach) : first]
        if _found(self.unless, before + text[first : last + self.reach]):
            return None
        led, seen = _found(self.led_by, before), set[str]()
        for item in row:
            seen.add(item[0])
            if len(seen) >= self.at_least and (
                led or _found(self.followed_by, text[item.end() : item.end() + self.reach])
            ):
                return item.end()
        return None


def _found(wordings: tuple[re.Pattern[str], ...], text: str) -> bool:
    """Say whether one of the wordings stands in a text."""
    return any(wording.search(text) for wording in wordings)
