"""Parcours on the screen: cards with their letters, one lifted out, the end after the least time, the witnesses."""

import pytest
from sqlmodel import select

from app_pages import _skim_cards as cards
from models.enums import PvFacet, Role, Screening, SkimMode
from models.session import get, reading, transaction
from models.skim import Witness
from moderation import skimming
from moderation.queries.skim import SkimProgress
from settings import get_settings
from tests.comment_factories import bring, comment, company_account, incoming, officer
from tests.factories import person
from tests.pages.conftest import keyed, press, text_of

HOSTILE = "<script>alert(1)</script> ![x](http://evil.example/a.png)"


@pytest.fixture
def ids(sqlite_db, monkeypatch):
    monkeypatch.setenv("COVIGIE_SKIM_SECONDS", "0")
    monkeypatch.setenv("COVIGIE_SKIM_WITNESS_EVERY", "1000000000")
    get_settings.cache_clear()
    found = bring(company_account(), incoming(1, HOSTILE), incoming(2, "Bravo !"), incoming(3, "Super page"))
    with transaction() as session:
        for each in found:
            row = get(session, skimming.Comment, each)
            row.screening, row.analysis_due = Screening.CLEARED, False
    return found


def test_three_texts_are_read_with_two_presses_and_one_is_lifted_out(ids, open_page):
    at = open_page("skim.py", officer())
    assert "3 textes à lire" in text_of(at)
    press(at, "begin")
    drawn = text_of(at)
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn
    assert "<kbd>A</kbd>" in drawn
    press(at, "lift_1")
    press(at, "pass")
    states = sorted((comment(each).screening, comment(each).pv) for each in ids)
    assert states == [
        (Screening.FLAGGED, PvFacet.POSSIBLE),
        (Screening.SKIMMED, PvFacet.NONE),
        (Screening.SKIMMED, PvFacet.NONE),
    ]
    said = text_of(at)
    assert "2 textes lus" in said
    assert "Tout a été lu" in said


def test_stopping_leaves_all_to_be_read(ids, open_page):
    at = open_page("skim.py", officer())
    press(at, "begin")
    press(at, "stop")
    assert "3 textes à lire" in text_of(at)
    assert at.success[0].value


def test_the_end_waits_for_the_least_time(ids, open_page, monkeypatch):
    monkeypatch.setenv("COVIGIE_SKIM_SECONDS", "600")
    get_settings.cache_clear()
    at = open_page("skim.py", officer())
    press(at, "begin")
    end = keyed(at.button, "pass")
    assert end.disabled
    assert "Lisez encore" in end.label


def test_quality_writes_a_witness_and_a_community_manager_sees_none_of_them(ids, open_page):
    at = open_page("skim.py", officer())
    keyed(at.text_area, "witness_text").set_value("Depuis Cardexine, des palpitations")
    keyed(at.text_input, "witness_why").set_value("Palpitations")
    next(button for button in at.button if "témoin" in button.label).click().run()
    assert not at.exception
    with reading() as session:
        (witness,) = session.exec(select(Witness)).all()
    assert witness.suspect
    assert "Palpitations" in text_of(at)
    assert "Palpitations" not in text_of(open_page("skim.py", person(Role.COMMUNITY_MANAGER)))


def test_more_than_a_thousand_is_said_plainly():
    def told(left):
        return cards.told(SkimProgress(SkimMode.ALL, 1.0, left, 0, 0, None))

    assert [told(1000), told(1001)] == ["1000 textes à lire", "plus de 1000 textes à lire"]
