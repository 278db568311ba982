"""What a file is before anything of it is entered: its kind, its encoding, its hash, its size. Read once, in parts."""

import codecs
import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from errors import InvalidInput
from i18n import N_
from models.enums import FileEncoding, FileKind

PART = 1 << 20
MOST_LINES = 2_000_000
LARGEST_BOOK = 2 << 30
LARGEST_STRINGS = 256 << 20
KINDS = {".csv": FileKind.CSV, ".txt": FileKind.CSV, ".tsv": FileKind.CSV, ".jsonl": FileKind.JSONL}
KINDS |= {".ndjson": FileKind.JSONL, ".xlsx": FileKind.XLSX}
EMPTY = N_("Ce fichier est vide. Exportez-le de nouveau, puis recommencez.")
UNREADABLE_BOOK = N_("Ce classeur ne s'ouvre pas. Enregistrez-le de nouveau en .xlsx, ou en CSV UTF-8.")
TOO_BIG_BOOK = N_("Ce classeur est trop grand pour être lu en entier. Enregistrez-le en CSV UTF-8.")


@dataclass(frozen=True)
class Survey:
    """What is known of a file; `lines` are line ends, at least as many as rows (0 for a workbook)."""

    kind: FileKind
    encoding: FileEncoding
    sha256: str
    size: int
    lines: int


def survey(path: Path, name: str, encoding: FileEncoding | None = None) -> Survey:
    """Read a file through once; raises InvalidInput with a sentence when nothing of it could be entered."""
    kind = kind_of(name)
    with path.open("rb") as file:
        head = file.read(4)
    if not head:
        raise InvalidInput(EMPTY)
    if kind is FileKind.XLSX:
        _check_book(path)
        told = FileEncoding.UTF_8
    else:
        told = encoding or _marked(head)
    sha256, size, lines = _read_through(path, told if kind is not FileKind.XLSX else None, name)
    if lines > MOST_LINES:
        raise InvalidInput(
            N_(
                "Ce fichier compte {lines} lignes, et {limit} au plus s'importent à la fois. Partagez-le : rien n'a "
                "été enregistré, et deux parts qui se recouvrent ne font pas de doublons."
            ),
            lines=f"{lines:,}".replace(",", " "),
            limit=f"{MOST_LINES:,}".replace(",", " "),
        )
    return Survey(kind, told, sha256, size, lines)


def kind_of(name: str) -> FileKind:
    """Return the kind that a file's name says."""
    suffix = Path(name).suffix.lower()
    if suffix == ".xls":
        raise InvalidInput(N_("Les classeurs .xls ne se lisent pas. Enregistrez celui-ci en .xlsx ou en CSV UTF-8."))
    if suffix not in KINDS:
        raise InvalidInput(N_("Ce fichier n'est ni un CSV, ni un JSONL, ni un classeur .xlsx."))
    return KINDS[suffix]


def _marked(head: bytes) -> FileEncoding:
    marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return FileEncoding.UTF_16 if marked else FileEncoding.UTF_8


def _read_through(path: Path, encoding: FileEncoding | None, name: str) -> tuple[str, int, int]:
    digest, size, lines = hashlib.sha256(), 0, 0
    decode = _decoder(encoding)
    with path.open("rb") as file:
        part = b"\0"
        while part:
            part = file.read(PART)
            try:
                decode(part, not part)
            except UnicodeError as error:
                raise _undecodable(part, error, lines, name) from error
            digest.update(part)
            size, lines = size + len(part), lines + part.count(b"\n")
    return digest.hexdigest(), size, lines


def _decoder(encoding: FileEncoding | None) -> Callable[[bytes, bool], object]:
    if encoding is None:
        return lambda part, _final: part
    return codecs.getincrementaldecoder(encoding.value)().decode


def _undecodable(part: bytes, error: UnicodeError, lines: int, name: str) -> InvalidInput:
    start = error.start if isinstance(error, UnicodeDecodeError) else 0
    sentence = N_(
        "Le fichier {name} n'est pas en UTF-8 : la ligne {line} ne se lit pas. Enregistrez-le en « CSV UTF-8 », ou "
        "choisissez l'encodage « Windows » s'il vient d'un ancien tableur. Rien n'a été enregistré."
    )
    return InvalidInput(sentence, name=name, line=lines + part.count(b"\n", 0, start) + 1)


def _check_book(path: Path) -> None:
    """Refuse a workbook that would unpack to more than the memory holds."""
    try:
        with zipfile.ZipFile(path) as book:
            sizes = {entry.filename: entry.file_size for entry in book.infolist()}
    except (zipfile.BadZipFile, OSError) as error:
        raise InvalidInput(UNREADABLE_BOOK) from error
    if sum(sizes.values()) > LARGEST_BOOK or sizes.get("xl/sharedStrings.xml", 0) > LARGEST_STRINGS:
        raise InvalidInput(TOO_BIG_BOOK)
