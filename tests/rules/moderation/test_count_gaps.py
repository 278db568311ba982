"""Why the numbers of a post differ, in words that a person can act on."""

import pytest

from connectors.registry import CHANNELS, capabilities_of
from moderation.count_gaps import WORDS, Facts, Why, whys

W = Why
CASES = [
    ("x", Facts(214, 0, 214, False, False, False), ()),
    ("x", Facts(212, 0, 214, False, False, False), (W.FILTERED, W.LATE)),
    ("x", Facts(212, 31, 214, False, False, True), (W.CAPPED, W.FILTERED, W.LATE, W.REPLIES_APART)),
    ("x", Facts(216, 0, 214, False, False, False), (W.MORE_HERE,)),
    ("x", Facts(3, 0, None, False, False, False), (W.NOT_TOLD_NOW,)),
    ("tiktok", Facts(3, 2, None, False, False, False), (W.UNTOLD,)),
    ("instagram", Facts(0, 0, 12, True, False, False), (W.UNSEEN,)),
    ("youtube", Facts(10, 0, 12, False, True, False), (W.LATE, W.CLOSED)),
    ("youtube", Facts(10, 0, None, False, True, False), (W.CLOSED,)),
]


@pytest.mark.parametrize(("network", "facts", "expected"), CASES)
def test_the_reasons_of_a_difference(network, facts, expected):
    assert whys(facts, capabilities_of(network)) == expected


def test_every_reason_has_its_words():
    assert set(WORDS) == set(Why)


@pytest.mark.parametrize("network", CHANNELS)
def test_two_equal_numbers_need_no_reason(network):
    assert whys(Facts(7, 0, 7, False, False, False), capabilities_of(network)) == ()
