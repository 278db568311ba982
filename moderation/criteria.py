"""The four minimum criteria of a valid report (GVP module VI rev 2, VI.B.2): what is known, what to ask.

A case that misses one is recorded and sent all the same; it is only not yet a valid ICSR, and has no day zero.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from i18n import N_


class Criterion(StrEnum):
    """One of the four."""

    REPORTER = "reporter"
    PATIENT = "patient"
    PRODUCT = "product"
    REACTION = "reaction"


NAMES: dict[Criterion, str] = {
    Criterion.REPORTER: N_("notificateur"),
    Criterion.PATIENT: N_("patient"),
    Criterion.PRODUCT: N_("produit suspect"),
    Criterion.REACTION: N_("réaction suspectée"),
}
QUESTIONS: dict[Criterion, str] = {
    Criterion.REPORTER: N_("Pouvez-vous nous donner un moyen de vous joindre (adresse électronique ou téléphone) ?"),
    Criterion.PATIENT: N_("Qui a pris le produit : vous-même ou un proche, de quel âge et de quel sexe ?"),
    Criterion.PRODUCT: N_("Quel est le nom exact du produit, et son numéro de lot si vous l'avez ?"),
    Criterion.REACTION: N_("Que s'est-il passé exactement, et quand par rapport à la prise du produit ?"),
}


@dataclass(frozen=True)
class CaseFacts:
    """What a case holds. A pseudonymous author who can be answered counts as a reporter only when a person says so."""

    reporter_known: bool = False
    patient_known: bool = False
    products: Collection[str] = ()
    reactions: Collection[str] = ()


def missing(facts: CaseFacts) -> tuple[Criterion, ...]:
    """Return the criteria that are not met, in the order of the guideline."""
    met = {
        Criterion.REPORTER: facts.reporter_known,
        Criterion.PATIENT: facts.patient_known,
        Criterion.PRODUCT: any(name.strip() for name in facts.products),
        Criterion.REACTION: any(words.strip() for words in facts.reactions),
    }
    return tuple(criterion for criterion in Criterion if not met[criterion])


def questions(facts: CaseFacts) -> tuple[str, ...]:
    """Return what to ask the reporter, one French msgid a missing criterion."""
    return tuple(QUESTIONS[criterion] for criterion in missing(facts))
