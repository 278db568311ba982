r"""Terms files: how the words that a detector looks for are written, and found.

A file has sections, `[label]`, each followed by one expression a line; `#` begins a comment line. An expression
is read without accents and case. In it

    space    one to four separators (space, hyphen, apostrophe)
    word*    any ending; "mot ?mot" takes the space or not
    ~        up to three words between two others; ~ ~ up to six

and `( | ) ? [ ] \d+ \w+` mean what they mean in a regular expression, bounded, so that no text costs more than
a few steps a character. An expression begins and ends at a word's edge;
one that holds only emoji matches anywhere.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from moderation.detectors.folding import Folded

_GAP = r"(?:[\W_]{1,4}\w{1,24}){0,3}?[\W_]{1,4}"
_LONG_GAP = r"(?:[\W_]{1,4}\w{1,24}){0,6}?[\W_]{1,4}"

_NOTATION = (
    (" ~ ~ ", _LONG_GAP),
    (" ~ ", _GAP),
    (" ?", r"[\s'\-_]{0,4}"),
    ("'", r"[' ]?"),
    (r"\w*", r"\w{0,14}"),
    (r"\w+", r"\w{1,24}"),
    (r"\d+", r"\d{1,6}"),
    ("*", r"\w{0,14}"),
    (" ", r"[\s'\-_]{1,4}"),
)


@dataclass(frozen=True)
class Hit:
    """One expression found: the section's label and the span in the text as given."""

    label: str
    start: int
    end: int


def _expression(line: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFD", line) if not unicodedata.combining(c))
    plain = plain.replace("œ", "oe").replace("’", "'").lower()
    plain = plain.removesuffix(" ~")
    for marker, (written, _) in enumerate(_NOTATION):
        plain = plain.replace(written, chr(marker))
    for marker, (_, meant) in enumerate(_NOTATION):
        plain = plain.replace(chr(marker), meant)
    return plain


def _sections(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    label = ""
    for line in path.read_text("utf-8").splitlines():
        expression = line.strip()
        if expression.startswith("[") and expression.endswith("]") and " " not in expression:
            label = expression[1:-1]
        elif expression and not expression.startswith("#"):
            found.setdefault(label, []).append(_expression(expression))
    return found


@cache
def load(path: Path) -> dict[str, re.Pattern[str]]:
    """Return one compiled pattern a section of a terms file."""
    return {label: _compiled(lines) for label, lines in _sections(path).items()}


def _compiled(expressions: list[str]) -> re.Pattern[str]:
    """Words share one boundary check, so that a position inside a word costs one step; emoji need none."""
    words = [e for e in expressions if e[0].isalnum() or e[0] in "(["]
    marks = [e for e in expressions if e not in words]
    joined = [r"(?<![^\W_])(?:" + "|".join(words) + r")(?![^\W_])"] if words else []
    return re.compile("|".join([*joined, *marks]))


def find(terms: dict[str, re.Pattern[str]], folded: Folded) -> Iterator[Hit]:
    """Yield what each section finds, section by section, in the order of the text."""
    for label, pattern in terms.items():
        for match in pattern.finditer(folded.text):
            if match.end() > match.start():
                yield Hit(label, *folded.span(match.start(), match.end()))
