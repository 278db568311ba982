"""Calendrier: a post has its chip and its line; moving it says so, an hour that does not exist is a sentence."""

from datetime import UTC, datetime

from models.enums import Role
from tests.factories import committee
from tests.pages.conftest import text_of
from tests.post_factories import draft, load


def test_a_post_is_moved_by_its_author_and_never_into_an_hour_that_does_not_exist(open_page, sqlite_db):
    people = committee()
    post = draft(people[Role.COMMUNITY_MANAGER], planned_at=datetime(2027, 3, 10, 8, tzinfo=UTC))
    at = open_page("planning.py", people[Role.COMMUNITY_MANAGER], jour="2027-03-01")
    assert not at.exception
    assert f'href="/relecture?post={post.id}"' in text_of(at)
    assert "Journée mondiale du rein" in text_of(at)
    move(at, post, datetime(2027, 3, 28, 2, 30))
    assert "existe pas" in at.error[0].value
    move(at, post, datetime(2027, 3, 28, 3, 30))
    assert load(post.id).planned_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def move(at, post, typed):
    at.datetime_input(key=f"to_{post.id}").set_value(typed).run()
    at.button(key=f"moved_{post.id}").click().run()
    assert not at.exception


def test_an_empty_period_says_what_will_come(open_page, sqlite_db):
    at = open_page("planning.py", committee()[Role.AUDITOR])
    assert "Rien n&#39;est prévu" in text_of(at)
