"""Which circuit a post takes: every condition must hold, the law's qualification too; never the easier way."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import InvalidInput
from models.enums import Network, Qualification, Quorum, Role, SignatureMeaning
from workflow.circuits import Conditions, PostTraits, StepSpec, check_quorum, check_steps, fits
from workflow.policies import needs_qualification

Q = Qualification
COMMS = (StepSpec(1, Role.COMMUNICATIONS, 8),)
QUALIFIED = (StepSpec(0, Role.RESPONSIBLE_PHARMACIST, 8, meaning=SignatureMeaning.QUALIFICATION), *COMMS)
POST = PostTraits(Q.INSTITUTIONAL, (), (Network.X, Network.LINKEDIN), "octobre", paid_partner=False)


@pytest.mark.parametrize(
    ("conditions", "fitting"),
    [
        (Conditions((Q.INSTITUTIONAL,)), True),
        (Conditions(()), False),
        (Conditions((Q.DISEASE,)), False),
        (Conditions((Q.INSTITUTIONAL,), with_products=False), True),
        (Conditions((Q.INSTITUTIONAL,), with_products=True), False),
        (Conditions((Q.INSTITUTIONAL,), products=("p",)), False),
        (Conditions((Q.INSTITUTIONAL,), networks=(Network.LINKEDIN, Network.TIKTOK)), True),
        (Conditions((Q.INSTITUTIONAL,), networks=(Network.TIKTOK,)), False),
        (Conditions((Q.INSTITUTIONAL,), campaign="octobre"), True),
        (Conditions((Q.INSTITUTIONAL,), campaign="mars"), False),
        (Conditions((Q.INSTITUTIONAL,), paid_partner=False), True),
        (Conditions((Q.INSTITUTIONAL,), paid_partner=True), False),
    ],
)
def test_each_condition_narrows(conditions, fitting):
    assert bool(fits(conditions, COMMS, POST)) is fitting


TRAITS = st.builds(
    PostTraits,
    qualification=st.none() | st.sampled_from(Q),
    products=st.sampled_from([(), ("p",), ("p", "q")]),
    networks=st.sampled_from([(), (Network.X,), (Network.X, Network.TIKTOK)]),
    campaign=st.sampled_from(["", "octobre"]),
    paid_partner=st.booleans(),
)
CONDITIONS = st.builds(
    Conditions,
    qualifications=st.lists(st.sampled_from(Q), unique=True).map(tuple),
    with_products=st.none() | st.booleans(),
    products=st.sampled_from([(), ("p",), ("q", "r")]),
    networks=st.sampled_from([(), (Network.X,)]),
    campaign=st.sampled_from(["", "octobre"]),
    paid_partner=st.none() | st.booleans(),
)


@given(TRAITS, CONDITIONS)
def test_no_circuit_without_qualification_takes_what_the_law_wants_qualified(traits, conditions):
    if needs_qualification(traits.qualification, len(traits.products)):
        assert not fits(conditions, COMMS, traits)
    assert not fits(conditions, QUALIFIED, replace(traits, qualification=None))


@given(TRAITS, CONDITIONS)
def test_a_condition_more_never_takes_a_post_more(traits, conditions):
    if fits(conditions, QUALIFIED, traits):
        for wider in (
            replace(conditions, with_products=None, paid_partner=None),
            replace(conditions, networks=(), products=(), campaign=""),
        ):
            assert fits(wider, QUALIFIED, traits)


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (COMMS, "commence par la qualification"),
        (QUALIFIED, "étape réglementaire"),
        ((*QUALIFIED, StepSpec(1, Role.COMMUNICATIONS, 4), StepSpec(2, Role.REGULATORY, 8)), "une seule fois"),
    ],
    ids=["no qualification", "nothing regulatory", "a role twice at once"],
)
@pytest.mark.parametrize(
    "conditions", [Conditions((Q.PROMO_GP,)), Conditions((Q.INSTITUTIONAL,), products=("p",))], ids=["promo", "product"]
)
def test_a_circuit_that_the_law_does_not_allow_is_refused(steps, words, conditions):
    with pytest.raises(InvalidInput, match=words):
        check_steps(steps, conditions)


def test_what_the_law_asks_for_is_enough():
    check_steps((*QUALIFIED, StepSpec(2, Role.REGULATORY, 8)), Conditions((Q.PROMO_GP,)))


@pytest.mark.parametrize(
    ("quorum", "needed", "allowed"),
    [
        (Quorum.ANY, None, True),
        (Quorum.ALL, None, True),
        (Quorum.K_OF_N, 1, True),
        (Quorum.K_OF_N, 3, True),
        (Quorum.K_OF_N, None, False),
        (Quorum.K_OF_N, 0, False),
        (Quorum.ANY, 2, False),
    ],
)
def test_a_quorum_says_how_many_where_it_must(quorum, needed, allowed):
    step = StepSpec(1, Role.LEGAL, 8, quorum, needed=needed)
    if allowed:
        check_quorum(step)
    else:
        with pytest.raises(InvalidInput):
            check_quorum(step)
