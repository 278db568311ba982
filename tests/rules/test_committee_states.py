"""The tables of the committee are total: every pair of status and action is either in them, or refused."""

import itertools

import pytest

from compliance import transitions
from compliance.permissions import ROLES, SYSTEM, Actor, Permission
from errors import TransitionNotAllowed
from models.enums import DecisionKind, PostAction, PostStatus, PublicationStatus, Role, RoundStatus, StepStatus
from workflow.states import (
    DECISION_ACTIONS,
    POST_OWNERS,
    POST_TRANSITIONS,
    PUBLICATION_OWNERS,
    PUBLICATION_TRANSITIONS,
    ROUND_OUTCOMES,
    STEP_OUTCOMES,
    PublicationAction,
)

# One letter an action: Edit, Submit, Withdraw, Approve a step, last approval !, Changes, Reject, scheDule, Unschedule,
# Publish, Take an approval back. Written by hand beside the table, so that a slip in one shows.
EXPECTED = {
    PostStatus.DRAFT: "ESW",
    PostStatus.IN_REVIEW: "EWA!CRT",
    PostStatus.CHANGES_REQUESTED: "ESW",
    PostStatus.REJECTED: "E",
    PostStatus.APPROVED: "ESWDT",
    PostStatus.SCHEDULED: "EWDUPT",
    PostStatus.PUBLISHED: "",
    PostStatus.WITHDRAWN: "ES",
}
LETTERS = {
    PostAction.EDIT: "E",
    PostAction.SUBMIT: "S",
    PostAction.WITHDRAW: "W",
    PostAction.APPROVE_STEP: "A",
    PostAction.APPROVE: "!",
    PostAction.REQUEST_CHANGES: "C",
    PostAction.REJECT: "R",
    PostAction.SCHEDULE: "D",
    PostAction.UNSCHEDULE: "U",
    PostAction.PUBLISH: "P",
    PostAction.WITHDRAW_APPROVAL: "T",
}
RIGHT = {
    PostAction.EDIT: Permission.POST_WRITE,
    PostAction.SUBMIT: Permission.POST_SUBMIT,
    PostAction.WITHDRAW: Permission.POST_SUBMIT,
    PostAction.APPROVE_STEP: Permission.POST_REVIEW,
    PostAction.APPROVE: Permission.POST_REVIEW,
    PostAction.REQUEST_CHANGES: Permission.POST_REVIEW,
    PostAction.REJECT: Permission.POST_REVIEW,
    PostAction.SCHEDULE: Permission.POST_SCHEDULE,
    PostAction.UNSCHEDULE: Permission.POST_SCHEDULE,
    PostAction.PUBLISH: Permission.ENGINE,
    PostAction.WITHDRAW_APPROVAL: Permission.POST_REVIEW,
}


@pytest.mark.parametrize(("status", "action"), list(itertools.product(PostStatus, PostAction)))
def test_what_can_be_done_to_a_post(status, action):
    if LETTERS[action] in EXPECTED[status]:
        assert transitions.find(POST_TRANSITIONS, status, action).permission is RIGHT[action]
    else:
        with pytest.raises(TransitionNotAllowed):
            transitions.find(POST_TRANSITIONS, status, action)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("status", list(PostStatus))
def test_a_role_is_offered_what_its_rights_and_the_status_allow(role, status):
    actor = Actor("u", "u", "U", frozenset({role}))
    offered = "".join(LETTERS[PostAction(a)] for a in transitions.actions_for(actor, POST_TRANSITIONS, status))
    allowed = {LETTERS[action] for action, right in RIGHT.items() if right in ROLES[role]}
    assert set(offered) == allowed & set(EXPECTED[status])


@pytest.mark.parametrize(("status", "action"), list(itertools.product(PublicationStatus, PublicationAction)))
def test_every_pair_of_a_publication_is_in_the_table_or_refused(status, action):
    try:
        to = transitions.find(PUBLICATION_TRANSITIONS, status, action).to
    except TransitionNotAllowed:
        assert (status, action) not in PUBLICATION_TRANSITIONS
    else:
        assert to in PublicationStatus


def test_what_is_published_never_changes():
    assert not [key for key in PUBLICATION_TRANSITIONS if key[0] is PublicationStatus.PUBLISHED]
    assert not [key for key in POST_TRANSITIONS if key[0] is PostStatus.PUBLISHED]


def test_every_status_is_reached_and_somebody_s_turn():
    assert {t.to for t in POST_TRANSITIONS.values()} == set(PostStatus)
    assert set(POST_OWNERS) == set(PostStatus)
    assert set(PUBLICATION_OWNERS) == set(PublicationStatus)
    reached = {t.to for t in PUBLICATION_TRANSITIONS.values()}
    assert reached == set(PublicationStatus)


def test_every_status_but_the_last_ones_has_a_way_out():
    stuck = {status for status in PostStatus if not any(key[0] is status for key in POST_TRANSITIONS)}
    assert stuck == {PostStatus.PUBLISHED}


def test_only_a_signature_leads_to_approval():
    ways = [
        t for t in POST_TRANSITIONS.values() if t.to is PostStatus.APPROVED and t.permission is Permission.POST_REVIEW
    ]
    assert ways
    assert all(t.signature for t in ways)


def test_the_only_other_way_to_approved_is_back_from_the_queue():
    sources = {status for (status, _a), t in POST_TRANSITIONS.items() if t.to is PostStatus.APPROVED}
    assert sources == {PostStatus.IN_REVIEW, PostStatus.SCHEDULED}


def test_the_machine_alone_publishes_and_never_signs():
    assert transitions.actions_for(SYSTEM, POST_TRANSITIONS, PostStatus.SCHEDULED) == [PostAction.PUBLISH]
    assert transitions.actions_for(SYSTEM, POST_TRANSITIONS, PostStatus.IN_REVIEW) == []


@pytest.mark.parametrize("kind", list(DecisionKind))
def test_every_decision_has_an_outcome(kind):
    assert STEP_OUTCOMES[kind] in StepStatus
    assert ROUND_OUTCOMES[kind] in RoundStatus
    assert (PostStatus.IN_REVIEW, DECISION_ACTIONS[kind]) in POST_TRANSITIONS
