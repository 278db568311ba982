"""The four criteria, the vigilance by kind, the states of cases and answers."""

import pytest

from compliance.permissions import ROLES, Permission
from models.enums import (
    AlarmAction,
    AlarmStatus,
    CaseAction,
    CaseStatus,
    ProductKind,
    ReplyAction,
    ReplyStatus,
    Role,
    Vigilance,
)
from moderation.criteria import CaseFacts, Criterion, missing, questions
from moderation.states import (
    ALARM_ENDS,
    ALARM_TRANSITIONS,
    CASE_ENDS,
    CASE_TRANSITIONS,
    REPLY_ENDS,
    REPLY_TRANSITIONS,
)
from moderation.vigilance import VIGILANCE_OF, vigilance_of

COMPLETE = {
    "reporter_known": True,
    "patient_known": True,
    "products": ["Cardexine"],
    "reactions": ["vertiges"],
}


@pytest.mark.parametrize(
    ("without", "criterion"),
    [
        ({"reporter_known": False}, Criterion.REPORTER),
        ({"patient_known": False}, Criterion.PATIENT),
        ({"products": []}, Criterion.PRODUCT),
        ({"products": ["  "]}, Criterion.PRODUCT),
        ({"reactions": []}, Criterion.REACTION),
    ],
)
def test_each_missing_criterion_is_named_and_asked_for(without, criterion):
    facts = CaseFacts(**(COMPLETE | without))
    assert missing(facts) == (criterion,)
    assert len(questions(facts)) == 1


def test_a_complete_report_misses_nothing():
    assert missing(CaseFacts(**COMPLETE)) == ()


def test_an_empty_report_misses_all_four():
    assert missing(CaseFacts()) == tuple(Criterion)


def test_every_kind_of_product_has_its_vigilance():
    assert set(VIGILANCE_OF) == set(ProductKind)


@pytest.mark.parametrize(
    ("kinds", "vigilance"),
    [
        ([], Vigilance.PHARMACO),
        ([ProductKind.DEVICE], Vigilance.MATERIO),
        ([ProductKind.COSMETIC, ProductKind.COSMETIC], Vigilance.COSMETO),
        ([ProductKind.SUPPLEMENT, ProductKind.RX], Vigilance.PHARMACO),
    ],
)
def test_a_medicine_among_the_products_decides(kinds, vigilance):
    assert vigilance_of(kinds) is vigilance


@pytest.mark.parametrize(
    ("table", "statuses", "actions", "ends"),
    [
        (
            CASE_TRANSITIONS,
            CaseStatus,
            CaseAction,
            {CaseStatus.ACKNOWLEDGED, CaseStatus.DISMISSED, CaseStatus.HANDED_OVER},
        ),
        (
            REPLY_TRANSITIONS,
            ReplyStatus,
            ReplyAction,
            {ReplyStatus.CONFIRMED, ReplyStatus.WAIVED, ReplyStatus.REFUSED, ReplyStatus.CALLED_BACK},
        ),
        (ALARM_TRANSITIONS, AlarmStatus, AlarmAction, {AlarmStatus.CLOSED}),
    ],
)
def test_every_state_but_the_ends_leads_on_and_can_be_reached(table, statuses, actions, ends):
    assert {status for status, _ in table} | ends == set(statuses)
    assert {action for _, action in table} == set(actions)
    starts = {CaseStatus.OPEN, AlarmStatus.OPEN, ReplyStatus.DRAFT, ReplyStatus.WAIVED}
    assert {t.to for t in table.values()} | starts >= set(statuses)
    assert ends in (CASE_ENDS, REPLY_ENDS, ALARM_ENDS)


def test_what_is_not_in_the_table_of_cases_is_refused():
    """Written out, so that a new transition is a decision that someone reads."""
    allowed = {(status.value, action.value): t.to.value for (status, action), t in CASE_TRANSITIONS.items()}
    assert allowed == {
        ("open", "fill"): "open",
        ("open", "escalate"): "queued",
        ("open", "dismiss"): "dismissed",
        ("queued", "forward"): "forwarded",
        ("queued", "fail"): "open",
        ("forwarded", "acknowledge"): "acknowledged",
        ("forwarded", "receipt"): "acknowledged",
        ("forwarded", "bounce"): "open",
        ("forwarded", "reopen"): "open",
        ("acknowledged", "reopen"): "open",
        ("dismissed", "reopen"): "open",
        ("handed_over", "reopen"): "open",
        ("open", "hand_over"): "handed_over",
        ("open", "reattach"): "open",
        ("queued", "reattach"): "queued",
        ("forwarded", "reattach"): "open",
        ("acknowledged", "reattach"): "open",
        ("handed_over", "reattach"): "open",
    }


@pytest.mark.parametrize("table", [CASE_TRANSITIONS, REPLY_TRANSITIONS])
def test_every_transition_has_someone_who_may_do_it(table):
    for transition in table.values():
        owners = {role for role, rights in ROLES.items() if transition.permission in rights}
        assert owners
        if transition.permission is not Permission.ENGINE:
            assert Role.ADMINISTRATOR not in owners
