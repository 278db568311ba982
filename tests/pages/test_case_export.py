"""E2B(R3) and MedDRA on the case's screen: what is missing is said, the file is handed out, a term is chosen."""

import pytest

from models.enums import Role, Situation, Vigilance
from models.session import reading, transaction
from moderation import cases
from moderation.case_report import reactions_of
from settings import get_settings
from tests.case_samples import complete_case, meddra_files, version_of
from tests.comment_factories import officer, products
from tests.factories import person
from tests.pages.conftest import keyed, press, said_error, text_of


@pytest.fixture
def actor(sqlite_db):
    products()
    return officer()


@pytest.fixture
def dictionary(tmp_path, monkeypatch):
    folder = meddra_files(tmp_path / "meddra")
    monkeypatch.setenv("COVIGIE_MEDDRA_DIR", str(folder))
    get_settings.cache_clear()
    return folder


def downloads(at) -> list[str]:
    return [button.label for button in at.get("download_button")]


def test_without_meddra_the_screen_says_draft_and_hands_the_draft_out(open_page, actor):
    at = open_page("case.py", actor, case=complete_case(actor))
    said = text_of(at)
    assert "Il ne manque que le codage MedDRA" in said
    assert "E.i.2.1b (terme MedDRA de la réaction), n° 1 manque." in said
    assert "COVIGIE_MEDDRA_DIR" in said
    press(at, "export_e2b")
    assert not at.error
    assert downloads(at)[0].endswith("-brouillon.xml")


def test_choosing_a_term_completes_the_file(open_page, actor, dictionary):
    case_id = complete_case(actor, situations=[Situation.ADVERSE_EVENT, Situation.PREGNANCY])
    at = open_page("case.py", actor, case=case_id)
    press(at, "code_0")
    assert "Choisissez un terme" in said_error(at)
    for n, (key, code) in enumerate([("term_", "90000001"), ("term_", "90000005")]):
        box = keyed(at.selectbox, key)
        assert code in "".join(box.options)
        box.set_value(code).run()
        press(at, f"code_{n}")
        assert not at.error, said_error(at)
    assert "Tous les éléments obligatoires sont là" in text_of(at)
    press(at, "export_e2b")
    assert "brouillon" not in downloads(at)[0]
    press(at, "uncode_0")
    assert "Il ne manque que le codage MedDRA" in text_of(at)
    with reading() as session:
        assert [row.llt_code for row in reactions_of(session, case_id)] == [None, "90000005"]


def test_faulty_files_of_meddra_are_a_sentence_and_the_case_is_still_there(open_page, actor, dictionary):
    (dictionary / "pt.asc").unlink()
    at = open_page("case.py", actor, case=complete_case(actor))
    assert "pt\\.asc" in at.warning[0].value
    assert "export_e2b" in {button.key for button in at.button}


def test_outside_medicines_the_screen_names_the_right_form(open_page, actor):
    at = open_page("case.py", actor, case=complete_case(actor, vigilance=Vigilance.COSMETO))
    assert "Anses" in at.info[0].value
    assert "export_e2b" not in {button.key for button in at.button}


def test_who_may_only_read_codes_nothing(open_page, actor, dictionary):
    at = open_page("case.py", person(Role.AUDITOR), case=complete_case(actor))
    assert "à coder" in text_of(at)
    assert not [button.key for button in at.button if (button.key or "").startswith("code_")]


def test_hostile_words_of_a_reaction_do_nothing(open_page, actor, dictionary):
    case_id = complete_case(actor)
    with transaction() as session:
        hostile = ["<script>alert(1)</script> tournis ![x](http://evil.example)"]
        cases.fill(session, actor, case_id=case_id, row_version=version_of(case_id), reactions=hostile)
    at = open_page("case.py", actor, case=case_id)
    assert not at.error
    assert "<script" not in text_of(at)
