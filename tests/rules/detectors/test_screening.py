"""Every detector runs, one decision follows, and nothing a person can write breaks it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import InvalidInput
from models.enums import ProductOwner, Screening, Situation
from moderation import screening
from moderation.decision import decide
from moderation.detectors.catalogue import Catalogue
from moderation.detectors.evidence import OWN, Detector, Evidence, Evidences, Failure, Finding, FindingKind, Subject
from moderation.detectors.folding import LONGEST, fold
from moderation.screening import detectors_for, gather, read_by_model, screen

CASE = "Depuis que je prends Cardexine j'ai des vertiges et des nausées."
PLAIN = "Très belle photo de l'équipe, bonne journée à tous."
SMALL = Catalogue.from_records([{"name": "Cardexine", "substance": "bisoprolol"}])


class Broken:
    """A detector that fails."""

    name = "broken"
    version = "7"

    def detect(self, subject: Subject) -> Evidence:
        raise MemoryError(subject.text)


@pytest.mark.parametrize(
    "text",
    [
        CASE,
        "g pri 2 rinozel g vomi tte la nuit",
        "Ma mère a fini aux urgences après votre vaccin",
        "j'arrête pas de vomir depuis le nouveau comprimé",
        "pas mal de nausées avec ce traitement",
        "Enceinte de trois mois et je prends ce cachet tous les soirs",
        "Le stylo est cassé, rien ne sort",
        "since I started the tablets I can't sleep and my heart is racing",
        "the pen was leaking and I only got half my dose",
    ],
)
def test_flags_a_case(text: str, catalogue: Catalogue) -> None:
    analysis = screen(Subject(text), catalogue)
    assert analysis.screening == Screening.FLAGGED
    assert analysis.situations
    assert analysis.why


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "Bravo à toute l'équipe !",
        "À quelle heure commence la conférence ?",
        "Kevin regarde la vidéo",
        "Where is the event this year?",
        "Great picture, well done to the whole team",
    ],
)
def test_clears_what_holds_nothing(text: str, catalogue: Catalogue) -> None:
    analysis = screen(Subject(text), catalogue)
    assert (analysis.screening, analysis.situations, analysis.reactions) == (Screening.CLEARED, (), [])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no_words"),
        ("ok", "no_words"),
        ("😀😀", "no_words"),
        ("12:30 !!!", "no_words"),
        ("https://images.example/1.png", "no_words"),
        ("Guten Tag, wir wünschen Ihnen allen einen schönen Abend und gute Reise", "language"),
        ("bonjour " * (LONGEST // 8 + 1), "too_long"),
    ],
)
def test_leaves_to_a_person_what_it_cannot_judge(text: str, reason: str, catalogue: Catalogue) -> None:
    analysis = screen(Subject(text), catalogue)
    assert analysis.screening == Screening.UNSCREENED
    assert reason in analysis.reasons


def seen(text: str, catalogue: Catalogue, detectors: Sequence[Detector]) -> Evidences:
    """Return what these detectors and the model see."""
    (evidence,) = read_by_model([Subject(text)], [gather(Subject(text), detectors)], catalogue)
    return evidence


def test_a_failed_detector_leaves_a_plain_comment_unscreened(catalogue: Catalogue) -> None:
    evidence = seen(PLAIN, catalogue, (*detectors_for(catalogue), Broken()))
    assert evidence.failures == (Failure("broken", "7", "MemoryError"),)
    assert decide(evidence).screening == Screening.UNSCREENED
    assert decide(evidence).reasons == ("failed:broken:MemoryError",)
    assert not any("photo" in sentence for sentence in screening.conclude(Subject(PLAIN), evidence).why)


@pytest.mark.parametrize("missing", ["language", "products", "situations", "adverse_event"])
def test_any_detector_may_be_the_one_that_fails(missing: str, catalogue: Catalogue) -> None:
    others = tuple(d for d in detectors_for(catalogue) if d.name != missing)
    assert decide(seen(PLAIN, catalogue, (*others, Broken()))).screening == Screening.UNSCREENED


def test_what_flags_wins_over_what_fails(catalogue: Catalogue) -> None:
    evidence = seen(CASE, catalogue, (*detectors_for(catalogue), Broken()))
    assert decide(evidence).screening == Screening.FLAGGED


def test_the_head_of_a_text_too_long_can_still_flag(catalogue: Catalogue) -> None:
    assert screen(Subject(CASE + " bla" * LONGEST), catalogue).screening == Screening.FLAGGED


@pytest.mark.parametrize(("score", "outcome"), [(0.49, Screening.CLEARED), (0.5, Screening.FLAGGED)])
def test_a_classifier_of_the_company_decides_with_its_own_threshold(
    score: float, outcome: Screening, catalogue: Catalogue
) -> None:
    evidence = seen(PLAIN, catalogue, detectors_for(catalogue))
    own = Evidence(OWN, "1", score=score)
    assert decide(replace(evidence, given=(*evidence.given, own))).screening == outcome


def test_rules_that_flag_by_themselves_flag_whatever_a_classifier_says(catalogue: Catalogue) -> None:
    evidence = seen(CASE, catalogue, detectors_for(catalogue))
    own = Evidence(OWN, "1", score=0.0)
    assert decide(replace(evidence, given=(*evidence.given, own))).screening == Screening.FLAGGED


def test_a_comment_under_a_case_is_read_with_it(catalogue: Catalogue) -> None:
    subject = Subject("moi aussi pareil", parent=CASE, page_product="Cardexine")
    assert screen(subject, catalogue).screening == Screening.FLAGGED
    assert Situation.ADVERSE_EVENT in screen(subject, catalogue).situations


def test_a_denial_alone_clears_nothing(catalogue: Catalogue) -> None:
    text = "Aucun effet secondaire sauf que j'ai vomi toute la nuit après le comprimé"
    assert screen(Subject(text), catalogue).screening == Screening.FLAGGED


def test_says_why_in_words_with_the_order_of_time(catalogue: Catalogue) -> None:
    why = screen(Subject("Vertiges. Non : depuis Cardexine, des malaises"), catalogue).why
    assert "« malaises » après « Cardexine » : ordre temporel" in why


def test_danger_is_seen_without_any_product(catalogue: Catalogue) -> None:
    analysis = screen(Subject("Je n'en peux plus, je vais en finir ce soir"), catalogue)
    assert analysis.emergency


@pytest.mark.parametrize(
    ("text", "owner", "name"),
    [
        ("un peu de paracétamol", ProductOwner.OWN, "paracétamol"),
        ("de la lévothyroxine", ProductOwner.COMPETITOR, "lévothyroxine"),
        ("de la warfarine", None, "warfarine"),
        ("du Thyrolis", ProductOwner.COMPETITOR, "Thyrolis"),
    ],
)
def test_a_substance_is_ours_when_one_of_ours_carries_it(
    text: str, owner: ProductOwner | None, name: str, catalogue: Catalogue
) -> None:
    [product] = screen(Subject(text), catalogue).products
    assert (product.owner, product.label) == (owner, name)


def test_a_page_about_an_unknown_brand_lends_its_name(catalogue: Catalogue) -> None:
    [product] = screen(Subject("le zolibrax de ma tante", page_product="Zolibrax"), catalogue).products
    assert (product.label, product.owner) == ("Zolibrax", None)


@pytest.mark.parametrize(
    "record", [{}, {"name": ""}, {"name": 3}, {"name": "A", "substance": 1}, {"name": "A", "owner": "nobody"}]
)
def test_refuses_a_register_that_cannot_be_read(record: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        Catalogue.from_records([record])


def test_reads_an_alias_and_ignores_unknown_keys() -> None:
    register = Catalogue.from_records([{"name": "Zolibrax", "aliases": ["Zolibrax LP"], "colour": "blue"}])
    [product] = screen(Subject("mon zolibrax lp du soir"), register).products
    assert (product.label, product.owner) == ("Zolibrax", ProductOwner.OWN)


WORDS = st.sampled_from(
    ["nausées", "Cardexine", "œdème", "vomiiii", "06 39 98 00 11", "M. É. Blè", "\u200b", "e\u0301"]
)
TEXTS = st.lists(st.one_of(WORDS, st.text(st.characters(), max_size=12)), max_size=12).map(" ".join)


@settings(deadline=None)
@given(text=TEXTS, parent=st.none() | TEXTS)
def test_any_text_is_analysed_alike_twice_with_true_spans(text: str, parent: str | None) -> None:
    subject = Subject(text, parent=parent, post=parent or "")
    analysis = screen(subject, SMALL)
    assert analysis.failures == ()
    assert analysis == screen(subject, SMALL)
    line = analysis.to_contract("x")
    for span in [*line["reactions"], *line["products"], *line["pii"]]:
        assert span["text"] == text[span["start"] : span["end"]] != ""
    for finding in analysis.findings:
        assert (finding.start is None) == (finding.end is None)


@given(text=st.text(st.characters()))
def test_folding_keeps_track_of_every_character(text: str) -> None:
    folded = fold(text)
    for i in range(len(folded.text)):
        start, end = folded.span(i, i + 1)
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Un Œdème !", "oedeme", "Œdème"),
        ("nause\u0301e.", "nausee", "nause\u0301e"),
        ("vo\u200bmi", "vomi", "vo\u200bmi"),
    ],
)
def test_folding_gives_back_what_was_written(text: str, words: str, found: str) -> None:
    folded = fold(text)
    at = folded.text.index(words)
    start, end = folded.span(at, at + len(words))
    assert text[start:end] == found


def test_evidence_lists_the_findings_of_one_kind_in_order() -> None:
    first = Finding("a", "1", FindingKind.CUE, "x", 0, 1, "a.x")
    second = replace(first, label="y", kind=FindingKind.REACTION)
    given_evidence = Evidences((Evidence("a", "1", (first, second)), Evidence("b", "1", (first,))))
    assert given_evidence.findings(FindingKind.CUE) == [first, first]
