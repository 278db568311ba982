"""From all the evidence on one comment to one decision on it: recall first, fail closed.

`flagged` when a rule fires or the score of model and scorecard reaches its threshold; `cleared` only when every
detector finished, the whole comment was read, in French or English, and nothing fired; `unscreened` otherwise. What
flags wins over what leaves unscreened, because both put the comment in front of a person and flagged ones come first.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.enums import Screening, Situation
from moderation.calibration import Calibration, calibration
from moderation.detectors.company import COMPANY_TERM
from moderation.detectors.evidence import MODEL, OWN, Evidences, FindingKind
from moderation.detectors.language.detector import READ, UNDETERMINED
from moderation.detectors.tuning import AS_SHIPPED, Tuning
from settings import get_settings

Chances = Mapping[str, float]
_PLAIN_SITUATIONS = frozenset(
    f"situation.{s}"
    for s in (
        Situation.QUALITY_DEFECT,
        Situation.MEDICATION_ERROR,
        Situation.OVERDOSE,
        Situation.WITHDRAWAL,
        Situation.PREGNANCY,
        Situation.BREASTFEEDING,
    )
)
"""Situations whose words flag by themselves under a drug: they catch half of what the model misses, and cost two
harmless comments in a hundred."""

AGREEMENT = "agreement_with_a_case"
"""The rule that an answer which agrees with a case is one: "moi aussi" inherits what it answers."""

SUICIDE, CALL, NOW, OVER = "suicide", "call", "now", "over"
"""Sections of the emergency terms that mean more than a sign of danger."""

_AGREED = 1 / 3
"""Where a sign of danger or a call for help agrees, a third of the model's limit will do: on the validation part that
finds three more emergencies of 61, and costs six false alarms in 2,319 comments."""

_SURE = 0.25
_UNKNOWN_PAGE = {"fr": 4.0}
_UNKNOWN_PAGE_ELSE = 2.0
"""Without a page the model is told of a page on medicines; on the validation part stripped of its pages, a threshold so
many times as high flags 94 French and 95 English cases in a hundred, and 7 in a hundred everyday remarks."""

_SCORECARD = Path(__file__).parent / "scorecard.json"
_IN_DRUG_CONTEXT = ("page_product", "post_treatment", "parent_treatment")


@dataclass(frozen=True)
class Verdict:
    """What is decided on one comment. `reasons` says in identifiers why it is unscreened; empty otherwise."""

    screening: Screening
    score: float
    rules: tuple[str, ...]
    situations: tuple[Situation, ...]
    serious: bool
    emergency: bool
    reasons: tuple[str, ...]


@cache
def scorecard() -> tuple[float, float, dict[str, float]]:
    """Return the threshold, the bias and the weight of each feature (fitted by `benchmarks/scorecard.py`)."""
    card = json.loads(_SCORECARD.read_text("utf-8"))
    return card["threshold"], card["bias"], card["weights"]


def features(evidence: Evidences) -> frozenset[str]:
    """Return the names of what the rules saw, and of the pairs that mean more together than apart."""
    seen = {
        f"{f.kind}.{f.label}" for e in evidence.given for f in e.findings if f.kind in _SCORED and f.detector != MODEL
    }
    reactions = {f.label for f in evidence.findings(FindingKind.REACTION) if f.detector != MODEL}
    reaction, drug = bool(reactions), _drug_context(evidence)
    person = "cue.person_self" in seen or "cue.person_other" in seen
    situation = bool(evidence.findings(FindingKind.SITUATION))
    pairs = {
        "reaction": reaction,
        "reactions": len(reactions) > 1,
        "drug": drug,
        "product": bool(evidence.findings(FindingKind.PRODUCT)),
        "reaction+drug": reaction and drug,
        "reaction+time": reaction and "cue.time" in seen,
        "reaction+cause": reaction and "cue.cause" in seen,
        "reaction+person": reaction and person,
        "reaction+taking": reaction and "cue.taking" in seen,
        "reaction+agreement": "context.parent_reaction" in seen and "cue.agreement" in seen,
        "reaction+indication": reaction and "cue.indication" in seen,
        "reaction+denial": reaction and "cue.denial" in seen,
        "drug+person": drug and person,
        "taking+person": "cue.taking" in seen and person,
        "body+comparison": {"cue.body", "cue.comparison"} <= seen,
        "situation": situation,
        "situation+drug": drug and situation,
    }
    return frozenset(seen | {name for name, holds in pairs.items() if holds})


_SCORED = frozenset(
    {
        FindingKind.REACTION,
        FindingKind.CUE,
        FindingKind.CONTEXT,
        FindingKind.SITUATION,
        FindingKind.SERIOUSNESS,
        FindingKind.EMERGENCY,
        FindingKind.INTENT,
    }
)


def _drug_context(evidence: Evidences) -> bool:
    around = {f.label for f in evidence.findings(FindingKind.CONTEXT)}
    cues = {f.label for f in evidence.findings(FindingKind.CUE)}
    return bool(around & set(_IN_DRUG_CONTEXT)) or "treatment" in cues or bool(evidence.findings(FindingKind.PRODUCT))


def score_of(seen: Iterable[str]) -> float:
    """Return the chance of a pharmacovigilance case, 0..1, that the scorecard gives to these features."""
    _, bias, weights = scorecard()
    total = bias + math.fsum(weights.get(name, 0.0) for name in sorted(seen))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def fired(seen: frozenset[str]) -> tuple[str, ...]:
    """Return the rules that flag by themselves, whatever the score.

    A reaction after a treatment in time, a special situation of a drug, danger in a drug's context, or a term that the
    company itself set as suspicious.
    """
    drug = "drug" in seen
    rules = {
        "reaction_in_context": {"reaction+cause", "reaction+time", "reaction+taking", "drug"} <= seen,
        "reaction_and_product": {"reaction", "product", "cue.time"} <= seen and "reactions" in seen,
        "special_situation": drug and not seen.isdisjoint(_PLAIN_SITUATIONS),
        "insistence": {"reaction+drug", "cue.insistence"} <= seen,
        AGREEMENT: {"reaction+agreement", "context.parent_treatment"} <= seen or "cue.echo" in seen,
        COMPANY_TERM: f"cue.{COMPANY_TERM}" in seen,
        "emergency": drug and bool(dangers(_emergency_labels(seen))),
    }
    return tuple(name for name, holds in rules.items() if holds)


def decide(
    evidence: Evidences, *, truncated: bool = False, wordless: bool = False, tuning: Tuning = AS_SHIPPED
) -> Verdict:
    """Return the decision on one comment.

    `truncated` when its end was too long to be read, `wordless` when it holds no words at all.
    """
    seen = features(evidence)
    rules = fired(seen)
    chances = evidence.chances
    score, threshold = _score(evidence, seen, chances, tuning)
    flag = bool(rules) or score >= threshold
    sure = chances is not None and not wordless and score < threshold * _SURE
    reasons = () if flag else _reasons(evidence, truncated=truncated, unread=chances is None, sure=sure)
    screening = Screening.FLAGGED if flag else Screening.UNSCREENED if reasons else Screening.CLEARED
    return Verdict(
        screening,
        round(max(score, threshold if flag else 0.0), 4),
        rules or (("score",) if flag else ()),
        _situations(evidence, seen, chances) if flag else (),
        flag and _serious(evidence, seen, chances),
        _is_emergency(seen, chances),
        reasons,
    )


def _score(evidence: Evidences, seen: frozenset[str], chances: Chances | None, tuning: Tuning) -> tuple[float, float]:
    """Return the chance of a case and the threshold: model and scorecard together, or the scorecard alone.

    The scorecard alone serves when the model failed: then it only flags, for nothing is cleared without the model.
    A company's own classifier decides with its own threshold.
    """
    card = score_of(seen)
    if chances is None:
        return card, scorecard()[0]
    if own := [e.score for e in evidence.given if e.detector == OWN and e.score is not None]:
        return max(own), _own_threshold(tuning)
    threshold = calibration().threshold(evidence.lang or UNDETERMINED, promise(tuning)) * raised(chances, evidence.lang)
    return blended(calibration(), chances["pv"], card), threshold


def raised(chances: Chances, lang: str | None) -> float:
    """Return by how much the threshold is raised for a comment of which not even the page is known."""
    return _UNKNOWN_PAGE.get(lang or UNDETERMINED, _UNKNOWN_PAGE_ELSE) if chances["unknown_page"] else 1.0


def blended(calibrated: Calibration, model: float, card: float) -> float:
    """Return the chance of a case, 0..1, from the model's and the scorecard's."""
    bias, of_model, of_card = calibrated.blend
    total = bias + of_model * log_odds(model) + of_card * log_odds(card)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def log_odds(chance: float) -> float:
    """Return the logarithm of the odds, within ±16."""
    kept = max(1e-7, min(1 - 1e-7, chance))
    return math.log(kept / (1 - kept))


def _own_threshold(tuning: Tuning) -> float:
    signed = tuning.classifier
    return signed.percent / 100 if signed else get_settings().own_classifier_threshold


def promise(tuning: Tuning = AS_SHIPPED) -> str:
    """Return the percentage of cases that may be missed, as it was signed, or as the settings say it."""
    return str(tuning.promise or get_settings().missed_cases_percent)


def _reasons(evidence: Evidences, *, truncated: bool, unread: bool, sure: bool) -> tuple[str, ...]:
    """Return why the comment cannot be cleared: every reason, in identifiers.

    Words too few to tell French from English are no obstacle where the model is sure of nothing being there.
    """
    lang = evidence.lang
    failures = [f"failed:{f.detector}:{f.error}" for f in evidence.failures]
    unknown = lang in (None, UNDETERMINED)
    language = [] if lang in READ or (unknown and sure) else ["no_words" if unknown else "language"]
    unread = unread and not any(f.detector == MODEL for f in evidence.failures)
    return (*failures, *language, *(["no_model"] if unread else []), *(["too_long"] if truncated else []))


def _situations(evidence: Evidences, seen: frozenset[str], chances: Chances | None) -> tuple[Situation, ...]:
    labels = {f.label for f in evidence.findings(FindingKind.SITUATION)}
    if chances is None:
        if evidence.findings(FindingKind.REACTION) or "reaction+agreement" in seen or not labels:
            labels.add(Situation.ADVERSE_EVENT)
        return tuple(s for s in Situation if s in labels)
    limits = calibration().labels
    likely = [s for s in Situation if _holds(chances, f"situation.{s.value}", limits.situation)]
    agreed = {s for s in labels if _holds(chances, f"situation.{s}", limits.situation_agreed)}
    found = tuple(s for s in Situation if s in likely or s in agreed)
    return found or (max(Situation, key=lambda s: chances[f"situation.{s.value}"]),)


def _serious(evidence: Evidences, seen: frozenset[str], chances: Chances | None) -> bool:
    cued = bool(evidence.findings(FindingKind.SERIOUSNESS))
    if chances is None:
        return cued or _is_emergency(seen, chances)
    limits = calibration().labels
    return _holds(chances, "serious", limits.serious_agreed if cued else limits.serious)


def _is_emergency(seen: frozenset[str], chances: Chances | None) -> bool:
    """Danger now, with or without a product: words of suicide, a sign of danger in the present, or the model."""
    labels = _emergency_labels(seen)
    if chances is None or danger_said(labels):
        return danger_said(labels)
    limit = calibration().labels.emergency
    return _holds(chances, "emergency", limit * _AGREED if danger_cued(labels) else limit)


def _emergency_labels(seen: frozenset[str]) -> set[str]:
    return {s.removeprefix("emergency.") for s in seen if s.startswith("emergency.")}


def dangers(labels: set[str]) -> set[str]:
    """Return the signs of danger among the cues of an emergency; the others say when, or that help is called."""
    return labels - {CALL, NOW, OVER}


def danger_said(labels: set[str]) -> bool:
    """Tell whether the cues alone speak of danger now.

    A sign of danger with "now" or a call for help, unless it is over or in jest. Words of suicide need neither; only
    where neither stands beside them can they be over.
    """
    present = not labels.isdisjoint({CALL, NOW})
    if SUICIDE in labels:
        return present or OVER not in labels
    return present and OVER not in labels and bool(dangers(labels))


def danger_cued(labels: set[str]) -> bool:
    """Tell whether a cue agrees with a model that suspects danger: a sign of it, or a call for help."""
    return bool(dangers(labels)) or CALL in labels


def _holds(chances: Chances, name: str, limit: float) -> bool:
    return chances[name] >= limit
