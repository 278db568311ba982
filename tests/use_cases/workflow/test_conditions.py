"""An opinion under conditions approves nothing until its signer approves the text itself."""

import pytest

from compliance import people as staff
from compliance.canonical import sha256_text
from compliance.permissions import SYSTEM
from errors import AppError, InvalidInput, RuleViolated, SignatureRefused
from models.enums import ConditionStatus, PostStatus, Qualification, Role, SignatureMeaning, StepStatus
from models.opinion import ConditionalOpinion
from models.post import Post
from models.review import Signature
from models.session import get, reading, transaction
from tests.factories import person, proven_nonce
from tests.post_factories import (
    CLEAN_TEXT,
    HEALTH_TEXT,
    approve,
    draft,
    edit,
    load,
    open_steps,
    post_at,
    sha_of,
    submit,
)
from workflow import archiving, comparing, conditions
from workflow.conditions import opinion_holds, opinion_rows
from workflow.proof import unsigned_roles
from workflow.rounds import current_version
from workflow.wording_conditions import Condition, terms

SOURCE = Condition("Citer la source.")
WORDING = Condition("", "dix kilomètres", "10 km")


def step_of(post_id, role=Role.COMMUNICATIONS):
    return next(step for step in open_steps(post_id) if step.role is role)


def give(actor, post_id, *asked, role=Role.COMMUNICATIONS):
    step, sha, asked = step_of(post_id, role), sha_of(post_id), asked or (SOURCE,)
    nonce = proven_nonce(actor, subject_id=step.id, content_sha256=sha256_text(terms(sha, asked)))
    fields = {"step_id": step.id, "row_version": None, "seen_sha256": sha}
    with transaction() as session:
        return conditions.give_opinion(session, actor, **fields, conditions=asked, nonce_id=nonce)


def answer(actor, opinion, words="C'est fait."):
    with transaction() as session:
        conditions.answer_conditions(session, actor, opinion_id=opinion.id, row_version=None, answer=words)


def take_back(actor, opinion, reason="Sans objet."):
    with transaction() as session:
        conditions.take_back_conditions(session, actor, opinion_id=opinion.id, row_version=None, reason=reason)


def row_of(actor, post_id):
    with reading() as session:
        (row,) = opinion_rows(session, actor, post_id=post_id)
    return row


def test_it_is_signed_with_its_conditions_and_approves_nothing(people_on_both):
    actor = people_on_both[Role.COMMUNICATIONS]
    post = post_at(PostStatus.IN_REVIEW, people_on_both)
    opinion = give(actor, post.id)
    with reading() as session:
        signature = get(session, Signature, opinion.signature_id)
        assert opinion_holds(session, opinion)
        assert unsigned_roles(session, load(post.id), current_version(session, load(post.id)))
    assert signature.meaning is SignatureMeaning.CONDITIONAL
    assert signature.content_sha256 == sha256_text(terms(sha_of(post.id), (SOURCE,))) != sha_of(post.id)
    assert load(post.id).status is PostStatus.IN_REVIEW
    assert step_of(post.id).status is StepStatus.OPEN


def test_its_signature_is_no_signature_of_the_content(people):
    actor = people[Role.COMMUNICATIONS]
    post = post_at(PostStatus.IN_REVIEW, people)
    step = step_of(post.id)
    nonce = proven_nonce(actor, subject_id=step.id, content_sha256=sha_of(post.id))
    fields = {"step_id": step.id, "row_version": None, "seen_sha256": sha_of(post.id)}
    with transaction() as session, pytest.raises(SignatureRefused):
        conditions.give_opinion(session, actor, **fields, conditions=(SOURCE,), nonce_id=nonce)


def test_conditions_are_answered_by_the_author_then_lifted_by_the_signer_s_own_approval(people_on_both):
    actor, author = people_on_both[Role.COMMUNICATIONS], people_on_both[Role.COMMUNITY_MANAGER]
    post = post_at(PostStatus.IN_REVIEW, people_on_both)
    opinion = give(actor, post.id)
    with pytest.raises(RuleViolated, match="attendent la réponse"):
        approve(actor, step_of(post.id), sha_of(post.id))
    answer(author, opinion, "La source est sur la page liée.")
    assert load(post.id).status is PostStatus.IN_REVIEW
    decision = approve(actor, step_of(post.id), sha_of(post.id))
    assert load(post.id).status is PostStatus.APPROVED
    row = row_of(author, post.id)
    assert (row.status, row.answer) == (ConditionStatus.LIFTED, "La source est sur la page liée.")
    with reading() as session:
        assert unsigned_roles(session, load(post.id), current_version(session, load(post.id))) == ()
        assert get(session, Signature, decision.signature_id).meaning is SignatureMeaning.APPROVAL_COMMUNICATIONS


def test_somebody_else_of_the_role_lifts_them_only_when_the_signer_is_gone(people):
    actor, other = people[Role.COMMUNICATIONS], person(Role.COMMUNICATIONS, login="other")
    post = post_at(PostStatus.IN_REVIEW, people)
    opinion = give(actor, post.id)
    answer(people[Role.COMMUNITY_MANAGER], opinion)
    with pytest.raises(RuleViolated, match="Communications"):
        approve(other, step_of(post.id), sha_of(post.id))
    with pytest.raises(RuleViolated):
        take_back(other, opinion)
    with transaction() as session:
        staff.deactivate_user(session, SYSTEM, user_id=actor.id, reason="Départ.")
    approve(other, step_of(post.id), sha_of(post.id))
    assert load(post.id).status is PostStatus.APPROVED


def test_a_wording_is_applied_exactly_and_the_signer_sees_that_nothing_else_changed(people):
    actor, author = people[Role.COMMUNICATIONS], people[Role.COMMUNITY_MANAGER]
    post = post_at(PostStatus.IN_REVIEW, people)
    opinion = give(actor, post.id, WORDING)
    with transaction() as session:
        conditions.apply_wordings(session, author, opinion_id=opinion.id, row_version=None, seen_sha256=sha_of(post.id))
    row = row_of(actor, post.id)
    assert (row.status, row.applied) == (ConditionStatus.ANSWERED, True)
    with reading() as session:
        (change,) = comparing.what_changed(session, actor, post_id=post.id).variants
    assert [field.field for field in change.fields] == ["text"]
    submit(author, post.id)
    approve(actor, step_of(post.id), sha_of(post.id))
    assert row_of(actor, post.id).status is ConditionStatus.LIFTED
    edit(author, post.id, CLEAN_TEXT)
    assert not row_of(actor, post.id).applied


def test_conditions_outlive_an_edit_and_a_new_round(people):
    actor, author = people[Role.COMMUNICATIONS], people[Role.COMMUNITY_MANAGER]
    post = post_at(PostStatus.IN_REVIEW, people)
    give(actor, post.id)
    edit(author, post.id, "Un autre texte.")
    submit(author, post.id)
    with pytest.raises(RuleViolated, match="attendent la réponse"):
        approve(actor, step_of(post.id), sha_of(post.id))


@pytest.mark.parametrize("taken_back", [True, False])
def test_no_earlier_signature_is_carried_over_while_its_role_stands_by_conditions(people, taken_back):
    author, disease = people[Role.COMMUNITY_MANAGER], {"qualification": Qualification.DISEASE}
    post = draft(author, HEALTH_TEXT, **disease)
    submit(author, post.id)
    approve(people[Role.COMMUNICATIONS], step_of(post.id), sha_of(post.id))
    edit(author, post.id, "Bien manger aide aussi.", **disease)
    submit(author, post.id)
    opinion = give(people[Role.COMMUNICATIONS], post.id)
    if taken_back:
        take_back(people[Role.COMMUNICATIONS], opinion)
    edit(author, post.id, HEALTH_TEXT, internal_ref="REF-2", **disease)
    submit(author, post.id)
    carried = Role.COMMUNICATIONS not in {step.role for step in open_steps(post.id)}
    assert carried is taken_back


def test_conditions_are_taken_back_with_a_reason_by_who_set_them(people):
    actor = people[Role.COMMUNICATIONS]
    post = post_at(PostStatus.IN_REVIEW, people)
    opinion = give(actor, post.id)
    with pytest.raises(RuleViolated, match="raison"):
        take_back(actor, opinion, " ")
    take_back(actor, opinion)
    assert load(post.id).status is PostStatus.IN_REVIEW
    approve(actor, step_of(post.id), sha_of(post.id))


@pytest.mark.parametrize(
    "asked",
    [
        (Condition("  "),),
        (SOURCE,) * 21,
        (Condition("x" * 5000),),
        (Condition("", "jamais écrit", "autre"),),
        (Condition("", "e", "a"),),
    ],
    ids=["blank", "too many", "too long", "not in the text", "several times"],
)
def test_conditions_must_be_clear_and_wordings_possible(people, asked):
    post = post_at(PostStatus.IN_REVIEW, people)
    with pytest.raises((InvalidInput, RuleViolated)):
        give(people[Role.COMMUNICATIONS], post.id, *asked)


def test_only_a_reviewer_whose_turn_it_is_sets_conditions_once(people):
    post = post_at(PostStatus.IN_REVIEW, people)
    for role in (Role.COMMUNITY_MANAGER, Role.LEGAL):
        with pytest.raises(AppError):
            give(people[role], post.id)
    give(people[Role.COMMUNICATIONS], post.id)
    with pytest.raises(RuleViolated, match="déjà posé"):
        give(people[Role.COMMUNICATIONS], post.id)


def test_only_an_author_s_rights_answer_them(people):
    post = post_at(PostStatus.IN_REVIEW, people)
    opinion = give(people[Role.COMMUNICATIONS], post.id)
    with pytest.raises(AppError):
        answer(people[Role.COMMUNICATIONS], opinion)
    with pytest.raises(RuleViolated):
        answer(people[Role.COMMUNITY_MANAGER], opinion, "  ")


def test_conditions_changed_behind_the_signature_no_longer_hold(people):
    post = post_at(PostStatus.IN_REVIEW, people)
    opinion = give(people[Role.COMMUNICATIONS], post.id)
    with transaction() as session:
        get(session, ConditionalOpinion, opinion.id).conditions = [{"text": "Rien.", "exact": "", "replacement": ""}]
    assert not row_of(people[Role.COMMUNICATIONS], post.id).holds


def test_the_dossier_holds_the_conditions_and_the_answer(people):
    post = post_at(PostStatus.IN_REVIEW, people)
    opinion = give(people[Role.COMMUNICATIONS], post.id)
    answer(people[Role.COMMUNITY_MANAGER], opinion, "Source ajoutée.")
    with reading() as session:
        facts = archiving.gather(session, get(session, Post, post.id))
    (shown,) = facts.decisions
    assert "Citer la source." in shown.comment
    assert "Source ajoutée." in shown.comment
    assert "condition:answer" in {event.action for event in facts.events}
