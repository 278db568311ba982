"""`covigie analyse`: one JSON line in, one JSON line out, without a database.

An input line has the fields of an annotated comment: `id` and `text`, and when known `channel`, `post`,
`page_product`, `parent`; labels and any other field are ignored. An output line is `Analysis.to_contract`.
"""

from pathlib import Path
from typing import Any, BinaryIO, TextIO

from errors import InvalidInput
from i18n import _
from json_lines import encoded, numbered, read_object, read_products, refuse_same
from moderation.detectors.catalogue import Catalogue
from moderation.screening import Subject, screen_many

TOGETHER = 256
MOST_TEXT = 200_000
"""How many comments, and characters of them, are held in memory and judged together."""

_CONTEXT = ("channel", "page_product", "parent", "post")


def analyse_file(catalogue: Path, source: Path, target: Path, errors: TextIO) -> int:
    """Analyse every comment of `source` into `target`, in order, a few hundred in memory at a time.

    A line that cannot be used is reported on `errors` with its number and leaves no output line; the others are
    done. Returns 0 when every line was analysed, 1 when some were not, 2 when nothing could be done (a file
    that cannot be read or written, a catalogue that is none).
    """
    try:
        products = read_catalogue(catalogue)
        refuse_same(source, target)
        with source.open("rb") as lines, target.open("wb") as output:
            return _analyse_lines(lines, output, products, errors)
    except InvalidInput as refusal:
        print(refusal, file=errors)
    except OSError as failure:
        print(_("{file} : {reason}").format(file=failure.filename, reason=failure.strerror), file=errors)
    return 2


def read_catalogue(path: Path) -> Catalogue:
    """Read a register of products, a JSON list; raises InvalidInput with a sentence when it is none."""
    return Catalogue.from_records(read_products(path))


def _analyse_lines(lines: BinaryIO, output: BinaryIO, products: Catalogue, errors: TextIO) -> int:
    status, waiting = 0, []
    for number, line in numbered(lines):
        try:
            waiting.append(_comment(line))
        except InvalidInput as refusal:
            print(_("Ligne {number} : {reason}").format(number=number, reason=refusal), file=errors)
            status = 1
        if len(waiting) == TOGETHER or sum(len(comment["text"]) for comment in waiting) > MOST_TEXT:
            _write(waiting, output, products)
            waiting = []
    _write(waiting, output, products)
    return status


def _write(comments: list[dict[str, Any]], output: BinaryIO, products: Catalogue) -> None:
    analyses = screen_many([Subject.from_record(comment) for comment in comments], products)
    output.writelines(encoded(a.to_contract(c["id"])) for c, a in zip(comments, analyses, strict=True))


def _comment(line: bytes) -> dict[str, Any]:
    """Read one line; raises InvalidInput saying what is wrong with it, without its words."""
    comment = read_object(line)
    if comment.get("id") is None or not isinstance(comment.get("text"), str):
        raise InvalidInput("« id » et « text » sont nécessaires, « text » étant une chaîne.")
    for key in _CONTEXT:
        if not isinstance(comment.get(key), str | None):
            raise InvalidInput("« {key} » doit être une chaîne ou null.", key=key)
    return comment
