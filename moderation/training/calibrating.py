"""Weights and thresholds of the decision, measured on the validation part and on nothing else."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from errors import InvalidInput
from models.enums import Situation
from moderation.calibration import Calibration, Labels
from moderation.decision import blended, danger_said, features, fired, log_odds, raised, score_of
from moderation.detectors.adverse_event.marking import spans_of
from moderation.detectors.evidence import Evidences, FindingKind
from moderation.detectors.language.detector import UNDETERMINED
from moderation.exact import most_misses
from moderation.training.corpus import Line, Pv
from moderation.training.logistic import Vector, fit
from moderation.training.scoring import characters_f1, f1, places

PROMISES = (1, 2, 3, 4, 5)
_GRID = tuple(round(0.02 * i, 2) for i in range(1, 50))
_FALSE_ALARMS = 0.02
_PROMISE = "2"

Seen = tuple[Line, Evidences]
Flags = NDArray[np.bool_]


def calibrate(judged: Sequence[Seen], version: str) -> Calibration:
    """Return weights and thresholds for the model of this version.

    Raises InvalidInput when a comment was judged without the model.
    """
    if any(seen.chances is None for _, seen in judged):
        raise InvalidInput("Le modèle n'a pas pu lire les commentaires : rien ne peut être étalonné.")
    blend = _blend([one for one in judged if one[0].pv is not Pv.BORDERLINE])
    draft = Calibration(version, blend, {}, Labels(0.5, 0.5, 0.5, 0.5, 0.5, 0.5))
    thresholds = {lang: _thresholds(draft, [j for j in judged if j[0].lang == lang]) for lang in ("fr", "en")}
    flags = _flags(replace(draft, thresholds=thresholds), judged)
    return Calibration(version, blend, thresholds, _labels(judged, flags))


def write(calibration: Calibration, path: Path) -> None:
    """Write the file that `moderation.calibration.read` reads."""
    record = asdict(calibration) | {"labels": asdict(calibration.labels)}
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")


def score(calibration: Calibration, seen: Evidences) -> float:
    """Return the score of a comment as it is held against the threshold; raises KeyError when the model did not run."""
    return blended(calibration, _chance(seen, "pv"), score_of(features(seen))) / raised(seen.chances or {}, seen.lang)


def _flags(made: Calibration, judged: Sequence[Seen]) -> Flags:
    """Return which comments are flagged at the promise that a new installation has."""
    limits = [made.threshold(seen.lang or UNDETERMINED, _PROMISE) for _, seen in judged]
    told = [
        bool(fired(features(seen))) or score(made, seen) >= limit
        for (_, seen), limit in zip(judged, limits, strict=True)
    ]
    return np.array(told)


def _chance(seen: Evidences, name: str) -> float:
    return (seen.chances or {})[name]


def _blend(judged: Sequence[Seen]) -> tuple[float, float, float]:
    """Fit the log-odds of a case on the model's and the scorecard's, cases and others counting alike."""
    rows = [(log_odds(_chance(seen, "pv")), log_odds(score_of(features(seen)))) for _, seen in judged]
    cases = np.array([float(line.pv is Pv.YES) for line, _ in judged])
    model, card, bias = map(float, fit(np.array(rows), cases, penalty=1.0))
    return round(bias, 4), round(max(model, 0.0), 4), round(max(card, 0.0), 4)


def _thresholds(draft: Calibration, judged: Sequence[Seen]) -> dict[str, float]:
    """Return for each promise the highest threshold under which few enough cases of this language are missed.

    A case that a rule flags by itself is never missed. With too few cases for a promise, everything is flagged.
    """
    cases = [seen for line, seen in judged if line.pv is Pv.YES]
    missable = sorted(score(draft, seen) for seen in cases if not fired(features(seen)))
    found = {}
    for promise in PROMISES:
        allowed = most_misses(len(cases), promise / 100)
        enough = allowed >= 0
        place = missable[allowed] if enough and allowed < len(missable) else 1.0
        found[str(promise)] = float(np.floor(place * 1e4) / 1e4) if enough else 0.0
    return found


@dataclass(frozen=True)
class _Told:
    """Chances, what the rules say and what is annotated, each (comments, labels)."""

    chances: Vector
    cued: Flags
    wanted: Flags

    def said(self, high: float, low: float) -> Flags:
        """Return what two limits would say: alone, and where a cue agrees."""
        told: Flags = self.chances >= np.where(self.cued, low, high)
        return told


def _labels(judged: Sequence[Seen], flags: Flags) -> Labels:
    """Return the limits under which the decision as it is taken, on what is flagged, comes closest to the labels."""
    cases = np.array([line.pv is Pv.YES for line, _ in judged])[:, None]
    flagged = flags[:, None]
    told = _situations(judged)
    situation, situation_agreed = _best(
        told, lambda said, wanted: _f1(_some(said, told.chances) & flagged & cases, wanted)
    )
    serious, serious_agreed = _best(_serious(judged), lambda said, wanted: _f1(said & flagged, wanted))
    danger, french = _emergencies(judged), np.array([[line.lang == "fr"] for line, _ in judged])
    emergency = max(_GRID, key=lambda limit: (_alarms(danger.said(limit, 0.0), danger.wanted, french), -limit))
    return Labels(situation, situation_agreed, serious, serious_agreed, emergency, _reaction(judged, flags))


def _best(told: _Told, measure: Callable[[Flags, Flags], float]) -> tuple[float, float]:
    """Return the pair of limits, alone and with a cue, of the highest measure; the cue may only help."""
    pairs = [(high, low) for high in _GRID for low in _GRID[::3] if low <= high]
    return max(pairs, key=lambda pair: (round(measure(told.said(*pair), told.wanted), 4), -pair[0]))


def _some(said: Flags, chances: Vector) -> Flags:
    """Return what is said, or where nothing is, the likeliest: a flagged comment is never without a situation."""
    likeliest = np.arange(chances.shape[1]) == chances.argmax(1)[:, None]
    told: Flags = said | (likeliest & ~said.any(1, keepdims=True))
    return told


def _f1(said: Flags, wanted: Flags) -> float:
    return f1(int((said & wanted).sum()), int(said.sum()), int(wanted.sum()))


def _alarms(said: Flags, wanted: Flags, french: Flags) -> float:
    """Count the emergencies found, unless in one language more than two comments in a hundred are false alarms."""
    wrong = said & ~wanted
    share = max(wrong[part].mean() for part in (french, ~french) if part.any())
    return float((said & wanted).sum()) if share <= _FALSE_ALARMS else -float(share)


def _told(judged: Sequence[Seen], name: str, cued: Sequence[bool], wanted: Sequence[bool]) -> _Told:
    chances = np.array([_chance(seen, name) for _, seen in judged])
    return _Told(chances[:, None], np.array(cued)[:, None], np.array(wanted)[:, None])


def _situations(judged: Sequence[Seen]) -> _Told:
    cues = [{f.label for f in seen.findings(FindingKind.SITUATION)} for _, seen in judged]
    columns = [
        _told(judged, f"situation.{s.value}", [s in cue for cue in cues], [s in line.situations for line, _ in judged])
        for s in Situation
    ]
    stacked = [np.hstack([getattr(one, name) for one in columns]) for name in ("chances", "cued", "wanted")]
    return _Told(*stacked)


def _serious(judged: Sequence[Seen]) -> _Told:
    cued = [bool(seen.findings(FindingKind.SERIOUSNESS)) for _, seen in judged]
    return _told(judged, "serious", cued, [line.serious for line, _ in judged])


def _emergencies(judged: Sequence[Seen]) -> _Told:
    cued = [danger_said({f.label for f in seen.findings(FindingKind.EMERGENCY)}) for _, seen in judged]
    return _told(judged, "emergency", cued, [line.emergency for line, _ in judged])


def _reaction(judged: Sequence[Seen], flags: Flags) -> float:
    """Return the limit of a marked word with the highest F1 by character; what harmless comments show is counted."""
    told = [
        (places(line.subject.text, line.reactions), line.subject.text, seen.marks if flagged else ())
        for (line, seen), flagged in zip(judged, flags, strict=True)
        if line.pv is not Pv.BORDERLINE
    ]

    def measure(limit: float) -> float:
        return characters_f1((wanted, spans_of(text, marks, limit)) for wanted, text, marks in told)

    return max(_GRID[4:44:4], key=measure)
