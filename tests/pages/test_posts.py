"""The list of posts: a row is a sentence, filters live in the address."""

import pytest

from models.enums import PostStatus, Role
from tests.factories import person
from tests.pages.conftest import text_of
from tests.post_factories import draft, post_at


def buttons(at) -> list[str]:
    return [button.key for button in at.button if button.key]


def test_an_empty_list_says_what_will_come(open_page, sqlite_db):
    at = open_page("posts.py", person(Role.LEGAL))
    assert not at.exception
    assert "Aucune publication encore" in text_of(at)
    assert "write" not in buttons(at)


def test_a_row_says_state_title_network_author_and_whom_it_waits_for(open_page, people):
    post_at(PostStatus.IN_REVIEW, people)
    said = text_of(open_page("posts.py", people[Role.LEGAL]))
    for words in ("En relecture", "« Course solidaire »", "X", "Community_Manager", "v1", "attend : Communication"):
        assert words in said


def test_whoever_may_write_is_offered_to_write(open_page, people):
    at = open_page("posts.py", people[Role.COMMUNITY_MANAGER])
    at.button(key="write").click().run()
    assert not at.exception
    assert "Nouvelle publication" in text_of(at)


def test_the_next_signer_is_offered_to_read_and_others_to_open(open_page, people):
    post = post_at(PostStatus.IN_REVIEW, people)
    labels = {
        role: open_page("posts.py", people[role]).button(key=f"open_{post.id}").label
        for role in (Role.COMMUNICATIONS, Role.LEGAL)
    }
    assert labels == {Role.COMMUNICATIONS: "Relire", Role.LEGAL: "Ouvrir"}


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ({}, {"Course solidaire", "Forum santé"}),
        ({"etat": "draft"}, {"Forum santé"}),
        ({"mots": "forum"}, {"Forum santé"}),
        ({"etat": "draft,in_review"}, {"Course solidaire", "Forum santé"}),
        ({"etat": "nonsense"}, {"Course solidaire", "Forum santé"}),
        ({"mots": "forum solidaire"}, set()),
        ({"reseau": "x"}, {"Course solidaire", "Forum santé"}),
        ({"miennes": "1"}, {"Course solidaire", "Forum santé"}),
    ],
)
def test_filters_come_from_the_address(open_page, people, filters, shown):
    post_at(PostStatus.IN_REVIEW, people)
    draft(people[Role.COMMUNITY_MANAGER], title="Forum santé")
    said = text_of(open_page("posts.py", people[Role.COMMUNITY_MANAGER], **filters))
    assert {title for title in ("Course solidaire", "Forum santé") if f"« {title} »" in said} == shown


def test_filters_that_match_nothing_say_so(open_page, people):
    draft(people[Role.COMMUNITY_MANAGER])
    assert "ne répond à ces filtres" in text_of(open_page("posts.py", people[Role.LEGAL], mots="introuvable"))


def test_a_hostile_title_does_nothing(open_page, people):
    draft(people[Role.COMMUNITY_MANAGER], title="<img src=x onerror=alert(1)>")
    said = text_of(open_page("posts.py", people[Role.LEGAL]))
    assert "<img" not in said
    assert "&lt;img" in said


def test_a_filter_goes_into_the_address(open_page, people):
    draft(people[Role.COMMUNITY_MANAGER])
    at = open_page("posts.py", people[Role.LEGAL])
    at.text_input(key="mots").input("course").run()
    at.selectbox(key="reseau").select("x").run()
    assert not at.exception
    assert {name: at.query_params[name] for name in ("mots", "reseau")} == {"mots": "course", "reseau": "x"}
