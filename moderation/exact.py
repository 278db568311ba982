"""Exact bounds of a share from a count, after Clopper and Pearson (Biometrika 26, 1934): no normal approximation.

None missed among 299 supports "at most 1 %" with 95 % confidence: `upper_bound(0, 299)` is 0.00997.
"""

import math
from collections.abc import Callable
from functools import lru_cache

CONFIDENCE = 0.95
_STEPS = 60
NEGLIGIBLE = 1e-17


@lru_cache(4096)
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
    """Return the chance of at most `count` among `total` draws of chance `share`.

    The shorter tail is added up, from its largest term outwards, until terms no longer count: about the square root
    of `total` of them.
    """
    odds = share / (1 - share)
    if count < total * share:
        return _tail(count, total, share, lambda k: k / ((total - k + 1) * odds), -1)
    return 1 - _tail(count + 1, total, share, lambda k: (total - k) * odds / (k + 1), 1)


def _tail(first: int, total: int, share: float, ratio: Callable[[int], float], step: int) -> float:
    term = math.exp(
        math.lgamma(total + 1)
        - math.lgamma(first + 1)
        - math.lgamma(total - first + 1)
        + first * math.log(share)
        + (total - first) * math.log1p(-share)
    )
    added, k = term, first
    while term > added * NEGLIGIBLE and 0 < k + (step > 0) <= total:
        term *= ratio(k)
        added, k = added + term, k + step
    return added


def _root(falling: Callable[[float], float]) -> float:
    low, high = 1e-12, 1 - 1e-12
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return high
