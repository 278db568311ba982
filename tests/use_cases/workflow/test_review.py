"""The committee's path: who may decide, on what, and what a decision does."""

from models.enums import PostStatus, Qualification, Role
from tests.factories import committee
from tests.post_factories import HEALTH_TEXT, post_at


def test_the_last_signature_approves(sqlite_db):
    people = committee()
    for qualification in (Qualification.INSTITUTIONAL, Qualification.DISEASE):
        post = post_at(PostStatus.APPROVED, people, HEALTH_TEXT, qualification=qualification)
        assert post.status is PostStatus.APPROVED


def test_scheduled(sqlite_db):
    people = committee()
    assert post_at(PostStatus.SCHEDULED, people).status is PostStatus.SCHEDULED
