"""Importing a file: begun by a person, done by the worker (or by the command) a few thousand rows a transaction.

How far it is moves in the transaction of the rows, so that a kill at any moment loses nothing and doubles nothing.
"""

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM, Actor
from errors import AppError, InvalidInput, RuleViolated, StaleVersion
from i18n import N_
from models.account import Account
from models.base import new_id
from models.door import FileImport, ImportProblem
from models.enums import ImportStatus, Network, RowProblem
from models.session import DatabaseBusy, expect_version, get, reading, transaction
from moderation.as_received import storable_text
from moderation.files.ahead import File, Part, parts, parts_ahead
from moderation.files.columns import Entry
from moderation.files.looking import MOST_SHOWN
from moderation.files.sources import check_entering, open_source, remember
from moderation.files.storing import store
from moderation.files.survey import Survey
from settings import get_settings

SLICE_SECONDS = 5.0
ABANDONED_SECONDS = 86_400
ENTITY = "file_import"
LONGEST_REASON = 500
GONE = N_("Le fichier n'est plus là où il était. Importez-le de nouveau : rien n'entrera deux fois.")

log = structlog.get_logger()


@dataclass(frozen=True)
class FileToImport:
    """A file where it lies, what is known of it, and what its columns are; `spooled`: it is our own copy."""

    path: Path
    name: str
    survey: Survey
    mapping: Mapping[str, str]
    spooled: bool = False


def spool_folder() -> Path:
    """Return the folder of the copies that wait for the worker."""
    folder = get_settings().data_dir / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def begin(
    session: Session, actor: Actor, *, source: str, file: FileToImport, had_at: datetime | None = None
) -> FileImport:
    """Write down that a file is to be imported; the same file of the same source, not yet ended, goes on."""
    check_entering(actor)
    if had_at and had_at > clock.now():
        raise InvalidInput(N_("La société ne peut pas avoir reçu ce fichier dans l'avenir. Corrigez la date."))
    account = open_source(session, actor, network=Network.FILE, name=source)
    remember(session, account.id, file.mapping, file.survey.encoding)
    unfinished = select(FileImport).where(
        FileImport.account_id == account.id,
        FileImport.sha256 == file.survey.sha256,
        FileImport.status == ImportStatus.RUNNING,
    )
    for going in session.exec(unfinished.with_for_update()):
        if going.mapping == dict(file.mapping) and going.spooled == file.spooled:
            going.path = str(file.path)
            return going
    return _begun(session, actor, account, file, had_at)


def _begun(session: Session, actor: Actor, account: Account, file: FileToImport, had_at: datetime | None) -> FileImport:
    now = clock.now()
    begun = FileImport(
        id=new_id(),
        account_id=account.id,
        file_name=storable_text(Path(file.name).name)[:200],
        path=str(file.path),
        spooled=file.spooled,
        kind=file.survey.kind,
        encoding=file.survey.encoding,
        mapping=dict(file.mapping),
        sha256=file.survey.sha256,
        size=file.survey.size,
        had_at=had_at,
        status=ImportStatus.RUNNING,
        created_by=actor.id,
        created_at=now,
        moved_at=now,
    )
    session.add(begun)
    session.flush()
    new = {"account": account.id, "file_sha256": begun.sha256, "size": begun.size}
    audit.record(session, actor, AuditAction.FILE_IMPORT_BEGIN, ENTITY, begun.id, new=new)
    return begun


def import_files() -> None:
    """Go on with the oldest file that waits, for some seconds: the worker's other work is not held up."""
    with reading() as session:
        waiting = select(FileImport.id).where(FileImport.status == ImportStatus.RUNNING, col(FileImport.spooled))
        import_id = session.exec(waiting.order_by(col(FileImport.created_at)).limit(1)).first()
    if import_id:
        run(import_id, seconds=SLICE_SECONDS)
    else:
        forget_abandoned()


def forget_abandoned() -> None:
    """Remove the copies that were uploaded and never imported, a day later: they hold what people wrote."""
    oldest = time.time() - ABANDONED_SECONDS
    for copy in spool_folder().iterdir():
        if copy.stat().st_mtime < oldest:
            copy.unlink(missing_ok=True)


def run(
    import_id: str,
    *,
    seconds: float | None = None,
    ahead: bool = False,
    progress: Callable[[FileImport], object] = lambda _row: None,
) -> FileImport:
    """Import a file from where it stands, to its end or for some seconds; one that cannot be read is told so.

    `ahead`: a second process reads while this one writes.
    """
    with reading() as session:
        row = get(session, FileImport, import_id)
    file = File(row.path, row.kind, row.encoding, row.mapping, row.rows_done)
    try:
        with _collected_once_a_part(), (parts_ahead if ahead else parts)(file) as read:
            row = _run(row, read, seconds, progress)
    except (OSError, UnicodeError, AppError) as error:
        if isinstance(error, StaleVersion | DatabaseBusy):
            raise
        row = _fail(import_id, str(error) if isinstance(error, AppError) else GONE)
    if row.status is not ImportStatus.RUNNING and row.spooled:
        Path(row.path).unlink(missing_ok=True)
    return row


@contextmanager
def _collected_once_a_part() -> Iterator[None]:
    """Keep Python from searching thousands of plain rows for cycles again and again: `_run` asks once a part."""
    collecting = gc.isenabled()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if collecting:
            gc.enable()


def _run(
    row: FileImport, read: Iterator[Part], seconds: float | None, progress: Callable[[FileImport], object]
) -> FileImport:
    ends = time.monotonic() + (seconds or 0)
    for part in read:
        with transaction() as session:
            row = _store(session, row, part)
        progress(row)
        gc.collect()
        if row.status is not ImportStatus.RUNNING or (seconds is not None and time.monotonic() > ends):
            break
    return row


def _store(session: Session, standing: FileImport, part: Part) -> FileImport:
    """Store some rows and how far the file is; when another process moved it meanwhile, nothing."""
    row = get(session, FileImport, standing.id, lock=True)
    if row.status is not ImportStatus.RUNNING:
        return row
    expect_version(row, standing.row_version)
    account = get(session, Account, row.account_id, lock=True)
    stored = store(session, account, [entry for _n, entry in part.rows if isinstance(entry, Entry)], row.had_at)
    _note_problems(session, row, [(n, entry) for n, entry in part.rows if isinstance(entry, RowProblem)])
    row.rows_done += len(part.rows)
    row.bytes_done = min(part.told, row.size)
    row.entered, row.revised = row.entered + stored.entered, row.revised + stored.revised
    row.known, row.moved_at = row.known + stored.known, clock.now()
    if not part.rows:
        _end(session, SYSTEM, row, ImportStatus.DONE)
    session.flush()
    return row


def _note_problems(session: Session, row: FileImport, wrong: list[tuple[int, RowProblem]]) -> None:
    for n, problem in wrong[: max(0, MOST_SHOWN - row.wrong)]:
        session.add(ImportProblem(import_id=row.id, n=n, problem=problem))
    row.wrong += len(wrong)


def _end(session: Session, actor: Actor, row: FileImport, status: ImportStatus) -> None:
    row.status, row.ended_at, row.moved_at = status, clock.now(), clock.now()
    row.bytes_done = row.size if status is ImportStatus.DONE else row.bytes_done
    counts = {name: getattr(row, name) for name in ("rows_done", "entered", "revised", "known", "wrong")}
    audit.record(session, actor, AuditAction.FILE_IMPORT_END, ENTITY, row.id, new={"status": status.value, **counts})


def _fail(import_id: str, why: str) -> FileImport:
    log.warning("file not read", file_import=import_id)
    with transaction() as session:
        row = get(session, FileImport, import_id, lock=True)
        row.error = why[:LONGEST_REASON]
        _end(session, SYSTEM, row, ImportStatus.FAILED)
        return row


def stop(session: Session, actor: Actor, *, import_id: str, row_version: int | None = None) -> FileImport:
    """Stop an import; what was entered stays entered, for it was received."""
    check_entering(actor)
    row = get(session, FileImport, import_id, lock=True)
    expect_version(row, row_version)
    if row.status is not ImportStatus.RUNNING:
        raise RuleViolated(N_("Cet import est déjà terminé."))
    _end(session, actor, row, ImportStatus.STOPPED)
    return row


def settle_problems(
    session: Session, actor: Actor, *, import_id: str, row_version: int | None, reason: str
) -> FileImport:
    """Say what became of the rows that were not entered: until then the coverage screen shows them."""
    check_entering(actor)
    row = get(session, FileImport, import_id, lock=True)
    expect_version(row, row_version)
    said = storable_text(reason).strip()
    if not said or len(said) > LONGEST_REASON:
        raise InvalidInput(N_("Dites ce que sont devenues ces lignes, en 500 caractères au plus."))
    row.settled_reason, row.settled_by, row.settled_at = said, actor.id, clock.now()
    audit.record(session, actor, AuditAction.FILE_IMPORT_SETTLE, ENTITY, row.id, new={"wrong": row.wrong})
    session.flush()
    return row
