"""A mandatory wording that stands where no reader sees it unless they unfold the text."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from workflow.checks.detectors.detector import AnyOf, Detector, Hit, Wording, any_of
from workflow.checks.reading import Reading


class Fold(Detector):
    """Find that the first of the wordings begins beyond `beyond` characters of the text.

    The place of the fold ("… voir plus") differs between networks, devices and clients: `beyond` is a length that none
    of them shows unfolded. A wording on the picture (alternative text) is seen.
    """

    kind: Literal["fold"]
    any_of: Annotated[tuple[Wording, ...], Field(min_length=1)]
    beyond: Annotated[int, Field(gt=0)]

    @cached_property
    def _wanted(self) -> AnyOf:
        return any_of(self.any_of)

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return the wording that is folded away."""
        texts = {field.name: field.words for field in reading.fields}
        if "text" not in texts or ("alt_text" in texts and self._wanted.search(texts["alt_text"].text)):
            return
        found = self._wanted.search(texts["text"].text)
        if found:
            start, end = texts["text"].span(*found.span())
            if start > self.beyond:
                yield Hit("text", start, end, {"limit": self.beyond})
