"""The page Importer: dropped, tried, entered; what does not come in is listed, on the coverage page too."""

from models.comment import Comment
from models.door import FileImport
from models.enums import FileEncoding, Role
from models.session import reading
from moderation.files import importing
from moderation.queries import doors
from tests.comment_factories import count
from tests.factories import person
from tests.pages.conftest import keyed, press, said_error, text_of

PAGE = "import_comments.py"
FILE = "Date;Auteur;Message\n18/11/2025 09:30;Mme D.;Merci <b>beaucoup</b>\nhier;x;texte\n"


def drop(at, data: bytes = FILE.encode(), name: str = "export.csv"):
    at.file_uploader[0].set_value([(name, data, "text/csv")]).run()


def name_source(at, name: str = "Service consommateurs"):
    keyed(at.text_input, "import_source").set_value(name).run()


def test_a_file_is_tried_then_entered_by_the_engine_and_its_wrong_row_is_listed(sqlite_db, open_page):
    agent = person(Role.COMMUNITY_MANAGER)
    at = open_page(PAGE, agent)
    assert "Aucun fichier" in text_of(at)
    drop(at)
    name_source(at)
    press(at, "import_try")
    said = text_of(at)
    assert "2 lignes : 1 à entrer, 0 déjà là, 1 à corriger" in said
    assert "Merci &lt;b&gt;beaucoup" in said
    assert "Ligne 3 : La date ne se lit pas" in said
    assert count(FileImport) == 0
    press(at, "import_start")
    assert "Import commencé" in at.success[0].value
    importing.import_files()
    at.run()
    assert "1 entrées" in text_of(at)
    assert count(Comment) == 1
    assert "export.csv" in text_of(open_page("coverage.py", agent))
    keyed(at.text_input, "import_why_").set_value("Saisie à la main.")
    press(at, "import_settle_")
    with reading() as session:
        assert doors.open_imports(session) == []


def test_a_broken_encoding_is_a_sentence_with_the_way_out(sqlite_db, open_page):
    at = open_page(PAGE, person(Role.PV_OFFICER))
    drop(at, FILE.replace("Merci", "Déçu").encode("cp1252"))
    assert "la ligne 2 ne se lit pas" in said_error(at)
    keyed(at.selectbox, "import_encoding").set_value(FileEncoding.CP1252)
    at.run()
    name_source(at)
    press(at, "import_try")
    assert "Déçu" in text_of(at)


def test_a_file_that_is_left_is_forgotten(sqlite_db, open_page):
    at = open_page(PAGE, person(Role.COMMUNITY_MANAGER))
    drop(at)
    assert len(list(importing.spool_folder().iterdir())) == 1
    at.switch_page("coverage.py").run()
    assert list(importing.spool_folder().iterdir()) == []
