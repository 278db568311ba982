"""A passage that says a claim of the library which does not carry it, or no longer does (L. 5122-2 CSP)."""

from collections.abc import Iterator
from typing import Literal

from workflow.checks.claims import REASONS, unheld
from workflow.checks.detectors.detector import Detector, Hit
from workflow.checks.reading import Reading


class ClaimFallen(Detector):
    """Find the passages of claims that were withdrawn, lapsed, or are for another product, network or audience."""

    kind: Literal["claim"]

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return one hit a passage, with the reason."""
        for passage in unheld(reading.claimed):
            french, english = REASONS[passage.standing]
            words = {"reason_fr": french, "reason_en": english}
            yield Hit(passage.field, passage.start, passage.end, words)
