"""Open remarks as marks: on the passage that each is about, sought in the text that is shown, and on pictures."""

from collections.abc import Iterable, Sequence

from app_pages._post_preview import Box
from app_pages._text import Mark, Span
from i18n import _
from workflow.anchoring import Quote, Region, find
from workflow.note_rows import NoteRow


def told(note: NoteRow) -> str:
    """Return who said what, and that it blocks, for a mark's hover."""
    head = _("bloquante, ") if note.blocking else ""
    return f"{head}{note.guest or note.author} – {note.text}"


def note_spans(notes: Iterable[NoteRow], account_id: str, field: str, text: str) -> tuple[Span, ...]:
    """Return where the open remarks stand in a text as it is on the screen, a draft's too."""
    spans = []
    for note in notes:
        quote = note.anchor
        if note.is_open and isinstance(quote, Quote) and (quote.account_id, quote.field) == (account_id, field):
            found = find(text, quote)
            if found:
                spans.append(Span(found.start, found.end, Mark.NOTE, told(note)))
    return tuple(spans)


def note_boxes(notes: Sequence[NoteRow], account_id: str) -> dict[str, tuple[Box, ...]]:
    """Return the regions of pictures that open remarks are about, by the picture's hash."""
    boxes: dict[str, tuple[Box, ...]] = {}
    for note in notes:
        at = note.anchor
        if note.is_open and isinstance(at, Region) and at.account_id == account_id:
            box = Box(at.x, at.y, at.width, at.height, told(note))
            boxes[at.sha256] = (*boxes.get(at.sha256, ()), box)
    return boxes
