"""Who lifts a finding, what a checklist needs, who puts a rule in force: without a database."""

import itertools
from dataclasses import replace
from typing import Any

import pytest

from compliance import transitions
from compliance.permissions import Permission
from errors import RuleViolated, StaleVersion, TransitionNotAllowed
from models.enums import (
    CheckAnswer,
    OverrideAction,
    OverrideStatus,
    Role,
    RuleChangeAction,
    RuleChangeStatus,
    Severity,
    SignatureMeaning,
)
from workflow.checks import default_pack
from workflow.policies import GivenSignature
from workflow.rule_policies import (
    NEVER_LIFTED,
    Answer,
    ChangeFacts,
    OverrideFacts,
    change_holds,
    check_answers,
    liftable,
    may_sign_change,
    override_holds,
    role_to_sign,
)
from workflow.rule_states import OVERRIDE_TRANSITIONS, RULE_CHANGE_TRANSITIONS

LEGAL, PHARMACIST, REGULATORY = Role.LEGAL, Role.RESPONSIBLE_PHARMACIST, Role.REGULATORY
FACTS = OverrideFacts(
    actor_id="lea",
    author_ids=frozenset({"camille"}),
    seen_sha256="a",
    current_sha256="a",
    rule_id="PRO-02a",
    severity=Severity.BLOCK,
    open=True,
    role=LEGAL,
    signers=frozenset(),
    signed_roles=frozenset(),
)
SIGNING = OVERRIDE_TRANSITIONS[OverrideStatus.ASKED, OverrideAction.SIGN].when


def refused(facts) -> list[str]:
    found = []
    for condition in SIGNING:
        try:
            condition(facts)
        except (RuleViolated, StaleVersion):
            found.append(condition.__name__)
    return found


@pytest.mark.parametrize(
    ("change", "by"),
    [
        ({}, []),
        ({"rule_id": "GP-01"}, ["may_be_lifted"]),
        ({"severity": Severity.WARN}, ["may_be_lifted"]),
        ({"open": False}, ["may_be_lifted"]),
        ({"seen_sha256": "b"}, ["seen_is_current"]),
        ({"author_ids": frozenset({"lea"})}, ["not_an_author"]),
        ({"actor_id": None}, ["not_an_author"]),
        ({"signers": frozenset({"lea"})}, ["second_person"]),
        ({"signers": frozenset({"paul"})}, []),
        ({"role": None}, ["holds_other_role"]),
    ],
)
def test_each_condition_of_an_override_refuses_what_it_is_for_and_nothing_else(change, by):
    assert refused(replace(FACTS, **change)) == by


def test_the_prohibitions_of_the_law_are_rules_of_the_pack_and_block():
    known = {rule.id: rule for rule in default_pack().rules}
    assert known.keys() >= NEVER_LIFTED
    assert all(Severity.BLOCK in {case.severity for case in known[rule].severity} for rule in NEVER_LIFTED)
    assert [severity for severity in Severity if liftable("PRO-02a", severity)] == [Severity.BLOCK]


def given(role: Role, user: str, **fields) -> GivenSignature:
    held: dict[str, Any] = {
        "step_id": "f",
        "meaning": SignatureMeaning.FINDING_OVERRIDE,
        "content_sha256": "a",
        "holds": True,
    }
    return GivenSignature(role=role, user_id=user, **(held | fields))


BOTH = (given(PHARMACIST, "paul"), given(LEGAL, "lea"))


@pytest.mark.parametrize(
    ("signatures", "holds"),
    [
        (BOTH, True),
        (BOTH[:1], False),
        (BOTH[1:], False),
        ((), False),
        ((given(PHARMACIST, "paul"), given(LEGAL, "paul")), False),
        ((given(PHARMACIST, "paul"), given(PHARMACIST, "lea")), False),
        ((given(PHARMACIST, "paul"), given(REGULATORY, "lea")), False),
        ((given(PHARMACIST, "paul"), given(LEGAL, "camille")), False),
        ((given(PHARMACIST, "paul"), given(LEGAL, "lea", holds=False)), False),
        ((given(PHARMACIST, "paul"), given(LEGAL, "lea", content_sha256="b")), False),
        ((given(PHARMACIST, "paul"), given(LEGAL, "lea", step_id="g")), False),
        ((given(PHARMACIST, "paul"), given(LEGAL, "lea", meaning=SignatureMeaning.APPROVAL_LEGAL)), False),
    ],
)
def test_a_finding_is_lifted_by_two_roles_two_people_on_this_content_and_by_nothing_less(signatures, holds):
    assert override_holds("f", signatures, "a", frozenset({"camille"})) is holds
    assert not change_holds("f", signatures, "a")


def test_a_rule_is_put_in_force_by_its_owner_and_regulatory_affairs():
    meaning = SignatureMeaning.RULE_CHANGE
    assert change_holds("f", (given(PHARMACIST, "p", meaning=meaning), given(REGULATORY, "r", meaning=meaning)), "a")
    assert not change_holds("f", (given(PHARMACIST, "p", meaning=meaning), given(LEGAL, "l", meaning=meaning)), "a")


@pytest.mark.parametrize(
    ("held", "signed", "role"),
    [
        ({LEGAL}, set(), LEGAL),
        ({LEGAL}, {LEGAL}, None),
        ({LEGAL, PHARMACIST}, {LEGAL}, PHARMACIST),
        ({Role.MEDICAL}, set(), None),
    ],
    ids=["first", "taken", "the other one", "no such role"],
)
def test_one_signs_in_a_role_that_nobody_signed_for(held, signed, role):
    assert role_to_sign(frozenset(held), frozenset({LEGAL, PHARMACIST}), frozenset(signed)) is role


YES, NA = CheckAnswer.YES, CheckAnswer.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ((Answer("PRO-10", YES), Answer("GP-05", NA, "Aucun visa requis.")), None),
        ((Answer("PRO-10", YES),), "sans réponse : GP-05"),
        ((), "GP-05, PRO-10"),
        ((Answer("PRO-10", YES), Answer("GP-05", NA, " ")), "sans objet ici : GP-05"),
        ((Answer("PRO-10", YES), Answer("GP-05", YES), Answer("GP-05", YES)), "ont changé"),
        ((Answer("PRO-10", YES), Answer("GP-05", YES), Answer("SOC-11", YES)), "ont changé"),
    ],
)
def test_every_point_is_answered_before_approving(answers, words):
    asked = frozenset({"PRO-10", "GP-05"})
    if words is None:
        check_answers(asked, answers)
    else:
        with pytest.raises(RuleViolated, match=words):
            check_answers(asked, answers)


CHANGE = ChangeFacts(tried=True, intact=True, signed_already=False, role=REGULATORY)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"tried": False}, RuleViolated),
        ({"intact": False}, StaleVersion),
        ({"signed_already": True}, RuleViolated),
        ({"role": None}, RuleViolated),
    ],
)
def test_a_change_is_signed_when_tried_as_seen_once_a_person_and_a_role(change, refusal):
    assert may_sign_change(CHANGE) is REGULATORY
    with pytest.raises(refusal):
        may_sign_change(replace(CHANGE, **change))


@pytest.mark.parametrize(
    ("table", "statuses", "actions", "allowed"),
    [
        (
            OVERRIDE_TRANSITIONS,
            OverrideStatus,
            OverrideAction,
            {"asked": "sign grant refuse lapse", "granted": "lapse"},
        ),
        (RULE_CHANGE_TRANSITIONS, RuleChangeStatus, RuleChangeAction, {"draft": "edit try sign enact discard"}),
    ],
    ids=["override", "change of a rule"],
)
def test_what_is_not_in_a_table_cannot_be_done(table, statuses, actions, allowed):
    for status, action in itertools.product(statuses, actions):
        if action.value in allowed.get(status.value, "").split():
            transition = transitions.find(table, status, action)
            assert transition.signature is (action.value in {"sign", "grant", "enact"})
        else:
            with pytest.raises(TransitionNotAllowed):
                transitions.find(table, status, action)
    assert {t.permission for t in table.values()} <= {
        Permission.FINDING_OVERRIDE, Permission.ENGINE, Permission.RULE_CHANGE
    }  # fmt: skip
