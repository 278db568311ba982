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


class Detail(StrEnum):
    """What helps to assess a case beyond the four criteria."""

    AGE = "age"
    SEX = "sex"
    ONSET = "onset"
    OUTCOME = "outcome"


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
DETAILS: dict[Detail, str] = {
    Detail.AGE: N_("âge"),
    Detail.SEX: N_("sexe"),
    Detail.ONSET: N_("date de début"),
    Detail.OUTCOME: N_("évolution"),
}
ASKING = "follow_up:"
"""The beginning of the keys of the approved texts that ask for what is missing."""
SEVERAL, MORE = "several", "details"


@dataclass(frozen=True)
class CaseFacts:
    """What a case holds. A pseudonymous author who can be answered counts as a reporter only when a person says so."""

    reporter_known: bool = False
    patient_known: bool = False
    products: Collection[str] = ()
    reactions: Collection[str] = ()
    details: Collection[Detail] = ()


def missing(facts: CaseFacts) -> tuple[Criterion, ...]:
    """Return the criteria that are not met, in the order of the guideline."""
    met = {
        Criterion.REPORTER: facts.reporter_known,
        Criterion.PATIENT: facts.patient_known,
        Criterion.PRODUCT: any(name.strip() for name in facts.products),
        Criterion.REACTION: any(words.strip() for words in facts.reactions),
    }
    return tuple(criterion for criterion in Criterion if not met[criterion])


def unknown(facts: CaseFacts) -> tuple[Detail, ...]:
    """Return what is not known beyond the four criteria."""
    return tuple(detail for detail in Detail if detail not in facts.details)


def questions(facts: CaseFacts) -> tuple[str, ...]:
    """Return what to ask the reporter, one French msgid a missing criterion."""
    return tuple(QUESTIONS[criterion] for criterion in missing(facts))


def text_keys(facts: CaseFacts) -> tuple[str, ...]:
    """Return the keys of the approved texts that ask for what is missing, the best one first; none when all is known.

    One missing criterion has its own text, several are asked for in one; with the four known, the details are.
    """
    lacking = missing(facts)
    own = tuple(ASKING + criterion for criterion in lacking)
    if lacking:
        return own if len(own) == 1 else (ASKING + SEVERAL, *own)
    return (ASKING + MORE,) if unknown(facts) else ()
