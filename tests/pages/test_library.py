"""Bibliothèque: a visa goes from its filing to its suspension; what would fall is said before."""

from compliance import clock
from models.enums import PostStatus, Role
from models.session import transaction
from tests.factories import committee
from tests.pages.conftest import keyed, press, text_of
from tests.post_factories import OTC, post_at
from workflow.products import register_product
from workflow.visa_windows import last_day


def test_a_visa_is_filed_granted_and_suspended(open_page, sqlite_db):
    people = committee()
    with transaction() as session:
        register_product(session, people[Role.ADMINISTRATOR], record=OTC)
    at = open_page("library.py", people[Role.REGULATORY])
    assert "Aucun visa au registre" in text_of(at)
    at.text_input(key="visa_number").input("GP-7").run()
    press(at, "visa_file")
    press(at, "grant_")
    today = clock.paris(clock.now()).date()
    assert f"du {today:%d/%m/%Y} au {last_day(today):%d/%m/%Y} inclus" in text_of(at)
    post_at(PostStatus.SCHEDULED, people, visa="GP-7")
    at = open_page("library.py", people[Role.REGULATORY])
    assert "1 publication concernée dont 1 programmées et 0 en ligne" in text_of(at)
    keyed(at.text_input, "why_suspend_").input("Alerte").run()
    press(at, "suspend_")
    assert "Suspendu" in text_of(at)
    work = text_of(open_page("my_work.py", people[Role.COMMUNITY_MANAGER]))
    assert "Le visa GP-7 est suspendu. Alerte" in work


def test_the_planner_advises_everyone(open_page, sqlite_db):
    at = open_page("library.py", committee()[Role.COMMUNITY_MANAGER])
    said = text_of(at)
    assert "Trop tard pour cette date" in said or "Aucune période" in said
    assert not [button for button in at.button if button.key == "visa_file"]
