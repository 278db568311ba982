"""Arrêt d'urgence: what it would hold back is seen first; one starts it, another confirms its end; a banner says so."""

from models.enums import PostStatus, Role
from tests.factories import committee
from tests.pages.conftest import keyed, press, text_of
from tests.post_factories import post_at


def test_a_stop_goes_from_one_person_to_the_release_by_two(open_page, sqlite_db):
    people = committee()
    post_at(PostStatus.SCHEDULED, people)
    at = open_page("stops.py", people[Role.COMMUNITY_MANAGER])
    assert "1 publication programmée serait retenue" in text_of(at)
    at.text_input(key="stop_reason").input("Rappel de lot").run()
    at.button(key="stop_now").click().run()
    assert not at.exception
    assert "Arrêt d&#39;urgence en cours" in text_of(at)
    assert not [button for button in at.button if str(button.key).startswith("ask_")]

    at = open_page("stops.py", people[Role.REGULATORY])
    keyed(at.text_input, "why_").input("Lot identifié").run()
    press(at, "ask_")
    assert "Levée demandée" in text_of(at)
    at = open_page("stops.py", people[Role.RESPONSIBLE_PHARMACIST])
    press(at, "release_")
    assert "Levé par Regulatory et Responsible_Pharmacist" in text_of(at)
    assert "en cours" not in text_of(open_page("posts.py", people[Role.AUDITOR]))


def test_without_a_reason_nothing_stops(open_page, sqlite_db):
    people = committee()
    at = open_page("stops.py", people[Role.COMMUNITY_MANAGER])
    at.button(key="stop_now").click().run()
    assert "Dites pourquoi" in "".join(error.value for error in at.error)
    assert "Aucun arrêt" in text_of(at)
