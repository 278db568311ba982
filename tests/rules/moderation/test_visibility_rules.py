"""What follows what in a comment's visibility; what each network can do, and what to do instead."""

import itertools
from dataclasses import replace

import pytest

from compliance import transitions
from compliance.permissions import ROLES, SYSTEM, Permission
from connectors.registry import capabilities_of
from connectors.x import CAPABILITIES
from errors import TransitionNotAllowed
from models.enums import (
    ActKind,
    ActStatus,
    ActStep,
    ContestAction,
    ContestStatus,
    HideReason,
    NamedKind,
    PvFacet,
    Role,
    VisibilityAction,
    VisibilityFacet,
)
from moderation import facets
from moderation.naming import LEGAL
from moderation.visibility_rules import (
    NAMED_REASON,
    NO_CHANNEL,
    NO_DELETE,
    NO_HIDE,
    NO_UNHIDE,
    NOT_AN_ANSWER,
    SEEN_BY_PUBLIC,
    WHY,
    obstacle,
    possible_now,
)
from moderation.visibility_states import (
    ACT_TRANSITIONS,
    CONTEST_TRANSITIONS,
    HIDDEN_NOW,
    ON_ITS_WAY,
    OUT_OF_SIGHT,
    VISIBILITY_TRANSITIONS,
    given_up,
)

V, VA = VisibilityFacet, VisibilityAction
EXPECTED = {
    V.VISIBLE: {VA.HIDE, VA.HIDE_BY_POLICY, VA.DELETE, VA.SEEN_HIDDEN},
    V.HIDING: {VA.CONFIRM, VA.GIVE_UP},
    V.HIDDEN: {VA.UNHIDE, VA.UNHIDE_BY_CONTEST, VA.DELETE, VA.SEEN_SHOWN},
    V.HIDDEN_BY_OTHERS: {VA.UNHIDE, VA.UNHIDE_BY_CONTEST, VA.DELETE, VA.SEEN_SHOWN},
    V.UNHIDING: {VA.CONFIRM, VA.GIVE_UP_HIDDEN},
    V.DELETING: {VA.CONFIRM, VA.GIVE_UP, VA.GIVE_UP_HIDDEN},
    V.DELETED_BY_US: set(),
    V.DELETED_BY_AUTHOR: set(),
}


@pytest.mark.parametrize(("status", "action"), list(itertools.product(V, VA)))
def test_every_pair_is_in_the_table_or_refused(status, action):
    if action in EXPECTED[status]:
        assert transitions.find(VISIBILITY_TRANSITIONS, status, action).to in V
    else:
        with pytest.raises(TransitionNotAllowed):
            transitions.find(VISIBILITY_TRANSITIONS, status, action)


@pytest.mark.parametrize(
    ("table", "pairs"),
    [(ACT_TRANSITIONS, (ActStatus, ActStep)), (CONTEST_TRANSITIONS, (ContestStatus, ContestAction))],
)
def test_acts_and_contests_end_and_stay_ended(table, pairs):
    ends = {t.to for t in table.values()} - {status for status, _action in table}
    assert ends in (
        {ActStatus.DONE, ActStatus.FAILED, ActStatus.REFUSED},
        {ContestStatus.GRANTED, ContestStatus.REFUSED},
    )
    assert set(table) <= set(itertools.product(*pairs))


def test_only_the_network_confirms_and_only_people_or_a_policy_begin():
    for (_status, action), transition in VISIBILITY_TRANSITIONS.items():
        machine = action not in (VA.HIDE, VA.UNHIDE, VA.UNHIDE_BY_CONTEST, VA.DELETE)
        assert (transition.permission is Permission.ENGINE) is machine
        assert transition.reason is (
            action not in (VA.CONFIRM, VA.GIVE_UP, VA.GIVE_UP_HIDDEN, VA.SEEN_HIDDEN, VA.SEEN_SHOWN)
        )
    assert set(transitions.actions_for(SYSTEM, VISIBILITY_TRANSITIONS, V.VISIBLE)) == {
        VA.HIDE_BY_POLICY,
        VA.SEEN_HIDDEN,
    }


@pytest.mark.parametrize(("kind", "before"), list(itertools.product(ActKind, [V.VISIBLE, *sorted(HIDDEN_NOW)])))
def test_what_failed_can_always_be_given_back(kind, before):
    if possible_now(kind, before):
        back = transitions.find(VISIBILITY_TRANSITIONS, ON_ITS_WAY[kind], given_up(kind, before)).to
        assert (back in HIDDEN_NOW) is (before in HIDDEN_NOW)


def test_a_deletion_takes_two_roles_and_no_community_manager_confirms():
    assert {role for role in Role if Permission.COMMENT_HIDE in ROLES[role]} == {
        Role.COMMUNITY_MANAGER,
        Role.PV_OFFICER,
    }
    assert {role for role in Role if Permission.COMMENT_DELETE in ROLES[role]} == {Role.PV_OFFICER, Role.LEGAL}


@pytest.mark.parametrize(
    ("kind", "changed", "in_thread", "sentence"),
    [
        (ActKind.HIDE, {}, True, None),
        (ActKind.UNHIDE, {}, True, None),
        (ActKind.HIDE, {}, False, NOT_AN_ANSWER),
        (ActKind.HIDE, {"can_hide": False}, True, NO_HIDE),
        (ActKind.UNHIDE, {"hide_reversible": False}, True, NO_UNHIDE),
        (ActKind.DELETE, {}, True, NO_DELETE),
        (ActKind.DELETE, {"can_delete_foreign": True}, False, None),
    ],
)
def test_a_network_that_cannot_is_told_with_what_to_do_instead(kind, changed, in_thread, sentence):
    assert obstacle(kind, replace(CAPABILITIES, **changed), in_thread=in_thread) == sentence


def test_a_telephone_call_cannot_be_hidden():
    assert obstacle(ActKind.HIDE, capabilities_of("phone"), in_thread=False) == NO_CHANNEL


def test_every_state_reason_and_kind_has_its_words():
    assert set(SEEN_BY_PUBLIC) == set(V)
    assert set(WHY) == set(HideReason)
    assert set(NAMED_REASON) == set(LEGAL) == set(NamedKind)


@pytest.mark.parametrize("pv", list(PvFacet))
def test_what_leaves_sight_is_queued_or_decided_and_its_person_still_waits(pv):
    before = replace(facets.ARRIVED, pv=pv)
    after = facets.concealed(before)
    assert after.pv is (PvFacet.POSSIBLE if pv is PvFacet.NONE else pv)
    assert (after.reply, after.visibility) == (before.reply, before.visibility)
    assert OUT_OF_SIGHT.isdisjoint({V.VISIBLE})
