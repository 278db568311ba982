"""What the person mainly wants: one of the intents, by the first rule that applies."""

from models.enums import Intent
from moderation.detectors.evidence import Evidence, Finding, FindingKind, Subject
from moderation.detectors.language.detector import read_as
from moderation.detectors.terms import Hit, find

ORDER = (
    Intent.URGENT_HELP,
    Intent.SPAM,
    Intent.ABUSE,
    Intent.JOB_OR_CORPORATE,
    Intent.STOCK_SHORTAGE,
    Intent.REQUEST_FOR_CONTACT,
    Intent.MISINFORMATION,
    Intent.MEDICAL_QUESTION,
    Intent.PRACTICAL_QUESTION,
    Intent.ACTIVISM,
    Intent.TESTIMONY,
    Intent.COMPLAINT,
    Intent.PRAISE,
)
"""The most urgent first, then the most specific; what none of them finds is chat."""


class IntentDetector:
    """Chooses one intent; `chat` when nothing tells."""

    name = "intent"
    version = "1"

    def detect(self, subject: Subject) -> Evidence:
        """Return exactly one finding, spanning the words that decided (none for chat)."""
        hits: dict[str, tuple[Hit, str]] = {}
        for lang in read_as(subject.text, subject.lang_hint):
            for hit in find("intent/terms", lang, subject.text):
                hits.setdefault(hit.label, (hit, lang))
        for intent in ORDER:
            if intent in hits:
                hit, lang = hits[intent]
                return self._one(intent, hit.start, hit.end, f"{self.name}.{lang}.{intent}")
        return self._one(Intent.CHAT, None, None, f"{self.name}.default")

    def _one(self, intent: Intent, start: int | None, end: int | None, rule: str) -> Evidence:
        finding = Finding(self.name, self.version, FindingKind.INTENT, intent, start, end, rule)
        return Evidence(self.name, self.version, (finding,))
