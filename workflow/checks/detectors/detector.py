"""What every detector is: parameters read from a rule, and the hits that they give on a post."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator

from models.enums import Severity
from workflow.checks.conditions import Case, When
from workflow.checks.format import Data, Message
from workflow.checks.reading import Reading
from workflow.checks.wording import AnyOf, Wording, any_of, compile_wording

__all__ = ["ALL_FIELDS", "AnyOf", "Detector", "FieldName", "Hit", "Wording", "any_of", "compile_wording"]

FieldName = Literal["text", "title", "first_comment", "alt_text", "hashtags", "link"]
ALL_FIELDS: tuple[FieldName, ...] = ("text", "title", "first_comment", "alt_text", "hashtags", "link")


@dataclasses.dataclass(frozen=True)
class Hit:
    """Where a detector found something; `words` fill the rule's message, `severity` replaces the rule's."""

    field: str
    start: int | None = None
    end: int | None = None
    words: Mapping[str, object] = dataclasses.field(default_factory=dict)
    severity: Severity | None = None


def _cases(value: object) -> object:
    """Read a severity alone as the only case."""
    return [{"severity": value}] if isinstance(value, str) else value


class Detector(Data):
    """One detector of a rule.

    `when` narrows it further than the rule, `message` says more precisely what it finds, `severity` how grave that is:
    one severity, or cases as a rule has them; where none holds, the rule's counts.
    """

    when: When | None = None
    message: Message | None = None
    severity: Annotated[tuple[Case, ...], BeforeValidator(_cases)] = ()

    def hits(self, reading: Reading) -> Iterable[Hit]:
        """Return what it finds, in order."""
        raise NotImplementedError
