"""What every detector is: parameters read from a rule, and the hits that they give on a post."""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator

from i18n import N_
from workflow.checks.conditions import When
from workflow.checks.format import Data, Message
from workflow.checks.reading import Reading

FieldName = Literal["text", "first_comment", "alt_text", "hashtags", "link"]
ALL_FIELDS: tuple[FieldName, ...] = ("text", "first_comment", "alt_text", "hashtags", "link")
_FOLDED_AWAY = re.compile(r"[^\x00-\x7f€£°]|(?<!\\)(?<!\(\?)[A-Z]")


@dataclasses.dataclass(frozen=True)
class Hit:
    """Where a detector found something; `words` fill the rule's message."""

    field: str
    start: int | None = None
    end: int | None = None
    words: Mapping[str, object] = dataclasses.field(default_factory=dict)


class Detector(Data):
    """One detector of a rule; `when` narrows it further than the rule, `message` says it more precisely."""

    when: When | None = None
    message: Message | None = None

    def hits(self, reading: Reading) -> Iterable[Hit]:
        """Return what it finds, in order."""
        raise NotImplementedError


def compile_wording(pattern: object) -> re.Pattern[str]:
    """Compile a pattern of a pack.

    It is matched on folded text; a space in it stands for any blank, " ?" for one that may miss. Raises
    ValueError with a sentence (a French msgid) when it is broken, could never match, or accepts the empty text.
    """
    if not isinstance(pattern, str):
        raise ValueError(N_("le motif doit être un texte"))  # noqa: TRY004 - the validator needs it
    if _FOLDED_AWAY.search(pattern):
        raise ValueError(N_("le motif doit être écrit sans accent ni majuscule, car le texte est comparé ainsi"))
    if re.search(r" [*+{]", pattern):
        raise ValueError(N_("une espace du motif ne peut être suivie que de « ? »"))
    try:
        compiled = re.compile(pattern.replace(" ?", r"\s*").replace(" ", r"\s+"))
    except re.error as error:
        raise ValueError(N_("le motif n'est pas une expression régulière valide")) from error
    if compiled.match(""):
        raise ValueError(N_("le motif accepte un texte vide"))
    return compiled


Wording = Annotated[re.Pattern[str], BeforeValidator(compile_wording)]


def any_of(wordings: tuple[re.Pattern[str], ...]) -> re.Pattern[str]:
    """Join wordings into one pattern."""
    return re.compile("|".join(f"(?:{wording.pattern})" for wording in wordings))
