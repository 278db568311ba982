"""Which product a passage speaks of."""

from bisect import bisect_left

from workflow.checks.detectors.detector import Hit
from workflow.checks.folding import Folded
from workflow.checks.post import ProductFacts
from workflow.checks.reading import Field, Mention, Reading
from workflow.checks.scope import sentence_around


def field_of(reading: Reading, name: str) -> Field | None:
    """Return the field of that name, when the post has it."""
    return next((field for field in reading.fields if field.name == name), None)


def folded_place(words: Folded, start: int, end: int) -> tuple[int, int]:
    """Return where a span of the source stands in the folded text."""
    return bisect_left(words.index, start), bisect_left(words.index, end)


def sentence_of(reading: Reading, hit: Hit) -> tuple[str, int, int]:
    """Return the folded sentence around a hit, and the place of the hit in it."""
    field = field_of(reading, hit.field)
    if field is None or hit.start is None or hit.end is None:
        return "", 0, 0
    start, end = folded_place(field.words, hit.start, hit.end)
    opening, closing = sentence_around(field.words.text, start, end)
    return field.words.text[opening:closing], start - opening, end - opening


def named_beside(reading: Reading, hit: Hit) -> tuple[ProductFacts, ...]:
    """Return the products that the sentence of a hit names nearest to it."""
    field = field_of(reading, hit.field)
    if field is None or hit.start is None or hit.end is None:
        return ()
    opening, closing = sentence_around(field.words.text, *folded_place(field.words, hit.start, hit.end))
    if opening >= closing:
        return ()
    beside = reading.named_between(hit.field, *field.words.span(opening, closing))
    nearest = min(beside, key=lambda mention: _distance(mention, hit), default=None)
    return nearest.products if nearest else ()


def subjects(reading: Reading, hit: Hit) -> tuple[ProductFacts | None, ...]:
    """Return the products that a hit speaks of: those beside it, or else those of the post (None: not registered)."""
    return named_beside(reading, hit) or reading.products


def _distance(mention: Mention, hit: Hit) -> int:
    """Return how many characters lie between a mention and a hit."""
    return max(mention.start - (hit.end or 0), (hit.start or 0) - mention.end, 0)
