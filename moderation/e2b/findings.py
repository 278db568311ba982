"""What is wrong with a file, each as a sentence that says what to do."""

from dataclasses import dataclass
from enum import Enum

from i18n import N_, _

MEDDRA_ELEMENTS = frozenset({"E.i.2.1a", "E.i.2.1b"})
"""What is missing, and nothing else, as long as nothing is coded in MedDRA."""


class Problem(Enum):
    """What can be wrong, with its sentence."""

    MISSING = N_("{element} manque. Complétez le cas, puis exportez-le de nouveau.")
    UNCODED = N_("{element} manque. Codez la réaction avec le dictionnaire MedDRA de l'entreprise.")
    NULL = N_("{element} : l'absence « {value} » n'est pas admise ici.")
    CODE = N_("{element} : « {value} » n'est pas une valeur admise.")
    LONG = N_("{element} compte {n} caractères, {most} sont admis. Raccourcissez ; le récit peut tout dire.")
    DATE = N_("{element} : « {value} » n'est pas une date complète du calendrier. Corrigez-la.")
    FUTURE = N_("{element} : « {value} » est dans l'avenir. Corrigez la date.")
    BACKWARDS = N_("{element} : la fin précède le début. Corrigez l'une des deux dates.")
    DOUBLE = N_("{element} figure {n} fois, une seule est admise.")
    DIFFERENT = N_("{element} : « {value} » devrait être « {other} ».")
    NO_CASE = N_("{element} : le fichier ne contient aucun cas.")
    NO_REACTION = N_("{element} : aucune réaction n'a de valeur. Inscrivez-en une dans le cas.")
    NO_SUSPECT = N_("{element} : aucun produit suspect, interagissant ou non administré. Inscrivez-en un dans le cas.")
    NO_PRIMARY = N_("{element} : une source, et une seule, doit être la source principale ; il y en a {n}.")
    NOWHERE = N_("{element} : renvoie à un élément qui n'est pas dans le fichier.")
    VERSIONS = N_("{element} : plusieurs versions de MedDRA ({value}). Codez tout le cas dans la même.")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `place`: which of several sources, reactions or products, from 1; 0 when only one."""

    number: str
    problem: Problem
    name: str = ""
    place: int = 0
    value: str = ""
    other: str = ""
    n: int = 0
    most: int = 0


def sentence(finding: Finding) -> str:
    """Return a finding in the reader's language."""
    element = f"{finding.number} ({_(finding.name)})" if finding.name else finding.number
    if finding.place:
        element = _("{element}, n° {place}").format(element=element, place=finding.place)
    fields = {"value": finding.value[:60], "other": finding.other[:60], "n": finding.n, "most": finding.most}
    return _(finding.problem.value).format(element=element, **fields)
