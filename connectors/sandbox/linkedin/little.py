"""LinkedIn's little text as the network reads and writes it: what is not escaped cuts the text there, silently."""

import re

RESERVED = r"\\|{}@\[\]()<>#*_~"
PIECE = re.compile(
    rf"""(?P<plain>[^{RESERVED}]+)
    | \\(?P<escaped>[{RESERVED}])
    | \#(?P<tag>[^\W_]*[^\W\d_][^\W_]*)
    | \{{hashtag\|(?:\\\#|＃)\|(?P<template>[^{RESERVED}]+)\}}
    | @\[(?P<mention>[^{RESERVED}]+)\]\(urn:li:(?:person|organization):\w+\)""",
    re.VERBOSE,
)
TAG = re.compile(r"(?<!\w)#([^\W_]*[^\W\d_][^\W_]*)(?!\w)")
SPECIAL = re.compile(rf"[{RESERVED}]")


def read(commentary: str) -> str:
    """Return the words that the public sees."""
    words, place = "", 0
    while match := PIECE.match(commentary, place):
        tag = match["tag"] or match["template"]
        words += f"#{tag}" if tag else match["plain"] or match["escaped"] or match["mention"]
        place = match.end()
    return words


def write(words: str) -> str:
    """Return the words as the interface gives them back, hashtags as templates."""
    parts, place = [], 0
    for match in TAG.finditer(words):
        parts += [_escape(words[place : match.start()]), rf"{{hashtag|\#|{match[1]}}}"]
        place = match.end()
    return "".join([*parts, _escape(words[place:])])


def _escape(words: str) -> str:
    return SPECIAL.sub(r"\\\g<0>", words)
