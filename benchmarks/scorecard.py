"""Fit the scorecard of the decision on annotated comments.

    python -m benchmarks.scorecard FOLDER [--recall 0.95] > moderation/scorecard.json

Logistic regression by Newton's method over the features of `moderation.decision`, weighted so that cases and
others count alike; the threshold is the largest that keeps the recall asked for, by cross-validation over files.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from moderation.decision import features
from moderation.detectors.catalogue import Catalogue
from moderation.detectors.evidence import Subject
from moderation.screening import detectors_for, gather
from moderation.training.logistic import Vector, fit

_PENALTY = 3.0


def scores(matrix: Vector, weights: Vector) -> Vector:
    """Return the chance of a case for each row."""
    return np.asarray(1 / (1 + np.exp(-(matrix @ weights[:-1] + weights[-1]))))


def main() -> None:
    """Print the scorecard as JSON, and what the threshold costs to stderr."""
    options = argparse.ArgumentParser()
    options.add_argument("folder", type=Path)
    options.add_argument("--catalogue", type=Path, required=True)
    options.add_argument("--recall", type=float, default=0.95)
    given = options.parse_args()
    detectors = detectors_for(Catalogue.from_records(json.loads(given.catalogue.read_text("utf-8"))))
    rows, labels, files = [], [], []
    for path in sorted(given.folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            comment = json.loads(line)
            rows.append(features(gather(Subject.from_record(comment), detectors)))
            labels.append(comment["pv"])
            files.append(path.name)
    report(rows, labels, files, given.recall)


def report(rows: list[frozenset[str]], labels: list[str], files: list[str], recall: float) -> None:
    """Fit, choose the threshold on scores that the row's own file had no part in, and print."""
    names = sorted({name for row in rows for name in row})
    matrix = np.array([[name in row for name in names] for row in rows], dtype=float)
    kind = np.array(labels)
    use = kind != "borderline"
    cases = (kind == "yes").astype(float)
    unseen = np.zeros(len(rows))
    for file in sorted(set(files)):
        held = np.array([f == file for f in files])
        unseen[held] = scores(matrix[held], fit(matrix[use & ~held], cases[use & ~held], penalty=_PENALTY))
    threshold = float(np.quantile(unseen[kind == "yes"], 1 - recall))
    cleared = float((unseen[kind == "no"] < threshold).mean())
    print(f"threshold {threshold:.3f}: {recall:.0%} of cases, {cleared:.1%} of the rest below it", file=sys.stderr)
    weights = fit(matrix[use], cases[use], penalty=_PENALTY)
    kept = {name: round(float(w), 3) for name, w in zip(names, weights[:-1], strict=True)}
    card = {"threshold": round(threshold, 3), "bias": round(float(weights[-1]), 3), "weights": kept}
    print(json.dumps(card, indent=1))


if __name__ == "__main__":
    main()
