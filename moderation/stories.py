"""Several patients in one comment: which words tell whose story. Rules only; nothing that was written is left out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from errors import InvalidInput
from i18n import N_

Place = tuple[int, int]
FEWEST, MOST = 2, 20
SENTENCE = re.compile(r"[^\n.!?…]+[.!?…]*|[.!?…]+")


@dataclass(frozen=True)
class Story:
    """One patient of a comment: who it is, in the reporter's words, and the places (Python indices, half open)."""

    patient: str = ""
    places: tuple[Place, ...] = ()


def sentences(text: str) -> list[Place]:
    """Return the places of the sentences and lines of a text, in order, without blanks around them."""
    found = []
    for match in SENTENCE.finditer(text):
        words = match.group()
        start = match.start() + len(words) - len(words.lstrip())
        if words.strip():
            found.append((start, start + len(words.strip())))
    return found


def shared(text: str, stories: Sequence[Story]) -> tuple[Story, ...]:
    """Return the stories with what nobody was given added to each: no word belongs to no case.

    Refuses what cannot be divided: fewer than two stories, one without a word of its own, a place beyond the text.
    """
    if not FEWEST <= len(stories) <= MOST:
        raise InvalidInput(N_("Divisez en deux histoires au moins, en vingt au plus."))
    for n, story in enumerate(stories, 1):
        if any(not 0 <= start < end <= len(text) for start, end in story.places):
            raise InvalidInput(N_("Un passage sort du texte : relisez le commentaire, puis divisez à nouveau."))
        if not any(text[start:end].strip() for start, end in story.places):
            raise InvalidInput(N_("Patient {n} : indiquez au moins une phrase qui parle de lui."), n=n)
    common = _gaps(text, [place for story in stories for place in story.places])
    return tuple(replace(story, places=joined([*story.places, *common])) for story in stories)


def _gaps(text: str, places: Sequence[Place]) -> list[Place]:
    """Return the places that no story has, where they hold anything but blanks."""
    covered = [(0, 0), *joined(places), (len(text), len(text))]
    between = [(end, start) for (_, end), (start, _) in pairwise(covered)]
    return [(start, end) for start, end in between if text[start:end].strip()]


def joined(places: Sequence[Place]) -> tuple[Place, ...]:
    """Return places in order, those that touch or overlap joined."""
    found: list[Place] = []
    for start, end in sorted(places):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def overlaps(place: Place, places: Sequence[Place]) -> bool:
    """Say whether a place has a character in common with one of some places."""
    return any(place[0] < end and start < place[1] for start, end in places)
