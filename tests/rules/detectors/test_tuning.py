"""What the company set reaches the decision: its terms, its promise, its classifier; whatever fails clears nothing."""

import pytest

from models.enums import ProductFacet, Screening
from moderation import facets, screening
from moderation.decision import promise
from moderation.detectors.catalogue import Catalogue, Product
from moderation.detectors.evidence import OWN, Evidence, FindingKind, Subject
from moderation.detectors.tuning import AS_SHIPPED, Classifier, Tuning

PLAIN = "Merci pour cette belle photo, bravo à toute l'équipe !"
REGISTER = Catalogue((Product("Cardexine"),))


class Fixed:
    """A classifier that gives every text the same score."""

    version = "ab12"

    def __init__(self, score: float) -> None:
        self.score = score

    def evidence(self, subjects):
        return [Evidence(OWN, self.version, score=self.score) for _ in subjects]


def outcome(text: str, tuning: Tuning) -> Screening:
    return screening.screen(Subject(text), REGISTER.tuned(tuning)).screening


def test_without_a_change_nothing_of_it_stands_in_the_records():
    analysis = screening.screen(Subject(PLAIN), REGISTER)
    assert analysis.screening is Screening.CLEARED
    assert "company" not in {one.detector for one in analysis.evidence.given}
    versions = {
        one.detector: one.version
        for one in screening.screen(Subject(PLAIN), REGISTER.tuned(Tuning(4, "ab"))).evidence.given
    }
    assert versions["company"] == "4-ab"


def test_a_suspicious_term_flags_and_is_said():
    analysis = screening.screen(Subject(PLAIN), REGISTER.tuned(Tuning(1, "a", suspect=("belle photo",))))
    assert (analysis.screening, analysis.verdict.rules) == (Screening.FLAGGED, ("company_term",))
    assert "« belle photo » : terme suspect pour l'entreprise" in analysis.why


def test_a_nickname_is_found_as_its_product():
    found = screening.screen(
        Subject("la zinzoline, encore elle"), REGISTER.tuned(Tuning(1, "a", nicknames=(("zinzoline", "Cardexine"),)))
    )
    (product,) = found.evidence.findings(FindingKind.PRODUCT)
    assert product.label == "Cardexine"
    assert facets.product_facet([product.owner]) is ProductFacet.OWN


def test_an_unreadable_change_leaves_to_a_person_what_nothing_flags():
    assert outcome(PLAIN, Tuning(1, "a", unreadable=True)) is Screening.UNSCREENED
    ill = "Depuis que je prends Cardexine j'ai des vertiges et des nausées."
    assert outcome(ill, Tuning(1, "a", unreadable=True)) is Screening.FLAGGED


def test_the_signed_promise_goes_before_the_settings():
    assert (promise(AS_SHIPPED), promise(Tuning(promise=4))) == ("2", "4")


@pytest.mark.parametrize(
    ("score", "percent", "mark", "expected"),
    [
        (0.6, 50, "ab12", Screening.FLAGGED),
        (0.6, 70, "ab12", Screening.CLEARED),
        (0.6, 70, "other files", Screening.UNSCREENED),
    ],
)
def test_the_signed_classifier_decides_with_its_own_threshold(score, percent, mark, expected, monkeypatch, tmp_path):
    monkeypatch.setenv("COVIGIE_CLASSIFIERS_DIR", str(tmp_path))
    screening.get_settings.cache_clear()
    monkeypatch.setattr(screening, "own_classifier", lambda *_: Fixed(score))
    assert outcome(PLAIN, Tuning(1, "a", classifier=Classifier("ours", mark, "", percent))) is expected


def test_without_the_folder_of_classifiers_nothing_is_cleared():
    assert outcome(PLAIN, Tuning(1, "a", classifier=Classifier("ours", "ab12", "", 50))) is Screening.UNSCREENED
