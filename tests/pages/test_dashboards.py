"""Tableaux de bord on the screen: numbers of a period, its filters in the address, no text, no author."""

import pytest

from models.enums import Network, Role
from tests.comment_factories import ADVERSE, HARMLESS, bring_text, company_account, products
from tests.factories import person
from tests.pages.conftest import keyed, text_of


@pytest.fixture
def stream(sqlite_db):
    products()
    account = company_account()
    for n, text in enumerate((ADVERSE, HARMLESS), 1):
        bring_text(account, text, n, author=str(n))


def test_the_figures_of_thirty_days_and_nothing_of_who_wrote_what(stream, open_page):
    at = open_page("dashboards.py", person(Role.COMMUNICATIONS))
    assert not at.exception
    drawn = text_of(at)
    assert "2 reçus, 1 signalés" in drawn
    assert "vertiges" not in drawn
    assert "quelquun" not in drawn


def test_the_filters_choose_and_stand_in_the_address(stream, open_page):
    at = open_page("dashboards.py", person(Role.AUDITOR), produit="Cardexine")
    assert "1 reçus, 1 signalés" in text_of(at)
    at = open_page("dashboards.py", person(Role.AUDITOR, login="other"), reseau="Facebook")
    assert "0 reçus" in text_of(at)
    keyed(at.selectbox, "reseau").set_value(Network.X).run()
    assert "2 reçus, 1 signalés" in text_of(at)


def test_an_empty_database_says_what_will_come(sqlite_db, open_page):
    at = open_page("dashboards.py", person(Role.MEDICAL))
    assert not at.exception
    assert "Aucun cas" in text_of(at)


def test_whoever_has_no_right_does_not_find_the_page(sqlite_db, open_page):
    at = open_page(None, person(Role.LEGAL))
    with pytest.raises(ValueError, match="navigation page"):
        at.switch_page("dashboards.py")
