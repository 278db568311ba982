"""Which column of a file is what of a comment, and a row read so: an entry, or what is wrong in it. Pure."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from compliance.canonical import sha256_text
from compliance.time_zone import PARIS
from errors import InvalidInput
from i18n import N_, _
from models.enums import ImportField, RowProblem
from moderation.as_received import storable_text, text_hash
from moderation.files.reading import Line

F = ImportField
NEEDED = (F.TEXT, F.AT)
LONGEST = 500
EARLIEST_YEAR = 2000
LABELS: Mapping[ImportField, str] = {
    F.TEXT: N_("Texte"),
    F.AT: N_("Date d'écriture"),
    F.AUTHOR: N_("Auteur"),
    F.ID: N_("Identifiant"),
    F.HAD: N_("Reçu par la société le"),
    F.THREAD: N_("Fil"),
    F.PARENT: N_("Répond à"),
}
USUAL: Mapping[ImportField, tuple[str, ...]] = {
    F.TEXT: ("texte", "text", "message", "commentaire", "comment", "verbatim", "contenu", "content", "body", "avis"),
    F.AT: ("date", "publie le", "ecrit le", "date de publication", "posted_at", "posted at", "created_at",
           "created_time", "timestamp", "horodatage"),
    F.AUTHOR: ("auteur", "author", "author_id", "username", "utilisateur", "user", "nom", "name", "from"),
    F.ID: ("id", "identifiant", "reference", "ref", "comment_id", "message_id", "numero"),
    F.HAD: ("recu le", "date de reception", "received_at", "received"),
    F.THREAD: ("fil", "thread", "thread_id", "conversation", "conversation_id", "publication", "post_id"),
    F.PARENT: ("repond a", "parent", "parent_id", "in_reply_to"),
}  # fmt: skip


class Entry(NamedTuple):
    """A comment as a row gives it; `text` as received, the rest fit for the database.

    Moments are in UTC, written as SQLite keeps them: a reader makes thousands of them for the one who writes.
    `external_id` is the row's own identifier, or the digest of the whole row where it has none: the same row is one
    comment, however often its file is imported. `had`: when the company had it, where the row tells.
    """

    external_id: str
    text: str
    text_sha256: str
    author: str
    at: str
    thread: str
    parent: str
    had: str
    payload: str
    digest: str


Places = Mapping[ImportField, int]


def guessed(columns: Sequence[str], remembered: Mapping[str, str]) -> dict[str, str]:
    """Return which column is what: as remembered where the columns are still there, else by their usual names."""
    if remembered and set(remembered.values()) <= set(columns):
        return dict(remembered)
    by_name = {_plain(name): name for name in reversed(columns)}
    found = {field: next((by_name[each] for each in names if each in by_name), None) for field, names in USUAL.items()}
    return {field.value: column for field, column in found.items() if column}


def _plain(name: str) -> str:
    parts = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(each for each in parts if not unicodedata.combining(each)).split())


def places_of(mapping: Mapping[str, str], columns: Sequence[str]) -> dict[ImportField, int]:
    """Return where each field stands; raises InvalidInput naming what is missing."""
    absent = sorted(set(mapping.values()) - set(columns))
    if absent:
        raise InvalidInput(
            N_("Il manque à ce fichier : {absent}. Ses colonnes : {columns}. Rien n'a été enregistré."),
            absent=", ".join(absent),
            columns=", ".join(columns)[:500],
        )
    unsaid = [_(LABELS[field]) for field in NEEDED if field.value not in mapping]
    if unsaid:
        raise InvalidInput(
            N_("Dites quelle colonne est : {fields}. Colonnes du fichier : {columns}."),
            fields=", ".join(unsaid),
            columns=", ".join(columns)[:500],
        )
    return {ImportField(field): columns.index(column) for field, column in mapping.items()}


def entry_of(line: Line, places: Places, now: datetime) -> Entry | RowProblem:
    """Read one row; a moment of `now` or before, a text, identifiers of 500 characters at most."""
    if line.problem:
        return line.problem
    cells = line.cells
    text = cells[places[F.TEXT]]
    if not text or text.isspace():
        return RowProblem.NO_TEXT
    at, had = moment_of(cells[places[F.AT]]), moment_of(cells[places[F.HAD]]) if F.HAD in places else None
    names = [storable_text(cells[places[field]].strip()) if field in places else "" for field in NAMES]
    if not isinstance(at, datetime):
        return at
    if problem := _problem(at, had, names, now):
        return problem
    author, key, thread, parent = names
    digest, told = sha256_text(line.payload), written(had) if isinstance(had, datetime) else ""
    key = key or f"sha256:{digest}"
    return Entry(key, text, text_hash(text), author, written(at), thread, parent, told, line.payload, digest)


def written(moment: datetime) -> str:
    """Return a moment in UTC as its column's type writes it into SQLite, which knows no zones."""
    return moment.isoformat(" ", "microseconds")[:26]


def read(moment: str) -> datetime:
    """Return the moment that `written` wrote."""
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def _problem(at: datetime, had: datetime | RowProblem | None, names: list[str], now: datetime) -> RowProblem | None:
    if at > now:
        return RowProblem.DATE_TO_COME
    if had is RowProblem.DATE_UNREADABLE:
        return RowProblem.HAD_UNREADABLE
    return RowProblem.TOO_LONG if max(map(len, names)) > LONGEST else None


NAMES = (F.AUTHOR, F.ID, F.THREAD, F.PARENT)


def moment_of(said: str) -> datetime | RowProblem:
    """Return the moment that a cell says, in UTC: ISO 8601 or day/month/year, of Paris where it names no zone."""
    said = said.strip()
    if not said:
        return RowProblem.NO_DATE
    try:
        moment = _french(said) if said[2:3] == "/" else datetime.fromisoformat(said)
    except ValueError:
        return RowProblem.DATE_UNREADABLE
    if moment.year < EARLIEST_YEAR:
        return RowProblem.DATE_UNREADABLE
    return (moment if moment.tzinfo else moment.replace(tzinfo=PARIS)).astimezone(UTC)


def _french(said: str) -> datetime:
    day, _space, hour = said.partition(" ")
    hour = hour or "00"
    d, m, y = day.split("/")
    hours = [each.strip().zfill(2) for each in hour.replace("h", ":").strip(": ").split(":")]
    return datetime.fromisoformat(f"{y.zfill(4)}-{m.zfill(2)}-{d.zfill(2)}T{':'.join(hours)}")
