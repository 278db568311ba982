"""Whether two cases may tell the same story: points for what they share, with the reasons. A person decides.

Two reports of one story on two networks differ in their words, hence the comparison by words without their accents
and endings; nothing here merges or removes a case.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from i18n import N_
from moderation.detectors.folding import fold

AUTHOR, PRODUCT, REACTION, PATIENT, DAYS, SAME_COMMENT = 40, 25, 25, 20, 10, 60
SUGGESTED = 60
"""The points from which two cases are shown to a person as a possible duplicate."""
NEAR_DAYS = 14
ALIKE = 0.82
SHORTEST_WORD = 4

SAME_AUTHOR = N_("même auteur")
SAME_PRODUCT = N_("même produit")
SAME_REACTION = N_("réactions proches")
SAME_PATIENT = N_("patient semblable")
SAME_DAYS = N_("à quelques jours d'écart")
SHARED_COMMENT = N_("même commentaire")


@dataclass(frozen=True)
class Story:
    """What is compared of a case. `patient` holds what is known of sex, age and initials, as plain words."""

    case_id: str
    day: date
    authors: Collection[str] = ()
    comments: Collection[str] = ()
    products: Collection[str] = ()
    reactions: Collection[str] = ()
    patient: Collection[str] = ()


@dataclass(frozen=True)
class Likeness:
    """How alike two cases are: points, and the reasons as French msgids."""

    case_id: str
    points: int
    reasons: tuple[str, ...]


def likeness(one: Story, other: Story) -> Likeness:
    """Return how alike two cases are; it is the same in both directions."""
    shared = {
        SHARED_COMMENT: SAME_COMMENT if set(one.comments) & set(other.comments) else 0,
        SAME_AUTHOR: AUTHOR if set(one.authors) & set(other.authors) else 0,
        SAME_PRODUCT: PRODUCT if _folded(one.products) & _folded(other.products) else 0,
        SAME_REACTION: REACTION if _alike(one.reactions, other.reactions) else 0,
        SAME_PATIENT: PATIENT if len(_folded(one.patient) & _folded(other.patient)) > 1 else 0,
        SAME_DAYS: DAYS if abs((one.day - other.day).days) <= NEAR_DAYS else 0,
    }
    return Likeness(other.case_id, sum(shared.values()), tuple(reason for reason, points in shared.items() if points))


def suggested(one: Story, others: Collection[Story]) -> tuple[Likeness, ...]:
    """Return the cases that may be the same story, the likeliest first; never the case itself."""
    found = [likeness(one, other) for other in others if other.case_id != one.case_id]
    likely = [each for each in found if each.points >= SUGGESTED]
    return tuple(sorted(likely, key=lambda each: (-each.points, each.case_id)))


def _folded(names: Collection[str]) -> set[str]:
    return {plain for name in names if (plain := fold(name).text.strip())}


def _alike(some: Collection[str], others: Collection[str]) -> bool:
    """Say whether a word of some resembles one of others: "vertige" and "vertiges", "nausée" and "nausées"."""
    return any(_same(a, b) for a in _words(some) for b in _words(others))


def _words(phrases: Collection[str]) -> set[str]:
    return {word for phrase in _folded(phrases) for word in phrase.split() if len(word) >= SHORTEST_WORD}


def _same(a: str, b: str) -> bool:
    first, second = sorted((a, b))
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE
