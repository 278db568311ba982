"""A company's own classifier: how its outputs are read, and what is said when they cannot be."""

import json

import numpy as np
import pytest

from errors import InvalidInput
from moderation import screening
from moderation.detectors.adverse_event import own
from moderation.detectors.adverse_event.own import OwnClassifier, case_index, own_classifier
from moderation.detectors.evidence import Subject
from moderation.screening import screen
from settings import get_settings


@pytest.mark.parametrize(
    ("labels", "wanted", "index"),
    [
        ({0: "no", 1: "yes"}, None, 1),
        ({0: "ADE", 1: "OTHER"}, None, 0),
        ({0: "LABEL_0", 1: "LABEL_1"}, None, 1),
        ({0: "bon", 1: "effet"}, "Effet", 1),
        ({}, None, 0),
    ],
)
def test_the_output_that_means_a_case(labels, wanted, index):
    assert case_index(labels, wanted) == index


@pytest.mark.parametrize(("labels", "wanted"), [({0: "a", 1: "b"}, None), ({0: "a", 1: "b"}, "c"), ({}, "yes")])
def test_outputs_of_which_none_is_plain_are_refused_with_their_names(labels, wanted):
    with pytest.raises(InvalidInput, match="COVIGIE_OWN_CLASSIFIER_LABEL"):
        case_index(labels, wanted)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder whose network says that texts with "vomi" are cases."""
    (tmp_path / "config.json").write_text(json.dumps({"id2label": {"0": "no", "1": "yes"}}), "utf-8")
    (tmp_path / "model.onnx").write_bytes(b"")

    def network(_):
        return lambda texts: np.array([[0.0, 4.0 if "vomi" in text else -4.0] for text in texts])

    monkeypatch.setattr(own, "_onnx", network)
    return tmp_path


def test_scores_come_in_order_and_a_reply_is_read_with_what_it_answers(folder):
    subjects = [Subject("merci"), Subject("j'ai vomi"), Subject("pareil", parent="j'ai vomi")] * 9
    scores = [e.score for e in OwnClassifier(folder).evidence(subjects)]
    assert [s > 0.9 for s in scores] == [False, True, True] * 9


def test_the_settings_name_it(folder, catalogue, monkeypatch):
    monkeypatch.setenv("COVIGIE_OWN_CLASSIFIER", str(folder))
    get_settings.cache_clear()
    own_classifier.cache_clear()
    assert screen(Subject("Bravo à toute l'équipe, on a vomi de rire"), catalogue).flag
    assert screening.screen(Subject("Bravo à toute l'équipe"), catalogue).score < 0.1


def test_a_folder_without_a_classifier_leaves_all_to_persons(tmp_path, catalogue, monkeypatch):
    monkeypatch.setenv("COVIGIE_OWN_CLASSIFIER", str(tmp_path))
    get_settings.cache_clear()
    own_classifier.cache_clear()
    assert screen(Subject("Bravo à toute l'équipe"), catalogue).reasons == ("failed:model:InvalidInput",)


def test_other_weights_are_another_version(folder):
    before = OwnClassifier(folder).version
    (folder / "model.onnx").write_bytes(b"1")
    assert OwnClassifier(folder).version != before
