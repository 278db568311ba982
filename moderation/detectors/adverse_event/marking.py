"""From chances of tokens to marked words: where the reaction stands in the comment."""

import re
from collections.abc import Iterator, Sequence

Marks = Sequence[tuple[int, int, float]]
_AND = re.compile(r"\s*(?:[,;.!?…+/&]|\b(?:et|puis|and|then)\b)\s*", re.IGNORECASE)
_LEAD = re.compile(
    r"(?:\s*(?:j'ai|j’ai|jai|eu|des|de la|de|du|d'|d’|le|les|une|un|mes|i've|i had|i have|had|have|some|an|my)(?!\w))+",
    re.IGNORECASE,
)
_EDGES = ' \t\r\n.,;:!?…"«»()[]'


def spans_of(text: str, marks: Marks, threshold: float) -> list[tuple[int, int]]:
    """Return the runs of words of which one token each reaches the threshold, without the signs around them."""
    runs: list[tuple[int, int]] = []
    for start, end, chance in _words(text, marks):
        if chance < threshold:
            continue
        if runs and not text[runs[-1][1] : start].strip():
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    parts = (_trimmed(text, *part) for run in runs for part in _parted(text, *run))
    return [part for part in parts if part[0] < part[1]]


def _parted(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Part "des vertiges et des nausées" into two reactions, without the small words that lead to each."""
    for between in _AND.finditer(text, start, end):
        yield start, between.start()
        start = between.end()
    yield start, end


def _words(text: str, marks: Marks) -> Iterator[tuple[int, int, float]]:
    """Join the tokens that no space parts; the word has the chance of its likeliest token."""
    word: tuple[int, int, float] | None = None
    for start, end, chance in marks:
        begin = start + len(text[start:end]) - len(text[start:end].lstrip())
        if word and begin == start and start <= word[1]:
            word = (word[0], max(end, word[1]), max(chance, word[2]))
            continue
        if word:
            yield word
        word = (begin, end, chance)
    if word:
        yield word


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    if lead := _LEAD.match(text, start, end):
        start = lead.end()
    kept = text[start:end].rstrip(_EDGES)
    end = start + len(kept)
    return end - len(kept.lstrip(_EDGES)), end
