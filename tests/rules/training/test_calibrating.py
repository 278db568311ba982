"""Thresholds from the validation part: the highest that keep each promise."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import InvalidInput
from models.enums import Intent, Situation
from moderation.calibration import Calibration, read
from moderation.decision import blended, log_odds, raised
from moderation.detectors.evidence import Evidence, Evidences, Subject
from moderation.exact import upper_bound
from moderation.training.calibrating import calibrate, write
from moderation.training.corpus import Line, Part, Pv


def judged(pv, chance, lang="fr", **more):
    """Return a line with the chances that a model gave it."""
    chances = {f"situation.{s.value}": 0.0 for s in Situation} | {f"intent.{i.value}": 0.0 for i in Intent}
    chances |= {
        "unknown_page": 0.0,
        "pv": chance,
        "serious": 0.0,
        "emergency": 0.0,
        "situation.adverse_event": chance,
    } | more
    line = Line(
        id="1",
        lang=lang,
        subject=Subject("x"),
        pv=pv,
        situations=(Situation.ADVERSE_EVENT,) if pv is Pv.YES else (),
        serious="serious" in more,
        emergency="emergency" in more,
        intent=Intent.CHAT,
        reactions=(),
        products=(),
        product_spans=(),
        pii=(),
        part=Part.VALID,
    )
    evidence = Evidences((Evidence("model", "1", score=chance, chances=chances),))
    return line, evidence


def both_languages(rows):
    return [judged(pv, chance, lang) for lang in ("fr", "en") for pv, chance in rows]


@settings(max_examples=8, deadline=None)
@given(st.lists(st.floats(0.01, 0.99), min_size=100, max_size=140), st.lists(st.floats(0.01, 0.99), min_size=5))
def test_as_many_are_missed_as_the_promise_allows_and_no_more(cases, others):
    rows = both_languages([*((Pv.YES, c) for c in cases), *((Pv.NO, c) for c in others)])
    made = calibrate(rows, "v")
    for promise, threshold in made.thresholds["fr"].items():
        missed = sum(blended(made, chance, 0.0) < threshold for chance in cases)
        assert threshold == 0.0 or upper_bound(missed, len(cases)) <= int(promise) / 100


def test_a_raised_threshold_counts_against_the_promise():
    """A comment without a known page is held against a higher threshold; what that misses is missed."""
    rows = both_languages([*[(Pv.YES, 0.6)] * 200, *[(Pv.NO, 0.1)] * 200])
    lonely = [judged(Pv.YES, 0.3, lang, unknown_page=1.0) for lang in ("fr", "en") for _ in range(20)]
    made = calibrate([*rows, *lonely], "v")
    assert made.thresholds["fr"]["2"] * raised({"unknown_page": 1.0}, None) <= blended(made, 0.3, 0.0)


def test_too_few_cases_for_a_promise_flag_everything():
    rows = both_languages([*[(Pv.YES, 0.9)] * 60, *[(Pv.NO, 0.1)] * 60])
    thresholds = calibrate(rows, "v").thresholds["fr"]
    assert thresholds["1"] == 0.0  # 299 without a miss are needed
    assert thresholds["5"] > 0.0  # 59 are


def test_comments_judged_without_the_model_cannot_be_measured():
    line, _ = judged(Pv.YES, 0.9)
    with pytest.raises(InvalidInput):
        calibrate([(line, Evidences())], "v")


def test_what_is_written_is_read(tmp_path):
    made = calibrate(both_languages([*[(Pv.YES, 0.9)] * 60, *[(Pv.NO, 0.1)] * 60]), "v")
    write(made, tmp_path / "c.json")
    assert read(tmp_path / "c.json") == made


def test_a_language_that_was_not_measured_gets_the_lowest_threshold():
    made = calibrate(both_languages([*[(Pv.YES, 0.9)] * 60, *[(Pv.NO, 0.1)] * 60]), "v")
    other = Calibration("v", made.blend, {"fr": {"3": 0.4}, "en": {"3": 0.2}}, made.labels)
    assert other.threshold("de", "3") == 0.2


@pytest.mark.parametrize("chance", [0.0, 1e-30, 0.5, 1.0])
def test_certain_chances_have_finite_odds(chance):
    assert abs(log_odds(chance)) < 17


def test_an_emergency_is_told_with_few_false_alarms_in_each_language():
    """English has more harmless comments that look like danger, so its false alarms set the limit of both."""
    plain = [judged(Pv.NO, 0.1, lang, emergency=0.0) for lang in ("fr", "en") for _ in range(100)]
    calm = [(replace(line, emergency=False), seen) for line, seen in plain]
    real = [judged(Pv.YES, 0.9, lang, emergency=0.9) for lang in ("fr", "en") for _ in range(4)]
    alarming = [judged(Pv.NO, 0.1, "en", emergency=0.5) for _ in range(5)]
    wrong = [(replace(line, emergency=False), seen) for line, seen in alarming]
    assert 0.5 < calibrate([*calm, *real, *wrong], "v").labels.emergency <= 0.9
