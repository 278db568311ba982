"""The rules of the committee, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import RuleViolated, StaleVersion
from models.enums import (
    DecisionKind,
    Disposition,
    Qualification,
    Quorum,
    RejectReason,
    Role,
    Severity,
    SignatureMeaning,
)
from workflow import policies
from workflow.policies import DecisionFacts, FindingFacts, GivenSignature, RequiredStep, SlotFacts, SubmissionFacts

M = SignatureMeaning
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
CLEAN = FindingFacts(blocking=0, unjustified=0)
DECISION = DecisionFacts(
    actor_id="legal",
    author_ids=frozenset({"author"}),
    seen_sha256="a",
    current_sha256="a",
    meaning=M.APPROVAL_LEGAL,
    signed=(),
    findings=CLEAN,
    blocking_notes=0,
)
ALL = (
    policies.seen_is_current,
    policies.not_an_author,
    policies.one_step_a_person,
    policies.no_blocking_finding,
    policies.no_blocking_note,
)


def refusals(facts):
    found = []
    for condition in ALL:
        try:
            condition(facts)
        except (RuleViolated, StaleVersion):
            found.append(condition.__name__)
    return found


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({}, []),
        ({"seen_sha256": "b"}, ["seen_is_current"]),
        ({"author_ids": frozenset({"author", "legal"})}, ["not_an_author"]),
        ({"actor_id": None}, ["not_an_author"]),
        ({"signed": (M.APPROVAL_REGULATORY,)}, ["one_step_a_person"]),
        ({"signed": (M.APPROVAL_LEGAL,)}, ["one_step_a_person"]),
        ({"signed": (M.QUALIFICATION,)}, ["one_step_a_person"]),
        ({"signed": (M.QUALIFICATION,), "meaning": M.RELEASE}, []),
        ({"signed": (M.QUALIFICATION, M.APPROVAL_MEDICAL), "meaning": M.RELEASE}, ["one_step_a_person"]),
        ({"findings": FindingFacts(1, 0)}, ["no_blocking_finding"]),
        ({"findings": FindingFacts(0, 3)}, []),
        ({"blocking_notes": 1}, ["no_blocking_note"]),
    ],
)
def test_each_condition_refuses_what_it_is_for_and_nothing_else(change, refused):
    assert refusals(replace(DECISION, **change)) == refused


STEPS = (
    RequiredStep("s1", Role.COMMUNICATIONS, M.APPROVAL_COMMUNICATIONS, Quorum.ANY, frozenset()),
    RequiredStep("s2", Role.LEGAL, M.APPROVAL_LEGAL, Quorum.ALL, frozenset({"l1", "l2"})),
)
SIGNED = (
    GivenSignature("s1", "c1", Role.COMMUNICATIONS, M.APPROVAL_COMMUNICATIONS, "a", holds=True),
    GivenSignature("s2", "l1", Role.LEGAL, M.APPROVAL_LEGAL, "a", holds=True),
    GivenSignature("s2", "l2", Role.LEGAL, M.APPROVAL_LEGAL, "a", holds=True),
)


def unsigned(signatures=SIGNED, authors=frozenset({"author"}), sha="a", steps=STEPS):
    return policies.unsigned_steps(steps, signatures, sha, authors)


def test_every_step_signed_lacks_nothing():
    assert unsigned() == ()


@pytest.mark.parametrize("n", range(3))
@pytest.mark.parametrize(
    "change",
    [
        {"holds": False},
        {"content_sha256": "b"},
        {"user_id": "author"},
        {"step_id": "s9"},
        {"role": Role.MEDICAL},
        {"meaning": M.RELEASE},
    ],
    ids=lambda change: next(iter(change)),
)
def test_one_signature_that_is_not_right_is_missing(n, change):
    signatures = tuple(replace(s, **change) if i == n else s for i, s in enumerate(SIGNED))
    assert unsigned(signatures) != ()


def test_one_person_never_carries_two_steps():
    assert unsigned((SIGNED[0], *(replace(s, user_id="c1") for s in SIGNED[1:]))) != ()


def test_no_step_at_all_is_no_approval():
    assert unsigned(steps=()) == tuple(Role)


@given(st.lists(st.sampled_from(SIGNED), max_size=5))
def test_nothing_less_than_every_signature_is_enough(signatures):
    assert (unsigned(tuple(signatures)) == ()) == (set(SIGNED) <= set(signatures))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (SubmissionFacts(0, 0, Qualification.DISEASE, CLEAN), "compte"),
        (SubmissionFacts(2, 1, Qualification.DISEASE, CLEAN), "vide"),
        (SubmissionFacts(1, 0, None, CLEAN), "qualification"),
    ],
)
def test_a_submission_without_content_says_what_lacks(facts, words):
    with pytest.raises(RuleViolated, match=words):
        policies.has_content(facts)


def test_findings_are_justified_before_others_read_them():
    with pytest.raises(RuleViolated, match="justifier : 2"):
        policies.findings_justified(SubmissionFacts(1, 0, Qualification.DISEASE, FindingFacts(0, 2)))


@pytest.mark.parametrize(("hours", "allowed"), [(-1, False), (0, False), (1, True)])
def test_a_slot_lies_ahead(hours, allowed):
    facts = SlotFacts((), NOW + timedelta(hours=hours), NOW, CLEAN)
    if allowed:
        policies.slot_ahead(facts)
    else:
        with pytest.raises(RuleViolated):
            policies.slot_ahead(facts)


@pytest.mark.parametrize(
    ("qualification", "products", "needed"),
    [
        (Qualification.INSTITUTIONAL, 0, False),
        (Qualification.DISEASE, 0, False),
        (Qualification.DISEASE, 1, True),
        (Qualification.INSTITUTIONAL, 1, True),
        (Qualification.PRODUCT_INFO, 0, True),
        (Qualification.PROMO_GP, 1, True),
        (Qualification.PROMO_HCP, 0, True),
        (Qualification.SAFETY, 1, False),
        (None, 0, False),
    ],
)
def test_the_responsible_pharmacist_qualifies_what_is_about_products(qualification, products, needed):
    assert policies.needs_qualification(qualification, products) is needed


@pytest.mark.parametrize(
    ("kind", "comment", "reason", "allowed"),
    [
        (DecisionKind.APPROVE, "", None, True),
        (DecisionKind.REQUEST_CHANGES, " ", None, False),
        (DecisionKind.REQUEST_CHANGES, "source ?", None, True),
        (DecisionKind.REJECT, "trompeur", None, False),
        (DecisionKind.REJECT, "", RejectReason.MISLEADING, True),
        (DecisionKind.REJECT, "", RejectReason.OTHER, False),
        (DecisionKind.REJECT, "Trop tôt.", RejectReason.OTHER, True),
    ],
)
def test_who_sends_back_says_why(kind, comment, reason, allowed):
    if allowed:
        policies.check_words(kind, comment, reason)
    else:
        with pytest.raises(RuleViolated):
            policies.check_words(kind, comment, reason)


@pytest.mark.parametrize(
    ("severity", "disposition", "reason", "allowed"),
    [
        (Severity.WARN, Disposition.NOT_APPLICABLE, "Le terme est le nom d'une fondation.", True),
        (Severity.WARN, Disposition.NOT_APPLICABLE, " ", False),
        (Severity.ESCALATE, Disposition.FIXED, "Corrigé sur l'image.", True),
        (Severity.WARN, Disposition.OPEN, "x", False),
        (Severity.BLOCK, Disposition.NOT_APPLICABLE, "Je ne suis pas d'accord.", False),
        (Severity.BLOCK, Disposition.FIXED, "Fait.", False),
        (Severity.BLOCK, Disposition.OVERRIDDEN, "Accord oral.", False),
    ],
)
def test_a_blocking_finding_is_not_argued_away(severity, disposition, reason, allowed):
    if allowed:
        policies.check_disposition(severity, disposition, reason)
    else:
        with pytest.raises(RuleViolated):
            policies.check_disposition(severity, disposition, reason)
