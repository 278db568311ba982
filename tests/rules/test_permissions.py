"""Who may do what, said once in a table and checked here by hand."""

import pytest

from compliance.permissions import ROLES, Actor, Permission, allows, check
from errors import NotPermitted
from models.enums import Role

P, R = Permission, Role
SIGNERS = {R.COMMUNICATIONS, R.REGULATORY, R.LEGAL, R.MEDICAL, R.RESPONSIBLE_PHARMACIST, R.PV_OFFICER}

EXPECTED = {
    P.POST_WRITE: {R.COMMUNITY_MANAGER},
    P.POST_SUBMIT: {R.COMMUNITY_MANAGER},
    P.POST_SCHEDULE: {R.COMMUNITY_MANAGER},
    P.POST_REVIEW: SIGNERS,
    P.POST_QUALIFY: {R.RESPONSIBLE_PHARMACIST},
    P.FINDING_OVERRIDE: {R.RESPONSIBLE_PHARMACIST, R.LEGAL},
    P.COMMENT_TRIAGE: {R.PV_OFFICER},
    P.COMMENT_REVEAL: {R.PV_OFFICER},
    P.CASE_WRITE: {R.PV_OFFICER},
    P.CASE_ACKNOWLEDGE: {R.PV_OFFICER},
    P.REPLY_SEND: {R.COMMUNITY_MANAGER},
    P.DASHBOARD_READ: {
        R.COMMUNITY_MANAGER,
        R.COMMUNICATIONS,
        R.MEDICAL,
        R.RESPONSIBLE_PHARMACIST,
        R.PV_OFFICER,
        R.QUALITY,
        R.AUDITOR,
    },
    P.USER_ADMIN: {R.ADMINISTRATOR},
    P.ENGINE: {R.SYSTEM},
}


def actor(*roles: Role) -> Actor:
    return Actor("id", "login", "Name", frozenset(roles))


def test_every_role_has_its_permissions():
    assert set(ROLES) == set(Role)


def test_every_permission_says_in_a_sentence_what_it_allows():
    assert all(p.sentence.endswith(".") and len(p.sentence) > 15 for p in Permission)
    assert len({p.code for p in Permission}) == len(Permission)


@pytest.mark.parametrize(("permission", "holders"), EXPECTED.items(), ids=lambda value: getattr(value, "code", ""))
def test_a_permission_is_held_by_these_roles_and_no_other(permission, holders):
    assert {role for role in Role if allows(actor(role), permission)} == holders


def test_being_an_administrator_gives_no_right_to_sign():
    assert not ROLES[R.ADMINISTRATOR] & {P.POST_REVIEW, P.POST_QUALIFY, P.CASE_WRITE, P.POST_WRITE, P.FINDING_OVERRIDE}


def test_the_system_may_not_review_write_or_answer():
    assert not ROLES[R.SYSTEM] & {P.POST_REVIEW, P.POST_WRITE, P.REPLY_SEND, P.COMMENT_TRIAGE, P.CASE_ACKNOWLEDGE}


def test_a_refusal_names_the_right_that_is_missing():
    with pytest.raises(NotPermitted, match="Signer la qualification"):
        check(actor(R.COMMUNITY_MANAGER), P.POST_QUALIFY)
