"""The networks' terms: complete, pinned word for word, and signed by two people."""

from dataclasses import replace
from datetime import date

import pytest

from compliance import transitions
from compliance.permissions import Permission
from connectors.registry import CHANNELS
from errors import AppError, InvalidInput, RuleViolated, SignatureRefused, TransitionNotAllowed
from models.enums import Network, Role, SignatureMeaning, TermsAction, TermsStatus
from moderation.terms.sheet import (
    MEANING,
    SIGNING,
    KeptBecause,
    SigningFacts,
    Standing,
    Topic,
    check_days,
    signs_as,
    standing,
)
from moderation.terms.sheets import EXCEPTIONS, SHEETS, X, digest_of
from moderation.terms.states import TERMS_TRANSITIONS

PINNED = {
    ("x", 1): "3d5ffde5ff10ae52",
    ("facebook", 1): "2e5d5c21778c714b",
    ("instagram", 1): "d79dd3c9eaa94b5e",
    ("linkedin", 1): "2e1d919fb00c57ad",
    ("youtube", 1): "abd6b299c218a07e",
    ("tiktok", 1): "d177305df3850dc7",
}  # fmt: skip
"""What was signed under each version. A digest that changes is a new version, and new signatures."""


def test_a_sheet_that_changed_has_a_new_version():
    assert {(str(one.network), one.version): digest_of(one)[:16] for one in SHEETS.values()} == PINNED


def test_every_network_that_is_polled_has_its_sheet():
    assert {network.value for network in SHEETS} == set(CHANNELS)


@pytest.mark.parametrize("network", list(SHEETS))
def test_a_sheet_speaks_of_health_keeping_deletion_and_automation(network):
    terms = SHEETS[network]
    assert {Topic.HEALTH, Topic.KEEPING, Topic.DELETION, Topic.AUTOMATION} <= {one.topic for one in terms.clauses}
    for days in (terms.kept, terms.after_deletion):
        assert 1 <= days.proposed <= days.most
    assert terms.after_deletion.proposed <= terms.kept.proposed


def test_every_exception_is_documented_with_its_ground():
    assert set(EXCEPTIONS) == set(KeptBecause)
    assert all("(" in said for said in EXCEPTIONS.values())


def test_the_days_are_those_proposed_or_others_within_the_bounds_with_a_reason():
    assert check_days(X, 180, 1, "") == ""
    assert check_days(X, 90, 1, "  Moins  suffit. ") == "Moins suffit."
    for days in ((0, 1), (1_096, 1), (180, 2), (90, 1)):
        with pytest.raises(InvalidInput):
            check_days(X, *days, "" if days == (90, 1) else "Pourquoi pas.")
    with pytest.raises(InvalidInput, match="ne peut pas être gardé plus longtemps"):
        check_days(SHEETS[Network.YOUTUBE], 5, 6, "Pourquoi pas.")


@pytest.mark.parametrize(
    ("signed", "now", "until", "found"),
    [
        (None, (1, "a"), None, Standing.UNSIGNED),
        ((1, "a"), (1, "a"), None, Standing.SIGNED),
        ((1, "a"), (1, "b"), date(2027, 1, 31), Standing.OUTDATED),
        ((1, "a"), (2, "b"), None, Standing.OUTDATED),
        ((1, "a"), (2, "b"), date(2027, 1, 31), Standing.FORMER),
        ((1, "a"), (2, "b"), date(2027, 1, 30), Standing.OUTDATED),
        ((1, "a"), (3, "c"), date(2027, 1, 31), Standing.OUTDATED),
        ((2, "b"), (1, "a"), date(2027, 1, 31), Standing.OUTDATED),
    ],
)
def test_a_former_version_holds_until_the_day_that_the_new_one_names(signed, now, until, found):
    assert standing(signed, now, until, date(2027, 1, 31)) is found


FACTS = SigningFacts("ana", frozenset({Role.LEGAL}), {}, current=True, intact=True, seen=True)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({}, None),
        ({"roles": frozenset({Role.DATA_PROTECTION}), "signed": {Role.LEGAL: "boris"}}, None),
        ({"roles": frozenset({Role.LEGAL, Role.DATA_PROTECTION}), "signed": {Role.LEGAL: "ana"}}, RuleViolated),
        ({"signed": {Role.LEGAL: "boris"}}, RuleViolated),
        ({"roles": frozenset({Role.ADMINISTRATOR, Role.PV_OFFICER})}, RuleViolated),
        ({"signer_id": None}, RuleViolated),
        ({"current": False}, RuleViolated),
        ({"intact": False}, SignatureRefused),
        ({"seen": False}, SignatureRefused),
    ],
)
def test_legal_and_data_protection_sign_once_each_two_people_what_they_read(changed, refusal):
    facts = replace(FACTS, **changed)
    refused = next((type(error) for error in map(raised, SIGNING, [facts] * len(SIGNING)) if error), None)
    assert refused is refusal


def raised(condition, facts):
    try:
        condition(facts)
    except AppError as error:
        return error
    return None


def test_each_signs_in_the_role_that_has_not_signed():
    both = frozenset({Role.LEGAL, Role.DATA_PROTECTION})
    assert signs_as(replace(FACTS, roles=both)) is Role.LEGAL
    assert signs_as(replace(FACTS, roles=both, signed={Role.LEGAL: "boris"})) is Role.DATA_PROTECTION
    assert set(MEANING.values()) == {SignatureMeaning.TERMS_LEGAL, SignatureMeaning.TERMS_PROTECTION}


@pytest.mark.parametrize("status", list(TermsStatus))
@pytest.mark.parametrize("action", list(TermsAction))
def test_every_state_has_its_actions_and_no_other(status, action):
    if (status, action) not in TERMS_TRANSITIONS:
        with pytest.raises(TransitionNotAllowed):
            transitions.find(TERMS_TRANSITIONS, status, action)
        return
    found = transitions.find(TERMS_TRANSITIONS, status, action)
    assert found.permission is Permission.TERMS_SIGN
    assert found.signature == (action is TermsAction.SIGN)
    assert found.reason == (action in (TermsAction.WITHDRAW, TermsAction.REVOKE))
