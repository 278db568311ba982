"""Which cleared comments are read again by a person, and with which probability each came to be read.

Below the limit of a month every one is. Above it, those with a residual risk near the threshold are all read still,
and of the others a share that is drawn by their identifiers, which are random and known to nobody beforehand: the same
comment is in the sample or out of it, however often it is asked. Every probability is kept with the reading, so that
an estimate of what was missed can weigh by it (Horvitz and Thompson).
"""

from dataclasses import dataclass

from models.enums import SkimMode

DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
DRAWN = 4
"""Last characters of an identifier that are its lot: 32**4 of them, a little over a million."""
NEAR = 0.5
"""Share of a language's threshold from which a cleared comment is always read."""


@dataclass(frozen=True)
class Plan:
    """How this month's cleared comments are read: all of them, or those near the threshold and a share of the rest."""

    mode: SkimMode
    share: float

    @property
    def cut(self) -> str:
        """The lot (exclusive) up to which a comment is drawn; only used when a sample is read."""
        return cut_of(self.share)

    def chance(self, *, near: bool) -> float:
        """Return the probability with which a comment is read."""
        return 1.0 if near or self.mode is SkimMode.ALL else self.share


def plan(cleared_in_a_month: int, most: int) -> Plan:
    """Return the plan for a volume; the share is never so small that nothing at all would be drawn."""
    if cleared_in_a_month <= most:
        return Plan(SkimMode.ALL, 1.0)
    return Plan(SkimMode.SAMPLE, max(most / cleared_in_a_month, 1 / len(DIGITS) ** DRAWN))


def cut_of(share: float) -> str:
    """Return the lot (exclusive) up to which a share of all identifiers is drawn."""
    return lot(round(share * len(DIGITS) ** DRAWN))


def lot(number: int) -> str:
    """Return a number as an identifier writes it, in four characters; the last of all when it does not fit."""
    bounded = min(max(number, 0), len(DIGITS) ** DRAWN - 1)
    return "".join(DIGITS[bounded >> shift & 31] for shift in range(5 * (DRAWN - 1), -5, -5))


def drawn(identifier: str, cut: str) -> bool:
    """Say whether a comment is in the sample."""
    return identifier[-DRAWN:] < cut
