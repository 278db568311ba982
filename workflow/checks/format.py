"""The base of everything that is read from a pack, and its sentences in both languages."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from i18n import N_
from workflow.checks.finding import Bilingual

# The words that a message may hold between braces; detectors fill in those that they know.
MESSAGE_WORDS = ("excerpt", "product", "network", "count", "limit", "reason_fr", "reason_en")

Text = Annotated[str, Field(min_length=1)]


class Data(BaseModel):
    """Base of what is read from a pack: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Translated(Data):
    """A sentence that must stand in both languages."""

    fr: Text
    en: Text

    def sentence(self) -> Bilingual:
        """Return it as findings carry it."""
        return Bilingual(self.fr, self.en)


def _known_words(value: object) -> object:
    """Refuse a message with a word between braces that no detector fills in."""
    if isinstance(value, Mapping):
        for text in value.values():
            try:
                str(text).format(**dict.fromkeys(MESSAGE_WORDS, ""))
            except (KeyError, IndexError, ValueError) as error:
                raise ValueError(N_("mot inconnu entre accolades")) from error
    return value


Message = Annotated[Translated, BeforeValidator(_known_words)]
