"""The entries of a file, some thousand at a time: read here, or a part ahead in a second process on its own core."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from compliance import clock
from models.enums import FileEncoding, FileKind, RowProblem
from moderation.files.columns import Entry, Places, entry_of, places_of
from moderation.files.reading import Line, opened

TOGETHER = 20_000


class Part(NamedTuple):
    """Rows with their numbers, as entries or what is wrong in them, and how many bytes were read; empty: the end."""

    rows: list[tuple[int, Entry | RowProblem]]
    told: int


class File(NamedTuple):
    """A file to read: where it is, what it is, what its columns are, how many of its rows are done."""

    path: str
    kind: FileKind
    encoding: FileEncoding
    mapping: Mapping[str, str]
    rows_done: int


@contextmanager
def parts(file: File) -> Iterator[Iterator[Part]]:
    """Read a file here, from its first row that is not done; raises InvalidInput when its columns are not there."""
    with opened(Path(file.path), file.kind, file.encoding) as sheet:
        places = places_of(file.mapping, sheet.columns)
        yield _parts(islice(sheet.rows, file.rows_done, None), places, sheet.told)


def _parts(rows: Iterator[Line], places: Places, told: Callable[[], int]) -> Iterator[Part]:
    while True:
        now = clock.now()
        read = [(line.n, entry_of(line, places, now)) for line in islice(rows, TOGETHER)]
        yield Part(read, told())
        if not read:
            return


@contextmanager
def parts_ahead(file: File) -> Iterator[Iterator[Part]]:
    """Read a file in a second process, which is one part ahead, and ends with us however we end."""
    with opened(Path(file.path), file.kind, file.encoding) as sheet:
        places_of(file.mapping, sheet.columns)
    processes = get_context("spawn")
    here, there = processes.Pipe(duplex=False)
    reader = processes.Process(target=_send, args=(there, file), daemon=True)
    reader.start()
    there.close()
    try:
        yield _received(here)
    finally:
        here.close()
        reader.terminate()
        reader.join()


def _received(here: Connection) -> Iterator[Part]:
    while True:
        try:
            part: Part = here.recv()
        except EOFError as error:
            raise OSError("the reading process ended early") from error
        yield part
        if not part.rows:
            return


def _send(there: Connection, file: File) -> None:
    """Run in the second process: read, and send each part when the one before was taken."""
    with there, parts(file) as read:
        for part in read:
            there.send(part)
