"""Mandatory mentions where a reader does not see them: under the fold of the text, or in the first comment only."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from workflow.checks.detectors.detector import AnyOf, Detector, Hit, Wording, any_of
from workflow.checks.folding import Folded
from workflow.checks.reading import Reading


class Hidden(Detector):
    """Find mentions that the first comment alone carries, and mentions beyond `beyond` characters of the text.

    Where not one mention stands before the fold, `fold` says so and this detector leaves it at that. A mention on the
    picture (alternative text) or in a hashtag is seen. One finding a field.
    """

    kind: Literal["hidden"]
    mentions: Annotated[tuple[tuple[Wording, ...], ...], Field(min_length=1)]
    beyond: Annotated[int, Field(gt=0)]

    @cached_property
    def _wanted(self) -> list[AnyOf]:
        return [any_of(wordings) for wordings in self.mentions]

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return the first mention that is folded away, and the first that only the comment carries."""
        texts = {field.name: field.words for field in reading.fields}
        text, comment = texts.get("text"), texts.get("first_comment")
        on_picture = "\n".join(texts[name].text for name in ("alt_text", "hashtags") if name in texts)
        unseen = [wanted for wanted in self._wanted if not wanted.search(on_picture)]
        if text:
            yield from self._folded(text, unseen)
        absent = [wanted for wanted in unseen if not text or not wanted.search(text.text)]
        only_there = _places(comment, absent) if comment else []
        if only_there:
            yield Hit("first_comment", *only_there[0], {"limit": self.beyond})

    def _folded(self, text: Folded, unseen: list[AnyOf]) -> Iterator[Hit]:
        """Return the first mention beyond the fold, when another stands before it."""
        places = _places(text, unseen)
        beyond = [place for place in places if place[0] > self.beyond]
        if beyond and len(beyond) < len(places):
            yield Hit("text", *beyond[0], {"limit": self.beyond})


def _places(folded: Folded, wanted: list[AnyOf]) -> list[tuple[int, int]]:
    """Return where each wording first stands, in the order of the text."""
    found = (pattern.search(folded.text) for pattern in wanted)
    return sorted(folded.span(*match.span()) for match in found if match)
