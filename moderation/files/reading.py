"""The rows of a file, one at a time: CSV, JSONL or XLSX. What is wrong in one row is told of that row alone.

No formula is ever run: of a spreadsheet's cell the value that it last showed is read, of a CSV's the text as it stands.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from openpyxl import load_workbook

from errors import InvalidInput
from i18n import N_
from json_lines import numbered, read_object
from models.enums import FileEncoding, FileKind, RowProblem
from moderation.files.survey import EMPTY, UNREADABLE_BOOK

DELIMITERS = ";,\t|"
LONGEST_CELL = 1_000_000
HEADS_SEEN = 200


class Line(NamedTuple):
    """One row: its number as a spreadsheet counts, its cells by column, the row as JSON; `problem`: it has no cells.

    JSON escapes all that a database refuses.
    """

    n: int
    cells: Sequence[str]
    payload: str
    problem: RowProblem | None = None


@dataclass(frozen=True)
class Sheet:
    """The columns of a file, its rows, read as they are asked for, and how many bytes were read so far."""

    columns: tuple[str, ...]
    rows: Iterator[Line]
    told: Callable[[], int]


@contextmanager
def opened(path: Path, kind: FileKind, encoding: FileEncoding) -> Iterator[Sheet]:
    """Open a file to read its rows; raises InvalidInput for one that has no head."""
    with path.open("rb") as file:
        if kind is FileKind.CSV:
            yield _csv(file, encoding)
        elif kind is FileKind.JSONL:
            yield _jsonl(file)
        else:
            with _workbook(file) as sheet:
                yield sheet


def _csv(file: BinaryIO, encoding: FileEncoding) -> Sheet:
    csv.field_size_limit(LONGEST_CELL)
    text = io.TextIOWrapper(file, encoding=encoding.value, newline="")
    head = text.readline()
    text.seek(0)
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    try:
        columns = _named(next(reader, []))
    except csv.Error as error:
        raise InvalidInput(N_("La ligne d'en-tête de ce CSV ne se lit pas. Enregistrez-le en CSV UTF-8.")) from error
    return Sheet(columns, _csv_rows(reader, columns), partial(_told, file, text))


def _told(file: BinaryIO, _text: io.TextIOWrapper) -> int:
    """Return how far a file was read, in bytes; who may ask holds the text, which would close the file as it goes."""
    return file.tell()


def _csv_rows(reader: Any, columns: tuple[str, ...]) -> Iterator[Line]:
    """Yield the rows. A quote that is never closed swallows lines: each of them is told."""
    n, width, dumps = 1, len(columns), json.JSONEncoder(ensure_ascii=False).encode
    while True:
        before = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            for _swallowed in range(max(1, reader.line_num - before)):
                n += 1
                yield Line(n, (), "", RowProblem.QUOTES)
            continue
        n += 1
        if len(cells) != width:
            if not any(cells):
                continue
            if any(cells[width:]):
                yield Line(n, (), "", RowProblem.CELLS)
                continue
            cells = cells[:width] + [""] * (width - len(cells))
        elif not any(cells):
            continue
        yield Line(n, cells, dumps(dict(zip(columns, cells, strict=True))))


def _named(heads: Iterable[object]) -> tuple[str, ...]:
    """Return the names of columns, each one's own; raises InvalidInput when there are none."""
    said = ["" if head is None else " ".join(str(head).split()) for head in heads]
    if not any(said):
        raise InvalidInput(EMPTY)
    names: list[str] = []
    for place, head in enumerate(said, 1):
        name = head or f"colonne {place}"
        names.append(name if name not in names else f"{name} ({place})")
    return tuple(names)


def _jsonl(file: BinaryIO) -> Sheet:
    columns: dict[str, None] = {}
    for line in islice(_objects(file), HEADS_SEEN):
        columns.update(dict.fromkeys(line[1] or ()))
    file.seek(0)
    names = tuple(columns)
    if not names:
        raise InvalidInput(N_("Aucune ligne de ce fichier n'est un objet JSON. Il faut un objet par ligne, en UTF-8."))
    return Sheet(names, _jsonl_rows(file, names), file.tell)


def _objects(file: BinaryIO) -> Iterator[tuple[int, dict[str, Any] | None, bytes]]:
    for n, line in numbered(file):
        try:
            yield n, read_object(line), line
        except InvalidInput:
            yield n, None, line


def _jsonl_rows(file: BinaryIO, names: tuple[str, ...]) -> Iterator[Line]:
    for n, found, line in _objects(file):
        if found is None:
            yield Line(n, (), "", RowProblem.NOT_JSON)
        else:
            yield Line(n, [shown(found.get(name)) for name in names], line.decode("utf-8-sig").strip())


def shown(value: object) -> str:
    """Return a cell's value as text: a date in ISO form, a whole number without its point."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False, default=str)


@contextmanager
def _workbook(file: BinaryIO) -> Iterator[Sheet]:
    """Read the first sheet of a workbook row by row, as it was last shown."""
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        raise InvalidInput(UNREADABLE_BOOK) from error
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        columns = _named(next(rows, ()))
        yield Sheet(columns, _book_rows(rows, columns), file.tell)
    finally:
        book.close()


def _book_rows(rows: Iterable[tuple[object, ...]], columns: tuple[str, ...]) -> Iterator[Line]:
    width = len(columns)
    for n, row in enumerate(rows, 2):
        cells = [shown(value) for value in row[:width]]
        if any(shown(value) for value in row[width:]):
            yield Line(n, (), "", RowProblem.CELLS)
        elif any(cells):
            cells += [""] * (width - len(cells))
            yield Line(n, cells, json.dumps(dict(zip(columns, cells, strict=True)), ensure_ascii=False))
