"""Qualité on the screen: the sentence, a blind reading, two readings settled by a third person."""

import pytest
from sqlmodel import select

from models.enums import NoneReason, Role, TriageOutcome
from models.reading import SecondReading
from models.session import reading, transaction
from moderation import triage
from settings import get_settings
from tests.comment_factories import ADVERSE, bring_text, comment, company_account, officer, products
from tests.factories import person
from tests.pages.conftest import keyed, press, text_of


@pytest.fixture
def decision(sqlite_db, monkeypatch):
    monkeypatch.setenv("COVIGIE_SECOND_READING_PERCENT", "100")
    get_settings.cache_clear()
    products()
    comment_id = bring_text(company_account(), ADVERSE)
    with transaction() as session:
        return triage.classify(
            session, officer(), comment_id=comment_id, revision_n=1, row_version=comment(comment_id).row_version,
            outcomes=[TriageOutcome.NONE], none_reason=NoneReason.QUESTION_ONLY,
        )  # fmt: skip


def test_a_second_reader_reads_blind_and_a_third_settles(decision, open_page):
    at = open_page("quality.py", officer("pv2"))
    assert "le rappel ne se mesure pas" in text_of(at)
    assert "simple question" not in text_of(at), "the first decision would steer the second"
    keyed(at.selectbox, "blind_").set_value(TriageOutcome.ADVERSE_EVENT).run()
    press(at, "blind")
    assert at.success
    with reading() as session:
        (found,) = session.exec(select(SecondReading)).all()
    assert not found.agrees
    at = open_page("quality.py", person(Role.QUALITY))
    assert "simple question" in text_of(at)
    keyed(at.text_input, "why_").set_value("Le texte nomme un effet.")
    press(at, f"settle_{found.id}_False")
    with reading() as session:
        assert session.get(SecondReading, found.id).upheld is False


def test_a_reading_without_a_choice_is_refused_with_a_sentence(decision, open_page):
    at = open_page("quality.py", officer("pv2"))
    press(at, "blind")
    assert "Choisissez au moins une qualification" in at.error[0].value.replace("\\", "")


def test_an_auditor_reads_the_figures_and_settles_nothing(decision, open_page):
    at = open_page("quality.py", person(Role.AUDITOR))
    assert not at.exception
    assert "Seconde lecture" not in text_of(at)
