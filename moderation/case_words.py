"""The words of what a report says, for documents and screens: French msgids by code."""

from collections.abc import Mapping
from typing import Any

from i18n import N_, _
from models.enums import (
    AgeGroup,
    AgeUnit,
    Answer,
    ContactKind,
    ContactMeans,
    DrugAction,
    DrugRole,
    ProductKind,
    ReactionOutcome,
    ReporterQualification,
    Sex,
)

QUALIFICATIONS: dict[ReporterQualification, str] = {
    ReporterQualification.PHYSICIAN: N_("médecin"),
    ReporterQualification.PHARMACIST: N_("pharmacien"),
    ReporterQualification.OTHER_PROFESSIONAL: N_("autre professionnel de santé"),
    ReporterQualification.LAWYER: N_("juriste"),
    ReporterQualification.CONSUMER: N_("patient ou proche"),
}
SEXES: dict[Sex, str] = {Sex.FEMALE: N_("féminin"), Sex.MALE: N_("masculin")}
AGES: dict[AgeUnit, str] = {
    AgeUnit.YEAR: N_("ans"),
    AgeUnit.MONTH: N_("mois"),
    AgeUnit.WEEK: N_("semaines"),
    AgeUnit.DAY: N_("jours"),
}
GROUPS: dict[AgeGroup, str] = {
    AgeGroup.FOETUS: N_("fœtus"),
    AgeGroup.NEONATE: N_("nouveau-né"),
    AgeGroup.INFANT: N_("nourrisson"),
    AgeGroup.CHILD: N_("enfant"),
    AgeGroup.ADOLESCENT: N_("adolescent"),
    AgeGroup.ADULT: N_("adulte"),
    AgeGroup.ELDERLY: N_("personne âgée"),
}
OUTCOMES: dict[ReactionOutcome, str] = {
    ReactionOutcome.UNKNOWN: N_("évolution inconnue"),
    ReactionOutcome.RECOVERED: N_("guérison"),
    ReactionOutcome.RECOVERING: N_("en cours de guérison"),
    ReactionOutcome.NOT_RECOVERED: N_("non guéri"),
    ReactionOutcome.SEQUELAE: N_("guérison avec séquelles"),
    ReactionOutcome.FATAL: N_("issue fatale"),
}
ROLES: dict[DrugRole, str] = {
    DrugRole.SUSPECT: N_("suspect"),
    DrugRole.CONCOMITANT: N_("associé"),
    DrugRole.INTERACTING: N_("en interaction"),
    DrugRole.NOT_ADMINISTERED: N_("non pris"),
}
ACTIONS: dict[DrugAction, str] = {
    DrugAction.WITHDRAWN: N_("arrêté"),
    DrugAction.REDUCED: N_("dose diminuée"),
    DrugAction.INCREASED: N_("dose augmentée"),
    DrugAction.NOT_CHANGED: N_("dose inchangée"),
    DrugAction.UNKNOWN: N_("mesure inconnue"),
    DrugAction.NOT_APPLICABLE: N_("mesure sans objet"),
}
ANSWERS: dict[Answer, str] = {
    Answer.YES: N_("oui"),
    Answer.NO: N_("non"),
    Answer.UNKNOWN: N_("on ne sait pas"),
    Answer.NOT_APPLICABLE: N_("sans objet"),
}
KINDS: dict[ProductKind, str] = {
    ProductKind.OTC: N_("médicament sans ordonnance"),
    ProductKind.RX: N_("médicament sur ordonnance"),
    ProductKind.VACCINE: N_("vaccin"),
    ProductKind.DEVICE: N_("dispositif médical"),
    ProductKind.COSMETIC: N_("cosmétique"),
    ProductKind.SUPPLEMENT: N_("complément alimentaire"),
}
CONTACTS: dict[ContactKind, str] = {
    ContactKind.OTHER_COMPANY: N_("confié à l'entreprise du produit"),
    ContactKind.QUALITY: N_("confié à la qualité"),
    ContactKind.FOLLOW_UP: N_("relance"),
}
MEANS: dict[ContactMeans, str] = {
    ContactMeans.EMAIL: N_("par courriel"),
    ContactMeans.PHONE: N_("par téléphone"),
    ContactMeans.PORTAL: N_("par un portail"),
    ContactMeans.POST: N_("par courrier"),
    ContactMeans.NETWORK: N_("sur le réseau"),
}


def said(words: Mapping[Any, str], code: object) -> str:
    """Return a code in the reader's language; nothing for none."""
    return _(words[code]) if code is not None else ""
