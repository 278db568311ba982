"""Délais: an empty page says what will come; a decided step has its line and its bar."""

from models.enums import Role
from tests.factories import committee, person
from tests.pages.conftest import text_of
from tests.post_factories import PostStatus, post_at


def test_without_a_decision_the_page_says_what_will_come(open_page, sqlite_db):
    at = open_page("cycle_times.py", person(Role.QUALITY))
    assert not at.exception
    assert "Aucune étape n&#39;a été décidée" in text_of(at)


def test_a_decided_step_has_its_line(open_page, sqlite_db):
    people = committee()
    post_at(PostStatus.APPROVED, people)
    at = open_page("cycle_times.py", people[Role.QUALITY])
    assert not at.exception
    roles, authors = (frame.value for frame in at.dataframe[:2])
    assert list(roles["Étape"]) == ["Communication"]
    assert list(authors["Bons du premier coup"]) == ["100 %"]
