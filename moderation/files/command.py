"""`covigie import-comments`: a file of any size, from the command line; killed and run again, it goes on."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from compliance.permissions import SYSTEM
from errors import InvalidInput
from i18n import N_
from models.door import FileImport
from models.enums import FileEncoding, ImportField
from models.session import reading, transaction
from moderation.files.columns import guessed, places_of
from moderation.files.importing import FileToImport, begin, run
from moderation.files.looking import Look, columns_of, look
from moderation.files.sources import remembered
from moderation.files.survey import Survey, survey


def read_mapping(said: list[str]) -> dict[str, str]:
    """Return the columns of `--map text=Message`; raises InvalidInput for one that is none."""
    pairs = [each.partition("=") for each in said]
    known = {field.value for field in ImportField}
    for field, equals, column in pairs:
        if field not in known or not equals or not column:
            raise InvalidInput(
                N_("« {said} » ne se lit pas : écrivez champ=colonne, le champ étant l'un de {fields}."),
                said=f"{field}{equals}{column}",
                fields=", ".join(sorted(known)),
            )
    return {field: column for field, _equals, column in pairs}


def prepared(
    path: Path, source: str, mapping: Mapping[str, str], encoding: FileEncoding | None
) -> tuple[Survey, dict[str, str]]:
    """Return what a file is, and its columns: those that were said, else those remembered or guessed."""
    with reading() as session:
        kept = remembered(session, source)
    told = survey(path, path.name, encoding or (kept.encoding if kept and kept.encoding == "cp1252" else None))
    columns = columns_of(path, told.kind, told.encoding)
    chosen = guessed(columns, kept.mapping if kept else {}) | dict(mapping)
    places_of(chosen, columns)
    return told, chosen


def dry_run(path: Path, *, source: str, mapping: Mapping[str, str], encoding: FileEncoding | None = None) -> Look:
    """Tell what an import would do; nothing is stored."""
    told, chosen = prepared(path, source, mapping, encoding)
    return look(path, told.kind, told.encoding, chosen, source)


def import_comments(
    path: Path,
    *,
    source: str,
    mapping: Mapping[str, str],
    encoding: FileEncoding | None = None,
    had_at: datetime | None = None,
    tell: Callable[[FileImport], object],
) -> FileImport:
    """Import a file to its end, from where a killed run left it; `tell` hears of every few thousand rows."""
    told, chosen = prepared(path, source, mapping, encoding)
    file = FileToImport(path.resolve(), path.name, told, chosen)
    with transaction() as session:
        going = begin(session, SYSTEM, source=source, file=file, had_at=had_at)
    return run(going.id, ahead=True, progress=tell)
