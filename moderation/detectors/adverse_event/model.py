"""The model as it is served: ONNX Runtime over the files of one folder, no torch.

    model = Model(BUILT_IN)
    reading, = model.read([Subject("depuis le sirop je vomis")], [""])
    reading.chances["pv"]

The files are `model.onnx` (eight-bit weights), `tokenizer.json` and `labels.json`. A file that is missing, cut short
or of another make raises, and whoever asked leaves the comment to a person.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.detectors.adverse_event.encoding import Encoder, Window
from moderation.detectors.adverse_event.labels import FIRST_INTENT, INTENTS, NAMES, OUTPUTS, SITUATIONS, SPANS
from moderation.detectors.evidence import Subject

BUILT_IN = Path(__file__).parent / "model"

_REACTION = SPANS.index("reaction")
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Reading:
    """What the model makes of one comment.

    `chances` (0..1) by name: `pv`, `serious`, `emergency`, `situation.*`, `intent.*` (these sum to 1).
    `marks`: the characters (start, end) of each token with its chance to be of a reaction.
    """

    chances: dict[str, float]
    marks: tuple[tuple[int, int, float], ...]


class Model:
    """Reads comments one by one, several at the same time; the same comment always gives the same reading.

    Eight-bit inference scales each batch by its largest value, so that a comment's score would depend on what it was
    batched with; alone, it depends on nothing else. On two cores this is as fast as batches.
    """

    def __init__(self, folder: Path) -> None:
        _check_labels(folder / "labels.json")
        data = (folder / "model.onnx").read_bytes()
        with ThreadPoolExecutor(1) as beside:
            session = beside.submit(_session, data)
            self.encoder = Encoder(folder)
            self.version = hashlib.sha256(data).hexdigest()[:12]
        self.session = session.result()
        self._workers = os.cpu_count() or 1

    def read(self, subjects: Sequence[Subject], contexts: Sequence[str]) -> list[Reading]:
        """Return one reading a comment, in order; `contexts` as `encoding.context_of` writes them."""
        if not subjects:
            return []
        texts = [subject.text for subject in subjects]
        windows = self.encoder.encode(texts, contexts, [subject.parent for subject in subjects])
        flat = [window for one in windows for window in one]
        outputs = iter(self.run(flat))
        return [_reading([(window, *next(outputs)) for window in one]) for one in windows]

    def run(self, windows: Sequence[Window]) -> list[tuple[Floats, Floats]]:
        """Return the logits of the comment and of its tokens for each window; like windows are read once."""
        order = {tokens: place for place, tokens in enumerate(dict.fromkeys(window.tokens for window in windows))}
        with ThreadPoolExecutor(self._workers) as pool:
            found = list(pool.map(self._run_one, order))
        return [found[order[window.tokens]] for window in windows]

    def _run_one(self, numbers: tuple[int, ...]) -> tuple[Floats, Floats]:
        tokens = np.array([numbers], np.int64)
        comment, marks = self.session.run(None, {"tokens": tokens, "mask": np.ones_like(tokens)})
        return comment[0], marks[0]


def _session(data: bytes) -> Any:
    """Load the weights; half a second that ONNX Runtime spends beside the interpreter, not in it."""
    from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415 - only who reads loads it

    options = SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return InferenceSession(data, options, providers=["CPUExecutionProvider"])


@lru_cache(maxsize=2)
def model_in(folder: Path) -> Model:
    """Return the model of a folder, loaded once whatever registers of products it serves."""
    return Model(folder)


def _check_labels(path: Path) -> None:
    """Raise ValueError unless the model was made for the labels of this version."""
    said = json.loads(path.read_text("utf-8"))
    if said != {"situations": list(SITUATIONS), "intents": list(INTENTS), "spans": list(SPANS)}:
        raise ValueError("the model was made for other labels")


def _reading(parts: Sequence[tuple[Window, Floats, Floats]]) -> Reading:
    """Join the windows of one comment: for danger the highest chance, for the intent the first window."""
    rows = np.stack([_sigmoid(comment[:FIRST_INTENT]) for _, comment, _ in parts]).max(0)
    intents = _softmax(parts[0][1][FIRST_INTENT:OUTPUTS])
    chances = dict(zip(NAMES, [*rows.tolist(), *intents.tolist()], strict=True))
    return Reading(chances, _marks(parts))


def _marks(parts: Iterable[tuple[Window, Floats, Floats]]) -> tuple[tuple[int, int, float], ...]:
    """Return the chance of every token to be of a reaction; a token that two windows share keeps the higher one."""
    found: dict[tuple[int, int], float] = {}
    for window, _, marks in parts:
        chances = _sigmoid(marks[window.first : window.first + len(window.spans), _REACTION])
        for span, chance in zip(window.spans, chances.tolist(), strict=True):
            found[span] = max(found.get(span, 0.0), chance)
    return tuple((start, end, chance) for (start, end), chance in sorted(found.items()))


def _sigmoid(x: Floats) -> Floats:
    chances: Floats = (1 / (1 + np.exp(-np.clip(x, -30, 30)))).astype(np.float32)
    return chances


def _softmax(x: Floats) -> Floats:
    powers = np.exp(x - x.max())
    normed: Floats = powers / powers.sum()
    return normed
