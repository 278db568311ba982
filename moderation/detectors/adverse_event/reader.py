"""The model as a source of evidence: each comment judged once, its near copies with it.

Two comments are near copies when the same words, emoji and question marks stand under the same post: case, accents,
links, handles and other signs set apart. Shared is only what the model says; every rule reads every comment itself.
"""

import re
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from moderation.detectors.adverse_event.courtesies import chances_of, courtesy
from moderation.detectors.adverse_event.encoding import context_of
from moderation.detectors.adverse_event.marking import spans_of
from moderation.detectors.adverse_event.model import BUILT_IN, Reading, model_in
from moderation.detectors.catalogue import Catalogue
from moderation.detectors.evidence import MODEL, Evidence, Finding, FindingKind, Subject
from moderation.detectors.folding import LONGEST, fold

_REMEMBERED = 20_000
NOT_SAID = re.compile(r"https?://\S+|www\.\S+|(?<!\w)@\w+")
_SAID = re.compile(r"\w+|\?|[^\w\s.,;:!'’\"()«»…\-–_/#]")

Key = tuple[tuple[str, ...], str, str | None]


class Reader:
    """Reads comments with one model, and remembers the latest readings."""

    def __init__(self, catalogue: Catalogue, folder: Path = BUILT_IN) -> None:
        self.model = model_in(folder)
        self.catalogue = catalogue
        self._known: OrderedDict[Key, tuple[Subject, Reading]] = OrderedDict()

    def read(self, subjects: Sequence[Subject], mentions: Sequence[Sequence[str]]) -> list[tuple[Subject, Reading]]:
        """Return for each comment the reading of it, or of its near copy, with the comment that was read."""
        contexts = [context_of(s, named, self.catalogue) for s, named in zip(subjects, mentions, strict=True)]
        keys = [key_of(s, context) for s, context in zip(subjects, contexts, strict=True)]
        new = {key: i for i, key in reversed(list(enumerate(keys))) if key not in self._known}
        found = {key: (subjects[i], certain) for key, i in new.items() if (certain := _certain(key))}
        chosen = sorted(i for key, i in new.items() if key not in found)
        readings = self.model.read([_cut(subjects[i]) for i in chosen], [contexts[i] for i in chosen])
        found |= {keys[i]: (subjects[i], reading) for i, reading in zip(chosen, readings, strict=True)}
        answers = [found.get(key) or self._known[key] for key in keys]
        self._remember(found)
        return answers

    def _remember(self, found: dict[Key, tuple[Subject, Reading]]) -> None:
        self._known |= found
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


@lru_cache(maxsize=2)
def reader_for(catalogue: Catalogue) -> Reader:
    """Return the reader over the register's products."""
    return Reader(catalogue)


def key_of(subject: Subject, context: str) -> Key:
    """Return what two near copies share."""
    said = _SAID.findall(fold(NOT_SAID.sub(" ", subject.text)).text)
    return tuple(word for i, word in enumerate(said) if i == 0 or word != said[i - 1]), context, subject.parent


def _certain(key: Key) -> Reading | None:
    """Return what needs no model to be said of a comment that holds nothing but courtesy."""
    intent = courtesy(key[0])
    return Reading(chances_of(intent), ()) if intent else None


def _cut(subject: Subject) -> Subject:
    return subject if len(subject.text) <= LONGEST else Subject(subject.text[:LONGEST], parent=subject.parent)


def evidence_of(subject: Subject, read: tuple[Subject, Reading], version: str, threshold: float) -> Evidence:
    """Return what the model said of a comment as evidence; spans found in a near copy are sought in this one."""
    original, reading = read
    spans = spans_of(original.text, reading.marks, threshold)
    if original.text != subject.text:
        spans = _sought(subject.text, [original.text[start:end] for start, end in spans])
    findings = tuple(
        Finding(MODEL, version, FindingKind.REACTION, "reaction", start, end, f"{MODEL}.reaction")
        for start, end in spans
    )
    marks = reading.marks if original.text == subject.text else ()
    known = bool(subject.post or subject.page_product)
    chances = reading.chances | {"unknown_page": 0.0 if known else 1.0}
    return Evidence(MODEL, version, findings, score=chances["pv"], chances=chances, marks=marks)


def _sought(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where these words stand in another text, whatever their case."""
    low = text.lower()
    places = [(low.find(word.lower()), len(word)) for word in words] if len(low) == len(text) else []
    return [(at, at + length) for at, length in places if at >= 0]
