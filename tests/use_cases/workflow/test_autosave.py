"""What is typed is kept at once in its author's own draft; a version is made when they say so."""

from dataclasses import replace

import pytest
from sqlmodel import select

from errors import NotPermitted, RuleViolated, StaleVersion, TransitionNotAllowed
from models.compliance import AuditEvent
from models.draft import PostDraft
from models.enums import PostStatus, Role, RoundStatus
from models.post import Post, PostVersion
from models.review import ReviewRound
from models.session import reading, transaction
from tests.factories import person
from tests.post_factories import CLEAN_TEXT, content, draft, edit, install, load, post_at
from workflow import autosave, editing
from workflow.common_text import FIELDS
from workflow.content import CommonText


def rows(kind, *where):
    with reading() as session:
        return session.exec(select(kind).where(*where).order_by(*kind.__table__.primary_key)).all()


def author(people):
    return people[Role.COMMUNITY_MANAGER]


def do(use_case, actor, **fields):
    with transaction() as session:
        return use_case(session, actor, **fields)


def typed(actor, text, **fields):
    return do(autosave.save_draft, actor, content=content(text), **fields)


def test_typing_replaces_the_draft_in_place_and_writes_one_event(people_on_both):
    install()
    first = typed(author(people_on_both), "Bon")
    again = typed(author(people_on_both), "Bonjour", draft_id=first.id, row_version=first.row_version)
    assert (again.id, again.row_version) == (first.id, first.row_version + 1)
    assert len(rows(PostDraft)) == 1
    assert rows(Post) == []
    assert len(rows(AuditEvent, AuditEvent.action == "post:draft")) == 1


def test_saving_makes_a_post_then_a_version_and_the_draft_is_gone(people_on_both):
    install()
    kept = typed(author(people_on_both), "Bonjour")
    post = do(autosave.save_version, author(people_on_both), draft_id=kept.id, row_version=kept.row_version)
    assert (post.version_n, rows(PostDraft)) == (1, [])
    kept = typed(author(people_on_both), "Bonsoir", post_id=post.id, base_n=1)
    do(autosave.save_version, author(people_on_both), draft_id=kept.id, row_version=kept.row_version)
    assert [version.n for version in rows(PostVersion)] == [1, 2]
    assert rows(PostDraft) == []


@pytest.mark.parametrize("status", [PostStatus.IN_REVIEW, PostStatus.APPROVED, PostStatus.SCHEDULED])
def test_a_draft_touches_nothing_that_was_signed_until_it_is_saved(people, status):
    post = post_at(status, people)
    kept = typed(author(people), "Un texte repris.", post_id=post.id, base_n=1)
    assert (load(post.id).status, load(post.id).version_n) == (status, 1)
    do(autosave.save_version, author(people), draft_id=kept.id, row_version=kept.row_version)
    assert (load(post.id).status, load(post.id).version_n) == (PostStatus.DRAFT, 2)
    assert RoundStatus.OPEN not in {each.status for each in rows(ReviewRound)}


def test_the_second_of_two_people_is_told_and_loses_nothing(people_on_both):
    one, other = author(people_on_both), person(Role.COMMUNITY_MANAGER, login="theo")
    post = draft(one)
    mine = typed(other, "Mon texte.", post_id=post.id, base_n=1)
    theirs = typed(one, "Leur texte.", post_id=post.id, base_n=1)
    with reading() as session:
        assert [w.person for w in editing.editor_view(session, one, post_id=post.id).writers] == ["Theo"]
    do(autosave.save_version, one, draft_id=theirs.id, row_version=theirs.row_version)
    with pytest.raises(StaleVersion, match="gardé"):
        do(autosave.save_version, other, draft_id=mine.id, row_version=mine.row_version)
    with reading() as session:
        changes = editing.difference(session, other, post_id=post.id, draft_id=None, content=content("Mon texte."))
    assert [change.field for change in changes.variants[0].fields] == ["text"]
    kept = do(autosave.rebase_draft, other, draft_id=mine.id, row_version=mine.row_version, seen_n=2)
    do(autosave.save_version, other, draft_id=kept.id, row_version=kept.row_version)
    assert load(post.id).version_n == 3


def test_the_same_person_in_two_windows_is_told(people):
    post = draft(author(people))
    first = typed(author(people), "Un.", post_id=post.id, base_n=1)
    with pytest.raises(StaleVersion):
        typed(author(people), "Deux.", post_id=post.id, base_n=1)
    typed(author(people), "Un, deux.", post_id=post.id, draft_id=first.id, row_version=first.row_version, base_n=1)
    with pytest.raises(StaleVersion):
        typed(author(people), "Trois.", draft_id=first.id, row_version=first.row_version)


def test_what_is_set_aside_can_be_taken_up_again(people):
    post = draft(author(people))
    mine = typed(author(people), "Mon texte.", post_id=post.id, base_n=1)
    do(autosave.drop_draft, author(people), draft_id=mine.id, row_version=mine.row_version)
    with reading() as session:
        view = editing.editor_view(session, author(people), post_id=post.id)
    assert (view.content.variants[0].text, view.draft.dropped) == (CLEAN_TEXT, True)
    do(autosave.take_up_draft, author(people), draft_id=mine.id, row_version=view.draft.row_version)
    with reading() as session:
        assert editing.editor_view(session, author(people), post_id=post.id).content.variants[0].text == "Mon texte."


def test_a_refused_submission_leaves_the_draft_that_it_was(people):
    install()
    kept = typed(author(people), "a" * 281)
    with pytest.raises(RuleViolated, match="281/280"):
        do(autosave.submit_draft, author(people), draft_id=kept.id, row_version=kept.row_version)
    assert (len(rows(PostDraft)), rows(Post)) == (1, [])
    kept = typed(author(people), CLEAN_TEXT, draft_id=kept.id, row_version=kept.row_version)
    opened = do(autosave.submit_draft, author(people), draft_id=kept.id, row_version=kept.row_version)
    assert load(opened.post_id).status is PostStatus.IN_REVIEW


def test_a_draft_is_its_authors_alone(people):
    kept = typed(author(people), "Bonjour")
    other = person(Role.COMMUNITY_MANAGER, login="theo")
    for use_case in (autosave.save_version, autosave.drop_draft, autosave.take_up_draft):
        with pytest.raises(NotPermitted):
            do(use_case, other, draft_id=kept.id, row_version=None)
    with pytest.raises(NotPermitted):
        typed(people[Role.LEGAL], "Bonjour")


def test_what_is_out_cannot_be_drafted_upon(people):
    post = draft(author(people))
    with transaction() as session:
        session.get(Post, post.id).status = PostStatus.PUBLISHED
    with pytest.raises(TransitionNotAllowed):
        typed(author(people), "Trop tard.", post_id=post.id, base_n=1)


def test_the_common_text_comes_back_with_its_version_and_only_where_it_still_holds(people):
    written = content("Bonjour")
    one = replace(written.variants[0], follows=FIELDS)
    shared = replace(written, variants=(one,), common=CommonText("Bonjour"))
    kept = do(autosave.save_draft, author(people), content=shared)
    post = do(autosave.save_version, author(people), draft_id=kept.id, row_version=kept.row_version)
    with reading() as session:
        back = editing.editor_view(session, author(people), post_id=post.id).content
    assert (back.common, back.variants[0].follows) == (CommonText("Bonjour"), FIELDS)
    edit(author(people), post.id, "Autre chose.")
    with reading() as session:
        back = editing.editor_view(session, author(people), post_id=post.id).content
    assert back.variants[0].follows == ("link", "hashtags")
