"""The words a person reads, in the language of the person who reads them.

French is the source language: the terms are those of French law and of the people who sign, so a French
sentence is the msgid and English is its translation (`locales/en.po`). Catalogues are read from their text
form; there is nothing to compile.
"""

from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locales"


class Language(StrEnum):
    """A language of the screens."""

    FR = "fr"
    EN = "en"


_current: ContextVar[Language] = ContextVar("language", default=Language.FR)


def set_language(language: str) -> None:
    """Choose the language of this thread or task; an unknown one falls back to French."""
    _current.set(Language(language) if language in list(Language) else Language.FR)


def current_language() -> Language:
    """Return the language of this thread or task."""
    return _current.get()


@cache
def catalogue(language: Language) -> dict[str, str]:
    """Return the translations of one language, msgid to text; French needs none."""
    path = LOCALES / f"{language}.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        messages = read_po(file)
    return {str(m.id): str(m.string) for m in messages if m.id and m.string}


def _(msgid: str) -> str:
    """Translate a French sentence into the current language."""
    return catalogue(current_language()).get(msgid, msgid)


def N_(msgid: str) -> str:  # noqa: N802 - gettext's own name for "mark, translate later"
    """Mark a sentence for extraction; it is translated where it is shown."""
    return msgid
