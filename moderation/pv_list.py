"""Pharmacovigilance's own list of what it received, as a CSV file or a workbook: read whole, or refused.

The refusal's sentence says where it cannot be read, and what to do. Pure: bytes in, rows out.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl import load_workbook

from errors import InvalidInput
from i18n import N_
from models.enums import PvOutcome
from moderation.files.reading import shown
from moderation.pv_letter import CASE_NUMBER, plain

LARGEST_FILE = 5_000_000
WORKBOOK, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
CASE, REFERENCE, RECEIVED, OUTCOME = "case", "pv_reference", "received_on", "outcome"
HEADERS: dict[str, frozenset[str]] = {
    CASE: frozenset(
        {
            "cas", "case", "numero de cas", "n° de cas", "no de cas", "n° cas", "numero cas", "cas covigie",
            "numero covigie", "reference covigie", "votre reference", "reference expediteur", "reference du cas",
            "case number", "case no", "case id", "sender reference", "sender case number", "external reference",
        }
    ),
    REFERENCE: frozenset(
        {
            "numero pv", "n° pv", "no pv", "reference pv", "ref pv", "numero pharmacovigilance", "pv",
            "notre reference", "numero interne", "reference interne", "pv number", "pv reference", "pv case number",
            "safety number", "safety database number", "safety id", "worldwide case id", "aer number", "our reference",
        }
    ),
    RECEIVED: frozenset(
        {
            "recu le", "date de reception", "reception", "date reception", "received", "received on", "receipt date",
            "date received", "initial receipt date",
        }
    ),
    OUTCOME: frozenset(
        {"issue", "statut", "validite", "resultat", "decision", "outcome", "status", "validity", "case validity"}
    ),
}  # fmt: skip
OUTCOMES: dict[str, PvOutcome] = {
    **dict.fromkeys(("valide", "valid", "oui", "yes", "recevable", "enregistre"), PvOutcome.VALID),
    **dict.fromkeys(
        ("non valide", "invalide", "not valid", "invalid", "non", "no", "non recevable", "not_valid"),
        PvOutcome.NOT_VALID,
    ),
    **dict.fromkeys(("doublon", "duplicate", "dupe"), PvOutcome.DUPLICATE),
    **dict.fromkeys(("", "inconnu", "unknown", "en cours", "pending", "a evaluer", "-"), PvOutcome.UNKNOWN),
}
DAY_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d")


@dataclass(frozen=True)
class PvRow:
    """One case as pharmacovigilance lists it; `case` is our number, empty where it gives none."""

    case: str
    pv_reference: str
    received_on: date | None = None
    outcome: PvOutcome = PvOutcome.UNKNOWN


def read_pv_list(data: bytes) -> tuple[PvRow, ...]:
    """Return the rows of a list; raises InvalidInput, naming line and value, for what cannot be read whole."""
    if len(data) > LARGEST_FILE:
        raise InvalidInput(N_("Ce fichier dépasse 5 Mo. Limitez la liste à la période."))
    lines = list(_rows_of_workbook(data) if data.startswith(WORKBOOK) else _lines(_decoded(data)))
    if not lines:
        raise InvalidInput(N_("Ce fichier est vide. Exportez de nouveau la liste, avec sa ligne de titres."))
    (_first, titles), *body = lines
    columns = _columns(titles)
    return tuple(_row(n, cells, columns, len(titles)) for n, cells in body)


def _rows_of_workbook(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the filled rows of the first sheet with their numbers, as they were last shown; no formula is run."""
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        rows = list(book.worksheets[0].iter_rows(values_only=True))
    except Exception as error:
        raise InvalidInput(
            N_("Ce classeur ne se lit pas : il est coupé, ou protégé. Enregistrez-le en CSV, puis recommencez.")
        ) from error
    for n, row in enumerate(rows, 1):
        cells = [shown(value).strip() for value in row]
        if any(cells):
            yield n, cells


def _decoded(data: bytes) -> str:
    if data.startswith(OLD_WORKBOOK):
        raise InvalidInput(
            N_("Ce classeur est d'un ancien format. Dans le tableur, enregistrez-le en .xlsx, puis recommencez.")
        )
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if b"\x00" in data:
        raise InvalidInput(N_("Ce fichier n'est pas un texte. Exportez la liste au format CSV, puis recommencez."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the filled lines with their numbers; the sign between cells is the one most used in the first line."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    sign = max(";,\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise InvalidInput(
            N_("Ligne {n} : des guillemets ne sont pas refermés. Le fichier est peut-être coupé ; exportez-le encore."),
            n=reader.line_num,
        ) from error


def _columns(titles: Sequence[str]) -> dict[str, int]:
    folded = [re.sub(r"\s+", " ", plain(title)).strip(" :*.") for title in titles]
    found: dict[str, int] = {}
    for meaning, names in HEADERS.items():
        places = [n for n, title in enumerate(folded) if title in names]
        if len(places) > 1:
            raise InvalidInput(
                N_("Deux colonnes disent la même chose : « {one} » et « {two} ». Gardez-en une."),
                one=titles[places[0]],
                two=titles[places[1]],
            )
        if places:
            found[meaning] = places[0]
    if REFERENCE not in found or CASE not in found:
        raise InvalidInput(
            N_(
                "Il faut une colonne « Numéro de cas » (le nôtre) et une colonne « Numéro PV ». Colonnes lues : "
                "{read}. Renommez-les dans la première ligne, puis recommencez."
            ),
            read=", ".join(f"« {title} »" for title in titles if title)[:300] or "—",
        )
    return found


def _row(n: int, cells: list[str], columns: dict[str, int], width: int) -> PvRow:
    if len(cells) < width and max(columns.values()) >= len(cells):
        raise InvalidInput(
            N_(
                "Ligne {n} : {found} colonnes au lieu de {wanted}. Le fichier est peut-être coupé ; exportez-le encore."
            ),
            n=n,
            found=len(cells),
            wanted=width,
        )
    told = {meaning: cells[place] if place < len(cells) else "" for meaning, place in columns.items()}
    if not told[CASE] and not told[REFERENCE]:
        raise InvalidInput(N_("Ligne {n} : ni numéro de cas, ni numéro PV. Complétez-la ou retirez-la."), n=n)
    number = CASE_NUMBER.search(told[CASE])
    return PvRow(
        number[1] if number else told[CASE],
        told[REFERENCE],
        _day(n, told.get(RECEIVED, "")),
        _outcome(n, told.get(OUTCOME, "")),
    )


def _day(n: int, told: str) -> date | None:
    if not told:
        return None
    for shape in DAY_FORMATS:
        try:
            return datetime.strptime(told.split(" ", maxsplit=1)[0].split("T", maxsplit=1)[0], shape).date()  # noqa: DTZ007 - a day
        except ValueError:
            continue
    raise InvalidInput(
        N_("Ligne {n} : « {told} » n'est pas une date. Écrivez-la JJ/MM/AAAA, ou laissez-la vide."), n=n, told=told
    )


def _outcome(n: int, told: str) -> PvOutcome:
    known = OUTCOMES.get(re.sub(r"\s+", " ", plain(told)).strip(" ."))
    if known is None:
        raise InvalidInput(
            N_("Ligne {n} : l'issue « {told} » est inconnue. Écrivez valide, non valide, doublon, ou rien."),
            n=n,
            told=told,
        )
    return known
