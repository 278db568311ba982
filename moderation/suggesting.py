"""Which library text suits a comment: points for language, intent, product and situation, each with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

DEFAULT_LANGUAGE = "fr"
SPOKEN = ("fr", "en")


class Reason(StrEnum):
    """Why a text is suggested, or why it is not."""

    EMERGENCY = "emergency"
    INTENT = "intent"
    PRODUCT = "product"
    SITUATION = "situation"
    OTHER_LANGUAGE = "other_language"
    OTHER_INTENT = "other_intent"
    OTHER_PRODUCT = "other_product"


POINTS = {
    Reason.EMERGENCY: 100,
    Reason.INTENT: 8,
    Reason.PRODUCT: 4,
    Reason.SITUATION: 2,
    Reason.OTHER_LANGUAGE: -50,
    Reason.OTHER_INTENT: -20,
    Reason.OTHER_PRODUCT: -60,
}
AGAINST = frozenset({Reason.OTHER_LANGUAGE, Reason.OTHER_INTENT, Reason.OTHER_PRODUCT})
URGENT = "urgent_help"


@dataclass(frozen=True)
class Uses:
    """What a text is made for; no product and no situation: it suits every one."""

    language: str
    intents: frozenset[str]
    products: frozenset[str] = frozenset()
    situations: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Asked:
    """What the detectors read in a comment."""

    language: str
    intent: str
    products: frozenset[str] = frozenset()
    situations: frozenset[str] = frozenset()
    emergency: bool = False


@dataclass(frozen=True)
class Suits:
    """How well a text suits a comment; `fits`: nothing speaks against it."""

    points: int
    reasons: tuple[Reason, ...]

    @property
    def fits(self) -> bool:
        """Say whether nothing speaks against the text."""
        return AGAINST.isdisjoint(self.reasons)


def spoken(language: str) -> str:
    """Return the language to answer in; French where it is not known."""
    return language if language in SPOKEN else DEFAULT_LANGUAGE


def suits(uses: Uses, asked: Asked) -> Suits:
    """Return how well a text suits a comment. In an emergency the text made for it comes first, in both languages."""
    reasons = tuple(_reasons(uses, asked))
    return Suits(sum(POINTS[reason] for reason in reasons), reasons)


def _reasons(uses: Uses, asked: Asked) -> Iterable[Reason]:
    urgent = asked.emergency and URGENT in uses.intents
    if urgent:
        yield Reason.EMERGENCY
    if uses.language != spoken(asked.language):
        yield Reason.OTHER_LANGUAGE
    if not urgent:
        yield Reason.INTENT if asked.intent in uses.intents else Reason.OTHER_INTENT
    if uses.products:
        yield Reason.PRODUCT if uses.products & asked.products else Reason.OTHER_PRODUCT
    if uses.situations & asked.situations:
        yield Reason.SITUATION
