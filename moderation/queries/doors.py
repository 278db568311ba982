"""What came in by the doors beside the networks, and what of it waits for a person."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.account import Account
from models.door import FileImport
from models.enums import ImportStatus


@dataclass(frozen=True)
class ImportLine:
    """A file and where its import stands; `share` from 0 to 1; `open`: rows of it wait to be corrected or explained."""

    row: FileImport
    source: str
    share: float
    open: bool


def imports(session: Session, *, limit: int = 20) -> list[ImportLine]:
    """Return the last files; those that run, then the newest."""
    rows = (
        select(FileImport, Account.display_name)
        .where(FileImport.account_id == Account.id)
        .order_by(col(FileImport.status) != ImportStatus.RUNNING, col(FileImport.created_at).desc())
    )
    return [_line(row, source) for row, source in session.exec(rows.limit(limit))]


def open_imports(session: Session, *, limit: int = 20) -> list[ImportLine]:
    """Return the files of which something did not come in, and nobody has said yet what became of it."""
    unsettled = (
        select(FileImport, Account.display_name)
        .where(FileImport.account_id == Account.id, col(FileImport.settled_at).is_(None))
        .where((col(FileImport.wrong) > 0) | (col(FileImport.status) == ImportStatus.FAILED))
        .order_by(col(FileImport.created_at).desc())
    )
    return [_line(row, source) for row, source in session.exec(unsettled.limit(limit))]


def _line(row: FileImport, source: str) -> ImportLine:
    missing = row.wrong > 0 or row.status is ImportStatus.FAILED
    return ImportLine(row, source, row.bytes_done / max(row.size, 1), missing and row.settled_at is None)
