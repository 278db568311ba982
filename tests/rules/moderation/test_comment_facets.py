"""Each facet is moved by its own events; a machine opens and never closes; nothing hides a comment from its queue."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import (
    CaseStatus,
    ProductFacet,
    ProductOwner,
    PvFacet,
    ReplyFacet,
    Screening,
    TriageOutcome,
    VisibilityFacet,
)
from moderation import facets
from moderation.facets import ARRIVED, CASE_OUTCOMES, Facets

ANY = st.builds(
    Facets,
    st.sampled_from(Screening),
    st.sampled_from(PvFacet),
    st.sampled_from(ProductFacet),
    st.sampled_from(VisibilityFacet),
    st.sampled_from(ReplyFacet),
)
NO_PRODUCT = ProductFacet.NONE


def test_what_arrives_waits_for_pharmacovigilance_and_for_an_answer():
    assert facets.waits_for_pv(ARRIVED)
    assert facets.waits_for_answer(ARRIVED)


@pytest.mark.parametrize(
    ("outcome", "waits", "pv"),
    [
        (Screening.FLAGGED, True, PvFacet.POSSIBLE),
        (Screening.UNSCREENED, True, PvFacet.NONE),
        (Screening.CLEARED, False, PvFacet.NONE),
    ],
)
def test_only_what_is_known_to_be_harmless_leaves_the_queue(outcome, waits, pv):
    after = facets.screened(ARRIVED, outcome, NO_PRODUCT)
    assert (facets.waits_for_pv(after), after.pv) == (waits, pv)


@given(ANY, st.sampled_from([Screening.FLAGGED, Screening.CLEARED, Screening.UNSCREENED]), st.booleans())
def test_a_machine_never_closes_a_suspicion(before, outcome, current):
    after = facets.screened(before, outcome, NO_PRODUCT, current=current)
    if before.pv is not PvFacet.NONE:
        assert after.pv is before.pv
    assert after.reply is before.reply
    assert after.visibility is before.visibility


@given(ANY, st.sampled_from([Screening.CLEARED, Screening.UNSCREENED]))
def test_an_older_revision_never_speaks_for_the_one_that_reads_now(before, outcome):
    after = facets.screened(before, outcome, NO_PRODUCT, current=False)
    assert after.screening in (before.screening, Screening.UNSCREENED)
    assert after.product is before.product


def test_what_was_written_and_taken_back_was_written():
    waiting = facets.screened(ARRIVED, Screening.FLAGGED, NO_PRODUCT, current=False)
    after = facets.screened(waiting, Screening.CLEARED, NO_PRODUCT)
    assert (after.pv, after.screening) == (PvFacet.POSSIBLE, Screening.FLAGGED)


@given(ANY)
def test_an_edit_puts_every_comment_back_in_front_of_people(before):
    after = facets.edited(before)
    assert facets.waits_for_pv(after)
    assert facets.waits_for_answer(after)
    assert after.screening is Screening.UNSCREENED
    assert after.visibility is before.visibility


@given(ANY)
def test_a_deletion_changes_nothing_but_what_the_public_sees(before):
    assert facets.deleted(before) == replace(before, visibility=VisibilityFacet.DELETED_BY_AUTHOR)


@given(ANY)
def test_what_we_hid_is_not_shown_by_being_seen_again(before):
    after = facets.seen_again(before)
    if before.visibility in (VisibilityFacet.HIDDEN, VisibilityFacet.DELETED_BY_US):
        assert after.visibility is before.visibility


@given(ANY, st.sets(st.sampled_from(TriageOutcome), min_size=1), st.none() | st.sampled_from(CaseStatus))
def test_a_decision_leaves_nothing_unread(before, outcomes, case):
    after = facets.decided(before, outcomes, case)
    assert not facets.waits_for_pv(after)
    assert after.screening in (Screening.FLAGGED, Screening.SKIMMED)
    assert after.reply is before.reply
    if CASE_OUTCOMES & outcomes:
        assert after.screening is Screening.FLAGGED


def test_a_decision_against_follows_the_case_that_lives():
    confirmed = facets.decided(ARRIVED, {TriageOutcome.NONE}, CaseStatus.FORWARDED)
    assert confirmed.pv is PvFacet.FORWARDED
    assert facets.decided(ARRIVED, {TriageOutcome.NONE}, None).pv is PvFacet.NOT_AE


@pytest.mark.parametrize(
    ("owners", "facet"),
    [
        ([], ProductFacet.NONE),
        ([ProductOwner.OWN], ProductFacet.OWN),
        ([None], ProductFacet.OWN),
        ([ProductOwner.COMPETITOR], ProductFacet.COMPETITOR),
        ([ProductOwner.COMPETITOR, None], ProductFacet.BOTH),
    ],
)
def test_a_substance_alone_counts_as_ours(owners, facet):
    assert facets.product_facet(owners) is facet


@given(ANY)
def test_an_answer_to_a_former_text_leaves_the_person_waiting(before):
    assert not facets.waits_for_answer(facets.answered(before, current=True))
    assert facets.waits_for_answer(facets.answered(before, current=False))
