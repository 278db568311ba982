"""A wording that only suits a product at a certain time of its life on the market."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from workflow.checks.detectors.detector import Detector, Hit
from workflow.checks.detectors.near import named_beside, subjects
from workflow.checks.detectors.pattern import Pattern
from workflow.checks.detectors.visa import years_after
from workflow.checks.post import ProductFacts, paris_day
from workflow.checks.reading import Reading

State = Literal["unknown", "before", "recent", "old"]


class Launched(Detector):
    """Find what the pattern `of` finds, where every product that it speaks of is in one of the `states`.

    On the day of publication a product is not marketed yet (`before`), marketed for up to `years` (`recent`, last day
    included), for longer (`old`), or the register holds no date (`unknown`). A sentence without a product speaks of the
    products of the post, and in a post without any of an unknown one. `beside: true` reads only the sentences that name
    a product, `beside: false` only the others.
    """

    kind: Literal["launch"]
    of: Pattern
    states: Annotated[tuple[State, ...], Field(min_length=1)]
    years: Annotated[int, Field(gt=0)] = 1
    beside: bool | None = None

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return the passages, with the product that each speaks of."""
        if not any(launch_state(product, reading.day, self.years) in self.states for product in _spoken_of(reading)):
            return
        for hit in self.of.hits(reading):
            if self.beside is not None and self.beside is not bool(named_beside(reading, hit)):
                continue
            products = subjects(reading, hit) or (None,)
            if all(launch_state(product, reading.day, self.years) in self.states for product in products):
                name = products[0].name if products[0] else ", ".join(reading.post.products)
                yield Hit(hit.field, hit.start, hit.end, {"product": name or "?"})


def _spoken_of(reading: Reading) -> list[ProductFacts | None]:
    """Return every product that a passage of the post may speak of."""
    named = [product for mention in reading.mentions for product in mention.products]
    return [*reading.products, *named] or [None]


def launch_state(product: ProductFacts | None, day: date, years: int) -> State:
    """Return where a product stands on the market on a day."""
    if product is None or product.marketed_since is None:
        return "unknown"
    since = paris_day(product.marketed_since)
    if day < since:
        return "before"
    return "recent" if since.year + years > date.max.year or day <= years_after(since, years) else "old"
