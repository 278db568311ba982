"""A comment's text with the evidence in it, and what changed between two of its versions."""

import re
from difflib import SequenceMatcher

from app_pages._text import Mark, Span, draw
from app_pages._words import text as words_of
from i18n import _
from models.enums import FindingKind, PiiKind
from moderation.explanation import EMERGENCIES, SERIOUSNESS, SITUATIONS
from moderation.queries.rows import QueueRow
from moderation.queries.rows import Span as Evidence

MARKS: dict[FindingKind, Mark] = {
    FindingKind.PRODUCT: Mark.PRODUCT,
    FindingKind.REACTION: Mark.REACTION,
    FindingKind.SITUATION: Mark.SITUATION,
    FindingKind.SERIOUSNESS: Mark.SERIOUSNESS,
    FindingKind.EMERGENCY: Mark.SERIOUSNESS,
    FindingKind.PII: Mark.PERSONAL,
}
NAMES = {
    FindingKind.SITUATION: SITUATIONS,
    FindingKind.SERIOUSNESS: SERIOUSNESS,
    FindingKind.EMERGENCY: EMERGENCIES,
}
TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
MOST_TOKENS = 4000


def why_of(span: Evidence) -> str:
    """Return what a detector found, in words; a product by its name."""
    if span.kind is FindingKind.PII:
        return words_of(PiiKind(span.label)) if span.label in list(PiiKind) else ""
    if span.kind is FindingKind.PRODUCT:
        return span.label
    return _(NAMES[span.kind][span.label]) if span.label in NAMES.get(span.kind, {}) else ""


def spans_of(row: QueueRow) -> list[Span]:
    """Return the highlights of a comment: what decides something, and personal data; no mere cue."""
    return [Span(s.start, s.end, MARKS[s.kind], why_of(s)) for s in row.evidence if _tells(row, s)]


def _tells(row: QueueRow, span: Evidence) -> bool:
    """Say whether a finding is shown: words of danger only where there is one, and never the mere "now"."""
    if span.kind is FindingKind.EMERGENCY:
        return row.emergency and span.label != "now"
    return span.kind in MARKS


def draw_comment(row: QueueRow, *, revealed: bool = False, quiet: bool = False) -> None:
    """Draw a comment whole; say so when its text was erased."""
    if row.text is None:
        draw(_("(texte effacé à la fin de sa durée de conservation)"), quiet=True)
    else:
        draw(row.text, spans_of(row), revealed=revealed, quiet=quiet)


def excerpt(row: QueueRow, length: int = 90) -> tuple[str, list[Span]]:
    """Return the beginning of a comment on one line, with its highlights (offsets stay true: no character moves)."""
    text = re.sub(r"\s", " ", row.text or "")
    short = text[:length] + ("…" if len(text) > length else "")
    return short, [span for span in spans_of(row) if span.start < length]


def difference(old: str, new: str, personal: list[Span] | None = None) -> tuple[str, list[Span]]:
    """Return one text that holds both versions, removed and added words marked; `personal` are spans of the new one.

    Very long texts are compared as a whole: first the old one, then the new one.
    """
    before, after = _tokens(old), _tokens(new)
    parts: list[str] = []
    spans: list[Span] = []
    place = 0
    moved: list[int] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        removed, added = "".join(before[i:j]), "".join(after[k:m])
        if kind != "equal" and removed:
            parts.append(removed)
            spans.append(Span(place, place + len(removed), Mark.REMOVED))
            place += len(removed)
        if kind != "equal" and added:
            spans.append(Span(place, place + len(added), Mark.ADDED))
        parts.append(added)
        moved.extend(range(place, place + len(added)))
        place += len(added)
    kept = [Span(moved[s.start], moved[s.end - 1] + 1, s.mark, s.why) for s in personal or [] if s.end <= len(moved)]
    return "".join(parts), [*spans, *kept]


def _tokens(text: str) -> list[str]:
    tokens = TOKEN.findall(text)
    return tokens if len(tokens) <= MOST_TOKENS else [text]
