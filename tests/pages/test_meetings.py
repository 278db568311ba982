"""Réunions: called, opened, a subject settled, closed; what is due stands there by itself."""

from models.enums import PostStatus, Role
from tests.factories import committee
from tests.pages.conftest import keyed, press, text_of
from tests.post_factories import post_at


def test_a_meeting_from_its_call_to_its_close(open_page, sqlite_db):
    people = committee()
    post_at(PostStatus.IN_REVIEW, people)
    at = open_page("meetings.py", people[Role.COMMUNICATIONS])
    assert "Aucune réunion" in text_of(at)
    at.text_input(key="meeting_place").input("Salle Curie").run()
    press(at, "call_meeting")
    assert "Salle Curie" in text_of(at)
    assert "attend : Communication" in text_of(at)
    at.text_input(key="topic_title").input("Charte de modération").run()
    press(at, "add_topic")
    press(at, "open")
    keyed(at.text_area, "outcome_").input("Adoptée").run()
    press(at, "note_")
    press(at, "join")
    press(at, "close")
    said = text_of(at)
    assert "Close, compte rendu établi" in said
    assert "Adoptée" in said


def test_an_auditor_reads_and_changes_nothing(open_page, sqlite_db):
    at = open_page("meetings.py", committee()[Role.AUDITOR])
    assert not at.exception
    assert not [button for button in at.button if button.key == "call_meeting"]
