"""Recall on the company's own stream: of the cases that came in, how many the detection put before a person by itself.

What the detection flagged is decided by people, so that its hits are known. What it cleared is read again, wholly or
in a weighted sample (the elusion sample of document review); its misses are known as far as it was read, and bounded
for the rest by the exact hypergeometric bound of a finite population. Whoever reads the riskiest first makes the bound
wider than need be, never narrower.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from moderation.exact import CONFIDENCE


@dataclass(frozen=True)
class Stratum:
    """Cleared comments that were read with one probability: how many there are, were read, and proved to be cases.

    `pending` were lifted out by a reader and are not decided yet: the bound counts them as misses.
    """

    name: str
    population: int
    read: int
    found: int
    pending: int = 0


@dataclass(frozen=True)
class Recall:
    """The estimate: `caught` of the detection, the weighted number missed, and recall with its exact interval.

    `point`, `low` and `high` are shares from 0 to 1; None while nothing supports one (no case at all).
    """

    caught: int
    found: int
    missed: float
    most_missed: int
    read: int
    population: int
    point: float | None
    low: float | None
    high: float | None


def estimate(caught: int, strata: Sequence[Stratum], confidence: float = CONFIDENCE) -> Recall:
    """Return recall with its two-sided interval at the given confidence; each stratum gets its share of the doubt."""
    sampled = [one for one in strata if one.read < one.population]
    doubt = (1 - confidence) / 2 / max(len(sampled), 1)
    missed = sum(weighted(one) for one in strata)
    least = sum(one.found for one in strata)
    most = sum(most_in(one, 1 - doubt) for one in strata)
    return Recall(
        caught=caught,
        found=sum(one.found for one in strata),
        missed=missed,
        most_missed=most,
        read=sum(one.read for one in strata),
        population=sum(one.population for one in strata),
        point=_share(caught, missed),
        low=_share(caught, most),
        high=_share(caught, least),
    )


def _share(caught: int, missed: float) -> float | None:
    return caught / (caught + missed) if caught + missed else None


def weighted(one: Stratum) -> float:
    """Return the estimated number of cases in a stratum: each found one stands for its unread (Horvitz, Thompson)."""
    return one.found * one.population / one.read if one.read else 0.0


def most_in(one: Stratum, confidence: float = CONFIDENCE) -> int:
    """Return the largest number of cases that a stratum may hold, one-sided and exact.

    The largest K for which drawing as few as were found, of `read` from `population` with K cases among them, is
    still likelier than 1 - confidence. Nothing read supports nothing: then all may be cases.
    """
    seen = one.found + one.pending
    low, high = seen, seen + one.population - one.read
    while low < high:
        middle = (low + high + 1) // 2
        if _at_most(seen, one.population, middle, one.read) > 1 - confidence:
            low = middle
        else:
            high = middle - 1
    return low


def _at_most(count: int, population: int, cases: int, drawn: int) -> float:
    """Return the chance of at most `count` cases among `drawn` of a population that holds `cases` (hypergeometric)."""
    least = max(0, drawn - (population - cases))
    whole = _log_choose(population, drawn)
    logs = (
        _log_choose(cases, k) + _log_choose(population - cases, drawn - k) - whole
        for k in range(least, min(count, cases, drawn) + 1)
    )
    return math.fsum(math.exp(one) for one in logs)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
