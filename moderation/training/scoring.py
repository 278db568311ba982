"""F1 from counts, from sets, and by character of marked places."""

from collections.abc import Iterable, Sequence
from typing import Any

Spans = Sequence[tuple[int, int]]


def f1(hits: int, found: int, wanted: int) -> float:
    """Return the harmonic mean of precision and recall; 0 for nothing of nothing."""
    return 2 * hits / (found + wanted) if found + wanted else 0.0


def sets_f1(pairs: Sequence[tuple[set[Any], set[Any]]]) -> float:
    """Return the micro F1 over pairs of (wanted, found) sets."""
    return f1(sum(len(w & f) for w, f in pairs), sum(len(f) for _, f in pairs), sum(len(w) for w, _ in pairs))


def characters_f1(pairs: Iterable[tuple[Spans, Spans]]) -> float:
    """Return the F1 by character over pairs of (wanted, found) spans."""
    return sets_f1([(covered(wanted), covered(found)) for wanted, found in pairs])


def covered(spans: Spans) -> set[int]:
    """Return the characters that spans cover."""
    return {i for span in spans for i in range(*span)}


def places(text: str, words: Iterable[str]) -> Spans:
    """Return where the marked words first stand."""
    return [(text.index(word), text.index(word) + len(word)) for word in words]
