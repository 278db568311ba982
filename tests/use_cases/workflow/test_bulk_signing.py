"""Several texts, one password, one signature each; each judged on its own."""

from dataclasses import replace

import pytest
from sqlmodel import select

from compliance import signatures
from errors import InvalidInput, RuleViolated
from models.enums import PostStatus, Qualification, Role, Severity
from models.post import Finding
from models.review import Signature
from models.session import reading, transaction
from tests.factories import PASSWORD
from tests.post_factories import HEALTH_TEXT, all_checked, approve, draft, edit, load, open_steps, sha_of, submit
from workflow import bulk_signing, measuring, notes
from workflow.bulk_signing import Chosen
from workflow.rounds import current_version


def waiting(people, count, *, opened=True):
    """Hand posts to the communications step, and open each as its reviewer does."""
    author = people[Role.COMMUNITY_MANAGER]
    posts = [draft(author, title=f"Course {n}") for n in range(count)]
    for post in posts:
        submit(author, post.id)
        if opened:
            read(people[Role.COMMUNICATIONS], post.id)
    return posts


def read(actor, post_id):
    with transaction() as session:
        measuring.note_opening(session, actor, post_id=post_id)


def steps_of(posts):
    return [open_steps(post.id)[0] for post in posts]


def block(post):
    """Let a rule find something that blocks, after the post was submitted."""
    with transaction() as session:
        session.add(
            Finding(
                version_id=current_version(session, load(post.id)).id, rule_id="TST-01", pack_version="1",
                severity=Severity.BLOCK, field="text", message={"fr": "Non."}, fix={"fr": "Retirez."}, references=[],
                confidence="certain", disposition="open",
            )
        )  # fmt: skip


def open_dialog(actor, steps):
    with transaction() as session:
        return bulk_signing.open_many(session, actor, step_ids=[step.id for step in steps])


def chosen_of(dialog):
    return [Chosen(row.step_id, row.row_version, row.content_sha256) for row in dialog.rows]


def sign(actor, dialog, password=PASSWORD, chosen=None):
    with transaction() as session:
        refusal = signatures.prove_all(session, actor, nonce_ids=list(dialog.nonces.values()), password=password)
    assert refusal is None, refusal
    with transaction() as session:
        return bulk_signing.sign_many(session, actor, chosen=chosen or chosen_of(dialog), nonces=dialog.nonces)


def signed():
    with reading() as session:
        return session.exec(select(Signature)).all()


def test_of_five_texts_one_with_a_blocking_finding_four_are_signed_and_one_says_why(people_on_both):
    posts = waiting(people_on_both, 5)
    block(posts[2])
    actor = people_on_both[Role.COMMUNICATIONS]
    dialog = open_dialog(actor, steps_of(posts))
    assert [bool(row.refusal) for row in dialog.rows] == [False, False, True, False, False]
    outcomes = sign(actor, dialog)
    assert [bool(each.reason) for each in outcomes] == [False, False, True, False, False]
    assert "Constats bloquants" in outcomes[2].reason
    assert len({each.nonce_id for each in signed()}) == 4
    assert {each.content_sha256 for each in signed()} == {sha_of(post.id) for post in posts if post is not posts[2]}
    statuses = [load(post.id).status for post in posts]
    assert statuses.count(PostStatus.APPROVED) == 4
    assert statuses[2] is PostStatus.IN_REVIEW


def test_what_stops_one_after_the_dialog_opened_stops_that_one_alone(people):
    posts = waiting(people, 3)
    actor = people[Role.COMMUNICATIONS]
    dialog = open_dialog(actor, steps_of(posts))
    edit(people[Role.COMMUNITY_MANAGER], posts[0].id, "Un texte changé pendant la signature.")
    with transaction() as session:
        notes.add_note(session, people[Role.LEGAL], post_id=posts[1].id, text="Source ?", blocking=True)
    outcomes = sign(actor, dialog)
    assert [bool(each.reason) for each in outcomes] == [True, True, False]
    assert "bloquantes" in outcomes[1].reason
    assert len(signed()) == 1


def test_the_signatures_of_one_dialog_are_given_once(people):
    actor = people[Role.COMMUNICATIONS]
    dialog = open_dialog(actor, steps_of(waiting(people, 2)))
    sign(actor, dialog)
    with transaction() as session:
        again = bulk_signing.sign_many(session, actor, chosen=chosen_of(dialog), nonces=dialog.nonces)
    assert all(each.reason for each in again)
    assert len(signed()) == 2


def test_without_the_password_nothing_is_signed(people):
    actor = people[Role.COMMUNICATIONS]
    dialog = open_dialog(actor, steps_of(waiting(people, 2)))
    with transaction() as session:
        assert signatures.prove_all(session, actor, nonce_ids=list(dialog.nonces.values()), password="wrong")
        outcomes = bulk_signing.sign_many(session, actor, chosen=chosen_of(dialog), nonces=dialog.nonces)
    assert all("mot de passe" in each.reason for each in outcomes)
    assert signed() == []


def test_only_what_was_opened_in_this_very_version_is_chosen(people):
    actor, author = people[Role.COMMUNICATIONS], people[Role.COMMUNITY_MANAGER]
    (post,) = waiting(people, 1, opened=False)
    with pytest.raises(RuleViolated, match="ouvert"):
        open_dialog(actor, steps_of([post]))
    read(people[Role.LEGAL], post.id)
    with pytest.raises(RuleViolated, match="ouvert"):
        open_dialog(actor, steps_of([post]))
    read(actor, post.id)
    open_dialog(actor, steps_of([post]))
    edit(author, post.id, "Une version que personne n'a lue.")
    submit(author, post.id)
    with pytest.raises(RuleViolated, match="ouvert"):
        open_dialog(actor, steps_of([post]))


def test_one_to_ten_texts_are_chosen(people):
    actor = people[Role.COMMUNICATIONS]
    with pytest.raises(InvalidInput):
        open_dialog(actor, [])
    with transaction() as session, pytest.raises(InvalidInput):
        bulk_signing.open_many(session, actor, step_ids=[str(n) for n in range(11)])


def test_a_checklist_is_answered_for_each(people):
    post = draft(people[Role.COMMUNITY_MANAGER], HEALTH_TEXT, qualification=Qualification.DISEASE)
    submit(people[Role.COMMUNITY_MANAGER], post.id)
    approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    step = next(each for each in open_steps(post.id) if each.role is Role.REGULATORY)
    actor = people[Role.REGULATORY]
    read(actor, post.id)
    dialog = open_dialog(actor, [step])
    assert dialog.rows[0].points
    assert sign(actor, dialog)[0].reason
    with reading() as session:
        answered = replace(chosen_of(dialog)[0], answers=all_checked(session, step))
    assert sign(actor, dialog, chosen=[answered])[0].reason == ""
