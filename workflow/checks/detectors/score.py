"""Signals that mean little one by one and much together."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from models.enums import Severity
from workflow.checks.detectors.detector import Detector, Hit
from workflow.checks.detectors.link import LinkTo
from workflow.checks.detectors.market import OwnMarket
from workflow.checks.detectors.mention import ProductNamed
from workflow.checks.detectors.metadata import Metadata
from workflow.checks.detectors.pattern import Pattern
from workflow.checks.format import Data, Translated
from workflow.checks.reading import Reading

Evidence = Annotated[LinkTo | Metadata | OwnMarket | Pattern | ProductNamed, Field(discriminator="kind")]


class Signal(Data):
    """One signal: what it weighs, how a message words it, and the detectors one of which must find it."""

    points: Annotated[int, Field(gt=0)]
    words: Translated
    detect: Annotated[tuple[Evidence, ...], Field(min_length=1)]

    def holds(self, reading: Reading) -> bool:
        """Say whether the post gives the signal."""
        return any(
            True
            for detector in self.detect
            if detector.when is None or detector.when.holds(reading)
            for _ in detector.hits(reading)
        )


class Score(Detector):
    """Find that the signals of the post weigh `escalate_at` points at least, or `block_at`; a signal counts once.

    The message words are `count` (points), `limit` (the threshold reached), `reason_fr` and `reason_en` (the signals).
    """

    kind: Literal["score"]
    signals: Annotated[tuple[Signal, ...], Field(min_length=2)]
    escalate_at: Annotated[int, Field(gt=0)]
    block_at: Annotated[int, Field(gt=0)]

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return one hit, on the text, with the points and the signals found."""
        held = [signal for signal in self.signals if signal.holds(reading)]
        points = sum(signal.points for signal in held)
        if points < self.escalate_at:
            return
        severity = Severity.BLOCK if points >= self.block_at else Severity.ESCALATE
        words = {
            "count": points,
            "limit": self.block_at if points >= self.block_at else self.escalate_at,
            "reason_fr": ", ".join(f"{signal.words.fr} (+{signal.points})" for signal in held),
            "reason_en": ", ".join(f"{signal.words.en} (+{signal.points})" for signal in held),
        }
        yield Hit("text", words=words, severity=severity)
