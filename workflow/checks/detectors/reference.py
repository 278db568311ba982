"""The internal reference number that an advertisement to the public carries (R. 5122-6 CSP)."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from workflow.checks.detectors.detector import AnyOf, Detector, Hit, Wording, any_of
from workflow.checks.names import squeezed
from workflow.checks.reading import Reading

# A shorter reference ("12") stands in any text by chance.
_SHORTEST = 4


class NoReference(Detector):
    """Find that no text that a reader sees carries the post's internal reference, whatever stands between its parts.

    `any_of`: wordings that are a reference where the post declares none, or one too short to be looked for.
    """

    kind: Literal["reference"]
    any_of: Annotated[tuple[Wording, ...], Field(min_length=1)]

    @cached_property
    def _wanted(self) -> AnyOf:
        return any_of(self.any_of)

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return one hit, on the text, when it is absent."""
        reference = _bare(reading.post.internal_ref)
        if len(reference) >= _SHORTEST:
            carried = any(reference in _bare(text) for text in reading.shown)
        else:
            carried = any(self._wanted.search(text) for text in reading.shown)
        if not carried:
            yield Hit("text")


def _bare(text: str) -> str:
    """Return the letters and figures of a text, folded; an underscore separates them as a hyphen does."""
    return squeezed(text.replace("_", " "))
