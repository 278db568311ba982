"""The codes and identifiers of ICH E2B(R3) for what a case holds. Text of the lists © ICH."""

from models.enums import (
    AgeGroup,
    AgeUnit,
    Answer,
    DrugAction,
    DrugRole,
    ReactionOutcome,
    ReporterQualification,
    Seriousness,
    Sex,
    Situation,
)

LIST = "2.16.840.1.113883.3.989.2.1.1."
"""Root of ICH's code lists; list 19 names observations, 20 their groups, 21 assessors, 22 relations, 23 traits."""
NAMESPACE = "2.16.840.1.113883.3.989.2.1.3."
"""Root of ICH's identifiers: 1 report, 2 worldwide case, 11 to 14 gateways, 22 batch."""
MEDDRA = "2.16.840.1.113883.6.163"
COUNTRIES = "1.0.3166.1.2.2"
SEXES = "1.0.5218"
HL7 = "2.16.840.1.113883.1."
ACTS = "2.16.840.1.113883.5.4"

QUALIFICATIONS = {
    ReporterQualification.PHYSICIAN: "1",
    ReporterQualification.PHARMACIST: "2",
    ReporterQualification.OTHER_PROFESSIONAL: "3",
    ReporterQualification.LAWYER: "4",
    ReporterQualification.CONSUMER: "5",
}
LAY = frozenset({ReporterQualification.LAWYER, ReporterQualification.CONSUMER})
"""Who is no health professional: whether one confirms the event is then said (E.i.8)."""
SEX_CODES = {Sex.MALE: "1", Sex.FEMALE: "2"}
AGE_UNITS = {AgeUnit.YEAR: "a", AgeUnit.MONTH: "mo", AgeUnit.WEEK: "wk", AgeUnit.DAY: "d"}
AGE_GROUPS = {group: str(n) for n, group in enumerate(AgeGroup)}
OUTCOMES = {outcome: str(n) for n, outcome in enumerate(ReactionOutcome)}
ROLES = {role: str(n) for n, role in enumerate(DrugRole, 1)}
ACTIONS = {
    DrugAction.WITHDRAWN: "1",
    DrugAction.REDUCED: "2",
    DrugAction.INCREASED: "3",
    DrugAction.NOT_CHANGED: "4",
    DrugAction.UNKNOWN: "0",
    DrugAction.NOT_APPLICABLE: "9",
}
RECURRENCES = {Answer.YES: "1", Answer.NO: "2", Answer.NOT_APPLICABLE: "4"}
"""G.k.9.i.4; an unknown one is left out, as the element asks."""
SERIOUSNESS = {
    Seriousness.DEATH: ("34", "resultsInDeath"),
    Seriousness.LIFE_THREATENING: ("21", "isLifeThreatening"),
    Seriousness.HOSPITAL: ("33", "requiresInpatientHospitalization"),
    Seriousness.DISABILITY: ("35", "resultsInPersistentOrSignificantDisability"),
    Seriousness.CONGENITAL: ("12", "congenitalAnomalyBirthDefect"),
    Seriousness.MEDICALLY_IMPORTANT: ("26", "otherMedicallyImportantCondition"),
}
"""E.i.3.2a to f, in the order of the guideline: code of list 19 and its display name."""
SITUATIONS = {
    Situation.FALSIFIED: "1",
    Situation.OVERDOSE: "2",
    Situation.MEDICATION_ERROR: "7",
    Situation.MISUSE: "8",
    Situation.ABUSE: "9",
    Situation.OCCUPATIONAL_EXPOSURE: "10",
    Situation.OFF_LABEL: "11",
}
"""G.k.10.r. A situation that the list does not have is a reaction term; an interaction is also a role (G.k.1)."""

LANGUAGES = {
    "ar": "ara", "bg": "bul", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa",
    "et": "est", "fi": "fin", "fr": "fra", "he": "heb", "hr": "hrv", "hu": "hun", "it": "ita", "ja": "jpn",
    "ko": "kor", "lt": "lit", "lv": "lav", "nl": "nld", "no": "nor", "pl": "pol", "pt": "por", "ro": "ron",
    "ru": "rus", "sk": "slk", "sl": "slv", "sv": "swe", "tr": "tur", "uk": "ukr", "vi": "vie", "zh": "zho",
}  # fmt: skip
UNDETERMINED = "und"


def language_code(language: str | None) -> str:
    """Return a language's code of ISO 639-2, "und" for one that is not known."""
    return LANGUAGES.get((language or "").partition("-")[0].lower(), UNDETERMINED)
