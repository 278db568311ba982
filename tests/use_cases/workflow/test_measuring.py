"""The committee's times come from what people did: opening, deciding, sending back."""

from datetime import timedelta

import pytest
from sqlmodel import select

from compliance import clock
from errors import NotPermitted
from models.enums import Disposition, Role
from models.post import Post
from models.review import StepOpening
from models.session import get, reading, transaction
from tests.post_factories import approve, draft, edit, open_steps, send_back, sha_of, submit
from workflow import measuring
from workflow.findings import dispose_finding, findings_of
from workflow.rounds import current_version


def open_text(actor, post_id):
    with transaction() as session:
        measuring.note_opening(session, actor, post_id=post_id)


def opens_step(actor, post_id):
    with reading() as session:
        return measuring.opens_step(session, actor, post_id=post_id)


def openings():
    with reading() as session:
        return session.exec(select(StepOpening)).all()


def seen_by(actor):
    with reading() as session:
        return measuring.cycle_view(session, actor, since=clock.now() - timedelta(days=1))


@pytest.fixture
def post(people):
    """A post on its way, on the first step of its circuit."""
    made = draft(people[Role.COMMUNITY_MANAGER])
    submit(people[Role.COMMUNITY_MANAGER], made.id)
    return made


def test_the_first_opening_by_the_steps_role_counts(people, post):
    role = open_steps(post.id)[0].role
    assert opens_step(people[role], post.id)
    open_text(people[role], post.id)
    (first,) = openings()
    assert not opens_step(people[role], post.id)
    open_text(people[role], post.id)
    assert openings() == [first]
    assert (first.step_id, first.user_id) == (open_steps(post.id)[0].id, people[role].id)


def test_an_author_and_another_role_begin_nothing(people, post):
    for role in (Role.COMMUNITY_MANAGER, Role.AUDITOR):
        assert not opens_step(people[role], post.id)
        open_text(people[role], post.id)
    assert openings() == []


def justify(author, post_id):
    """Give a reason for every finding, so that the text may be submitted."""
    with transaction() as session:
        version = current_version(session, get(session, Post, post_id))
        for found in findings_of(session, version.id):
            why = {"disposition": Disposition.NOT_APPLICABLE, "reason": "Étude interne."}
            dispose_finding(session, author, finding_id=found.id, row_version=None, **why)


def test_a_text_that_came_back_and_was_mended_is_counted_to_author_and_rule(people):
    author = people[Role.COMMUNITY_MANAGER]
    post = draft(author, "9 salariés sur 10 recommandent notre laboratoire, n°1 de son secteur.")
    justify(author, post.id)
    submit(author, post.id)
    step = open_steps(post.id)[0]
    send_back(people[step.role], step, sha_of(post.id))
    edit(author, post.id, "Notre engagement : être à votre écoute.")
    view = seen_by(people[Role.QUALITY])
    assert view.rounds == 1
    assert [(row.role, row.steps) for row in view.roles] == [(step.role, 1)]
    assert [(row.right, row.returned) for row in view.authors] == [(0, 1)]
    assert [row.mended for row in view.rules] != []
    assert all(row.mended == row.returned == 1 for row in view.rules)


def test_an_author_sees_their_own_line_alone(people, post):
    step = open_steps(post.id)[0]
    approve(people[step.role], step, sha_of(post.id))
    author = people[Role.COMMUNITY_MANAGER]
    assert [row.name for row in seen_by(author).authors] == [author.printed_name]
    assert seen_by(people[step.role]).authors == ()


def test_who_may_not_read_posts_does_not_read_times(people):
    with pytest.raises(NotPermitted):
        seen_by(people[Role.ADMINISTRATOR])
