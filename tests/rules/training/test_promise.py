"""The committed model and thresholds, on comments that nothing was trained on: what is promised, and what was reached.

The floors stand a little under the figures of the model card: a change that loses more must be seen and decided.
"""

import json

import pytest

from cli import CATALOGUE
from moderation.calibration import calibration
from moderation.detectors.adverse_event.model import BUILT_IN, Model
from moderation.detectors.catalogue import Catalogue
from moderation.exact import upper_bound
from moderation.training import measuring
from moderation.training.calibrating import PROMISES
from moderation.training.corpus import CORPUS, Part, Pv, of_part, read_corpus
from moderation.training.evaluating import judge, report
from settings import get_settings

LANGUAGES = ("fr", "en")


@pytest.fixture(scope="module")
def catalogue():
    return Catalogue.from_records(json.loads(CATALOGUE.read_text("utf-8")))


@pytest.fixture(scope="module")
def judged(catalogue):
    lines = read_corpus()
    return {part: judge(of_part(lines, part), catalogue) for part in (Part.VALID, Part.TEST)}


def of(judged, part, lang):
    return [one for one in judged[part] if one[0].lang == lang]


def test_the_thresholds_were_measured_for_the_model_that_is_served():
    assert calibration().model == Model(BUILT_IN).version


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_stricter_promise_never_flags_less(lang):
    limits = [calibration().threshold(lang, str(promise)) for promise in PROMISES]
    assert limits == sorted(limits)


@pytest.mark.soak
@pytest.mark.parametrize("lang", LANGUAGES)
def test_validation_supports_the_promise_of_the_settings(judged, lang):
    missed, _ = measuring.missed_bound(of(judged, Part.VALID, lang))
    assert upper_bound(missed.count, missed.total) <= get_settings().missed_cases_percent / 100


@pytest.mark.soak
@pytest.mark.parametrize(("lang", "recall", "cleared"), [("fr", 0.97, 0.60), ("en", 0.97, 0.60)])
def test_cases_found_and_harmless_comments_cleared(judged, lang, recall, cleared):
    told = of(judged, Part.TEST, lang)
    assert measuring.recall(told).value >= recall
    assert measuring.cleared(told).value >= cleared


def test_a_sample_of_cases_is_flagged_and_of_harmless_comments_cleared(catalogue):
    """A change that breaks the detection is seen at once; the figures themselves are held in the long tests."""
    lines = of_part(read_corpus(), Part.TEST)
    cases = judge([line for line in lines if line.pv is Pv.YES][::20], catalogue)
    others = judge([line for line in lines if line.pv is Pv.NO][::30], catalogue)
    assert measuring.recall(cases).value >= 0.95
    assert measuring.cleared(others).value >= 0.55


def test_every_figure_is_reported(catalogue, tmp_path):
    """A report over a few lines of each part names them all."""
    for path in ("fr_panel_valid", "fr_panel_test", "en_panel_valid", "en_panel_test", "fr_mundane"):
        rows = (CORPUS / f"{path}.jsonl").read_text("utf-8").splitlines()[:12]
        (tmp_path / f"{path}.jsonl").write_text("\n".join(rows), "utf-8")
    told = "\n".join(report(catalogue, tmp_path))
    for figure in ("== fr ==", "== en ==", "PV recall", "harmless cleared", "promise", "by channel", "by situation"):
        assert figure in told
