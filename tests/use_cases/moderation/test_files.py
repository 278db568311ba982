"""Comments that come in a file: each row is one comment, once, like any other; what does not come in is told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from sqlmodel import select

from compliance import audit, clock
from compliance.permissions import SYSTEM
from connectors.base import IncomingComment
from errors import AppError, InvalidInput, NotPermitted, StaleVersion
from models.account import Account
from models.case import CaseComment
from models.comment import Comment, CommentRevision, RawEvent
from models.door import FileImport
from models.enums import (
    EventSource,
    FileEncoding,
    ImportStatus,
    PvFacet,
    Role,
    RowProblem,
    Screening,
)  # fmt: skip
from models.session import get, reading, transaction
from moderation import analysing, receiving
from moderation.files import ahead, command, importing, sources, telling
from moderation.files.columns import guessed, moment_of
from moderation.files.survey import survey
from moderation.queries import doors
from tests.comment_factories import (
    ADVERSE,
    HARMLESS,
    NOON,
    bring,
    comment,
    community_manager,
    company_account,
    count,
    incoming,
    products,
)
from tests.factories import person
from workflow.editing import accounts_rows

HEAD = "Identifiant;Date;Auteur;Message;Fil"
SOURCE = "Service consommateurs"
MAPPING = {"text": "Message", "at": "Date", "id": "Identifiant", "author": "Auteur"}


@pytest.fixture
def write(tmp_path):
    def written(*rows: str, name: str = "export.csv", head: str = HEAD, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes("\n".join([head, *rows, ""]).encode(encoding))
        return path

    return written


def bring_in(path: Path, **more) -> FileImport:
    return command.import_comments(path, source=SOURCE, tell=lambda _row: None, **({"mapping": {}} | more))


@pytest.fixture(autouse=True)
def in_one_process(monkeypatch):
    """Read here: a second process takes a second to start, and has its own test."""
    monkeypatch.setattr(importing, "parts_ahead", ahead.parts)


def to_import(path: Path) -> importing.FileToImport:
    return importing.FileToImport(path, path.name, survey(path, path.name), MAPPING, spooled=True)


def handed_over(path: Path) -> FileImport:
    with transaction() as session:
        return importing.begin(session, community_manager(), source=SOURCE, file=to_import(path))


def read_import(import_id: str) -> FileImport:
    with reading() as session:
        return get(session, FileImport, import_id)


def stored(external_id: str) -> Comment:
    with reading() as session:
        return session.exec(select(Comment).where(Comment.external_id == external_id)).one()


def still_to_analyse() -> list[str]:
    with reading() as session:
        return [one.network.value for one in session.exec(select(Comment).where(Comment.analysis_due))]


def row(n: int, text: str = HARMLESS, author: str = "Mme D.", at: str = "18/11/2025 09:30", thread: str = "") -> str:
    return f'A{n};{at};{author};"{text}";{thread}'


# ---------------------------------------------------------------------------------------------- one path


def test_a_row_becomes_the_same_comment_as_one_that_a_network_brings(db, write):
    with clock.at(NOON):
        bring_in(write(row(1, ADVERSE, thread="F9")))
        with transaction() as session:
            account = session.exec(select(Account)).one()
            one = IncomingComment(
                "A2", ADVERSE, "Mme D.", "Mme D.", datetime(2025, 11, 18, 8, 30, tzinfo=UTC), None, "F9", "", ("A2",),
                '{"Identifiant": "A2", "Date": "18/11/2025 09:30", "Auteur": "Mme D.", '
                f'"Message": "{ADVERSE}", "Fil": "F9"}}',
            )  # fmt: skip
            receiving.receive(session, account, one, EventSource.FILE)
    own = {"id", "external_id", "comment_id", "raw_event_id", "payload", "payload_sha256"}
    with reading() as session:
        for kind in (Comment, CommentRevision, RawEvent):
            first, second = (r.model_dump(exclude=own) for r in session.exec(select(kind).order_by(kind.external_id)))
            assert first == second, kind
        raws = {raw.external_id: raw for raw in session.exec(select(RawEvent))}
    assert raws["A1"].payload == raws["A2"].payload.replace("A2", "A1")


def test_it_is_analysed_and_waits_for_pharmacovigilance_like_any_other(sqlite_db, write):
    products()
    bring_in(write(row(1, ADVERSE), row(2)))
    analysing.analyse_pending()
    assert stored("A1").pv is PvFacet.POSSIBLE


def test_what_people_write_now_is_analysed_before_what_a_file_brought(db, write):
    bring_in(write(row(1), row(2)))
    (live,) = bring(company_account(), incoming(3, ADVERSE))
    analysing.analyse_pending(1)
    assert comment(live).screening is Screening.FLAGGED
    assert still_to_analyse() == ["file", "file"]
    analysing.analyse_pending()
    assert still_to_analyse() == []


def test_the_company_knows_since_it_had_the_file_or_since_the_row_says(db, write):
    head = HEAD + ";Reçu le"
    path = write(row(1) + ";", row(2) + ";02/11/2026 10:00", row(3) + ";17/11/2026 10:00", head=head)
    had = NOON - timedelta(days=3)
    with clock.at(NOON):
        bring_in(path, had_at=had)
    assert [stored(f"A{n}").awareness_at for n in (1, 2, 3)] == [had, datetime(2026, 11, 2, 9, tzinfo=UTC), had]
    assert stored("A1").received_at == NOON


def test_what_the_author_of_a_case_writes_later_in_the_thread_belongs_to_the_case(db, write):
    products()
    bring_in(write(row(1, ADVERSE, thread="F9")))
    analysing.analyse_pending()
    assert count(CaseComment) == 1
    bring_in(
        write(row(2, "Cela continue ce matin.", thread="F9"), row(3, author="un autre", thread="F9"), name="b.csv")
    )
    assert count(CaseComment) == 2
    assert (stored("A2").pv, stored("A3").pv) == (PvFacet.POSSIBLE, PvFacet.NONE)


# ---------------------------------------------------------------------------------------------- once


def test_a_file_imported_again_enters_nothing_and_an_edited_text_is_a_revision(db, write):
    first = bring_in(write(row(1), row(2)))
    again = bring_in(write(row(2, "Autre texte."), row(1), row(3), name="later.csv"))
    assert (first.entered, again.entered, again.revised, again.known) == (2, 1, 1, 1)
    assert (count(Comment), stored("A2").revision_n) == (3, 2)


def test_without_identifiers_the_whole_row_tells_and_two_people_are_two(db, write):
    path = write("18/11/2025;Léa;Merci", "18/11/2025;Zoé;Merci", "18/11/2025;Léa;Merci", head="Date;Auteur;Message")
    done = bring_in(path)
    assert (done.entered, done.known) == (2, 1)
    assert bring_in(path, encoding=FileEncoding.UTF_8).known == 3


def test_an_author_keeps_one_code_through_all_files(db, write):
    bring_in(write(row(1, author="Léa"), row(2, author="Léa"), row(3, author=""), row(4, author="")))
    bring_in(write(row(5, author="Léa"), name="b.csv"))
    codes = [stored(f"A{n}").author_pseudonym for n in range(1, 6)]
    assert codes[0] == codes[1] == codes[4]
    assert len(set(codes)) == 3


@pytest.mark.parametrize("killed_at", [1, 2, 3])
def test_a_kill_loses_nothing_and_doubles_nothing(db, write, monkeypatch, killed_at):
    monkeypatch.setattr(ahead, "TOGETHER", 2)
    path, store, calls = write(*(row(n) for n in range(5))), importing.store, []

    def dies(*args):
        calls.append(1)
        stored = store(*args)
        if len(calls) == killed_at:
            raise KeyboardInterrupt
        return stored

    monkeypatch.setattr(importing, "store", dies)
    with pytest.raises(KeyboardInterrupt):
        bring_in(path)
    done = bring_in(path)
    assert (done.entered, done.known, done.rows_done, done.status) == (5, 0, 5, ImportStatus.DONE)
    assert count(FileImport) == 1
    assert (count(Comment), count(CommentRevision), count(RawEvent)) == (5, 5, 5)
    with reading() as session:
        assert audit.verify_chain(session).problem is None


def test_the_worker_goes_on_slice_by_slice_and_removes_its_copy(db, write, monkeypatch):
    monkeypatch.setattr(ahead, "TOGETHER", 2)
    monkeypatch.setattr(importing, "SLICE_SECONDS", 0.0)
    going = handed_over(write(*(row(n) for n in range(5))))
    importing.import_files()
    assert count(Comment) == 2
    while read_import(going.id).status is ImportStatus.RUNNING:
        importing.import_files()
    assert (read_import(going.id).entered, Path(going.path).exists()) == (5, False)


def test_of_two_workers_on_one_file_the_second_stores_nothing(db, write, monkeypatch):
    monkeypatch.setattr(ahead, "TOGETHER", 1)
    monkeypatch.setattr(importing, "SLICE_SECONDS", 0.0)
    going = handed_over(write(row(1), row(2)))
    with ahead.parts(ahead.File(going.path, going.kind, going.encoding, MAPPING, 0)) as read:
        part = next(read)
    importing.import_files()
    with transaction() as session, pytest.raises(StaleVersion):
        importing._store(session, going, part)
    assert (count(Comment), read_import(going.id).rows_done) == (1, 1)


def test_a_stopped_import_keeps_what_was_entered(db, write, monkeypatch):
    monkeypatch.setattr(ahead, "TOGETHER", 2)
    monkeypatch.setattr(importing, "SLICE_SECONDS", 0.0)
    going = handed_over(write(*(row(n) for n in range(5))))
    importing.import_files()
    with transaction() as session:
        importing.stop(session, community_manager("other"), import_id=going.id)
    importing.import_files()
    assert (count(Comment), read_import(going.id).status) == (2, ImportStatus.STOPPED)


def test_the_second_process_reads_what_the_first_would(write):
    path = write(*(row(n) for n in range(3)), "A9;pas une date;;x;")
    file = ahead.File(str(path), survey(path, path.name).kind, FileEncoding.UTF_8, MAPPING, 1)
    with ahead.parts(file) as here, ahead.parts_ahead(file) as there:
        assert list(there) == list(here)


# ---------------------------------------------------------------------------------------------- what is wrong


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"", "Ce fichier est vide"),
        ("a.csv", b"Date;Message\n01/01/2025;ok\n01/01/2025;caf\xe9\n", "la ligne 3 ne se lit pas"),
        ("a.csv", b"Quand;Message\n01/01/2025;ok\n", "Date d'écriture"),
        ("a.jsonl", b"rien\n", "objet JSON"),
        ("a.xlsx", b"PK pas un classeur", "ne s'ouvre pas"),
        ("a.xls", b"x", "Enregistrez celui-ci en .xlsx"),
        ("a.pdf", b"x", "ni un CSV"),
        ("a.csv", b"\n" * 2_000_001, "Partagez-le"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(sqlite_db, tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as refused:
        bring_in(path)
    assert sentence in str(refused.value)
    assert count(FileImport) == count(Comment) == 0


def test_a_missing_column_is_named_with_those_that_are_there(sqlite_db, write):
    with pytest.raises(InvalidInput) as refused:
        bring_in(write(row(1)), mapping={"text": "Verbatim"})
    assert "Verbatim" in str(refused.value)
    assert "Message" in str(refused.value)


def test_a_wrong_row_is_told_by_its_number_and_the_others_come_in(db, write):
    rows = [
        row(1), "A2;;x;texte;", "A3;31/31/2025;x;texte;", "A4;01/01/2099;x;texte;", "A5;01/01/2025;x; ;",
        "A6;01/01/2025;x;trop;de;cellules", f"A7;01/01/2025;{'x' * 501};texte;", row(8), 'A9;01/01/2025;x;"ouvert;',
    ]  # fmt: skip
    done = bring_in(write(*rows))
    why = RowProblem
    told = [
        why.NO_DATE, why.DATE_UNREADABLE, why.DATE_TO_COME, why.NO_TEXT, why.CELLS, why.TOO_LONG, why.QUOTES,
    ]  # fmt: skip
    assert telling.problems(done.id) == list(zip([3, 4, 5, 6, 7, 8, 10], told, strict=True))
    assert (done.entered, done.wrong, done.rows_done) == (2, 7, 9)
    assert "Ligne 3" in telling.problem_line(3, why.NO_DATE)
    assert telling.problem_sheet(telling.problems(done.id)).count(b"\r\n") == 8


def test_a_file_with_wrong_rows_waits_until_somebody_says_what_became_of_them(sqlite_db, write):
    done, agent = bring_in(write(row(1), "A2;;x;texte;")), community_manager()
    with reading() as session:
        (open_line,) = doors.open_imports(session)
    with transaction() as session, pytest.raises(InvalidInput):
        importing.settle_problems(session, agent, import_id=done.id, row_version=open_line.row.row_version, reason=" ")
    with transaction() as session:
        importing.settle_problems(
            session, agent, import_id=done.id, row_version=open_line.row.row_version, reason="Saisie à la main."
        )
    with reading() as session:
        assert doors.open_imports(session) == []


def test_a_file_of_an_old_spreadsheet_is_read_when_its_encoding_is_said(sqlite_db, write):
    path = write(row(1, "Déçue du café"), encoding="cp1252")
    bring_in(path, encoding=FileEncoding.CP1252)
    with reading() as session:
        assert session.exec(select(CommentRevision.text)).one() == "Déçue du café"
        assert sources.remembered(session, SOURCE).encoding is FileEncoding.CP1252


def test_json_lines_come_in_and_a_line_that_is_none_is_told(sqlite_db, tmp_path):
    path = tmp_path / "a.jsonl"
    lines = ['{"id": 7, "created_at": "2025-11-18T09:30:00Z", "text": "Bon\\u0000jour"}', "{", '["x"]']
    path.write_text("\n".join(lines))
    done = bring_in(path)
    assert (done.entered, telling.problems(done.id)) == (1, [(2, RowProblem.NOT_JSON), (3, RowProblem.NOT_JSON)])
    assert stored("7").posted_at == datetime(2025, 11, 18, 9, 30, tzinfo=UTC)


def test_a_formula_is_never_run_its_shown_value_is_read(sqlite_db, tmp_path):
    book, path = openpyxl.Workbook(), tmp_path / "a.xlsx"
    for cells in (["Date", "Texte", "id"], [datetime(2025, 11, 18, 9, 30), "Bonjour", 7], ["18/11/2025", "=1+1", 8]):
        book.active.append(cells)
    book.save(path)
    done = bring_in(path)
    assert (done.entered, telling.problems(done.id)) == (1, [(3, RowProblem.NO_TEXT)])
    assert stored("7").posted_at == datetime(2025, 11, 18, 8, 30, tzinfo=UTC)


def test_a_formula_in_a_csv_is_text(sqlite_db, write):
    bring_in(write("A1;18/11/2025;x;=HYPERLINK(1);"))
    with reading() as session:
        assert session.exec(select(CommentRevision.text)).one() == "=HYPERLINK(1)"


def test_a_file_that_vanished_ends_the_import_with_a_sentence(sqlite_db, write):
    path = write(row(1))
    handed_over(path)
    path.unlink()
    importing.import_files()
    with reading() as session:
        (line,) = doors.open_imports(session)
    assert line.row.status is ImportStatus.FAILED
    assert "rien n'entrera deux fois" in line.row.error


def test_only_who_may_enter_messages_imports_and_not_from_the_future(sqlite_db, write):
    file = to_import(write(row(1)))
    with transaction() as session, pytest.raises(NotPermitted):
        importing.begin(session, person(Role.AUDITOR), source=SOURCE, file=file)
    for fields in ({"source": " "}, {"source": SOURCE, "had_at": clock.now() + timedelta(days=1)}):
        with transaction() as session, pytest.raises(InvalidInput):
            importing.begin(session, SYSTEM, file=file, **fields)


def test_no_post_is_written_for_a_source(sqlite_db, write):
    bring_in(write(row(1)))
    with reading() as session:
        assert accounts_rows(session) == ()


# ---------------------------------------------------------------------------------------------- columns


def test_columns_are_known_by_their_usual_names_or_as_they_were_last_said():
    assert guessed(["ID", "Créé", "publié le", "Commentaire"], {}) == {
        "id": "ID", "at": "publié le", "text": "Commentaire",
    }  # fmt: skip
    assert guessed(["Date", "Verbatim", "Avis"], {"text": "Avis", "at": "Date"}) == {"text": "Avis", "at": "Date"}


@pytest.mark.parametrize(
    ("said", "utc"),
    [
        ("18/11/2025 09:30", "2025-11-18T08:30"), ("18/11/2025 9h30", "2025-11-18T08:30"),
        ("18/11/2025", "2025-11-17T23:00"), ("2025-07-18", "2025-07-17T22:00"),
        ("2025-11-18T09:30:00Z", "2025-11-18T09:30"), ("2025-11-18T09:30:00+09:00", "2025-11-18T00:30"),
        ("2025-11-18 09:30:15.25", "2025-11-18T08:30:15.250"),
    ],
)  # fmt: skip
def test_a_date_without_a_zone_is_of_paris(said, utc):
    assert moment_of(said) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize("said", ["hier", "12/31/2025", "18/11/25", "0001-01-01", "18/11/2025 25:00"])
def test_what_is_no_date_is_not_guessed(said):
    assert moment_of(said) is RowProblem.DATE_UNREADABLE


def test_a_mapping_of_the_command_is_field_equals_column():
    assert command.read_mapping(["text=Mon message"]) == {"text": "Mon message"}
    with pytest.raises(AppError):
        command.read_mapping(["texte=Message"])
