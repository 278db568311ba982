"""Words of an untoward effect and what stands around them: treatment, taking, time, cause, denial, hearsay.

The detector only says what it saw. Whether that is a case is decided over all the evidence
(`moderation.decision`), where a denial never clears anything by itself: "j'arrête pas de vomir" holds "pas".
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from moderation.detectors.adverse_event.echo import echo_in
from moderation.detectors.evidence import Evidence, Finding, FindingKind, Subject
from moderation.detectors.language.detector import read_as
from moderation.detectors.terms import Hit, find

_CONTEXT_READ = 5_000
_AROUND = ("treatment", "taking")
ECHO = "echo"
"""The cue of an answer that agrees with a comment in which a case is suspected."""
_SENTENCE_END = re.compile(r"[ \t]*(?:[\r\n\u2028\u2029]|(?<!\.)[.!?](?=[\s!?])|(?:\.{2,}|…)(?=\s+[^\W\d_a-zà-öø-ÿœ]))")
"""A line's end, a mark before a space, dots before a capital: "39.5" goes on, and so does "mal... à la tête"."""


def _bounded(text: str, hit: Hit) -> int:
    """Return where a reaction ends, its sentence's end at the latest: what follows is about something else."""
    stop = _SENTENCE_END.search(text, hit.start + 1, hit.end)
    return stop.start() if stop else hit.end


class AdverseEventDetector:
    """Finds reactions and the cues that make them a case or not."""

    name = "adverse_event"
    version = "3"

    def detect(self, subject: Subject) -> Evidence:
        """Return reactions, cues of the comment, and the context around it (findings without a span)."""
        return Evidence(self.name, self.version, (*self._own(subject), *self._around(subject)))

    def _own(self, subject: Subject) -> Iterator[Finding]:
        for lang in read_as(subject.text, subject.lang_hint):
            for kind, file in ((FindingKind.REACTION, "reactions"), (FindingKind.CUE, "cues")):
                for hit in find(f"{self.name}/{file}", lang, subject.text):
                    rule = f"{self.name}.{lang}.{hit.label}"
                    end = _bounded(subject.text, hit) if kind is FindingKind.REACTION else hit.end
                    yield Finding(self.name, self.version, kind, hit.label, hit.start, end, rule)

    def _around(self, subject: Subject) -> Iterator[Finding]:
        """Yield what the page, the post and the comment above say: "moi aussi" under a case is a case."""
        if subject.page_product:
            yield self._context("page_product")
        for label in sorted(labels_in(subject.post, "cues") & set(_AROUND)):
            yield self._context(f"post_{label}")
        if subject.parent:
            yield self._context("parent")
            if labels_in(subject.parent, "reactions"):
                yield self._context("parent_reaction")
            if labels_in(subject.parent, "cues") & set(_AROUND):
                yield self._context("parent_treatment")
        if subject.parent_suspected and (place := echo_in(subject.text)):
            yield Finding(self.name, self.version, FindingKind.CUE, ECHO, *place, f"{self.name}.echo")

    def _context(self, label: str) -> Finding:
        return Finding(self.name, self.version, FindingKind.CONTEXT, label, None, None, f"{self.name}.context.{label}")


@lru_cache(maxsize=4096)
def labels_in(text: str, file: str) -> frozenset[str]:
    """Return the sections of a terms file that a text has; kept, because many comments stand under one post."""
    head = text[:_CONTEXT_READ]
    return frozenset(
        hit.label for lang in (read_as(text) if text else ()) for hit in find(f"adverse_event/{file}", lang, head)
    )
