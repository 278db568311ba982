"""How far two readers of the same texts agree, beyond what chance alone would give."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from moderation.exact import interval


@dataclass(frozen=True)
class Agreement:
    """Over `pairs` of readings: the share that agrees with its exact interval, Cohen's kappa, Gwet's AC1.

    Where nearly all texts are harmless kappa falls though readers agree (its known paradox); AC1 does not. Both are
    None where chance alone would always agree, and without pairs.
    """

    pairs: int
    same: int
    raw: float | None
    low: float
    high: float
    kappa: float | None
    ac1: float | None


def agreement(pairs: Sequence[tuple[Hashable, Hashable]], categories: int) -> Agreement:
    """Return the agreement of pairs of codes out of `categories` possible ones (Cohen 1960; Gwet 2008)."""
    total = len(pairs)
    same = sum(one == other for one, other in pairs)
    low, high = interval(same, total) if total else (0.0, 1.0)
    if not total:
        return Agreement(0, 0, None, low, high, None, None)
    raw = same / total
    first, second = Counter(one for one, _other in pairs), Counter(other for _one, other in pairs)
    codes = set(first) | set(second)
    by_chance = sum(first[code] * second[code] for code in codes) / total**2
    spread = [(first[code] + second[code]) / (2 * total) for code in codes]
    gwet = sum(share * (1 - share) for share in spread) / (categories - 1) if categories > 1 else 1.0
    return Agreement(total, same, raw, low, high, _beyond(raw, by_chance), _beyond(raw, gwet))


def _beyond(raw: float, by_chance: float) -> float | None:
    return (raw - by_chance) / (1 - by_chance) if by_chance < 1 else None


def drifted(count: int, total: int, before: int, before_total: int, confidence: float = 0.99) -> bool:
    """Say whether a share moved: the exact intervals of now and of before have nothing in common.

    Too few on either side say nothing, and are no drift.
    """
    if not total or not before_total:
        return False
    low, high = interval(count, total, confidence)
    low_before, high_before = interval(before, before_total, confidence)
    return high < low_before or low > high_before
