"""A company's own classifier in place of the built-in score: a folder as Hugging Face writes it.

The folder holds `config.json` (with `id2label`), a tokenizer, and either `model.onnx` (served as the built-in model
is) or weights that `transformers` reads, which needs `covigie[train]`. It decides the case alone, with the threshold
of the settings; situations, seriousness, emergency and intent stay with the built-in model and the rules.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from errors import InvalidInput
from moderation.detectors.classifier_folder import mark_of
from moderation.detectors.evidence import OWN, Evidence, Subject

_LONGEST_TOKENS = 512
_CASE_WORDS = frozenset({"yes", "true", "case", "ade", "ae", "adr", "adverse_event", "label_1", "1"})
_BATCH = 16


class OwnClassifier:
    """Gives the chance of a case, 0..1, to each comment with what it answers."""

    def __init__(self, folder: Path, label: str | None = None) -> None:
        labels = _labels(folder)
        self.case = case_index(labels, label)
        self.version = mark_of(folder)
        self._logits = _onnx(folder) if (folder / "model.onnx").exists() else _torch(folder)

    def evidence(self, subjects: Sequence[Subject]) -> list[Evidence]:
        """Return one piece of evidence a comment, with its score."""
        texts = [f"{s.parent} >> {s.text}" if s.parent else s.text for s in subjects]
        scores = [one for at in range(0, len(texts), _BATCH) for one in self._scores(texts[at : at + _BATCH])]
        return [Evidence(OWN, self.version, score=score) for score in scores]

    def _scores(self, texts: list[str]) -> list[float]:
        logits = self._logits(texts)
        if logits.shape[1] == 1:
            return [float(one) for one in 1 / (1 + np.exp(-logits[:, 0]))]
        powers = np.exp(logits - logits.max(1, keepdims=True))
        return [float(one) for one in (powers / powers.sum(1, keepdims=True))[:, self.case]]


def _labels(folder: Path) -> dict[int, str]:
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        return {int(number): str(label) for number, label in config.get("id2label", {}).items()}
    except (OSError, ValueError, AttributeError) as error:
        raise InvalidInput(
            "Le classifieur {folder} n'a pas de fichier « config.json » lisible.", folder=folder
        ) from error


def case_index(labels: dict[int, str], wanted: str | None) -> int:
    """Return which output means a case: the one named, or the one whose label says so.

    Raises InvalidInput when no output is the one.
    """
    words = {wanted.lower()} if wanted else _CASE_WORDS
    found = [number for number, label in labels.items() if label.lower() in words]
    if len(found) == 1:
        return found[0]
    if not labels and not wanted:
        return 0
    raise InvalidInput(
        "Dites quelle sortie du classifieur signifie un cas (COVIGIE_OWN_CLASSIFIER_LABEL) : {labels}.",
        labels=", ".join(labels.values()),
    )


def _onnx(folder: Path) -> Any:
    from onnxruntime import InferenceSession  # noqa: PLC0415 - only who reads loads it
    from transformers import AutoTokenizer  # noqa: PLC0415

    tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    session: Any = InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_inputs()]

    def logits(texts: list[str]) -> Any:
        cut = tokenizer(texts, padding=True, truncation=True, max_length=_LONGEST_TOKENS, return_tensors="np")
        return session.run(None, {name: np.asarray(cut[name], np.int64) for name in names})[0]

    return logits


def _torch(folder: Path) -> Any:
    from transformers import AutoModelForSequenceClassification, AutoTokenizer  # noqa: PLC0415

    tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model: Any = AutoModelForSequenceClassification.from_pretrained(folder, local_files_only=True).eval()

    def logits(texts: list[str]) -> Any:
        cut = tokenizer(texts, padding=True, truncation=True, max_length=_LONGEST_TOKENS, return_tensors="pt")
        return model(**cut).logits.detach().numpy()

    return logits


@lru_cache(maxsize=2)
def own_classifier(folder: Path, label: str | None) -> OwnClassifier:
    """Return a classifier, loaded once; two are kept, for one may be tried beside the other."""
    return OwnClassifier(folder, label)
