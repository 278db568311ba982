"""The one way in which a comment's or a post's text reaches the screen.

Everything is escaped; the only markup that comes out is our own highlighting. What could deceive the eye (direction
overrides, control characters) is shown as what it is. Offsets are Python indices into the text as stored.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import streamlit as st
from markupsafe import Markup, escape

from i18n import N_, _


class Mark(StrEnum):
    """What a highlighted span is; the value is its CSS class."""

    PRODUCT = "product"
    REACTION = "reaction"
    SITUATION = "situation"
    SERIOUSNESS = "serious"
    PERSONAL = "personal"
    BLOCK = "block"
    WARN = "warn"
    ADDED = "added"
    REMOVED = "removed"
    NOTE = "note"


MARK_WORDS: dict[Mark, str] = {
    Mark.PRODUCT: N_("Produit"),
    Mark.REACTION: N_("Réaction"),
    Mark.SITUATION: N_("Situation particulière"),
    Mark.SERIOUSNESS: N_("Gravité"),
    Mark.PERSONAL: N_("Donnée personnelle"),
    Mark.BLOCK: N_("Constat bloquant"),
    Mark.WARN: N_("Constat à justifier"),
    Mark.ADDED: N_("Ajouté"),
    Mark.REMOVED: N_("Retiré"),
    Mark.NOTE: N_("Remarque"),
}


@dataclass(frozen=True)
class Span:
    """A highlighted part of a text, `text[start:end]`; `why` is said on hover."""

    start: int
    end: int
    mark: Mark
    why: str = ""


SURROGATES = range(0xD800, 0xE000)
SHOWN_AS_SIGNS = re.compile("([\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff])")
"""Controls (the tab excepted), direction overrides, surrogates."""


def shown(char: str) -> Markup:
    """Return such a character as a visible sign, never acted upon."""
    code = ord(char)
    if char == "\n":
        return Markup("&#10;")
    if code in SURROGATES:
        return Markup("\ufffd")
    return Markup('<span class="cv-control" title="U+{0:04X}">U+{0:04X}</span>').format(code)


def escaped(text: str) -> Markup:
    """Return a text that HTML shows as it reads, and that does nothing."""
    parts = SHOWN_AS_SIGNS.split(str(text))
    if len(parts) == 1:
        return escape(parts[0])
    return Markup("").join(shown(part) if n % 2 else escape(part) for n, part in enumerate(parts))


def titled(title: str) -> Markup:
    """Return a post's title as it is quoted in a row."""
    return Markup("<strong>« {} »</strong>").format(title or _("(sans titre)"))


def pieces(text: str, spans: Iterable[Span]) -> Iterator[tuple[str, list[Span]]]:
    """Cut a text where a span begins or ends; each piece comes with all the spans over it.

    A span beyond the text is cut to it; an empty one is dropped.
    """
    kept = [span for span in spans if max(span.start, 0) < min(span.end, len(text))]
    ends = {max(span.start, 0) for span in kept} | {min(span.end, len(text)) for span in kept}
    for start, end in pairwise(sorted(ends | {0, len(text)})):
        yield text[start:end], [span for span in kept if span.start < end and start < span.end]


def marked(text: str, spans: Iterable[Span] = (), *, revealed: bool = False) -> Markup:
    """Return a text as HTML with its highlights; personal data stays covered until `revealed`."""
    held = list(spans)
    return Markup("").join(_piece(part, over, revealed) for part, over in pieces(text, held)) if held else escaped(text)


def _piece(part: str, over: list[Span], revealed: bool) -> Markup:
    if not over:
        return escaped(part)
    covered = not revealed and any(span.mark is Mark.PERSONAL for span in over)
    body = Markup("▒▒▒▒") if covered else escaped(part)
    classes = " ".join(sorted({f"cv-m-{span.mark}" for span in over}))
    told = " · ".join(dict.fromkeys(": ".join(filter(None, (_(MARK_WORDS[s.mark]), s.why))) for s in over))
    return Markup('<mark class="{}" title="{}">{}</mark>').format(classes, escaped(told), body)


def draw(text: str, spans: Iterable[Span] = (), *, revealed: bool = False, quiet: bool = False) -> None:
    """Draw a text with its highlights, in the page's largest type (`quiet`: in the usual one, for context)."""
    kind = "cv-text cv-quiet" if quiet else "cv-text"
    body = marked(text, spans, revealed=revealed) if text else Markup("<i>{}</i>").format(_("(texte vide)"))
    st.html(Markup('<div class="') + kind + Markup('" dir="auto">') + body + Markup("</div>"))


def legend(spans: Iterable[Span]) -> Markup:
    """Return the meaning of the highlights that a text carries, in words."""
    marks = dict.fromkeys(span.mark for span in spans)
    return Markup(" ").join(Markup('<mark class="cv-m-{}">{}</mark>').format(m, _(MARK_WORDS[m])) for m in marks)
