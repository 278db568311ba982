"""Every detector over one comment, then one decision over all that they saw.

    analysis = screen(Subject("Depuis la Cardexine j'ai des vertiges."), catalogue)
    analysis.screening, analysis.to_contract("42")

`screen` never raises, whatever the text: a detector that fails leaves the comment unscreened, in front of a person.
"""

from collections.abc import Sequence
from functools import lru_cache

from models.enums import Intent
from moderation.analysis import Analysis
from moderation.decision import decide
from moderation.detectors.adverse_event.detector import AdverseEventDetector
from moderation.detectors.catalogue import Catalogue
from moderation.detectors.cued import CuedDetector
from moderation.detectors.evidence import Detector, Evidence, Evidences, Failure, Finding, FindingKind, Subject
from moderation.detectors.folding import LONGEST
from moderation.detectors.intent.detector import IntentDetector
from moderation.detectors.language.detector import UNDETERMINED, LanguageDetector
from moderation.detectors.personal_data.detector import PersonalDataDetector
from moderation.detectors.products.detector import ProductsDetector
from moderation.explanation import explain

__all__ = ["Analysis", "Catalogue", "Evidence", "Finding", "FindingKind", "Subject", "detectors_for", "screen"]


@lru_cache(maxsize=4)
def detectors_for(catalogue: Catalogue) -> tuple[Detector, ...]:
    """Return the detectors in the order in which they run; all of them always do."""
    return (
        LanguageDetector(),
        ProductsDetector(catalogue),
        AdverseEventDetector(),
        CuedDetector("situations", "1", FindingKind.SITUATION),
        CuedDetector("seriousness", "1", FindingKind.SERIOUSNESS),
        CuedDetector("emergency", "2", FindingKind.EMERGENCY),
        PersonalDataDetector(),
        IntentDetector(),
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
    """Return all that is known of one comment; pure and deterministic, about two milliseconds a comment.

    The first 100,000 characters are read; a longer comment that nothing flags is left unscreened.
    """
    return conclude(subject, gather(subject, detectors_for(catalogue)))


def conclude(subject: Subject, evidence: Evidences) -> Analysis:
    """Decide over evidence however it was gathered, for instance with a detector that ran out of time."""
    verdict = decide(evidence, truncated=len(subject.text) > LONGEST)
    lang = next((e.lang for e in evidence.given if e.lang), UNDETERMINED)
    intent = next((Intent(f.label) for f in evidence.findings(FindingKind.INTENT)), Intent.CHAT)
    return Analysis(subject, lang, verdict, evidence, intent, explain(subject.text, verdict, evidence))
