"""What the network is asked to get right, each part with its weight."""

from dataclasses import dataclass

import torch
from torch.nn import functional

from moderation.detectors.adverse_event.labels import (
    EMERGENCY,
    FIRST_INTENT,
    FIRST_SITUATION,
    PV,
    SERIOUS,
)

_WEIGHTS = {"pv": 1.0, "order": 0.5, "pair": 0.5, "situations": 4.0, "serious": 0.8, "emergency": 1.2, "intent": 1.0}
_TOKENS = 1.6
_RARE = 2.0
_DANGER = 4.0


@dataclass(frozen=True)
class Batch:
    """One step: tensors over (batch,) unless said.

    `pv` 0..1 with `weight`; `known` 0 for lines that only say that they are a case; `situations` (batch, 15);
    `intent` the index, -100 unknown; `marks` (batch, length, spans) with `text` 1 on tokens of the comment;
    `pairs` (two, count): rows of a case and of its harmless twin.
    """

    tokens: torch.Tensor
    mask: torch.Tensor
    pv: torch.Tensor
    weight: torch.Tensor
    known: torch.Tensor
    situations: torch.Tensor
    serious: torch.Tensor
    emergency: torch.Tensor
    intent: torch.Tensor
    marks: torch.Tensor
    text: torch.Tensor
    pairs: torch.Tensor


def loss_of(comment: torch.Tensor, token: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Return the weighted sum of all parts."""
    parts = {
        "pv": (_binary(comment[:, PV], batch.pv) * batch.weight).mean(),
        "order": _order(comment[:, PV], batch.pv),
        "pair": _pairs(comment[:, PV], batch.pairs),
        "situations": (
            _binary(comment[:, FIRST_SITUATION:FIRST_INTENT], batch.situations, _RARE) * batch.known[:, None]
        ).mean(),
        "serious": (_binary(comment[:, SERIOUS], batch.serious, _RARE) * batch.known).mean(),
        "emergency": (_binary(comment[:, EMERGENCY], batch.emergency, _DANGER) * batch.known).mean(),
        "intent": _intent(comment[:, FIRST_INTENT:], batch.intent),
    }
    marks = (_binary(token, batch.marks, _RARE) * batch.text[..., None]).sum() / batch.text.sum().clamp(min=1)
    return torch.stack([_WEIGHTS[name] * part for name, part in parts.items()]).sum() + _TOKENS * marks


def _binary(logits: torch.Tensor, wanted: torch.Tensor, rare: float = 1.0) -> torch.Tensor:
    return functional.binary_cross_entropy_with_logits(logits, wanted, pos_weight=torch.tensor(rare), reduction="none")


def _order(logits: torch.Tensor, pv: torch.Tensor) -> torch.Tensor:
    """Every case of the batch above every harmless comment: what recall at a threshold needs."""
    cases, others = logits[pv == 1], logits[pv == 0]
    if not len(cases) or not len(others):
        return logits.sum() * 0
    return functional.softplus(others[None, :] - cases[:, None]).mean()


def _pairs(logits: torch.Tensor, pairs: torch.Tensor) -> torch.Tensor:
    if not pairs.shape[1]:
        return logits.sum() * 0
    return functional.softplus(1.0 - (logits[pairs[0]] - logits[pairs[1]])).mean()


def _intent(logits: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    if not bool((wanted >= 0).any()):
        return logits.sum() * 0
    return functional.cross_entropy(logits, wanted, label_smoothing=0.05, ignore_index=-100)
