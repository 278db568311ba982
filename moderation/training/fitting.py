"""Training: batches of like length, warm-up and cosine, a running mean of the weights; a seed fixes it all."""

import copy
import math
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

import torch
from torch import nn

from moderation.detectors.adverse_event.encoding import Encoder, Window, padded
from moderation.detectors.adverse_event.labels import INTENTS, SITUATIONS, SPANS
from moderation.training.augmenting import Variant, varied
from moderation.training.corpus import Line, Pv
from moderation.training.losses import Batch, loss_of

_TARGETS = {Pv.YES: (1.0, 1.0), Pv.BORDERLINE: (0.5, 0.5), Pv.NO: (0.0, 1.0)}
_PARTIAL_WEIGHT = 0.3
_POOL = 24


@dataclass(frozen=True)
class Plan:
    """How long and how hard.

    `encoder_rate` and `head_rate` are peak learning rates of AdamW, `frozen` the number of lowest layers that do not
    learn, `mean` the share of the running mean of the weights that each step keeps.
    """

    epochs: int = 4
    batch: int = 32
    encoder_rate: float = 1e-4
    head_rate: float = 1e-3
    warmup: float = 0.06
    decay: float = 0.01
    mean: float = 0.995
    frozen: int = 3
    seed: int = 20
    every: int = 25


@dataclass(frozen=True)
class Task:
    """The lines to learn from with the context of each (with its page, without), and product names to exchange for."""

    lines: Sequence[Line]
    contexts: Sequence[tuple[str, str]]
    names: Sequence[str]
    encoder: Encoder
    plan: Plan = field(default_factory=Plan)


def fit(network: nn.Module, task: Task) -> nn.Module:
    """Train the network in place and return the running mean of its weights, which is the better one."""
    plan, rng = task.plan, Random(task.plan.seed)  # noqa: S311 - a seed is wanted
    torch.manual_seed(plan.seed)
    _freeze(network, plan.frozen)
    optimizer = _optimizer(network, plan)
    steps = plan.epochs * math.ceil(len(task.lines) / plan.batch)
    mean, started, done = copy.deepcopy(network), time.monotonic(), 0
    for _ in range(plan.epochs):
        for batch in batches(task, rng):
            _set_rate(optimizer, plan, min(done / steps, 1.0))
            shown = _step(network, optimizer, batch)
            done += 1
            _follow(mean, network, min(plan.mean, (done + 1) / (done + 10)))
            if done % plan.every == 0:
                _say(f"step {done}/{steps} loss {shown:.3f} {time.monotonic() - started:.0f} s")
    return mean.eval()


def _freeze(network: nn.Module, layers: int) -> None:
    """Leave the embeddings and the lowest layers as they are: what they know of words outlives any corpus of ours."""
    kept = ("encoder.embeddings.", *(f"encoder.encoder.layer.{i}." for i in range(layers)))
    for name, parameter in network.named_parameters():
        parameter.requires_grad = not name.startswith(kept)


def _optimizer(network: nn.Module, plan: Plan) -> torch.optim.AdamW:
    learning = [(name, p) for name, p in network.named_parameters() if p.requires_grad]
    encoder = [p for name, p in learning if name.startswith("encoder.")]
    heads = [p for name, p in learning if not name.startswith("encoder.")]
    groups = [{"params": encoder, "peak": plan.encoder_rate}, {"params": heads, "peak": plan.head_rate}]
    return torch.optim.AdamW(groups, lr=0.0, weight_decay=plan.decay, fused=True)


def _set_rate(optimizer: torch.optim.AdamW, plan: Plan, share: float) -> None:
    rising = min(1.0, (share + 1e-6) / plan.warmup)
    falling = 0.5 * (1 + math.cos(math.pi * max(0.0, share - plan.warmup) / (1 - plan.warmup)))
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * rising * max(falling, 0.01)


def _step(network: nn.Module, optimizer: torch.optim.AdamW, batch: Batch) -> float:
    network.train()
    comment, token = network(batch.tokens, batch.mask)
    loss = loss_of(comment, token, batch)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    return float(loss.detach())


def _follow(mean: nn.Module, network: nn.Module, keep: float) -> None:
    with torch.no_grad():
        for old, new in zip(mean.parameters(), network.parameters(), strict=True):
            if new.requires_grad:
                old.mul_(keep).add_(new, alpha=1 - keep)


def batches(task: Task, rng: Random) -> Iterator[Batch]:
    """Yield one epoch: pairs stay together, like lengths stand together, the order is drawn."""
    units = _units(task.lines)
    rng.shuffle(units)
    drawn = [i for unit in units for i in unit]
    size = task.plan.batch
    for at in range(0, len(drawn), size * _POOL):
        pool = drawn[at : at + size * _POOL]
        variants = [varied(task.lines[i], task.contexts[i], rng, task.names) for i in pool]
        windows = _windows(task.encoder, variants)
        order = sorted(range(len(pool)), key=lambda k: _length_of(k, pool, windows, task.lines))
        groups = [order[k : k + size] for k in range(0, len(order), size)]
        rng.shuffle(groups)
        for group in groups:
            yield _batch(
                [task.lines[pool[k]] for k in group], [variants[k] for k in group], [windows[k] for k in group]
            )


def _units(lines: Sequence[Line]) -> list[list[int]]:
    pairs: dict[str, list[int]] = {}
    for i, line in enumerate(lines):
        pairs.setdefault(line.pair or line.id, []).append(i)
    return list(pairs.values())


def _length_of(k: int, pool: list[int], windows: list[Window], lines: Sequence[Line]) -> tuple[int, str]:
    """Order by length in steps, so that the two of a pair come to stand together."""
    return len(windows[k].tokens) // 16, lines[pool[k]].pair or ""


def _windows(encoder: Encoder, variants: list[Variant]) -> list[Window]:
    """Return the first window of each: training texts are shorter than one, but for a handful."""
    found = encoder.encode([v.text for v in variants], [v.context for v in variants], [v.parent for v in variants])
    return [windows[0] for windows in found]


def _batch(lines: list[Line], variants: list[Variant], windows: list[Window]) -> Batch:
    numbers, mask = padded(windows)
    marks = torch.zeros(*numbers.shape, len(SPANS))
    text = torch.zeros(*numbers.shape)
    for row, (line, variant, window) in enumerate(zip(lines, variants, windows, strict=True)):
        _mark(marks[row], text[row], variant, window)
        text[row] *= float(not line.partial or bool(line.reactions))
    known = torch.tensor([float(not line.partial) for line in lines])
    return Batch(
        tokens=torch.from_numpy(numbers),
        mask=torch.from_numpy(mask),
        pv=torch.tensor([_TARGETS[line.pv][0] for line in lines]),
        weight=torch.tensor([_TARGETS[line.pv][1] * (_PARTIAL_WEIGHT if line.partial else 1.0) for line in lines]),
        known=known,
        situations=torch.tensor([[float(s in line.situations) for s in SITUATIONS] for line in lines]),
        serious=torch.tensor([float(line.serious) for line in lines]),
        emergency=torch.tensor([float(line.emergency) for line in lines]),
        intent=torch.tensor([INTENTS.index(line.intent) if line.intent else -100 for line in lines]),
        marks=marks,
        text=text,
        pairs=_pairs(lines),
    )


def _mark(marks: torch.Tensor, text: torch.Tensor, variant: Variant, window: Window) -> None:
    for place, (start, end) in enumerate(window.spans, window.first):
        text[place] = 1.0
        for bit in range(len(SPANS)):
            marks[place, bit] = float(any(m >> bit & 1 for m in variant.marks[start:end] if m))


def _pairs(lines: list[Line]) -> torch.Tensor:
    rows = [
        (i, k)
        for i, one in enumerate(lines)
        for k, other in enumerate(lines)
        if one.pair and one.pair == other.pair and one.pv is Pv.YES and other.pv is Pv.NO
    ]
    return torch.tensor(rows, dtype=torch.long).reshape(-1, 2).T


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
