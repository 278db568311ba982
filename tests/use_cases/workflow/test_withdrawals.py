"""Taking one's approval back, and taking a step on."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select

from compliance import audit, clock
from errors import AppError, NotFound, RuleViolated, TransitionNotAllowed
from models.delegation import ApprovalWithdrawal
from models.engine_room import OutboxEffect
from models.enums import EffectKind, EffectStatus, PostStatus, Qualification, Role, StepStatus
from models.review import Decision
from models.session import get, reading, transaction
from tests.factories import person
from tests.post_factories import (
    HEALTH_TEXT,
    approve,
    approve_all,
    edit,
    load,
    open_steps,
    post_at,
    product,
    schedule,
    sha_of,
    submit,
)
from tests.use_cases.workflow.test_carrying import DISEASE, resubmitted
from workflow import archiving, queries, step_claims, withdrawals
from workflow.content import VariantSettings
from workflow.proof import unsigned_roles
from workflow.rounds import current_version, rounds_of, steps_of
from workflow.views import post_view

HEALTH = {"text": HEALTH_TEXT, "qualification": Qualification.DISEASE}


def step_of(post_id, role):
    with reading() as session:
        newest = rounds_of(session, post_id)[0]
        return next(step for step in steps_of(session, newest.id) if step.role is role)


def take_back(actor, post_id, role, reason="La référence est retirée.", row_version=None):
    with transaction() as session:
        step_id = step_of(post_id, role).id
        return withdrawals.withdraw_approval(session, actor, step_id=step_id, row_version=row_version, reason=reason)


def test_a_scheduled_post_leaves_the_queue_and_its_step_opens_again(people_on_both):
    people = people_on_both
    post = post_at(PostStatus.SCHEDULED, people, **HEALTH)
    take_back(people[Role.REGULATORY], post.id, Role.REGULATORY)
    assert load(post.id).status is PostStatus.IN_REVIEW
    assert [step.role for step in open_steps(post.id)] == [Role.REGULATORY]
    with reading() as session:
        effects = session.exec(select(OutboxEffect).where(OutboxEffect.kind == EffectKind.PUBLISH))
        assert {effect.status for effect in effects} == {EffectStatus.CANCELLED}
        assert unsigned_roles(session, get(session, type(post), post.id), current_version(session, post))
    approve_all(post.id, people)
    schedule(people[Role.COMMUNITY_MANAGER], post.id)
    assert load(post.id).status is PostStatus.SCHEDULED
    with reading() as session:
        assert audit.verify_chain(session).problem is None


def test_what_came_after_lapses_and_what_stood_beside_stays(people):
    post = post_at(PostStatus.APPROVED, people, **HEALTH)
    take_back(people[Role.COMMUNICATIONS], post.id, Role.COMMUNICATIONS)
    assert [step.role for step in open_steps(post.id)] == [Role.COMMUNICATIONS]
    assert step_of(post.id, Role.LEGAL).status is StepStatus.WAITING
    with reading() as session:
        causes = [each.cause_id is None for each in session.exec(select(ApprovalWithdrawal))]
        assert sorted(causes) == [False, False, True]
        decisions = archiving.gather(session, get(session, type(post), post.id)).decisions
        assert sorted(each.ended.split()[0] for each in decisions) == ["Caduque", "Caduque", "Retirée"]
    approve_all(post.id, people)
    take_back(people[Role.LEGAL], post.id, Role.LEGAL)
    assert step_of(post.id, Role.REGULATORY).status is StepStatus.APPROVED


def test_everyone_who_signed_and_the_author_are_told(people):
    post = post_at(PostStatus.APPROVED, people, **HEALTH)
    take_back(people[Role.COMMUNICATIONS], post.id, Role.COMMUNICATIONS)
    told = {}
    with reading() as session:
        for role in (Role.COMMUNITY_MANAGER, Role.COMMUNICATIONS, Role.LEGAL, Role.REGULATORY, Role.MEDICAL):
            told[role] = [each.mine_lapsed for each in queries.my_work(session, people[role]).taken_back]
    assert told == {
        Role.COMMUNITY_MANAGER: [False],
        Role.COMMUNICATIONS: [],
        Role.LEGAL: [True],
        Role.REGULATORY: [True],
        Role.MEDICAL: [],
    }
    approve_all(post.id, people)
    with reading() as session:
        assert not queries.my_work(session, people[Role.LEGAL]).taken_back


def test_a_qualification_taken_back_qualifies_no_more(people):
    settings = {"settings": VariantSettings(comments_open=False)}
    post = post_at(
        PostStatus.IN_REVIEW,
        people,
        products=(product(),),
        qualification=Qualification.PRODUCT_INFO,
        variant=settings,
    )
    pharmacist = people[Role.RESPONSIBLE_PHARMACIST]
    approve(pharmacist, open_steps(post.id)[0], sha_of(post.id))
    assert load(post.id).qualification_signature_id
    take_back(pharmacist, post.id, Role.RESPONSIBLE_PHARMACIST)
    assert load(post.id).qualification_signature_id is None
    assert [step.role for step in open_steps(post.id)] == [Role.RESPONSIBLE_PHARMACIST]


@pytest.mark.parametrize("reason", ["", "  "])
def test_no_approval_is_taken_back_without_a_reason(people, reason):
    post = post_at(PostStatus.APPROVED, people)
    with pytest.raises(RuleViolated, match="raison"):
        take_back(people[Role.COMMUNICATIONS], post.id, Role.COMMUNICATIONS, reason)
    assert load(post.id).status is PostStatus.APPROVED


def test_nobody_takes_back_what_another_gave(people):
    post = post_at(PostStatus.APPROVED, people)
    with pytest.raises(NotFound):
        take_back(people[Role.LEGAL], post.id, Role.COMMUNICATIONS)


def test_the_same_approval_is_taken_back_once(people):
    post = post_at(PostStatus.APPROVED, people)
    take_back(people[Role.COMMUNICATIONS], post.id, Role.COMMUNICATIONS)
    with pytest.raises(NotFound):
        take_back(people[Role.COMMUNICATIONS], post.id, Role.COMMUNICATIONS)


def test_what_is_published_is_not_taken_back(people, network, work):
    post = post_at(PostStatus.SCHEDULED, people)
    with clock.at(clock.now() + timedelta(hours=25)):
        work()
    assert load(post.id).status is PostStatus.PUBLISHED
    with reading() as session:
        assert not any(
            step.may_withdraw for step in post_view(session, people[Role.COMMUNICATIONS], post_id=post.id).round.steps
        )
    with pytest.raises(TransitionNotAllowed):
        take_back(people[Role.COMMUNICATIONS], post.id, Role.COMMUNICATIONS)


def test_what_was_taken_back_stays_on_record(people_on_both):
    post = post_at(PostStatus.APPROVED, people_on_both)
    take_back(people_on_both[Role.COMMUNICATIONS], post.id, Role.COMMUNICATIONS)
    for statement in ("DELETE FROM approval_withdrawal", "UPDATE approval_withdrawal SET reason = 'x'"):
        with pytest.raises(Exception, match="append-only"), transaction() as session:
            session.execute(text(statement))
    with reading() as session:
        assert len(session.exec(select(Decision)).all()) == 1


def test_a_step_taken_on_is_seen_by_its_role_and_given_back(people_on_both):
    first = people_on_both[Role.COMMUNICATIONS]
    second = person(Role.COMMUNICATIONS, login="second")
    post = post_at(PostStatus.IN_REVIEW, people_on_both)
    (step,) = open_steps(post.id)
    with transaction() as session:
        step_claims.claim_step(session, first, step_id=step.id)
    with pytest.raises(RuleViolated, match="s'en charge déjà"), transaction() as session:
        step_claims.claim_step(session, second, step_id=step.id)
    with reading() as session:
        (row,) = queries.my_work(session, second).to_sign
        assert (row.claimed_by, row.claimed_by_me) == (first.printed_name, False)
    with pytest.raises(NotFound), transaction() as session:
        step_claims.release_step(session, second, step_id=step.id)
    with transaction() as session:
        step_claims.release_step(session, first, step_id=step.id)
        step_claims.claim_step(session, second, step_id=step.id)
    approve(first, step, sha_of(post.id))
    assert load(post.id).status is PostStatus.APPROVED


def test_only_who_could_sign_takes_a_step_on(people):
    author = person(Role.COMMUNITY_MANAGER, Role.COMMUNICATIONS, login="both")
    post = post_at(PostStatus.IN_REVIEW, people | {Role.COMMUNITY_MANAGER: author})
    (step,) = open_steps(post.id)
    for actor in (author, people[Role.LEGAL], people[Role.ADMINISTRATOR]):
        with pytest.raises(AppError), transaction() as session:
            step_claims.claim_step(session, actor, step_id=step.id)


def test_a_signature_that_was_carried_over_is_taken_back_like_any_other(people_on_both):
    people = people_on_both
    post = resubmitted(people, HEALTH_TEXT)
    approve_all(post.id, people)
    schedule(people[Role.COMMUNITY_MANAGER], post.id)
    with reading() as session:
        legal = next(
            s for s in post_view(session, people[Role.LEGAL], post_id=post.id).round.steps if s.role is Role.LEGAL
        )
    assert legal.may_withdraw
    with pytest.raises(NotFound):
        take_back(people[Role.MEDICAL], post.id, Role.LEGAL)
    take_back(people[Role.LEGAL], post.id, Role.LEGAL)
    assert load(post.id).status is PostStatus.IN_REVIEW
    assert [step.role for step in open_steps(post.id)] == [Role.LEGAL]
    with reading() as session:
        now = get(session, type(post), post.id)
        assert Role.LEGAL in unsigned_roles(session, now, current_version(session, now))
        assert archiving.gather(session, now).carried[0].role == "Communication"
        (row,) = queries.my_work(session, people[Role.COMMUNICATIONS]).taken_back
    assert (row.role, row.mine_lapsed) == (Role.LEGAL, False)
    approve_all(post.id, people)
    schedule(people[Role.COMMUNITY_MANAGER], post.id)
    with reading() as session:
        assert audit.verify_chain(session).problem is None


def test_what_was_carried_over_to_a_later_stage_lapses_with_an_earlier_one(people):
    post = resubmitted(people, HEALTH_TEXT)
    approve_all(post.id, people)
    take_back(people[Role.COMMUNICATIONS], post.id, Role.COMMUNICATIONS)
    assert [step.role for step in open_steps(post.id)] == [Role.COMMUNICATIONS]
    with reading() as session:
        (row,) = queries.my_work(session, people[Role.LEGAL]).taken_back
    assert row.mine_lapsed
    approve_all(post.id, people)
    with reading() as session:
        now = get(session, type(post), post.id)
        assert unsigned_roles(session, now, current_version(session, now)) == ()


def test_taken_back_once_it_is_not_carried_over_again(people):
    post = resubmitted(people, HEALTH_TEXT)
    take_back(people[Role.LEGAL], post.id, Role.LEGAL)
    with pytest.raises(NotFound):
        take_back(people[Role.LEGAL], post.id, Role.LEGAL)
    edit(people[Role.COMMUNITY_MANAGER], post.id, HEALTH_TEXT.replace("horaires", "horraires"), **DISEASE)
    submit(people[Role.COMMUNITY_MANAGER], post.id)
    assert {step.role for step in open_steps(post.id)} == {Role.LEGAL, Role.REGULATORY}
