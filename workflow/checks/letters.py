"""What a text must hold for a pattern to match: the cheap question before the dear one."""

import importlib
from functools import cache, lru_cache
from typing import Any

# The standard library's own reading of a pattern; `sre_parse`, its older name, is deprecated.
_READER: Any = importlib.import_module("re._parser")
_SHORTEST = 2
GRAM = 4
"""How many letters of a string are looked up first."""


Clauses = tuple[frozenset[str], ...]


@lru_cache(maxsize=10_000)
def letters_needed(pattern: str) -> Clauses:
    r"""Return sets of strings, the most telling first: every match of a pattern holds one string of each.

    `(?:guerit|soigne) tout` needs "guerit" or "soigne", and "tout"; `\d+ %` needs " %"; `[a-z]+` needs nothing.
    """
    sets = dict.fromkeys(map(_shared, _of_sequence(_READER.parse(pattern))))
    return tuple(sorted(sets, key=_telling, reverse=True))


@cache
def _shared(strings: frozenset[str]) -> frozenset[str]:
    """Return the one object that stands for equal sets: the patterns of a pack share families of words."""
    return strings


@lru_cache(maxsize=4096)
def holds_one(strings: frozenset[str], text: str) -> bool:
    """Say whether a text holds one of some strings; asked of the same family and text by one pattern after another."""
    return not _beginnings(strings).isdisjoint(grams_of(text)) and any(string in text for string in strings)


@cache
def _beginnings(strings: frozenset[str]) -> frozenset[str]:
    """Return what the strings begin with, as `grams_of` cuts a text."""
    return frozenset(string[:GRAM] for string in strings)


def _telling(strings: frozenset[str]) -> tuple[int, int, list[str]]:
    """Order sets by how few texts hold one of their strings: long ones, few of them."""
    return min(map(len, strings)), -len(strings), sorted(strings)


@lru_cache(maxsize=64)
def grams_of(text: str) -> set[str]:
    """Return every string of two to `GRAM` letters that stands in a text."""
    return {text[at : at + size] for size in range(_SHORTEST, GRAM + 1) for at in range(len(text) - size + 1)}


def _of_sequence(parsed: Any) -> Clauses:
    """Return what every match of a sequence holds."""
    sets: list[frozenset[str]] = []
    run = ""
    for operation, argument in [*parsed, (None, None)]:
        if operation is _READER.LITERAL:
            run += chr(argument)
            continue
        sets += [frozenset({run})] if len(run) >= _SHORTEST else []
        run = ""
        sets += _of_one(operation, argument)
    return tuple(sets)


def _of_one(operation: Any, argument: Any) -> Clauses:
    """Return what a group, a repetition or a choice holds; nothing for what may be missing or be anything."""
    if operation is _READER.SUBPATTERN:
        return _of_sequence(argument[-1])
    if operation in (_READER.MAX_REPEAT, _READER.MIN_REPEAT):
        return _of_sequence(argument[2]) if argument[0] else ()
    if operation is _READER.BRANCH:
        choices = [_of_sequence(choice) for choice in argument[1]]
        return (frozenset().union(*(max(one, key=_telling) for one in choices)),) if all(choices) else ()
    return ()
