"""How many signatures a step takes: one, k, or all; under a delegation each counts once, as its delegator's."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import Quorum, Role, SignatureMeaning
from workflow.policies import GivenSignature, RequiredStep, quorum_met, unsigned_steps

PEOPLE = st.frozensets(st.sampled_from("abcde"))
LEGAL = RequiredStep("s", Role.LEGAL, SignatureMeaning.APPROVAL_LEGAL, Quorum.K_OF_N, frozenset("abc"), needed=2)


def signed(user: str, on_behalf_of: str | None = None, step: str = "s") -> GivenSignature:
    meaning = SignatureMeaning.APPROVAL_LEGAL
    return GivenSignature(step, user, Role.LEGAL, meaning, "x", holds=True, on_behalf_of_id=on_behalf_of)


@given(st.sampled_from(Quorum), st.none() | st.integers(-2, 6), PEOPLE, PEOPLE, PEOPLE)
def test_one_more_signature_never_undoes_a_quorum_and_nobody_is_never_enough(quorum, needed, holders, signers, more):
    assert not quorum_met(quorum, needed, holders, frozenset())
    if quorum_met(quorum, needed, holders, signers):
        assert quorum_met(quorum, needed, holders, signers | more)


@given(st.none() | st.integers(-2, 6), PEOPLE, PEOPLE)
def test_k_of_n_is_met_by_k_people_and_no_fewer(needed, holders, signers):
    met = quorum_met(Quorum.K_OF_N, needed, holders, signers)
    assert met == (needed is not None and 0 < needed <= len(signers))


@pytest.mark.parametrize(
    ("signatures", "enough"),
    [
        ([signed("a")], False),
        ([signed("a"), signed("b")], True),
        ([signed("a"), signed("a")], False),
        ([signed("a"), signed("z", "b")], True),
        ([signed("a"), signed("z", "a")], False),
        ([signed("z", "a"), signed("z", "b")], False),
        ([signed("a"), replace(signed("b"), holds=False)], False),
        ([signed("a"), signed("author")], False),
        ([signed("a"), signed("z", "author")], False),
    ],
    ids=[
        "one of two", "two", "one person twice", "one in another's name", "two in one name", "one person for two",
        "a broken seal", "an author", "in an author's name",
    ],
)  # fmt: skip
def test_two_of_three_take_two_people_in_two_names(signatures, enough):
    assert (unsigned_steps((LEGAL,), tuple(signatures), "x", frozenset({"author"})) == ()) is enough


def test_nobody_carries_two_steps_by_a_delegation():
    """I4: what is signed in my name counts as mine, in every other step too."""
    other = replace(LEGAL, step_id="t", quorum=Quorum.ANY, needed=None)
    one = replace(LEGAL, quorum=Quorum.ANY, needed=None)
    apart = (signed("a"), signed("b", step="t"))
    assert unsigned_steps((one, other), apart, "x", frozenset()) == ()
    for shared in ((signed("a"), signed("z", "a", step="t")), (signed("z", "a"), signed("z", "b", step="t"))):
        assert unsigned_steps((one, other), shared, "x", frozenset()) != ()
