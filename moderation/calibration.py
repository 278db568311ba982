"""How the model's chances become decisions: weights and thresholds measured on the validation part.

`calibration.json` is written by `covigie evaluate --calibrate` for one model; it serves no other. For each language
and each percentage of cases that may be missed (with 95 % confidence, `moderation.exact`) it holds the threshold that
keeps the promise there, so that the operating point is a setting and its price is known.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

BUILT_IN = Path(__file__).parent / "calibration.json"


@dataclass(frozen=True)
class Labels:
    """Thresholds (0..1) beside that of the flag; `*_agreed` when a cue of the rules says the same."""

    situation: float
    situation_agreed: float
    serious: float
    serious_agreed: float
    emergency: float
    reaction: float


@dataclass(frozen=True)
class Calibration:
    """One model's weights and thresholds.

    `blend` are the bias and the weights of the model's and of the scorecard's log-odds; `thresholds` the flag's by
    language and by promised percentage (as in `"3"`).
    """

    model: str
    blend: tuple[float, float, float]
    thresholds: Mapping[str, Mapping[str, float]]
    labels: Labels

    def threshold(self, lang: str, promise: str) -> float:
        """Return the score from which a comment is flagged; the lowest of all for a language not measured."""
        by_lang = {one: shares[promise] for one, shares in self.thresholds.items()}
        return by_lang.get(lang, min(by_lang.values()))


def read(path: Path) -> Calibration:
    """Read a file of this make; raises ValueError, KeyError or TypeError for any other."""
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    bias, model, card = found["blend"]
    return Calibration(found["model"], (bias, model, card), found["thresholds"], Labels(**found["labels"]))


@cache
def calibration() -> Calibration:
    """Return the calibration in force."""
    return read(BUILT_IN)
