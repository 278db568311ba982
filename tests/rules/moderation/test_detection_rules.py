"""The rules of changing the detection: terms, losses, differences, who signs, what each state allows."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from compliance import transitions
from compliance.permissions import Permission
from errors import AppError, TransitionNotAllowed
from models.enums import (
    DetectionAction,
    DetectionStatus,
    DifferenceKind,
    ProductFacet,
    ProductOwner,
    PvFacet,
    ReplyFacet,
    Role,
    Screening,
    TermKind,
)
from moderation import detection_rules as rules
from moderation import facets
from moderation.detection_states import DETECTION_TRANSITIONS
from moderation.detectors.catalogue import Catalogue, Product
from moderation.detectors.company import CompanyDetector, quieted, spans, words_of
from moderation.detectors.evidence import Evidence, Evidences, Finding, FindingKind, Subject
from moderation.detectors.tuning import AS_SHIPPED, Classifier, Tuning, content_of, read

FLAGGED, CLEARED, UNSCREENED = Screening.FLAGGED, Screening.CLEARED, Screening.UNSCREENED
SIGNER = rules.SigningFacts("boris", "ana", frozenset({Role.PV_OFFICER}), intact=True, seen=True)
CLASSIFIER = Classifier("ours", "ab12", "", 50)


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("zinzolin", "Du ZINZOLIN.", ["ZINZOLIN"]),
        ("zinzolin", "des zinzolins", []),
        ("écrase le cœur", "ça m'ECRASE-LE   COEUR !", ["ECRASE-LE   COEUR"]),
        ("mal bien", "mal_bien", ["mal_bien"]),
        ("mort de rire", "mort de riiiiire", ["mort de riiiiire"]),
        (".*", "tout ce que vous voulez", []),
    ],
)
def test_a_term_is_plain_words_whatever_case_accents_and_signs_between(term, text, found):
    assert [text[start:end] for start, end in spans((term,), text)] == found


@given(some.text(max_size=200), some.lists(some.text(min_size=1, max_size=20), max_size=5))
def test_any_terms_over_any_text_stay_inside_it(text, terms):
    assert all(0 <= start < end <= len(text) for start, end in spans(tuple(terms), text))
    assert all(words_of(term) or not spans((term,), text) for term in terms)


def finding(kind, start, end):
    return Finding("x", "1", kind, "label", start, end, "x.label")


def test_a_harmless_term_silences_what_is_inside_it_but_never_danger_nor_products():
    text = "mort de rire, vertiges"
    kinds = (FindingKind.REACTION, FindingKind.SITUATION, FindingKind.SERIOUSNESS)
    loud = (FindingKind.EMERGENCY, FindingKind.PRODUCT, FindingKind.PII, FindingKind.CUE)
    found = [finding(kind, 0, 4) for kind in (*kinds, *loud)] + [finding(FindingKind.REACTION, 14, 22)]
    kept = quieted(text, Evidences((Evidence("x", "1", tuple(found)),)), ("mort de rire",)).given[0].findings
    assert [(one.kind, one.start) for one in kept] == [(kind, 0) for kind in loud] + [(FindingKind.REACTION, 14)]


def test_what_cannot_be_read_raises_so_that_the_screening_fails_closed():
    with pytest.raises(ValueError, match="cannot be read"):
        CompanyDetector(Tuning(unreadable=True)).detect(Subject("Bonjour"))


def test_a_nickname_is_one_more_name_of_its_product_and_none_is_lost():
    register = Catalogue((Product("Cardexine", owner=ProductOwner.COMPETITOR),))
    tuned = register.tuned(Tuning(nicknames=(("carde", "Cardexine"), ("bidule", "Parti"))))
    assert tuned.by_name["Cardexine"].aliases == ("carde",)
    assert tuned.by_name["Cardexine"].owner is ProductOwner.COMPETITOR
    assert tuned.by_name["Parti"].aliases == ("bidule",)
    assert tuned.by_name["Parti"].owner is ProductOwner.OWN, "unknown counts as ours"


def test_a_tuning_reads_back_what_it_wrote_and_refuses_anything_else():
    tuning = Tuning(3, "ab", ("zut",), (("carde", "Cardexine"),), ("mort de rire",), 4, CLASSIFIER)
    assert read(content_of(tuning), 3, "ab") == tuning
    for broken in ({}, content_of(tuning) | {"promise": 7}, content_of(tuning) | {"suspect": [1]}):
        with pytest.raises((ValueError, KeyError, TypeError)):
            read(broken, 3, "ab")


def test_each_way_to_lose_cases_is_said_and_what_only_adds_says_nothing():
    base = Tuning(suspect=("zut",), nicknames=(("carde", "Cardexine"),), promise=2)
    added = replace(base, suspect=("zut", "zinzolin"), promise=1)
    assert rules.losses(base, added, 2) == ()
    for new, said in (
        (replace(base, promise=3), rules.PROMISE_UP),
        (replace(base, suspect=()), rules.TERM_GONE),
        (replace(base, nicknames=()), rules.TERM_GONE),
        (replace(base, harmless=("mort de rire",)), rules.HARMLESS_MORE),
        (replace(base, classifier=CLASSIFIER), rules.MODEL_OTHER),
    ):
        assert rules.losses(base, new, 2) == (said,)
    assert rules.losses(replace(base, promise=1), replace(base, promise=None), 2) == (rules.PROMISE_UP,)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (CLEARED, FLAGGED, DifferenceKind.FLAGGED),
        (UNSCREENED, FLAGGED, DifferenceKind.FLAGGED),
        (FLAGGED, CLEARED, DifferenceKind.CLEARED),
        (UNSCREENED, CLEARED, DifferenceKind.CLEARED),
        (CLEARED, UNSCREENED, DifferenceKind.UNREAD),
        (FLAGGED, UNSCREENED, None),
        (CLEARED, CLEARED, None),
    ],
)
def test_what_a_change_makes_of_a_text(before, after, kind):
    assert rules.difference(before, after) is kind


REOPENED = {DifferenceKind.FLAGGED: FLAGGED, DifferenceKind.UNREAD: UNSCREENED}


@pytest.mark.parametrize("kind", rules.REOPENS)
def test_a_machine_never_closes(kind):
    """Whatever a comment is, what a change reopens leaves nobody's alarm, decision or debt behind."""
    for screening, pv, reply in itertools.product(Screening, PvFacet, ReplyFacet):
        was = facets.Facets(screening=screening, pv=pv, reply=reply)
        becomes = facets.screened(was, REOPENED[kind], ProductFacet.NONE)
        assert becomes.pv is pv or (pv, becomes.pv) == (PvFacet.NONE, PvFacet.POSSIBLE)
        assert becomes.screening is not CLEARED
        waited = facets.waits_for_pv(was) and pv in facets.UNDECIDED
        assert facets.waits_for_pv(becomes) or not waited, "only a person takes it out of the queue"
        assert becomes.reply is reply


def test_what_a_change_clears_is_never_screened_again():
    assert set(rules.REOPENS) == set(DifferenceKind) - {DifferenceKind.CLEARED}


@pytest.mark.parametrize(
    "wrong",
    [
        {"signer_id": "ana"},
        {"signer_id": None},
        {"roles": frozenset({Role.QUALITY, Role.ADMINISTRATOR})},
        {"intact": False},
        {"seen": False},
    ],
)
def test_another_officer_signs_what_was_proposed_tried_and_read(wrong):
    for facts, refusals in ((SIGNER, 0), (replace(SIGNER, **wrong), 1)):
        found = 0
        for condition in rules.SIGNING:
            try:
                condition(facts)
            except AppError:
                found += 1
        assert found == refusals


ALLOWED = {
    "draft": "run withdraw",
    "running": "finish fail withdraw",
    "ready": "run sign withdraw",
    "signed": "enact",
    "in_force": "replace",
}


def test_what_is_not_in_the_table_cannot_be_done():
    for status, action in itertools.product(DetectionStatus, DetectionAction):
        if action.value in ALLOWED.get(status.value, "").split():
            transition = transitions.find(DETECTION_TRANSITIONS, status, action)
            assert transition.signature is (action is DetectionAction.SIGN)
            assert transition.reason is (action in (DetectionAction.WITHDRAW, DetectionAction.FAIL))
        else:
            with pytest.raises(TransitionNotAllowed):
                transitions.find(DETECTION_TRANSITIONS, status, action)
    engine = {action for (_, action), t in DETECTION_TRANSITIONS.items() if t.permission is Permission.ENGINE}
    assert engine == {DetectionAction.FINISH, DetectionAction.FAIL, DetectionAction.ENACT}


def test_two_lists_never_hold_one_word_and_nothing_is_added_twice():
    suspect = (rules.Term(TermKind.SUSPECT, "Zinzolin"),)
    base = Tuning(suspect=("zinzolin",))
    for delta in (
        rules.Delta(suspect, (), None, None),
        rules.Delta((rules.Term(TermKind.HARMLESS, "ZINZOLIN"),), (), None, None),
    ):
        with pytest.raises(AppError):
            rules.changed(base, delta)
    moved = rules.Delta(
        (rules.Term(TermKind.HARMLESS, "ZINZOLIN"),), (rules.Term(TermKind.SUSPECT, "zinzolin"),), None, None
    )
    assert rules.changed(base, moved).harmless == ("ZINZOLIN",)
    assert rules.same(AS_SHIPPED, Tuning(n=9, mark="zz"))
