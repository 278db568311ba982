"""What a detector is given and what it gives back; every detector depends on this and on nothing else of ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol

from models.enums import ProductOwner

MODEL = "model"
"""The name of the one detector that nothing is cleared without."""

OWN = "own_classifier"
"""The name of a company's own classifier, which decides the case in its place."""


class FindingKind(StrEnum):
    """What a finding speaks of; its `label` says which one."""

    REACTION = "reaction"
    CUE = "cue"
    CONTEXT = "context"
    SITUATION = "situation"
    SERIOUSNESS = "seriousness"
    EMERGENCY = "emergency"
    PRODUCT = "product"
    INTENT = "intent"
    PII = "pii"


@dataclass(frozen=True)
class Subject:
    """One comment as a person left it, and what stood around it.

    `post` is the line of the post or page above it, `page_product` the product that the page is about, `parent`
    the text of the comment that this one answers, `parent_suspected` whether a case is suspected in it; `lang_hint`
    is the network's word for the language.
    """

    text: str
    lang_hint: str | None = None
    channel: str | None = None
    post: str = ""
    page_product: str | None = None
    parent: str | None = None
    parent_suspected: bool = False

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Subject":
        """Read a comment with the keys of the public contract; only `text` is required, others are ignored."""
        channel, page, parent = record.get("channel"), record.get("page_product"), record.get("parent")
        return cls(record["text"], channel=channel, post=record.get("post") or "", page_product=page, parent=parent)


@dataclass(frozen=True)
class Finding:
    """One thing seen by one rule.

    `start` and `end` are Python indices into `Subject.text`; both None when the finding comes from what stands
    around the comment. `rule` is the identifier that a person can look up in the terms file of `detector`.
    `owner` and `substance` are set on products alone.
    """

    detector: str
    version: str
    kind: FindingKind
    label: str
    start: int | None
    end: int | None
    rule: str
    owner: ProductOwner | None = None
    substance: str | None = None


@dataclass(frozen=True)
class Evidence:
    """All that one detector has to say on one comment.

    `score` (0..1) is set by detectors that estimate the chance of a pharmacovigilance case by themselves, `chances`
    by those that estimate more (names as in `adverse_event.model.Reading`), with `marks` (start, end, chance) on the
    words of the reaction; `lang` (ISO 639-1, or "und") by the language detector alone.
    """

    detector: str
    version: str
    findings: tuple[Finding, ...] = ()
    score: float | None = None
    lang: str | None = None
    chances: Mapping[str, float] | None = None
    marks: tuple[tuple[int, int, float], ...] = ()


class Detector(Protocol):
    """A pure function over a subject with a name and a version; it may raise, and the screening fails closed."""

    @property
    def name(self) -> str:
        """Identify the detector in findings and in the screening record."""

    @property
    def version(self) -> str:
        """Change whenever the same comment could give other findings."""

    def detect(self, subject: Subject) -> Evidence:
        """Return what this comment shows."""


@dataclass(frozen=True)
class Failure:
    """A detector that did not finish: its name and the class of the error, never the words of the comment."""

    detector: str
    version: str
    error: str


@dataclass(frozen=True)
class Evidences:
    """The evidence of every detector that finished, and the failure of every one that did not."""

    given: tuple[Evidence, ...] = ()
    failures: tuple[Failure, ...] = field(default=())

    @property
    def lang(self) -> str | None:
        """Return the language that was told, None when no detector told any."""
        return next((e.lang for e in self.given if e.lang), None)

    @property
    def chances(self) -> Mapping[str, float] | None:
        """Return what the model estimates, None when it did not run."""
        return next((e.chances for e in self.given if e.chances), None)

    @property
    def marks(self) -> tuple[tuple[int, int, float], ...]:
        """Return the chances of the words to be a reaction, none when the model did not run."""
        return next((e.marks for e in self.given if e.marks), ())

    def findings(self, kind: FindingKind) -> list[Finding]:
        """Return the findings of one kind, in the order of the detectors and then of the text."""
        return [*self._by_kind.get(str(kind), ())]

    @cached_property
    def _by_kind(self) -> dict[str, list[Finding]]:
        """Sorted once, because the decision and its explanation ask a dozen times."""
        found: dict[str, list[Finding]] = {}
        for evidence in self.given:
            for finding in evidence.findings:
                found.setdefault(str(finding.kind), []).append(finding)
        return found
