"""When the cues alone speak of danger now, and when they agree with a model that suspects it."""

from pathlib import Path

import pytest

import moderation.detectors
from moderation.calibration import calibration
from moderation.decision import danger_cued, danger_said, dangers
from moderation.detectors.catalogue import Catalogue
from moderation.detectors.evidence import Evidence, Evidences, Subject
from moderation.detectors.terms import sections
from moderation.explanation import EMERGENCIES
from moderation.screening import conclude, detectors_for, gather

TERMS = Path(moderation.detectors.__file__).parent / "emergency"


@pytest.mark.parametrize(
    ("cues", "said"),
    [
        ({"suicide"}, True),
        ({"suicide", "over"}, False),
        ({"suicide", "over", "now"}, True),
        ({"anaphylaxis"}, False),
        ({"anaphylaxis", "now"}, True),
        ({"anaphylaxis", "call"}, True),
        ({"anaphylaxis", "now", "over"}, False),
        ({"despair"}, False),
        ({"now", "call"}, False),
        (set(), False),
    ],
)
def test_danger_is_said_by_a_sign_that_is_present(cues: set[str], said: bool) -> None:
    assert danger_said(cues) is said


@pytest.mark.parametrize(
    ("cues", "agree"),
    [({"anaphylaxis"}, True), ({"call"}, True), ({"chest_pain", "over"}, True), ({"now"}, False), ({"over"}, False)],
)
def test_a_sign_or_a_call_agrees_with_the_model(cues: set[str], agree: bool) -> None:
    assert danger_cued(cues) is agree


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_sign_of_danger_has_words_for_people(lang: str) -> None:
    found = set(sections(TERMS / f"terms_{lang}.txt"))
    assert dangers(found) | {"call"} <= EMERGENCIES.keys()


@pytest.mark.parametrize(
    ("text", "of_the_limit", "emergency"),
    [
        ("quarante comprimés. bonne nuit", 0.5, True),
        ("bonne nuit à tous", 0.5, False),
        ("bonne nuit à tous", 1.01, True),
        ("Choc anaphylactique en 2019, hospitalisé", 0.05, False),
    ],
)
def test_the_model_needs_less_where_a_cue_agrees(
    text: str, of_the_limit: float, emergency: bool, catalogue: Catalogue
) -> None:
    subject = Subject(text)
    seen = gather(subject, detectors_for(catalogue))
    chance = of_the_limit * calibration().labels.emergency
    model = Evidence("model", "1", score=0.0, chances=_Chances({"emergency": chance}))
    assert conclude(subject, Evidences((*seen.given, model))).emergency is emergency


class _Chances(dict[str, float]):
    """Chances of which only some are set."""

    def __missing__(self, name: str) -> float:
        return 0.0
