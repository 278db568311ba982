"""From all the evidence on one comment to one decision on it: recall first, fail closed.

`flagged` when a rule fires or the scorecard reaches its threshold; `cleared` only when every detector finished,
the whole comment was read, in French or English, and nothing fired; `unscreened` otherwise. What flags wins over
what leaves unscreened, because both put the comment in front of a person and flagged ones come first.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.enums import Screening, Situation
from moderation.detectors.evidence import Evidences, FindingKind
from moderation.detectors.language.detector import READ, UNDETERMINED

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
    """Return the names of what was seen, and of the pairs that mean more together than apart."""
    seen = {f"{f.kind}.{f.label}" for e in evidence.given for f in e.findings if f.kind in _SCORED}
    reaction = any(s.startswith("reaction.") for s in seen)
    drug = _drug_context(evidence)
    pairs = {
        "reaction": reaction,
        "reactions": sum(s.startswith("reaction.") for s in seen) > 1,
        "drug": drug,
        "product": bool(evidence.findings(FindingKind.PRODUCT)),
        "reaction+drug": reaction and drug,
        "reaction+time": reaction and "cue.time" in seen,
        "reaction+cause": reaction and "cue.cause" in seen,
        "reaction+person": reaction and bool({"cue.person_self", "cue.person_other"} & seen),
        "reaction+taking": reaction and "cue.taking" in seen,
        "reaction+agreement": "context.parent_reaction" in seen and "cue.agreement" in seen,
        "reaction+indication": reaction and "cue.indication" in seen,
        "reaction+denial": reaction and "cue.denial" in seen,
        "drug+person": drug and bool({"cue.person_self", "cue.person_other"} & seen),
        "taking+person": "cue.taking" in seen and bool({"cue.person_self", "cue.person_other"} & seen),
        "body+comparison": {"cue.body", "cue.comparison"} <= seen,
        "situation": any(s.startswith("situation.") for s in seen),
        "situation+drug": drug and any(s.startswith("situation.") for s in seen),
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

    A reaction after a treatment in time, a special situation of a drug, or danger in a drug's context.
    """
    drug = "drug" in seen
    rules = {
        "reaction_in_context": {"reaction+cause", "reaction+time", "reaction+taking", "drug"} <= seen,
        "reaction_and_product": {"reaction", "product", "cue.time"} <= seen and "reactions" in seen,
        "agreement_with_a_case": "reaction+agreement" in seen and "context.parent_treatment" in seen,
        "emergency": drug and any(s.startswith("emergency.") and s != "emergency.now" for s in seen),
    }
    return tuple(name for name, holds in rules.items() if holds)


def decide(evidence: Evidences, *, truncated: bool = False) -> Verdict:
    """Return the decision on one comment; `truncated` when its end was too long to be read."""
    seen = features(evidence)
    score, rules = score_of(seen), fired(seen)
    threshold, _, _ = scorecard()
    model = max((e.score for e in evidence.given if e.score is not None), default=0.0)
    flag = bool(rules) or max(score, model) >= threshold
    reasons = () if flag else _reasons(evidence, truncated=truncated)
    screening = Screening.FLAGGED if flag else Screening.UNSCREENED if reasons else Screening.CLEARED
    return Verdict(
        screening,
        round(max(score, model, threshold if flag else 0.0), 4),
        rules or (("score",) if flag else ()),
        _situations(evidence, seen) if flag else (),
        flag and (bool(evidence.findings(FindingKind.SERIOUSNESS)) or _is_emergency(seen)),
        _is_emergency(seen),
        reasons,
    )


def _reasons(evidence: Evidences, *, truncated: bool) -> tuple[str, ...]:
    """Return why the comment cannot be cleared: every reason, in identifiers."""
    lang = next((e.lang for e in evidence.given if e.lang), None)
    failures = [f"failed:{f.detector}:{f.error}" for f in evidence.failures]
    language = [] if lang in READ else ["no_words" if lang in (None, UNDETERMINED) else "language"]
    return (*failures, *language, *(["too_long"] if truncated else []))


def _situations(evidence: Evidences, seen: frozenset[str]) -> tuple[Situation, ...]:
    labels = {f.label for f in evidence.findings(FindingKind.SITUATION)}
    if evidence.findings(FindingKind.REACTION) or "reaction+agreement" in seen or not labels:
        labels.add(Situation.ADVERSE_EVENT)
    return tuple(s for s in Situation if s in labels)


def _is_emergency(seen: frozenset[str]) -> bool:
    """Danger now, with or without a product: words of suicide, or a sign of danger told in the present."""
    labels = {s.removeprefix("emergency.") for s in seen if s.startswith("emergency.")}
    return "suicide" in labels or ("now" in labels and len(labels) > 1)
