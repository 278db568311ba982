"""The rules of routing: pharmacovigilance sees what it must whatever they say, and nothing hides from anybody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.permissions import Actor
from errors import InvalidInput, NotPermitted
from models.enums import (
    Intent,
    ProductFacet,
    PvFacet,
    Role,
    RoutedQueue,
    Screening,
    Situation,
)
from moderation.facets import Facets, waits_for_pv
from moderation.queues import (
    DELIVERED,
    Facts,
    QueueAction,
    RoutingRule,
    check_queue,
    check_rules,
    may,
    queues_of,
    read_rules,
    spaced,
    stored,
)

Q, A = RoutedQueue, QueueAction
values = {kind: st.sampled_from([member.value for member in kind]) for kind in (Intent, Situation, ProductFacet)}
words = st.sampled_from(["porter plainte", "Assassins", "vertige", "é", "…"])
rules = st.builds(
    RoutingRule,
    id=st.text(min_size=1, max_size=8),
    queue=st.sampled_from(Q),
    why=st.just("x"),
    intents=st.lists(values[Intent], max_size=3).map(tuple),
    situations=st.lists(values[Situation], max_size=3).map(tuple),
    products=st.lists(values[ProductFacet], max_size=2).map(tuple),
    words=st.lists(words, max_size=2).map(tuple),
)
facts = st.builds(
    Facts,
    facets=st.builds(
        Facets, screening=st.sampled_from(Screening), pv=st.sampled_from(PvFacet), product=st.sampled_from(ProductFacet)
    ),
    intents=st.frozensets(values[Intent]),
    situations=st.frozensets(values[Situation]),
    words=st.lists(words).map(lambda some: spaced(" ".join(some))),
    emergency=st.booleans(),
    serious=st.booleans(),
)


@given(facts, st.lists(rules, max_size=6))
def test_what_vigilance_must_see_stands_in_its_queue_whatever_the_rules_say(found, given_rules):
    assert (Q.PV in queues_of(found, given_rules)) >= waits_for_pv(found.facets)


@given(facts, st.lists(rules, max_size=5), st.lists(rules, max_size=5))
def test_a_rule_more_takes_a_comment_out_of_no_queue(found, some, more):
    assert set(queues_of(found, some)) <= set(queues_of(found, [*some, *more]))


@given(st.lists(rules, max_size=4))
def test_rules_are_read_as_they_were_kept(given_rules):
    once = read_rules(stored(given_rules))
    assert read_rules(stored(once)) == once


@pytest.mark.parametrize(
    ("found", "queues"),
    [
        (Facts(Facets(), frozenset({Intent.MEDICAL_QUESTION.value})), {Q.PV, Q.MEDICAL}),
        (Facts(Facets(Screening.CLEARED), frozenset({Intent.MEDICAL_QUESTION.value})), {Q.MEDICAL}),
        (Facts(Facets(Screening.FLAGGED, PvFacet.POSSIBLE), situations=frozenset({"quality_defect"})), {Q.PV, Q.QUALITY}),
        (Facts(Facets(Screening.CLEARED), words=spaced("Je vais PORTER  plainte !")), {Q.LEGAL}),
        (Facts(Facets(Screening.CLEARED), words=spaced("Bande d'assassins…")), {Q.LEGAL}),
        (Facts(Facets(Screening.CLEARED), words=spaced("un assassinat de livre")), set()),
        (Facts(Facets(Screening.CLEARED), frozenset({Intent.SPAM.value})), {Q.COMMUNITY}),
        (Facts(Facets(Screening.CLEARED), frozenset({Intent.PRAISE.value})), set()),
        (
            Facts(
                Facets(Screening.FLAGGED, PvFacet.POSSIBLE),
                frozenset({Intent.STOCK_SHORTAGE.value}),
                frozenset({"falsified"}),
                spaced("mon avocat"),
            ),
            {Q.PV, Q.QUALITY, Q.LEGAL, Q.COMMUNITY},
        ),
    ],
)  # fmt: skip
def test_the_delivered_rules(found, queues):
    assert set(queues_of(found, DELIVERED)) == queues


def test_every_condition_of_a_rule_must_hold_and_any_of_its_values_does():
    rule = RoutingRule("r", Q.QUALITY, "x", intents=("complaint", "abuse"), products=("own",))
    ours = Facets(Screening.CLEARED, product=ProductFacet.OWN)
    assert rule.applies(Facts(ours, frozenset({"abuse"})))
    assert not rule.applies(Facts(ours, frozenset({"praise"})))
    assert not rule.applies(Facts(Facets(Screening.CLEARED), frozenset({"abuse"})))
    assert not RoutingRule("empty", Q.PV, "x").applies(Facts(ours))


def test_the_delivered_rules_are_good_ones():
    check_rules(DELIVERED)


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [RoutingRule("a", Q.PV, "x")],
        [RoutingRule("", Q.PV, "x", words=("y",))],
        [RoutingRule("a", Q.PV, " ", words=("y",))],
        [RoutingRule("a", Q.PV, "x", words=("y",)), RoutingRule("a", Q.LEGAL, "x", words=("y",))],
        [RoutingRule(str(n), Q.PV, "x", words=("y",)) for n in range(61)],
    ],
    ids=["none", "no condition", "no name", "no reason", "one name twice", "too many"],
)
def test_rules_that_say_nothing_clear_are_refused(wrong):
    with pytest.raises(InvalidInput):
        check_rules(wrong)


@pytest.mark.parametrize("kept", [[{}], [{"id": "a", "queue": "nowhere", "why": "x"}], [{"id": "a", "queue": "pv"}]])
def test_what_is_no_rule_is_refused(kept):
    with pytest.raises(InvalidInput):
        read_rules(kept)


OWNERS = {
    Q.PV: Role.PV_OFFICER,
    Q.MEDICAL: Role.MEDICAL,
    Q.QUALITY: Role.QUALITY,
    Q.LEGAL: Role.LEGAL,
    Q.COMMUNITY: Role.COMMUNITY_MANAGER,
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("queue", Q)
def test_a_queue_is_read_by_its_role_and_by_vigilance_and_decided_by_its_role_alone(role, queue):
    actor = Actor("id", "login", "Name", frozenset({role}))
    assert may(actor, queue, A.DECIDE) is (OWNERS[queue] is role)
    assert may(actor, queue, A.READ) is (role in {OWNERS[queue], Role.PV_OFFICER})
    if not may(actor, queue, A.READ):
        with pytest.raises(NotPermitted):
            check_queue(actor, queue, A.READ)
