r"""Terms files: how the words that a detector looks for are written, and found.

A file has sections, `[label]`, each followed by one expression a line; `#` begins a comment line. An expression
is read without accents and case. In it

    space    one to four separators (space, hyphen, apostrophe, underscore)
    word*    any ending; "mot ?mot" takes the space or not
    ~        up to three words between two others; ~ ~ up to six

and `( | ) ? [ ] \d+ \w+` mean what they mean in a regular expression, bounded, so that no text costs more than
a few steps a character. An expression begins and ends at a word's edge;
one that holds only emoji matches anywhere. It must begin with letters, a digit or a sign.

What a section finds is what one regular expression over all its lines would find: at the leftmost place the first
line that matches there, then the same after its end. The files of a language, `*_fr.txt` in the detectors' folders,
are read as one lexicon and once a text, because looking up each word in each file costs many times as much.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from moderation.detectors.folding import fold
from moderation.detectors.lexicon import Lexicon
from moderation.detectors.notation import marked

_HERE = Path(__file__).parent


class Hit(NamedTuple):
    """One expression found: the section's label and the span in the text as given."""

    label: str
    start: int
    end: int


def sections(path: Path) -> dict[str, list[str]]:
    """Read the lines of each section of a file of this make, without its comments."""
    found: dict[str, list[str]] = {}
    label = ""
    for line in path.read_text("utf-8").splitlines():
        expression = line.strip()
        if expression.startswith("[") and expression.endswith("]") and " " not in expression:
            label = expression[1:-1]
        elif expression and not expression.startswith("#"):
            found.setdefault(label, []).append(expression)
    return found


@cache
def _lexicon(lang: str) -> Lexicon[tuple[str, str]]:
    """Read the terms files of a language once; their sections are (folder and file, label)."""
    files = {f"{path.parent.name}/{path.stem.removesuffix('_' + lang)}": path for path in _HERE.glob(f"*/*_{lang}.txt")}
    return Lexicon(
        {
            (file, label): [marked(line) for line in lines]
            for file in sorted(files)
            for label, lines in sections(files[file]).items()
        }
    )


@lru_cache(maxsize=8)
def _found(text: str, lang: str) -> Mapping[str, Sequence[Hit]]:
    folded = fold(text.replace("_", " "))
    hits: dict[str, list[Hit]] = defaultdict(list)
    for (file, label), spans in _lexicon(lang).spans(folded):
        hits[file] += [Hit(label, *folded.span(start, end)) for start, end in spans]
    return dict(hits)


def find(file: str, lang: str, text: str) -> Sequence[Hit]:
    """Return what a terms file ("situations/terms") finds, section by section, in the order of the text."""
    return _found(text, lang).get(file, ())
