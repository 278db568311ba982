"""Every detector over one comment, then one decision over all that they saw.

    analysis = screen(Subject("Depuis la Cardexine j'ai des vertiges."), catalogue)
    analysis.screening, analysis.to_contract("42")

`screen` never raises, whatever the text: a detector that fails leaves the comment unscreened, in front of a person.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from models.enums import Intent
from moderation.analysis import Analysis
from moderation.calibration import calibration
from moderation.decision import decide
from moderation.detectors.adverse_event.detector import AdverseEventDetector
from moderation.detectors.adverse_event.own import OwnClassifier, own_classifier
from moderation.detectors.adverse_event.reader import NOT_SAID, Reader, evidence_of, reader_for
from moderation.detectors.catalogue import Catalogue
from moderation.detectors.company import CompanyDetector, quieted
from moderation.detectors.cued import CuedDetector
from moderation.detectors.evidence import MODEL, Detector, Evidence, Evidences, Failure, Finding, FindingKind, Subject
from moderation.detectors.folding import LONGEST
from moderation.detectors.intent.detector import IntentDetector
from moderation.detectors.language.detector import UNDETERMINED, LanguageDetector
from moderation.detectors.personal_data.detector import PersonalDataDetector
from moderation.detectors.products.detector import ProductsDetector
from moderation.detectors.tuning import AS_SHIPPED, Classifier, Tuning
from moderation.explanation import explain
from settings import Settings, get_settings

__all__ = [
    "Analysis",
    "Catalogue",
    "Evidence",
    "Finding",
    "FindingKind",
    "Subject",
    "detectors_for",
    "screen",
    "screen_many",
]


_WORD = re.compile(r"[^\W\d_]{2,}")
_FEWEST_WORDS = 2


@lru_cache(maxsize=4)
def detectors_for(catalogue: Catalogue) -> tuple[Detector, ...]:
    """Return the detectors in the order in which they run; all of them always do."""
    return (
        LanguageDetector(),
        ProductsDetector(catalogue),
        AdverseEventDetector(),
        CuedDetector("situations", "1", FindingKind.SITUATION),
        CuedDetector("seriousness", "1", FindingKind.SERIOUSNESS),
        CuedDetector("emergency", "3", FindingKind.EMERGENCY),
        PersonalDataDetector(),
        IntentDetector(),
        *(() if catalogue.tuning == AS_SHIPPED else (CompanyDetector(catalogue.tuning),)),
    )


def gather(subject: Subject, detectors: Sequence[Detector]) -> Evidences:
    """Run every detector; one that raises is recorded by the class of its error and stops no other."""
    given: list[Evidence] = []
    failures: list[Failure] = []
    for detector in detectors:
        try:
            given.append(detector.detect(subject))
        except Exception as error:  # noqa: BLE001 - fail closed: any failure leaves the comment to a person
            failures.append(Failure(detector.name, detector.version, type(error).__name__))
    return Evidences(tuple(given), tuple(failures))


def screen(subject: Subject, catalogue: Catalogue) -> Analysis:
    """Return all that is known of one comment; see `screen_many`."""
    (analysis,) = screen_many([subject], catalogue)
    return analysis


def screen_many(subjects: Sequence[Subject], catalogue: Catalogue) -> list[Analysis]:
    """Return all that is known of each comment, in order; deterministic, and fastest a few hundred at a time.

    The first 100,000 characters are read; a longer comment that nothing flags is left unscreened.
    """
    detectors, tuning = detectors_for(catalogue), catalogue.tuning
    seen = [quieted(subject.text, gather(subject, detectors), tuning.harmless) for subject in subjects]
    read = read_by_model(subjects, seen, catalogue)
    return [conclude(*one, tuning) for one in zip(subjects, read, strict=True)]


def read_by_model(subjects: Sequence[Subject], seen: Sequence[Evidences], catalogue: Catalogue) -> list[Evidences]:
    """Add what the model says; when it cannot be loaded or fails, every comment bears that failure."""
    try:
        # Two tunings over the same products share one reader, so that a trial does not judge each text twice.
        reader, limit = reader_for(Catalogue(catalogue.products)), calibration().labels.reaction
        if reader.model.version != calibration().model:
            raise ValueError("the thresholds were measured for another model")  # noqa: TRY301 - as any other failure
        return with_model(subjects, seen, reader, limit, catalogue.tuning)
    except Exception as error:  # noqa: BLE001 - fail closed: without the model nothing is cleared
        failure = Failure(MODEL, "unknown", type(error).__name__)
        return [Evidences(one.given, (*one.failures, failure)) for one in seen]


def with_model(
    subjects: Sequence[Subject], seen: Sequence[Evidences], reader: Reader, limit: float, tuning: Tuning = AS_SHIPPED
) -> list[Evidences]:
    """Add what a model says, whatever thresholds there are for it; words from `limit` on are marked as a reaction."""
    mentions = [[f.label for f in one.findings(FindingKind.PRODUCT)] for one in seen]
    readings, own = reader.read(subjects, mentions), _own(subjects, tuning)
    return [
        Evidences((*one.given, evidence_of(subject, read, reader.model.version, limit), *more), one.failures)
        for subject, one, read, more in zip(subjects, seen, readings, own, strict=True)
    ]


def _own(subjects: Sequence[Subject], tuning: Tuning) -> list[tuple[Evidence, ...]]:
    """Return what a company's own classifier says, the signed one or that of the settings; nothing when none is named.

    Raises ValueError when the files are no longer those that were signed.
    """
    settings, signed = get_settings(), tuning.classifier
    if signed is None and settings.own_classifier is None:
        return [() for _ in subjects]
    return [(one,) for one in _classifier(settings, signed).evidence(subjects)]


def _classifier(settings: Settings, signed: Classifier | None) -> OwnClassifier:
    if signed is None:
        return own_classifier(settings.own_classifier or Path(), settings.own_classifier_label)
    loaded = own_classifier(signed.folder, signed.label or None)
    if loaded.version != signed.mark:
        raise ValueError("the classifier is not the one that was signed")
    return loaded


def conclude(subject: Subject, evidence: Evidences, tuning: Tuning = AS_SHIPPED) -> Analysis:
    """Decide over evidence however it was gathered, for instance with a detector that ran out of time."""
    wordless = len(_WORD.findall(NOT_SAID.sub(" ", subject.text[:LONGEST]))) < _FEWEST_WORDS
    verdict = decide(evidence, truncated=len(subject.text) > LONGEST, wordless=wordless, tuning=tuning)
    lang = evidence.lang or UNDETERMINED
    return Analysis(subject, lang, verdict, evidence, _intent(evidence), explain(subject.text, verdict, evidence))


def _intent(evidence: Evidences) -> Intent:
    """Return the intent that the model holds likeliest, or what the rules say when there is no model."""
    if chances := evidence.chances:
        return max(Intent, key=lambda intent: chances[f"intent.{intent.value}"])
    return next((Intent(f.label) for f in evidence.findings(FindingKind.INTENT)), Intent.CHAT)
