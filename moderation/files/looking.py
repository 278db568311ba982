"""The dry run: what an import would do, told before anything is stored."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sqlmodel import col, select

from compliance import clock
from errors import InvalidInput
from i18n import N_
from models.account import Account
from models.comment import Comment
from models.enums import FileEncoding, FileKind, Network, RowProblem
from models.session import reading
from moderation.files.columns import Entry, entry_of, places_of
from moderation.files.reading import opened

TOGETHER = 2_000
MOST_SHOWN = 1_000
SAMPLE = 5


@dataclass
class Look:
    """What a dry run found so far: rows, those to enter, those known by their identifier, those that are wrong.

    `problems`: the first thousand wrong rows, (row, why); `sample`: the first texts as they would be entered.
    """

    rows: int = 0
    ready: int = 0
    known: int = 0
    wrong: int = 0
    problems: list[tuple[int, RowProblem]] = field(default_factory=list)
    sample: list[Entry] = field(default_factory=list)


def columns_of(path: Path, kind: FileKind, encoding: FileEncoding) -> tuple[str, ...]:
    """Return the names of a file's columns."""
    with opened(path, kind, encoding) as sheet:
        return sheet.columns


def look(
    path: Path,
    kind: FileKind,
    encoding: FileEncoding,
    mapping: Mapping[str, str],
    source: str,
    *,
    progress: Callable[[int], object] = lambda _bytes: None,
) -> Look:
    """Read a whole file without storing anything; `progress` is told how many bytes were read."""
    found, now = Look(), clock.now()
    with reading() as session:
        same = select(Account.id).where(Account.network == Network.FILE, Account.handle == source.strip())
        account_id = session.exec(same).first()
    with opened(path, kind, encoding) as sheet:
        places = places_of(mapping, sheet.columns)
        read = ((line.n, entry_of(line, places, now)) for line in sheet.rows)
        while part := list(islice(read, TOGETHER)):
            _add(found, part, account_id)
            progress(sheet.told())
    if not found.rows:
        raise InvalidInput(N_("Ce fichier n'a que ses en-têtes : aucune ligne à importer."))
    return found


def _add(found: Look, part: list[tuple[int, Entry | RowProblem]], account_id: str | None) -> None:
    entries = [entry for _n, entry in part if isinstance(entry, Entry)]
    known = _known(account_id, {entry.external_id for entry in entries})
    found.rows += len(part)
    found.wrong += len(part) - len(entries)
    found.known += sum(entry.external_id in known for entry in entries)
    found.ready = found.rows - found.wrong - found.known
    found.sample.extend(islice(entries, SAMPLE - len(found.sample)))
    found.problems.extend(islice(_wrong(part), MOST_SHOWN - len(found.problems)))


def _wrong(part: list[tuple[int, Entry | RowProblem]]) -> Iterator[tuple[int, RowProblem]]:
    return ((n, entry) for n, entry in part if isinstance(entry, RowProblem))


def _known(account_id: str | None, named: set[str]) -> set[str]:
    if account_id is None or not named:
        return set()
    with reading() as session:
        held = select(Comment.external_id).where(Comment.account_id == account_id, col(Comment.external_id).in_(named))
        return set(session.exec(held))
