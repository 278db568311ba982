"""A declaration or a setting of a post."""

from collections.abc import Iterator
from typing import Literal

from workflow.checks.conditions import When
from workflow.checks.detectors.detector import Detector, Hit
from workflow.checks.reading import Reading

DeclaredField = Literal[
    "network",
    "qualification",
    "audience",
    "products",
    "comments_open",
    "share_open",
    "paid_partner",
    "paid_boost",
    "visa",
    "internal_ref",
    "planned_at",
]


class Metadata(Detector):
    """Find that the condition `such` holds; the finding is shown at `field` and has no place in a text."""

    kind: Literal["metadata"]
    such: When
    field: DeclaredField

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return one hit when the condition holds."""
        if self.such.holds(reading):
            yield Hit(self.field)
