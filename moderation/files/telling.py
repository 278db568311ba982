"""What the command says of an import, a sentence a line; and the rows that were not entered, as a file to correct."""

import csv
import io
from collections.abc import Callable, Iterable

from sqlmodel import col, select

from i18n import _
from models.door import FileImport, ImportProblem
from models.enums import RowProblem
from models.session import reading
from moderation.files.looking import Look
from moderation.files.problems import SAID

Say = Callable[[str], object]


def tell(row: FileImport, say: Say) -> None:
    """Say how far an import is."""
    share = 100 * row.bytes_done // max(row.size, 1)
    say(_("{share} % · {rows} lignes lues, {entered} entrées").format(
        share=share, rows=row.rows_done, entered=row.entered
    ))  # fmt: skip


def tell_end(row: FileImport, say: Say) -> None:
    """Say what became of a file, then the rows that were not entered."""
    say(outcome(row))
    if row.error:
        say(_(row.error))
    for n, problem in problems(row.id):
        say(problem_line(n, problem))


def outcome(row: FileImport) -> str:
    """Return what became of a file so far."""
    told = _("{rows} lignes : {entered} entrées, {revised} textes modifiés, {known} déjà là, {wrong} à corriger.")
    return told.format(rows=row.rows_done, entered=row.entered, revised=row.revised, known=row.known, wrong=row.wrong)


def tell_look(look: Look, say: Say) -> None:
    """Say what an import would do."""
    say(foreseen(look))
    for n, problem in look.problems:
        say(problem_line(n, problem))


def foreseen(look: Look) -> str:
    """Return what an import would do, in a sentence."""
    told = _("{rows} lignes : {ready} à entrer, {known} déjà là, {wrong} à corriger. Rien n'est encore enregistré.")
    return told.format(rows=look.rows, ready=look.ready, known=look.known, wrong=look.wrong)


def problem_line(n: int, problem: RowProblem) -> str:
    """Return what is wrong in a row."""
    return _("Ligne {n} : {problem}").format(n=n, problem=_(SAID[problem]))


def problems(import_id: str) -> list[tuple[int, RowProblem]]:
    """Return the first thousand rows that were not entered."""
    with reading() as session:
        wrong = select(ImportProblem.n, ImportProblem.problem).where(ImportProblem.import_id == import_id)
        return [(n, RowProblem(problem)) for n, problem in session.exec(wrong.order_by(col(ImportProblem.n)))]


def problem_sheet(wrong: Iterable[tuple[int, RowProblem]]) -> bytes:
    """Return the wrong rows as CSV that a spreadsheet opens; our own words alone are in it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow([_("Ligne"), _("Ce qui ne va pas")])
    writer.writerows((n, _(SAID[problem])) for n, problem in wrong)
    return text.getvalue().encode("utf-8-sig")
