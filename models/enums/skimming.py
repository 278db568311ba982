"""Skimming: what a screen holds, and what came of each text."""

from enum import StrEnum


class SkimMode(StrEnum):
    """Whether every cleared comment is read, or a weighted sample of them."""

    ALL = "all"
    SAMPLE = "sample"


class SkimResult(StrEnum):
    """What came of one text of a screen: read and passed, lifted out, changed meanwhile, or not read to the end."""

    PASSED = "passed"
    LIFTED = "lifted"
    CHANGED = "changed"
    UNREAD = "unread"
