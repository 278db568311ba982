"""Exact bounds of a share from a count, after Clopper and Pearson (Biometrika 26, 1934): no normal approximation.

None missed among 299 supports "at most 1 %" with 95 % confidence: `upper_bound(0, 299)` is 0.00997.
"""

import math
from collections.abc import Callable

CONFIDENCE = 0.95
_STEPS = 60


def upper_bound(count: int, total: int, confidence: float = CONFIDENCE) -> float:
    """Return the share that is exceeded with at most `1 - confidence` chance, having seen `count` of `total`.

    One-sided. Nothing seen at all supports nothing: 1 for a total of 0.
    """
    if count >= total:
        return 1.0
    return _root(lambda share: _at_most(count, total, share) - (1 - confidence))


def lower_bound(count: int, total: int, confidence: float = CONFIDENCE) -> float:
    """Return the share that is undercut with at most `1 - confidence` chance; 0 for a total of 0."""
    return 1 - upper_bound(total - count, total, confidence) if total else 0.0


def interval(count: int, total: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the two-sided exact interval of a share."""
    each = 1 - (1 - confidence) / 2
    return lower_bound(count, total, each), upper_bound(count, total, each)


def most_misses(total: int, share: float, confidence: float = CONFIDENCE) -> int:
    """Return how many of `total` may be missed and still support `share`; -1 when even none is not enough."""
    misses = -1
    while misses + 1 < total and upper_bound(misses + 1, total, confidence) <= share:
        misses += 1
    return misses


def _at_most(count: int, total: int, share: float) -> float:
    """Return the chance of at most `count` among `total` draws of chance `share`."""
    logs = (
        math.lgamma(total + 1)
        - math.lgamma(k + 1)
        - math.lgamma(total - k + 1)
        + k * math.log(share)
        + (total - k) * math.log1p(-share)
        for k in range(count + 1)
    )
    return math.fsum(math.exp(one) for one in logs)


def _root(falling: Callable[[float], float]) -> float:
    low, high = 1e-12, 1 - 1e-12
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return high
