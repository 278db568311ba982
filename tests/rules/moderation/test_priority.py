"""The queue's order can be told from a row, and is told in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import PvFacet, Screening
from moderation import priority
from moderation.priority import Waiting

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BASE = Waiting(
    emergency=False,
    serious=False,
    awareness_at=NOW - timedelta(hours=1),
    score=0.6,
    reply_due_at=NOW + timedelta(hours=5),
    received_at=NOW - timedelta(hours=1),
)


def place(item):
    return priority.place(item, now=NOW, forward_hours=24)


def words(item, why=()):
    return priority.reason(item, now=NOW, forward_hours=24, why=why)


LADDER = [
    replace(BASE, emergency=True, score=0.1),
    replace(BASE, serious=True, score=0.2),
    replace(BASE, awareness_at=NOW - timedelta(hours=30), score=0.3),
    replace(BASE, awareness_at=NOW - timedelta(hours=20), score=0.3),
    replace(BASE, score=0.9),
    replace(BASE, reply_due_at=NOW + timedelta(hours=1)),
    replace(BASE, received_at=NOW - timedelta(hours=9)),
    BASE,
]


def test_each_step_of_the_ladder_stands_before_the_next():
    assert sorted([*LADDER[3:], *LADDER[:3]], key=place) == LADDER


@given(st.permutations(LADDER))
def test_the_order_does_not_depend_on_how_they_came(items):
    assert sorted(items, key=place) == LADDER


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (replace(BASE, emergency=True), "Urgence"),
        (replace(BASE, serious=True), "Grave"),
        (replace(BASE, awareness_at=NOW - timedelta(hours=26)), "en retard de 2 h 00"),
        (BASE, "reste 23 h 00"),
        (replace(BASE, score=0.93), "certitude forte"),
        (replace(BASE, score=0.2), "certitude faible"),
        (replace(BASE, screening=Screening.UNSCREENED, pv=PvFacet.NONE), "Non analysé"),
        (replace(BASE, screening=Screening.UNSCREENED, revision_n=2), "Modifié par son auteur"),
    ],
)
def test_the_reason_says_why_it_stands_there(item, said):
    assert said in words(item)


def test_the_reason_quotes_the_detectors():
    assert "« vertiges » après « Cardexine »" in words(BASE, ["« vertiges » après « Cardexine »"])


@pytest.mark.parametrize("pv", [PvFacet.FORWARDED, PvFacet.ACKNOWLEDGED, PvFacet.NOT_AE])
@pytest.mark.parametrize("hours", [1, 30])
def test_once_forwarded_or_ruled_out_the_reason_is_silent_on_the_clock(pv, hours):
    said = words(replace(BASE, pv=pv, serious=True, awareness_at=NOW - timedelta(hours=hours)), ["« vertiges »"])
    assert said == "Grave · « vertiges »"


@pytest.mark.parametrize("pv", [PvFacet.POSSIBLE, PvFacet.CONFIRMED])
def test_until_it_is_forwarded_the_reason_tells_the_clock(pv):
    assert "reste 23 h 00" in words(replace(BASE, pv=pv))
